-- public.webhook_events: one notification for each order of 03 that was paid, worked on at the first attempt.

select
    md5('saasdb demo event ' || n || ' ' || k)::uuid as id,
    case when n % 4 = 0 then 'doku' else 'midtrans' end as provider,
    left(luck.hash, 30) as external_id,
    'settlement:' || luck.hash as event_key,
    'settlement' as event_type,
    jsonb_build_object('order_id', left(luck.hash, 30), 'transaction_status', 'settlement') as payload,
    'PROCESSED' as status,
    1 as attempts,
    told.at as claimed_at,
    told.at + interval '80 milliseconds' as processed_at,
    told.at as created_at,
    told.at + interval '80 milliseconds' as updated_at
from generate_series(current_setting('seed.first')::int, current_setting('seed.last')::int) as n
cross join lateral generate_series(0, n % 7 - 1) as k
cross join lateral (select md5('saasdb demo order ' || n || ' ' || k) as hash) as luck
cross join lateral (
    select
        timestamptz '2026-11-01 00:00+00' - (n % 40000) * interval '1 minute' - k * interval '30 days'
        + interval '4 minutes 2 seconds' as at
) as told
where ('x' || left(luck.hash, 4))::bit(16)::int % 100 < 70
