-- 20261122000006_create_payments: orders, kept when their user is gone.
-- locks: SHARE ROW EXCLUSIVE on auth.users while the foreign key is made: sign-ups wait for that moment.

create table public.payments (
    id uuid not null default gen_random_uuid(),
    user_id uuid,
    subscription_id uuid,
    provider public.payment_provider not null,
    external_id text not null,
    plan public.subscription_plan not null,
    amount bigint not null,
    currency text not null default 'IDR',
    status public.payment_status not null default 'PENDING',
    metadata jsonb not null default '{}',
    paid_at timestamptz,
    activated_at timestamptz,
    last_event_at timestamptz,
    expires_at timestamptz,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),

    constraint payments_pkey primary key (id),
    constraint payments_provider_external_id_key unique (provider, external_id),
    constraint payments_user_id_fkey foreign key (user_id) references auth.users (id) on delete set null,
    constraint payments_subscription_id_fkey foreign key (subscription_id)
    references public.subscriptions (id) on delete set null,
    -- The narrowest of both gateways: DOKU takes 30 characters with cards, one of its acquirers no symbols.
    constraint payments_external_id_gateway_check check (external_id ~ '^[A-Za-z0-9]{1,30}$'),
    constraint payments_plan_paid_check check (plan <> 'FREE'),
    constraint payments_amount_positive_check check (amount > 0),
    constraint payments_amount_gateway_check check (amount <= 999999999999),
    constraint payments_currency_code_check check (currency ~ '^[A-Z]{3}$'),
    constraint payments_paid_at_status_check check (
        case status
            when 'SUCCESS' then paid_at is not null
            when 'REFUNDED' then true
            else paid_at is null
        end
    ),
    constraint payments_metadata_object_check check (
        jsonb_typeof(metadata) = 'object' and octet_length(metadata::text) <= 16384
    )
);

-- A member's own payments, newest first.
create index payments_user_id_created_at_idx on public.payments (user_id, created_at);
-- The payments of one subscription.
create index payments_subscription_id_idx on public.payments (subscription_id);
-- The admins' list of payments, newest first.
create index payments_created_at_id_idx on public.payments (created_at, id);

alter table public.payments enable row level security;

comment on table public.payments is 'One order of one period of a plan. Financial history: it outlives its user.';
comment on column public.payments.id is 'The payment; random, so an order page''s address cannot be guessed.';
comment on column public.payments.user_id is 'Who pays; null once they are deleted.';
comment on column public.payments.subscription_id is
    'The subscription that it pays for; null once its user is deleted.';
comment on column public.payments.provider is 'The gateway that collects it.';
comment on column public.payments.external_id is
    'The order number at the gateway: 30 letters and digits, random, never used twice.';
comment on column public.payments.plan is 'The plan that it buys one month of.';
comment on column public.payments.amount is 'In whole units of the currency: rupiah for IDR.';
comment on column public.payments.currency is 'ISO 4217 code.';
comment on column public.payments.status is 'Where the order stands; moved by apply_payment_event alone.';
comment on column public.payments.metadata is
    'The application''s and the checkout''s (token, address). Its user may read it: no secret belongs here.';
comment on column public.payments.paid_at is
    'When the gateway took the money; null while it has not, or no longer has it.';
comment on column public.payments.activated_at is
    'When it bought its period; set once, also when the period is taken back.';
comment on column public.payments.last_event_at is 'When the last event that changed it happened, as the gateway says.';
comment on column public.payments.expires_at is 'Until when the checkout may be used.';
comment on column public.payments.created_at is 'When it was ordered.';
comment on column public.payments.updated_at is 'When the row last changed.';
