-- users: twelve people, made the way sign-ups make them: the trigger gives each a profile, a role and a plan.

insert into auth.users
(
    instance_id, id, aud, role, email, email_confirmed_at, phone, phone_confirmed_at,
    raw_app_meta_data, raw_user_meta_data, is_anonymous, created_at, updated_at
)
select
    '00000000-0000-0000-0000-000000000000',
    person.id::uuid,
    'authenticated',
    'authenticated',
    person.email,
    case when person.confirmed then person.signed_up_at + interval '3 minutes' end,
    person.phone,
    case when person.phone is not null then person.signed_up_at + interval '1 minute' end,
    '{"provider": "email"}',
    person.metadata::jsonb,
    person.email is null and person.phone is null,
    person.signed_up_at,
    person.signed_up_at
from (
    values
    (
        'a0000000-0000-4000-8000-000000000001', 'ayu.admin@example.com', true, null,
        '{"full_name": "Ayu Lestari"}', timestamptz '2026-01-05 02:00+00'
    ),
    (
        'a0000000-0000-4000-8000-000000000002', 'budi@example.com', true, null,
        '{"full_name": "Budi Santoso"}', '2026-01-09 04:30+00'
    ),
    (
        'a0000000-0000-4000-8000-000000000003', 'citra@example.com', true, null,
        '{"name": "Citra Dewi", "picture": "https://images.example.com/citra.png"}', '2026-02-02 08:15+00'
    ),
    (
        'a0000000-0000-4000-8000-000000000004', 'dimas@example.com', true, null,
        '{"full_name": "Dimas Pratama"}', '2026-02-20 12:00+00'
    ),
    (
        'a0000000-0000-4000-8000-000000000005', 'eka@example.com', true, null,
        '{"full_name": "Eka Putri"}', '2026-03-03 01:45+00'
    ),
    (
        'a0000000-0000-4000-8000-000000000006', 'fajar@example.com', true, null,
        '{"full_name": "Fajar Nugroho"}', '2026-03-18 06:20+00'
    ),
    (
        'a0000000-0000-4000-8000-000000000007', 'gita@example.com', false, null,
        '{"full_name": "Gita Anggraini"}', '2026-04-01 10:10+00'
    ),
    (
        'a0000000-0000-4000-8000-000000000008', null, false, '6281200000008',
        '{}', '2026-04-11 03:05+00'
    ),
    (
        'a0000000-0000-4000-8000-000000000009', null, false, null,
        '{}', '2026-05-06 14:40+00'
    ),
    (
        'a0000000-0000-4000-8000-000000000010', 'james@example.com', true, null,
        '{"name": "James Carter", "avatar_url": "https://images.example.com/james.jpg"}', '2026-05-21 09:00+00'
    ),
    (
        'a0000000-0000-4000-8000-000000000011', 'kartika@example.com', true, null,
        '{"full_name": "Kartika Sari"}', '2026-06-13 07:30+00'
    ),
    (
        'a0000000-0000-4000-8000-000000000012', 'lukas@example.com', true, null,
        '{"full_name": "Lukas Wijaya"}', '2026-07-01 05:00+00'
    )
) as person (id, email, confirmed, phone, metadata, signed_up_at)
on conflict (id) do nothing;

-- Rows are replaced rather than changed, so that they are the same on every machine, to the microsecond.
delete from public.user_roles as r
where r.user_id = 'a0000000-0000-4000-8000-000000000001' and r.role <> 'admin';

insert into public.user_roles (user_id, role, assigned_at, created_at, updated_at)
values (
    'a0000000-0000-4000-8000-000000000001', 'admin',
    '2026-01-05 02:10+00', '2026-01-05 02:00+00', '2026-01-05 02:10+00'
)
on conflict (user_id) do nothing;
