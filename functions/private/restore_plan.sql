-- restore_plan: what a user has a right to by the payments that still stand, after one was taken back or came back.

create or replace function private.restore_plan(p_user_id uuid)
returns void
language plpgsql
volatile
parallel unsafe
security invoker
set search_path = ''
as $$
declare
    v_subscription_id uuid;
    v_paid record;
    v_plan public.subscription_plan := 'FREE';
    v_start timestamptz := now();
    v_end timestamptz;
begin
    select s.id into v_subscription_id from public.subscriptions as s where s.user_id = p_user_id for update;

    -- The rule of activate_plan, told again from the first payment on.
    for v_paid in
        select p.plan, p.activated_at
        from public.payments as p
        where p.user_id = p_user_id and p.status = 'SUCCESS' and p.activated_at is not null
        order by p.activated_at, p.id
    loop
        if v_plan = v_paid.plan and v_end > v_paid.activated_at then
            v_end := private.add_month(v_end);
        else
            v_plan := v_paid.plan;
            v_start := v_paid.activated_at;
            v_end := private.add_month(v_start);
        end if;
    end loop;

    -- What has ended since is not worth telling: the user is on FREE.
    if v_end <= now() then
        v_plan := 'FREE';
        v_start := now();
        v_end := null;
    end if;

    update public.subscriptions as s
    set
        plan = v_plan,
        status = 'ACTIVE',
        current_period_start = v_start,
        current_period_end = v_end,
        cancel_at_period_end = s.cancel_at_period_end and v_plan <> 'FREE',
        canceled_at = case when v_plan <> 'FREE' then s.canceled_at end
    where s.id = v_subscription_id;
end
$$;

revoke all on function private.restore_plan(uuid) from public, anon, authenticated, service_role;

comment on function private.restore_plan(uuid) is
    'Sets a subscription to what the user''s successful payments justify; FREE when they justify nothing.';
