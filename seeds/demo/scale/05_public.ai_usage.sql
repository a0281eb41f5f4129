-- public.ai_usage: up to twenty calls a user, ten on average. Counters need no rows: they are made from these.

select
    md5('saasdb demo user ' || n)::uuid as user_id,
    case when k % 3 = 0 then 'generate' else 'chat' end as route,
    case when k % 4 = 0 then 'large' else 'small' end as model,
    50 + (n * 31 + k * 97) % 1950 as input_tokens,
    20 + (n * 17 + k * 53) % 980 as output_tokens,
    timestamptz '2026-11-01 00:00+00' - (n % 1440) * interval '1 minute' - k * interval '2 days 5 hours' as created_at
from generate_series(current_setting('seed.first')::int, current_setting('seed.last')::int) as n
cross join lateral generate_series(1, n % 21) as k
