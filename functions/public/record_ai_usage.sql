-- record_ai_usage: writes what a call used into the ledger and settles its reservation.

create or replace function public.record_ai_usage(
    p_user_id uuid,
    p_route text,
    p_model text,
    p_input_tokens integer,
    p_output_tokens integer,
    p_reservation_id uuid default null
)
returns public.ai_usage
language plpgsql
volatile
parallel unsafe
-- Definer: nobody may write the ledger but through here, where the counters follow.
security definer
set search_path = ''
as $$
declare
    v_reservation private.ai_reservations;
    v_row public.ai_usage;
    v_at timestamptz;
begin
    if
        p_user_id is null
        or p_route is null
        or p_model is null
        or char_length(p_route) not between 1 and 200
        or char_length(p_model) not between 1 and 200
    then
        raise exception 'p_user_id, p_route and p_model are needed, the last two with 1 to 200 characters'
        using errcode = '22023', hint = 'Pass who called, which route, and the model that answered.';
    end if;

    if p_input_tokens is null or p_input_tokens < 0 or p_output_tokens is null or p_output_tokens < 0 then
        raise exception 'p_input_tokens and p_output_tokens must be 0 or more, not % and %',
            p_input_tokens, p_output_tokens
        using errcode = '22023', hint = 'Pass what the model''s answer says.';
    end if;

    -- Usage counts in the window that let it in, also when it ends in the next one.
    select r.created_at into v_at
    from private.ai_reservations as r
    where r.user_id = p_user_id and r.id = p_reservation_id;

    if not found then
        v_at := now();

        -- One who never was, in words rather than as a broken foreign key; one who is deleted is refused below.
        if not exists (select from auth.users as u where u.id = p_user_id) then
            raise exception 'p_user_id is no user, or a deleted one'
            using errcode = 'PT404', hint = 'Pass the id of a user.';
        end if;
    end if;

    -- The user, then their AI usage: a deletion takes its locks in that order too. The foreign key locks the user.
    insert into public.ai_usage as a (user_id, route, model, input_tokens, output_tokens, created_at)
    values (p_user_id, p_route, p_model, p_input_tokens, p_output_tokens, v_at)
    returning a.* into v_row;

    -- A counter that is being summed up is either done before, and moved below, or waits until this row is there.
    perform private.lock_ai_usage(p_user_id);

    -- One that ran out meanwhile is gone, and its tokens are back; what was used is recorded all the same.
    delete from private.ai_reservations as r
    where r.user_id = p_user_id and r.id = p_reservation_id
    returning r.* into v_reservation;

    update private.ai_usage_counters as c
    set
        used = c.used + p_input_tokens + p_output_tokens,
        reserved = c.reserved
        - case
            when c.period_start = v_reservation.period_start and c.period_end = v_reservation.period_end
                then v_reservation.tokens
            else 0
        end
    where c.user_id = p_user_id and c.period_start <= v_at and c.period_end > v_at;

    -- Asked last: one who was soft-deleted while this waited must leave no row behind, and a soft delete does not wait
    -- for the foreign key's lock.
    if not exists (select from auth.users as u where u.id = p_user_id and u.deleted_at is null) then
        raise exception 'p_user_id is no user, or a deleted one'
        using errcode = 'PT404', hint = 'Pass the id of a user.';
    end if;

    return v_row;
end
$$;

revoke all on function public.record_ai_usage(uuid, text, text, integer, integer, uuid)
from public, anon, authenticated, service_role;
grant execute on function public.record_ai_usage(uuid, text, text, integer, integer, uuid) to service_role;

comment on function public.record_ai_usage(uuid, text, text, integer, integer, uuid) is
    'Writes a row of the ledger, moves the counters and gives back what the reservation set aside and was not used.';
