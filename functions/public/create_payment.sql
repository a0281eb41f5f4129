-- create_payment: opens an order of one month of a plan, before the gateway is asked for a checkout.

create or replace function public.create_payment(
    p_user_id uuid,
    p_provider public.payment_provider,
    p_plan public.subscription_plan,
    p_amount bigint,
    p_currency text default 'IDR',
    p_expires_in interval default '24 hours',
    p_metadata jsonb default '{}'
)
returns public.payments
language plpgsql
volatile
parallel unsafe
-- Definer: nobody may write payments but through here, so no order enters with a status or a price of its own.
security definer
set search_path = ''
as $$
declare
    v_subscription_id uuid;
    v_payment public.payments;
begin
    if p_provider is null or p_plan is null or p_plan = 'FREE' then
        raise exception 'p_provider and p_plan are needed, and FREE is not paid for'
        using errcode = '22023', hint = 'Pass the gateway and a paid plan.';
    end if;

    if p_amount is null or p_amount not between 1 and 999999999999 then
        raise exception 'p_amount must be 1 to 999999999999 whole units of the currency, not %', p_amount
        using errcode = '22023', hint = 'The gateways take at most 12 digits.';
    end if;

    if p_currency is null or p_currency !~ '^[A-Z]{3}$' then
        raise exception 'p_currency must be an ISO 4217 code in capitals'
        using errcode = '22023', hint = 'E.g. IDR.';
    end if;

    if p_expires_in is null or p_expires_in <= interval '0' or p_expires_in > interval '30 days' then
        raise exception 'p_expires_in must be more than nothing and at most 30 days, not %', p_expires_in
        using errcode = '22023', hint = 'As long as the gateway''s checkout lives, e.g. 24 hours.';
    end if;

    if p_metadata is null or jsonb_typeof(p_metadata) <> 'object' or octet_length(p_metadata::text) > 16384 then
        raise exception 'p_metadata must be a JSON object of at most 16384 bytes'
        using errcode = '22023', hint = 'Leave it out when there is nothing to add.';
    end if;

    select s.id into v_subscription_id from public.subscriptions as s where s.user_id = p_user_id;

    if not found then
        raise exception 'p_user_id is no user, or a deleted one'
        using errcode = 'PT404', hint = 'Pass the id of the user who pays.';
    end if;

    insert into public.payments as p
    (user_id, subscription_id, provider, external_id, plan, amount, currency, metadata, expires_at)
    values (
        p_user_id,
        v_subscription_id,
        p_provider,
        -- 114 random bits: what knows an order number may ask the gateway about it, so it cannot be guessed.
        left(replace(gen_random_uuid()::text, '-', ''), 30),
        p_plan,
        p_amount,
        p_currency,
        p_metadata,
        now() + p_expires_in
    )
    returning p.* into v_payment;

    return v_payment;
end
$$;

revoke all on function public.create_payment(
    uuid, public.payment_provider, public.subscription_plan, bigint, text, interval, jsonb
) from public, anon, authenticated, service_role;
grant execute on function public.create_payment(
    uuid, public.payment_provider, public.subscription_plan, bigint, text, interval, jsonb
) to service_role;

comment on function public.create_payment(
    uuid, public.payment_provider, public.subscription_plan, bigint, text, interval, jsonb
) is 'Opens an order of one month of a plan as PENDING. The price is the caller''s; external_id is made here.';
