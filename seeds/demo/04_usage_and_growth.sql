-- usage and growth: AI calls, leads and the audit log of the demo's people.

insert into public.ai_usage (user_id, route, model, input_tokens, output_tokens, created_at)
select
    person.id,
    case when n % 3 = 0 then 'generate' else 'chat' end,
    case when n % 4 = 0 then 'large' else 'small' end,
    120 + (n * 37) % 900,
    60 + (n * 91) % 1400,
    timestamptz '2026-06-01 00:00+00' + n * interval '7 hours 13 minutes'
from generate_series(1, 60) as n
cross join lateral (
    select ('a0000000-0000-4000-8000-' || lpad((array[1, 2, 3, 10])[n % 4 + 1]::text, 12, '0'))::uuid as id
) as person
-- The ledger has no key of its own to meet a second load with.
where not exists (select from public.ai_usage as a where a.user_id = person.id);

insert into public.waitlist (id, email, name, created_at)
select
    ('e0000000-0000-4000-8000-' || lpad(n::text, 12, '0'))::uuid,
    'lead' || n || '@example.com',
    (array['Maya', 'Nadia', 'Oscar', null, 'Rani'])[n % 5 + 1],
    timestamptz '2025-12-01 00:00+00' + n * interval '11 hours'
from generate_series(1, 15) as n
on conflict do nothing;

insert into public.audit_logs (actor_id, action, target_type, target_id, metadata, created_at)
select
    event.actor_id::uuid,
    event.action,
    event.target_type,
    event.target_id,
    event.metadata::jsonb,
    event.created_at
from (
    values
    (
        null, 'user_role.bootstrapped', 'user', 'a0000000-0000-4000-8000-000000000001',
        '{"to": "admin"}', timestamptz '2026-01-05 02:10+00'
    ),
    (
        'a0000000-0000-4000-8000-000000000002', 'profile.updated', 'user', 'a0000000-0000-4000-8000-000000000002',
        '{"columns": ["full_name"]}', '2026-01-09 05:00+00'
    ),
    (
        'a0000000-0000-4000-8000-000000000003', 'subscription.canceled', 'user',
        'a0000000-0000-4000-8000-000000000003', '{"plan": "BASIC"}', '2026-06-01 10:00+00'
    ),
    (
        null, 'payment.refunded', 'payment', 'c0000000-0000-4000-8000-000000000008',
        '{"to": "REFUNDED", "from": "SUCCESS", "plan": "PRO"}', '2026-05-02 07:00+00'
    )
) as event (actor_id, action, target_type, target_id, metadata, created_at)
where not exists (
    select from public.audit_logs as l where l.action = event.action and l.created_at = event.created_at
);
