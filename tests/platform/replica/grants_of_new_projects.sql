-- the switch of 2026: what the API roles read, write and execute is granted by name. TRUNCATE, REFERENCES, TRIGGER and
-- a sequence's UPDATE stay behind. Run after grants_of_old_projects.sql, as the platform did.

alter default privileges for role hosted_postgres in schema public
    revoke select, insert, update, delete on tables from anon, authenticated, service_role;
alter default privileges for role hosted_postgres in schema public
    revoke usage, select on sequences from anon, authenticated, service_role;
alter default privileges for role hosted_postgres in schema public
    revoke execute on functions from anon, authenticated, service_role;
