-- Changes of foreign/kit.sql that open and close nothing: the twins of holes/kit_pairs.sql.

-- change: a policy turned round, without a sub-select
alter policy own_orders on public.orders using (auth.uid() = user_id);

-- change: a list in place of an exists, the owner left to the other table's own policy
alter policy refunds_asked on public.refunds with check (order_id in (
    select o.id from public.orders o where o.state = 'SUCCESS' and o.paid_at > now() - interval '14 days'
) and user_id = (select auth.uid()));

-- change: what is not hidden is said in another way
alter policy offers_seen on public.offers using (hidden is false);

-- change: what no call could make less than nothing is checked as well
alter table public.throttles add constraint throttles_hits_check check (hits >= 0);
alter table public.token_usage add constraint token_usage_counted_check check (tokens >= 0);
