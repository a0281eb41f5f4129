-- apply_payment_event: moves a payment on by what its gateway says, and the plan with it.

create or replace function public.apply_payment_event(
    p_provider public.payment_provider,
    p_external_id text,
    p_status public.payment_status,
    p_amount bigint,
    p_occurred_at timestamptz,
    p_details jsonb default '{}',
    out payment_id uuid,
    out status public.payment_status,
    out changed boolean,
    out plan_activated boolean
)
returns record
language plpgsql
volatile
parallel unsafe
-- Definer: nobody may write payments or subscriptions but through functions that hold the rules.
security definer
set search_path = ''
as $$
declare
    v_payment public.payments;
    v_occurred_at timestamptz := p_occurred_at;
begin
    if p_provider is null or p_external_id is null or p_status is null or p_amount is null or p_occurred_at is null then
        raise exception 'p_provider, p_external_id, p_status, p_amount and p_occurred_at are needed'
        using errcode = '22023', hint = 'Pass what the gateway''s status call says.';
    end if;

    if p_details is null or jsonb_typeof(p_details) <> 'object' or octet_length(p_details::text) > 65536 then
        raise exception 'p_details must be a JSON object of at most 65536 bytes'
        using errcode = '22023', hint = 'Leave it out when there is nothing to keep.';
    end if;

    select p.* into v_payment
    from public.payments as p
    where p.provider = p_provider and p.external_id = p_external_id
    for update;

    if not found then
        raise exception 'there is no such order'
        using errcode = 'PT404', hint = 'An event never makes a payment; look whether it belongs to another system.';
    end if;

    -- The whole amount of the order, also in a refund's event: less or more is another deal than the one agreed.
    if
        p_amount <> v_payment.amount
        or (p_details ? 'currency' and upper(p_details ->> 'currency') is distinct from v_payment.currency)
    then
        raise exception 'the event is about % %, the order about % %',
            p_amount, coalesce(p_details ->> 'currency', v_payment.currency), v_payment.amount, v_payment.currency
        using errcode = 'PT422', hint = 'Nothing was changed. Look at the order at the gateway.';
    end if;

    -- Gateways write local times without a zone. One taken for UTC lies hours ahead, and would outrank everything that
    -- follows: so far ahead counts as now.
    if v_occurred_at > now() + interval '6 hours' then
        v_occurred_at := clock_timestamp();
    end if;

    payment_id := v_payment.id;
    status := v_payment.status;
    plan_activated := false;
    changed := private.payment_event_counts(v_payment.status, p_status, v_occurred_at, v_payment.last_event_at);

    if not changed then
        return;
    end if;

    status := p_status;
    plan_activated := p_status = 'SUCCESS' and v_payment.activated_at is null and v_payment.user_id is not null;

    update public.payments as p
    set
        status = p_status,
        paid_at = case p_status
            when 'SUCCESS' then least(v_occurred_at, clock_timestamp())
            when 'REFUNDED' then p.paid_at
        end,
        activated_at = case when plan_activated then clock_timestamp() else p.activated_at end,
        last_event_at = v_occurred_at
    where p.id = v_payment.id;

    insert into private.payment_events (payment_id, old_status, new_status, occurred_at, details)
    -- Midtrans signs every status of an order alike: whoever had the signature could forge the next notification.
    values (v_payment.id, v_payment.status, p_status, v_occurred_at, p_details - 'signature_key');

    if plan_activated then
        plan_activated := private.activate_plan(v_payment.user_id, v_payment.plan);
    elsif v_payment.activated_at is not null and v_payment.user_id is not null then
        -- The money went back, or came again: the plan follows the payments that stand. A period is bought once.
        perform private.restore_plan(v_payment.user_id);
    end if;

    perform private.add_audit_event(
        'payment.' || lower(p_status::text),
        'payment',
        v_payment.id::text,
        jsonb_build_object('from', v_payment.status, 'to', p_status, 'plan', v_payment.plan)
    );
end
$$;

revoke all on function public.apply_payment_event(
    public.payment_provider, text, public.payment_status, bigint, timestamptz, jsonb
) from public, anon, authenticated, service_role;
grant execute on function public.apply_payment_event(
    public.payment_provider, text, public.payment_status, bigint, timestamptz, jsonb
) to service_role;

comment on function public.apply_payment_event(
    public.payment_provider, text, public.payment_status, bigint, timestamptz, jsonb
) is
    'Moves a payment on and the plan with it. Late and repeated events change nothing. PT404 no order, PT422 amount.';
