-- renew_ai_usage_counter: makes the counter of a window from the ledger, or gives back what crashed calls reserved.

create or replace function private.renew_ai_usage_counter(
    p_user_id uuid,
    p_period interval,
    p_period_start timestamptz,
    p_period_end timestamptz
)
returns void
language plpgsql
volatile
parallel unsafe
security invoker
set search_path = ''
as $$
begin
    if exists (
        select
        from private.ai_usage_counters as c
        where c.user_id = p_user_id and c.period_start = p_period_start and c.period_end = p_period_end
    ) then
        with gone as (
            delete from private.ai_reservations as r
            where r.user_id = p_user_id and r.expires_at <= now()
            returning r.period_start, r.period_end, r.tokens
        ),
        returned as (
            select gone.period_start, gone.period_end, sum(gone.tokens) as tokens
            from gone
            group by gone.period_start, gone.period_end
        )
        update private.ai_usage_counters as c
        set reserved = c.reserved - returned.tokens
        from returned
        where
            c.user_id = p_user_id
            and c.period_start = returned.period_start
            and c.period_end = returned.period_end;

        return;
    end if;

    -- The user, then their AI usage: a deletion takes its locks in that order too. The foreign key locks the user.
    insert into private.ai_usage_counters (user_id, period_start, period_end, period)
    select u.id, p_period_start, p_period_end, p_period
    from auth.users as u
    where u.id = p_user_id
    on conflict (user_id, period_start, period_end) do nothing;

    -- Another call made it meanwhile, and this one holds no lock of the user: what follows would take theirs first.
    if not found and exists (
        select
        from private.ai_usage_counters as c
        where c.user_id = p_user_id and c.period_start = p_period_start and c.period_end = p_period_end
    ) then
        return;
    end if;

    -- record_ai_usage takes the same lock: usage is either in the ledger before the sum or added to the counter after.
    perform private.lock_ai_usage(p_user_id);

    if not exists (select from auth.users as u where u.id = p_user_id and u.deleted_at is null) then
        raise exception 'p_user_id is no user, or a deleted one'
        using errcode = 'PT404', hint = 'Pass the id of a user.';
    end if;

    update private.ai_usage_counters as c
    set used = private.ai_usage_between(p_user_id, p_period_start, p_period_end)
    where c.user_id = p_user_id and c.period_start = p_period_start and c.period_end = p_period_end;

    -- Windows that are over are no longer asked about; the ledger keeps what was in them.
    delete from private.ai_reservations as r
    where r.user_id = p_user_id and r.period_end <= now() - interval '1 hour';

    delete from private.ai_usage_counters as c
    where c.user_id = p_user_id and c.period_end <= now() - interval '1 hour';
end
$$;

revoke all on function private.renew_ai_usage_counter(uuid, interval, timestamptz, timestamptz)
from public, anon, authenticated, service_role;

comment on function private.renew_ai_usage_counter(uuid, interval, timestamptz, timestamptz) is
    'Makes a window''s counter from the ledger, or returns to it what expired reservations held.';
