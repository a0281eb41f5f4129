-- public.subscriptions: the sign-ups' plans, replaced with rows that are the same on every machine. Who paid for their
-- newest order has what it bought.

with signed_up as (
    delete from public.subscriptions as s
    using generate_series(current_setting('seed.first')::int, current_setting('seed.last')::int) as n
    where s.user_id = md5('saasdb demo user ' || n)::uuid
    returning n, s.user_id, s.created_at
)

insert into public.subscriptions
(id, user_id, plan, current_period_start, current_period_end, created_at, updated_at)
select
    md5('saasdb demo subscription ' || s.n)::uuid,
    s.user_id,
    case
        when paid.at is null then 'FREE'
        else (array['BASIC', 'PRO', 'ULTIMATE'])[s.n % 3 + 1]
    end::public.subscription_plan,
    coalesce(paid.at, s.created_at),
    paid.at + interval '1 month',
    s.created_at,
    coalesce(paid.at, s.created_at)
from signed_up as s
cross join lateral (
    select
        case
            when s.n % 7 > 0 and ('x' || left(md5('saasdb demo order ' || s.n || ' 0'), 4))::bit(16)::int % 100 < 70
                then timestamptz '2026-11-01 00:00+00' - (s.n % 40000) * interval '1 minute' + interval '4 minutes'
        end as at
) as paid
