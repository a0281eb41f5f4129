-- public.payments: up to six orders a user, three on average, one a month back from the newest.

select
    md5('saasdb demo payment ' || n || ' ' || k)::uuid as id,
    md5('saasdb demo user ' || n)::uuid as user_id,
    md5('saasdb demo subscription ' || n)::uuid as subscription_id,
    case when n % 4 = 0 then 'doku' else 'midtrans' end as provider,
    left(luck.hash, 30) as external_id,
    (array['BASIC', 'PRO', 'ULTIMATE'])[n % 3 + 1] as plan,
    (array[99000, 199000, 399000])[n % 3 + 1]::bigint as amount,
    fate.status,
    case when fate.status in ('SUCCESS', 'REFUNDED') then ordered.at + interval '4 minutes' end as paid_at,
    case when fate.status in ('SUCCESS', 'REFUNDED') then ordered.at + interval '4 minutes' end as activated_at,
    case when fate.status <> 'PENDING' then ordered.at + interval '4 minutes' end as last_event_at,
    ordered.at + interval '24 hours' as expires_at,
    ordered.at as created_at,
    ordered.at as updated_at
from generate_series(current_setting('seed.first')::int, current_setting('seed.last')::int) as n
cross join lateral generate_series(0, n % 7 - 1) as k
cross join lateral (select md5('saasdb demo order ' || n || ' ' || k) as hash) as luck
cross join lateral (select ('x' || left(luck.hash, 4))::bit(16)::int % 100 as percent) as thrown
cross join lateral (
    select
        case
            when thrown.percent < 70 then 'SUCCESS'
            when thrown.percent < 82 then 'EXPIRED'
            when thrown.percent < 90 then 'FAILED'
            when thrown.percent < 94 then 'REFUNDED'
            -- An order is open for a day: only the newest can still be.
            when k = 0 then 'PENDING'
            else 'EXPIRED'
        end as status
) as fate
cross join lateral (
    select timestamptz '2026-11-01 00:00+00' - (n % 40000) * interval '1 minute' - k * interval '30 days' as at
) as ordered
