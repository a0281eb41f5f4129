-- ai_usage_status: how many tokens a user has used in the window that runs now.

create or replace function public.ai_usage_status(
    p_user_id uuid default null,
    p_period interval default '1 month',
    out used bigint,
    out period_start timestamptz,
    out period_end timestamptz
)
returns record
language plpgsql
stable
parallel safe
-- Definer: the server and admins ask about others, and counters are granted to nobody.
security definer
set search_path = ''
as $$
declare
    v_user_id uuid := private.acting_for(p_user_id);
    v_window record := private.usage_window(p_period, now());
begin
    period_start := v_window.period_start;
    period_end := v_window.period_end;

    select c.used into used
    from private.ai_usage_counters as c
    where c.user_id = v_user_id and c.period_start = v_window.period_start and c.period_end = v_window.period_end;

    -- Nothing was reserved in this window yet, so nobody counted.
    if not found then
        used := private.ai_usage_between(v_user_id, v_window.period_start, v_window.period_end);
    end if;
end
$$;

revoke all on function public.ai_usage_status(uuid, interval) from public, anon, authenticated, service_role;
grant execute on function public.ai_usage_status(uuid, interval) to authenticated, service_role;

comment on function public.ai_usage_status(uuid, interval) is
    'Tokens recorded in the current window of that length, without what is under way. 42501 for a stranger.';
