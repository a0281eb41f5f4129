-- set_subscription_cancel: sets or clears the mark that a paid plan stops at the end of its period.

create or replace function private.set_subscription_cancel(p_user_id uuid, p_cancel boolean)
returns public.subscriptions
language plpgsql
volatile
parallel unsafe
security invoker
set search_path = ''
as $$
declare
    v_subscription public.subscriptions;
begin
    select s.* into v_subscription from public.subscriptions as s where s.user_id = p_user_id for update;

    if not found then
        raise exception 'there is no subscription'
        using errcode = 'PT404', hint = 'The user does not exist or was deleted.';
    end if;

    if
        v_subscription.plan = 'FREE'
        or v_subscription.status <> 'ACTIVE'
        or v_subscription.current_period_end <= now()
    then
        raise exception 'no paid plan is running'
        using errcode = 'PT409', hint = 'A plan that has ended begins again with a payment.';
    end if;

    if v_subscription.cancel_at_period_end = p_cancel then
        return v_subscription;
    end if;

    update public.subscriptions as s
    set cancel_at_period_end = p_cancel, canceled_at = case when p_cancel then now() end
    where s.id = v_subscription.id
    returning s.* into v_subscription;

    perform private.add_audit_event(
        case when p_cancel then 'subscription.canceled' else 'subscription.resumed' end,
        'user',
        p_user_id::text,
        jsonb_build_object('plan', v_subscription.plan)
    );

    return v_subscription;
end
$$;

revoke all on function private.set_subscription_cancel(uuid, boolean) from public, anon, authenticated, service_role;

comment on function private.set_subscription_cancel(uuid, boolean) is
    'Sets or clears cancel_at_period_end of a running paid plan and notes it in the audit log.';
