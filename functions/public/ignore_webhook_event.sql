-- ignore_webhook_event: marks a notification as none of ours; it is never handed out again.

create or replace function public.ignore_webhook_event(p_event_id uuid, p_attempt integer, p_reason text)
returns boolean
language sql
volatile
parallel unsafe
-- Definer: the ledger is granted to nobody.
security definer
set search_path = ''
as $$
    select private.close_webhook_event(p_event_id, p_attempt, 'IGNORED', p_reason)
$$;

revoke all on function public.ignore_webhook_event(uuid, integer, text) from public, anon, authenticated, service_role;
grant execute on function public.ignore_webhook_event(uuid, integer, text) to service_role;

comment on function public.ignore_webhook_event(uuid, integer, text) is
    'Closes a claim as IGNORED, with why; false when this attempt no longer holds it.';
