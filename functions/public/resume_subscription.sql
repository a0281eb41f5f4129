-- resume_subscription: takes back a cancellation, as long as the period has not ended.

create or replace function public.resume_subscription(p_user_id uuid default null)
returns public.subscriptions
language plpgsql
volatile
parallel unsafe
-- Definer: users may not write subscriptions, or they would write themselves a plan.
security definer
set search_path = ''
as $$
begin
    return private.set_subscription_cancel(private.acting_for(p_user_id), false);
end
$$;

revoke all on function public.resume_subscription(uuid) from public, anon, authenticated, service_role;
grant execute on function public.resume_subscription(uuid) to authenticated, service_role;

comment on function public.resume_subscription(uuid) is
    'Takes back a cancellation. PT409 when no paid plan runs; one that was not cancelled stays as it is.';
