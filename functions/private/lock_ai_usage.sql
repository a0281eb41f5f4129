-- lock_ai_usage: lets one transaction at a time tie a user's ledger to their counters.

create or replace function private.lock_ai_usage(p_user_id uuid)
returns void
language sql
volatile
parallel unsafe
security invoker
set search_path = ''
as $$
    select pg_catalog.pg_advisory_xact_lock(pg_catalog.hashtextextended('saasdb.ai_usage.' || p_user_id::text, 0))
$$;

revoke all on function private.lock_ai_usage(uuid) from public, anon, authenticated, service_role;

comment on function private.lock_ai_usage(uuid) is 'Waits for, and holds until commit, the lock on a user''s AI usage.';
