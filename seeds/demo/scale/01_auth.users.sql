-- auth.users: sign-ups number seed.first to seed.last; the trigger gives each a profile, a role and a plan.

select
    '00000000-0000-0000-0000-000000000000'::uuid as instance_id,
    md5('saasdb demo user ' || n)::uuid as id,
    'authenticated' as aud,
    'authenticated' as role,
    -- One in fifty came by phone.
    case when n % 50 > 0 then 'user' || n || '@example.com' end as email,
    case when n % 50 > 0 and n % 20 > 0 then signed_up.at + interval '5 minutes' end as email_confirmed_at,
    case when n % 50 = 0 then '62812' || lpad(n::text, 9, '0') end as phone,
    jsonb_build_object('provider', case when n % 3 = 0 then 'google' else 'email' end) as raw_app_meta_data,
    jsonb_build_object(
        case when n % 3 = 0 then 'name' else 'full_name' end,
        (array['Ayu', 'Budi', 'Citra', 'Dimas', 'Eka', 'Fajar', 'Gita', 'Hana', 'James', 'Maria', 'Peter'])[n % 11 + 1]
        || ' '
        || (array['Santoso', 'Dewi', 'Pratama', 'Putri', 'Wijaya', 'Sari', 'Carter', 'Nugroho', 'Lee'])[n / 11 % 9 + 1]
    ) as raw_user_meta_data,
    signed_up.at as created_at,
    signed_up.at as updated_at
from generate_series(current_setting('seed.first')::int, current_setting('seed.last')::int) as n
cross join lateral (
    select timestamptz '2026-11-01 00:00+00' - (n * 7919::bigint % 1000000) * interval '1 minute' as at
) as signed_up
