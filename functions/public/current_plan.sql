-- current_plan: the plan that is in force now. A period that has ended counts as FREE, whatever the row says.

create or replace function public.current_plan(p_user_id uuid default null)
returns public.subscription_plan
language plpgsql
stable
parallel safe
-- Definer: the server and admins ask about others.
security definer
set search_path = ''
as $$
declare
    v_user_id uuid := private.acting_for(p_user_id);
begin
    return coalesce(
        (
            select s.plan
            from public.subscriptions as s
            where s.user_id = v_user_id and s.status = 'ACTIVE' and s.current_period_end > now()
        ),
        'FREE'
    );
end
$$;

revoke all on function public.current_plan(uuid) from public, anon, authenticated, service_role;
grant execute on function public.current_plan(uuid) to authenticated, service_role;

comment on function public.current_plan(uuid) is
    'The plan in force now: FREE when nothing is paid, the period has ended, or there is no such user.';
