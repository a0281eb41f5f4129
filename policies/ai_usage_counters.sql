-- ai_usage_counters: who may do what. What is not granted here is denied.
-- Nobody comes here directly: reserve_ai_tokens and record_ai_usage keep it.

revoke all on table private.ai_usage_counters from public, anon, authenticated, service_role;
