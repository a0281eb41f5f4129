-- consume_rate_limit: counts a call against a limit and says whether it may pass.

create or replace function public.consume_rate_limit(
    p_key text,
    p_limit integer,
    p_window interval,
    p_cost integer default 1,
    out allowed boolean,
    out limit_count integer,
    out remaining integer,
    out reset_at timestamptz,
    out retry_after integer
)
returns record
language plpgsql
volatile
parallel unsafe
-- Definer: the buckets are granted to nobody, so this is the only way to them.
security definer
set search_path = ''
as $$
begin
    -- Most calls: the window runs and there is room. One row version on the same page, no index touched. Every further
    -- expression here would be paid for by every call, so the rest of the arguments is looked at below: a key that is
    -- found is a good one, and so is a limit that has room.
    if p_cost > 0 and p_window > interval '0' then
        update public.rate_limit_buckets as b
        set used = b.used + p_cost, updated_at = now()
        where b.key = p_key and b.reset_at > now() and b.used <= p_limit - p_cost
        returning true, p_limit, p_limit - b.used, b.reset_at, 0
        into allowed, limit_count, remaining, reset_at, retry_after;

        if found then
            return;
        end if;
    end if;

    if p_key is null or char_length(p_key) not between 1 and 255 then
        raise exception 'p_key must have 1 to 255 characters'
        using errcode = '22023', hint = 'Name what is limited and for whom, e.g. contact:203.0.113.7.';
    end if;

    if p_limit is null or p_limit < 1 or p_cost is null or p_cost < 1 then
        raise exception 'p_limit and p_cost must be 1 or more, not % and %', p_limit, p_cost
        using errcode = '22023', hint = 'To forbid something, do not call it.';
    end if;

    if p_window is null or p_window <= interval '0' or p_window > interval '366 days' then
        raise exception 'p_window must be more than nothing and at most 366 days, not %', p_window
        using errcode = '22023', hint = 'E.g. 15 minutes.';
    end if;

    limit_count := p_limit;
    allowed := false;

    -- A refused call only reads: whoever hammers the door costs no write. It must be full, not merely there: a row that
    -- somebody made since the update above looked may have room.
    select greatest(p_limit - b.used, 0), b.reset_at into remaining, reset_at
    from public.rate_limit_buckets as b
    where b.key = p_key and b.reset_at > now() and b.used > p_limit - p_cost;

    if not found and p_cost <= p_limit then
        -- A new key, or a window that has ended. Of two such calls at once the second finds the first one's row.
        insert into public.rate_limit_buckets as b (key, used, reset_at)
        values (p_key, p_cost, now() + p_window)
        on conflict (key) do update
        set
            used = case when b.reset_at > now() then b.used else 0 end + excluded.used,
            reset_at = case when b.reset_at > now() then b.reset_at else excluded.reset_at end,
            updated_at = now()
        where b.reset_at <= now() or b.used <= p_limit - p_cost
        returning p_limit - b.used, b.reset_at into remaining, reset_at;

        allowed := found;

        if not allowed then
            select greatest(p_limit - b.used, 0), b.reset_at into remaining, reset_at
            from public.rate_limit_buckets as b
            where b.key = p_key;
        end if;
    end if;

    -- A cost above the limit never passes; with no window running, the answer is that of one that begins now.
    remaining := coalesce(remaining, p_limit);
    reset_at := coalesce(reset_at, now() + p_window);
    retry_after := case when allowed then 0 else greatest(ceil(extract(epoch from reset_at - now())), 1) end;
end
$$;

revoke all on function public.consume_rate_limit(text, integer, interval, integer)
from public, anon, authenticated, service_role;
-- The server alone: whoever may call it may use up somebody else's limit.
grant execute on function public.consume_rate_limit(text, integer, interval, integer) to service_role;

comment on function public.consume_rate_limit(text, integer, interval, integer) is
    'Counts p_cost against p_limit for a key in a window that begins with its first call. retry_after is in seconds.';
