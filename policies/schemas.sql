-- schemas: who may look into which.

revoke all on schema private from public, anon, authenticated, service_role;
-- Policies name private.is_admin() and run with the rights of the caller.
grant usage on schema private to authenticated;
