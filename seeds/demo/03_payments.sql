-- payments: orders in every state, with the notifications that moved them.

insert into public.payments
(
    id, user_id, subscription_id, provider, external_id, plan, amount, status, metadata,
    paid_at, activated_at, last_event_at, expires_at, created_at, updated_at
)
select
    ('c0000000-0000-4000-8000-' || lpad(paying.n::text, 12, '0'))::uuid,
    ('a0000000-0000-4000-8000-' || lpad(paying.person::text, 12, '0'))::uuid,
    ('b0000000-0000-4000-8000-' || lpad(paying.person::text, 12, '0'))::uuid,
    paying.provider::public.payment_provider,
    'demo' || lpad(paying.n::text, 6, '0'),
    paying.plan::public.subscription_plan,
    case paying.plan when 'BASIC' then 99000 when 'PRO' then 199000 else 399000 end,
    paying.status::public.payment_status,
    '{"note": "demo"}',
    case when paying.status in ('SUCCESS', 'REFUNDED') then paying.ordered_at + interval '4 minutes' end,
    case when paying.status in ('SUCCESS', 'REFUNDED') then paying.ordered_at + interval '4 minutes' end,
    case when paying.status <> 'PENDING' then paying.ordered_at + interval '4 minutes' end,
    paying.ordered_at + interval '24 hours',
    paying.ordered_at,
    paying.ordered_at + case when paying.status = 'PENDING' then interval '0' else interval '4 minutes' end
from (
    values
    (1, 1, 'midtrans', 'ULTIMATE', 'SUCCESS', timestamptz '2026-01-06 01:56+00'),
    (2, 2, 'midtrans', 'PRO', 'FAILED', '2026-01-10 04:40+00'),
    (3, 2, 'midtrans', 'PRO', 'SUCCESS', '2026-01-10 04:56+00'),
    (4, 3, 'doku', 'BASIC', 'SUCCESS', '2026-02-03 08:56+00'),
    (5, 4, 'midtrans', 'PRO', 'SUCCESS', '2026-03-01 11:56+00'),
    (6, 4, 'midtrans', 'PRO', 'EXPIRED', '2026-04-01 13:00+00'),
    (7, 5, 'doku', 'BASIC', 'SUCCESS', '2026-03-05 01:56+00'),
    (8, 6, 'midtrans', 'PRO', 'REFUNDED', '2026-05-01 06:56+00'),
    (9, 10, 'doku', 'ULTIMATE', 'SUCCESS', '2026-05-22 08:56+00'),
    (10, 11, 'midtrans', 'BASIC', 'PENDING', '2026-07-02 03:00+00')
) as paying (n, person, provider, plan, status, ordered_at)
on conflict do nothing;

insert into public.webhook_events
(
    id, provider, external_id, event_key, event_type, payload, status, attempts, error,
    claimed_at, processed_at, created_at, updated_at
)
select
    ('d0000000-0000-4000-8000-' || right(p.id::text, 12))::uuid,
    p.provider,
    p.external_id,
    'demo-' || p.external_id,
    case p.status when 'SUCCESS' then 'settlement' when 'REFUNDED' then 'refund' else lower(p.status::text) end,
    jsonb_build_object('order_id', p.external_id, 'gross_amount', p.amount || '.00', 'currency', p.currency),
    'PROCESSED',
    1,
    null,
    p.last_event_at + interval '1 second',
    p.last_event_at + interval '2 seconds',
    p.last_event_at + interval '1 second',
    p.last_event_at + interval '2 seconds'
from public.payments as p
where p.external_id like 'demo%' and p.last_event_at is not null
on conflict do nothing;

-- One that could not be worked on: the next delivery is handed out again.
insert into public.webhook_events
(id, provider, external_id, event_key, event_type, payload, status, attempts, error, claimed_at, created_at, updated_at)
values (
    'd0000000-0000-4000-8000-000000000099', 'midtrans', 'unknown000001', 'demo-unknown', 'settlement',
    '{"order_id": "unknown000001"}', 'FAILED', 3, 'there is no such order',
    '2026-07-02 04:00+00', '2026-07-02 03:30+00', '2026-07-02 04:00+00'
)
on conflict do nothing;
