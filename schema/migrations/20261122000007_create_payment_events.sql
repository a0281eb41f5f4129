-- 20261122000007_create_payment_events: each change of a payment, with what the gateway said.
-- locks: nothing that exists: everything here is new.

create table private.payment_events (
    id bigint generated always as identity,
    payment_id uuid not null,
    old_status public.payment_status not null,
    new_status public.payment_status not null,
    occurred_at timestamptz not null,
    details jsonb not null default '{}',
    created_at timestamptz not null default now(),

    constraint payment_events_pkey primary key (id),
    constraint payment_events_payment_id_fkey foreign key (payment_id)
    references public.payments (id) on delete cascade,
    constraint payment_events_details_object_check check (jsonb_typeof(details) = 'object')
);

-- The story of one payment, in order.
create index payment_events_payment_id_id_idx on private.payment_events (payment_id, id);

alter table private.payment_events enable row level security;

comment on table private.payment_events is 'Each change of a payment, with what the gateway said about it.';
comment on column private.payment_events.id is 'Grows with time.';
comment on column private.payment_events.payment_id is 'The payment.';
comment on column private.payment_events.old_status is 'Where it stood.';
comment on column private.payment_events.new_status is 'Where it went.';
comment on column private.payment_events.occurred_at is 'When it happened, as the gateway says.';
comment on column private.payment_events.details is
    'The notification''s fields without its signature; emptied when the user is deleted.';
comment on column private.payment_events.created_at is 'When it was applied.';
