-- subscriptions: every state that a plan can be in. Running plans end in 2036, so that the demo always has some.

delete from public.subscriptions as s
using (
    select
        ('a0000000-0000-4000-8000-' || lpad(n::text, 12, '0'))::uuid as user_id,
        ('b0000000-0000-4000-8000-' || lpad(n::text, 12, '0'))::uuid as id
    from generate_series(1, 12) as n
) as demo
where s.user_id = demo.user_id and s.id <> demo.id;

insert into public.subscriptions
(
    id, user_id, plan, status, current_period_start, current_period_end,
    cancel_at_period_end, canceled_at, created_at, updated_at
)
select
    ('b0000000-0000-4000-8000-' || lpad(state.n::text, 12, '0'))::uuid,
    u.id,
    state.plan::public.subscription_plan,
    state.status::public.subscription_status,
    coalesce(state.starts_at, u.created_at),
    state.ends_at,
    state.canceled_at is not null,
    state.canceled_at,
    u.created_at,
    coalesce(state.canceled_at, state.starts_at, u.created_at)
from (
    values
    (1, 'ULTIMATE', 'ACTIVE', timestamptz '2026-01-06 02:00+00', timestamptz '2036-01-06 02:00+00', null::timestamptz),
    (2, 'PRO', 'ACTIVE', '2026-01-10 05:00+00', '2036-01-10 05:00+00', null),
    (3, 'BASIC', 'ACTIVE', '2026-02-03 09:00+00', '2036-02-03 09:00+00', '2026-06-01 10:00+00'),
    (4, 'PRO', 'EXPIRED', '2026-03-01 12:00+00', '2026-04-01 12:00+00', null),
    (5, 'BASIC', 'CANCELED', '2026-03-05 02:00+00', '2026-04-05 02:00+00', '2026-03-20 08:00+00'),
    (6, 'FREE', 'ACTIVE', '2026-05-02 07:00+00', null, null),
    (7, 'FREE', 'ACTIVE', null, null, null),
    (8, 'FREE', 'ACTIVE', null, null, null),
    (9, 'FREE', 'ACTIVE', null, null, null),
    (10, 'ULTIMATE', 'ACTIVE', '2026-05-22 09:00+00', '2036-05-22 09:00+00', null),
    (11, 'FREE', 'ACTIVE', null, null, null),
    (12, 'FREE', 'ACTIVE', null, null, null)
) as state (n, plan, status, starts_at, ends_at, canceled_at)
inner join auth.users as u on u.id = ('a0000000-0000-4000-8000-' || lpad(state.n::text, 12, '0'))::uuid
on conflict do nothing;
