-- subscriptions: the plan that a user has now; one row a user, no history (payments are the history).
-- Written by the signup trigger, apply_payment_event, cancel_subscription, resume_subscription, expire_subscriptions.

create table public.subscriptions (
    id uuid not null default gen_random_uuid(),
    user_id uuid not null,
    plan public.subscription_plan not null default 'FREE',
    status public.subscription_status not null default 'ACTIVE',
    current_period_start timestamptz not null default now(),
    current_period_end timestamptz,
    cancel_at_period_end boolean not null default false,
    canceled_at timestamptz,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),

    constraint subscriptions_pkey primary key (id),
    constraint subscriptions_user_id_key unique (user_id),
    constraint subscriptions_user_id_fkey foreign key (user_id) references auth.users (id) on delete cascade,
    constraint subscriptions_period_order_check check (current_period_end > current_period_start),
    constraint subscriptions_paid_plan_ends_check check ((plan = 'FREE') = (current_period_end is null)),
    constraint subscriptions_free_plan_active_check check (plan <> 'FREE' or status = 'ACTIVE'),
    constraint subscriptions_cancel_known_since_check check (cancel_at_period_end = (canceled_at is not null)),
    constraint subscriptions_free_plan_not_canceled_check check (plan <> 'FREE' or not cancel_at_period_end)
);

-- expire_subscriptions: what has ended and does not say so yet.
create index subscriptions_due_idx on public.subscriptions (current_period_end) where status = 'ACTIVE';

alter table public.subscriptions enable row level security;

comment on table public.subscriptions is
    'The plan that a user has now. A period that has ended counts as FREE, whatever the row says: ask current_plan.';
comment on column public.subscriptions.id is 'The subscription.';
comment on column public.subscriptions.user_id is 'Whose it is.';
comment on column public.subscriptions.plan is 'The plan of the current or, once EXPIRED or CANCELED, the last period.';
comment on column public.subscriptions.status is 'ACTIVE until the period has ended; then CANCELED or EXPIRED.';
comment on column public.subscriptions.current_period_start is 'When the plan came into force.';
comment on column public.subscriptions.current_period_end is
    'When it ends unless paid on; null for FREE, which does not end.';
comment on column public.subscriptions.cancel_at_period_end is
    'The user stopped it: it runs to the end and is then CANCELED.';
comment on column public.subscriptions.canceled_at is 'When the user stopped it; null when they did not.';
comment on column public.subscriptions.created_at is 'When the user signed up.';
comment on column public.subscriptions.updated_at is 'When the row last changed.';
