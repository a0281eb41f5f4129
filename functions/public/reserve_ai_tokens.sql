-- reserve_ai_tokens: sets tokens aside for a call, if the quota of the window has room for them.

create or replace function public.reserve_ai_tokens(
    p_user_id uuid,
    p_tokens integer,
    p_quota bigint,
    p_period interval default '1 month',
    out allowed boolean,
    out reservation_id uuid,
    out used bigint,
    out remaining bigint,
    out resets_at timestamptz
)
returns record
language plpgsql
volatile
parallel unsafe
-- Definer: counters and reservations are granted to nobody.
security definer
set search_path = ''
as $$
declare
    v_period_start timestamptz;
    v_window record;
begin
    -- Most calls: the window has its counter and the quota has room. The counter's row is the lock: of calls at once
    -- each sees what the one before it reserved. Intervals are compared bit by bit, because 1 month equals 30 days.
    if p_tokens > 0 then
        update private.ai_usage_counters as c
        set reserved = c.reserved + p_tokens
        where
            c.user_id = p_user_id
            and c.period_start <= now()
            and c.period_end > now()
            and interval_send(c.period) = interval_send(p_period)
            and c.used + c.reserved <= p_quota - p_tokens
        returning true, c.used + c.reserved, p_quota - c.used - c.reserved, c.period_start, c.period_end
        into allowed, used, remaining, v_period_start, resets_at;

        if found then
            insert into private.ai_reservations as r (user_id, period_start, period_end, tokens, expires_at)
            values (p_user_id, v_period_start, resets_at, p_tokens, now() + interval '15 minutes')
            returning r.id into reservation_id;
            return;
        end if;
    end if;

    if p_user_id is null then
        raise exception 'p_user_id is needed'
        using errcode = '22023', hint = 'Pass the user who calls.';
    end if;

    if p_tokens is null or p_tokens < 1 or p_quota is null or p_quota < 0 then
        raise exception 'p_tokens must be 1 or more and p_quota 0 or more, not % and %', p_tokens, p_quota
        using errcode = '22023', hint = 'Pass the most that the call may use and what the plan allows in a window.';
    end if;

    v_window := private.usage_window(p_period, now());
    resets_at := v_window.period_end;

    -- No counter yet, no room, or the same window by another name (24 hours, 1 day). What crashed calls had reserved
    -- makes room.
    perform private.renew_ai_usage_counter(p_user_id, p_period, v_window.period_start, v_window.period_end);

    update private.ai_usage_counters as c
    set reserved = c.reserved + p_tokens
    where
        c.user_id = p_user_id
        and c.period_start = v_window.period_start
        and c.period_end = v_window.period_end
        and c.used + c.reserved <= p_quota - p_tokens
    returning c.used + c.reserved into used;

    allowed := found;

    if allowed then
        insert into private.ai_reservations as r (user_id, period_start, period_end, tokens, expires_at)
        values (p_user_id, v_window.period_start, v_window.period_end, p_tokens, now() + interval '15 minutes')
        returning r.id into reservation_id;
    else
        select c.used + c.reserved into used
        from private.ai_usage_counters as c
        where
            c.user_id = p_user_id
            and c.period_start = v_window.period_start
            and c.period_end = v_window.period_end;
    end if;

    remaining := greatest(p_quota - used, 0);
end
$$;

revoke all on function public.reserve_ai_tokens(uuid, integer, bigint, interval)
from public, anon, authenticated, service_role;
-- The server alone: the quota is an argument.
grant execute on function public.reserve_ai_tokens(uuid, integer, bigint, interval) to service_role;

comment on function public.reserve_ai_tokens(uuid, integer, bigint, interval) is
    'Sets tokens aside for 15 minutes if they fit the quota; used and remaining count what is under way, these too.';
