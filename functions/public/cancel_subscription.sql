-- cancel_subscription: stops a paid plan at the end of its period; until then it stays in force.

create or replace function public.cancel_subscription(p_user_id uuid default null)
returns public.subscriptions
language plpgsql
volatile
parallel unsafe
-- Definer: users may not write subscriptions, or they would write themselves a plan.
security definer
set search_path = ''
as $$
begin
    return private.set_subscription_cancel(private.acting_for(p_user_id), true);
end
$$;

revoke all on function public.cancel_subscription(uuid) from public, anon, authenticated, service_role;
grant execute on function public.cancel_subscription(uuid) to authenticated, service_role;

comment on function public.cancel_subscription(uuid) is
    'Stops a paid plan at the end of its period. PT409 when no paid plan runs; a second time changes nothing.';
