-- audit_logs: who may do what. What is not granted here is denied.
-- Nobody comes here directly: the server through record_audit_event, admins through admin_list_audit_logs.

revoke all on table public.audit_logs from public, anon, authenticated, service_role;
