-- webhook_events: each notification that a payment gateway sent, and where the work on it stands.
-- Written by claim_webhook_event and the functions that close a claim. Joined to payments by (provider, external_id).

create table public.webhook_events (
    id uuid not null default gen_random_uuid(),
    provider public.payment_provider not null,
    external_id text,
    event_key text not null,
    event_type text,
    payload jsonb not null default '{}',
    status public.webhook_status not null default 'RECEIVED',
    attempts integer not null default 0,
    error text,
    claimed_at timestamptz,
    processed_at timestamptz,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),

    constraint webhook_events_pkey primary key (id),
    constraint webhook_events_provider_event_key_key unique (provider, event_key),
    constraint webhook_events_event_key_length_check check (char_length(event_key) between 1 and 255),
    constraint webhook_events_external_id_length_check check (char_length(external_id) between 1 and 100),
    constraint webhook_events_event_type_length_check check (char_length(event_type) between 1 and 100),
    constraint webhook_events_error_length_check check (char_length(error) <= 2000),
    constraint webhook_events_attempts_count_check check (attempts >= 0),
    constraint webhook_events_claim_known_since_check check (status <> 'PROCESSING' or claimed_at is not null),
    constraint webhook_events_end_known_since_check check (
        (status in ('PROCESSED', 'IGNORED')) = (processed_at is not null)
    )
);

-- The notifications about one payment.
create index webhook_events_provider_external_id_idx on public.webhook_events (provider, external_id);
-- The admins' list of notifications, newest first.
create index webhook_events_created_at_id_idx on public.webhook_events (created_at, id);

alter table public.webhook_events enable row level security;

comment on table public.webhook_events is
    'Each notification that a payment gateway sent, and where the work on it stands.';
comment on column public.webhook_events.id is 'The event.';
comment on column public.webhook_events.provider is 'The gateway that sent it.';
comment on column public.webhook_events.external_id is 'The order number that it is about: payments.external_id.';
comment on column public.webhook_events.event_key is
    'What makes it the same notification when it is sent again; the server builds it.';
comment on column public.webhook_events.event_type is 'What the gateway calls it, e.g. settlement.';
comment on column public.webhook_events.payload is
    'The body as received. Holds personal data: emptied when the user is deleted.';
comment on column public.webhook_events.status is 'Where the work on it stands.';
comment on column public.webhook_events.attempts is 'How often it was claimed; the number is the fence of an attempt.';
comment on column public.webhook_events.error is 'What the last attempt failed of, or why it was ignored.';
comment on column public.webhook_events.claimed_at is 'When the last attempt began.';
comment on column public.webhook_events.processed_at is 'When the work was done, or found not to be ours.';
comment on column public.webhook_events.created_at is 'When it first arrived.';
comment on column public.webhook_events.updated_at is 'When the row last changed.';
