-- prune_rate_limits: removes keys whose window ended long ago, up to 10,000 a call.

create or replace function public.prune_rate_limits(p_older_than interval default '1 day')
returns integer
language plpgsql
volatile
parallel unsafe
-- Definer: the buckets are granted to nobody.
security definer
set search_path = ''
as $$
declare
    v_removed integer;
begin
    -- A negative age would reach windows that still run, and so lift their limits.
    if p_older_than is null or p_older_than < interval '0' then
        raise exception 'p_older_than must not be negative, not %', p_older_than
        using errcode = '22023', hint = 'E.g. 1 day.';
    end if;

    -- In batches, so that no call holds many locks for long; a key that is in use is left for the next one.
    with dead as (
        select b.key
        from public.rate_limit_buckets as b
        where b.reset_at < now() - p_older_than
        limit 10000
        for update skip locked
    )
    delete from public.rate_limit_buckets as b
    using dead
    where b.key = dead.key;

    get diagnostics v_removed = row_count;
    return v_removed;
end
$$;

revoke all on function public.prune_rate_limits(interval) from public, anon, authenticated, service_role;
grant execute on function public.prune_rate_limits(interval) to service_role;

comment on function public.prune_rate_limits(interval) is
    'Removes up to 10,000 keys whose window ended that long ago; returns how many. Call it again until it returns 0.';
