-- fail_webhook_event: marks an attempt at a notification as failed; the next delivery is handed out again.

create or replace function public.fail_webhook_event(p_event_id uuid, p_attempt integer, p_error text)
returns boolean
language sql
volatile
parallel unsafe
-- Definer: the ledger is granted to nobody.
security definer
set search_path = ''
as $$
    select private.close_webhook_event(p_event_id, p_attempt, 'FAILED', p_error)
$$;

revoke all on function public.fail_webhook_event(uuid, integer, text) from public, anon, authenticated, service_role;
grant execute on function public.fail_webhook_event(uuid, integer, text) to service_role;

comment on function public.fail_webhook_event(uuid, integer, text) is
    'Closes a claim as FAILED, with why; false when this attempt no longer holds it.';
