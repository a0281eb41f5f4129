-- webhook_events: who may do what. What is not granted here is denied.
-- Nobody comes here directly: the server through the claim functions, admins through admin_list_webhook_events.

revoke all on table public.webhook_events from public, anon, authenticated, service_role;
