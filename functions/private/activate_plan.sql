-- activate_plan: gives a user what a payment bought: one month of a plan.

create or replace function private.activate_plan(p_user_id uuid, p_plan public.subscription_plan)
returns boolean
language plpgsql
volatile
parallel unsafe
security invoker
set search_path = ''
as $$
declare
    v_subscription public.subscriptions;
    v_runs_on boolean;
begin
    -- Locked first, so that of two payments at once each adds its month.
    select s.* into v_subscription from public.subscriptions as s where s.user_id = p_user_id for update;

    v_runs_on := v_subscription.plan = p_plan
        and v_subscription.status = 'ACTIVE'
        and v_subscription.current_period_end > now();

    update public.subscriptions as s
    set
        plan = p_plan,
        status = 'ACTIVE',
        current_period_start = case when v_runs_on then s.current_period_start else now() end,
        current_period_end = private.add_month(case when v_runs_on then s.current_period_end else now() end),
        -- Who pays again goes on.
        cancel_at_period_end = false,
        canceled_at = null
    where s.id = v_subscription.id;

    return found;
end
$$;

revoke all on function private.activate_plan(uuid, public.subscription_plan)
from public, anon, authenticated, service_role;

comment on function private.activate_plan(uuid, public.subscription_plan) is
    'Adds a month to the plan that runs, or starts another plan now. False when the user is gone.';
