-- complete_webhook_event: marks a claimed notification as done; it is never handed out again.

create or replace function public.complete_webhook_event(p_event_id uuid, p_attempt integer)
returns boolean
language sql
volatile
parallel unsafe
-- Definer: the ledger is granted to nobody.
security definer
set search_path = ''
as $$
    select private.close_webhook_event(p_event_id, p_attempt, 'PROCESSED', null)
$$;

revoke all on function public.complete_webhook_event(uuid, integer) from public, anon, authenticated, service_role;
grant execute on function public.complete_webhook_event(uuid, integer) to service_role;

comment on function public.complete_webhook_event(uuid, integer) is
    'Closes a claim as PROCESSED; false when this attempt no longer holds it. Call it in the transaction of the work.';
