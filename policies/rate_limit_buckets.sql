-- rate_limit_buckets: who may do what. What is not granted here is denied.
-- Nobody comes here directly: the server through consume_rate_limit and prune_rate_limits.

revoke all on table public.rate_limit_buckets from public, anon, authenticated, service_role;
