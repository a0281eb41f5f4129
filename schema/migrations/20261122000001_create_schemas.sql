-- 20261122000001_create_schemas: the schema private, and nothing to anyone by default.
-- locks: nothing.

create schema if not exists private;

comment on schema private is
    'Helpers, counters and queues of the product. Never in the list of schemas that the Data API exposes.';

-- PostgreSQL gives every new function to PUBLIC and every new type too. Supabase's older projects add everything
-- in public for its three API roles, its newer ones still TRUNCATE, REFERENCES and TRIGGER. All of it goes.
alter default privileges revoke all on tables from public, anon, authenticated, service_role;
alter default privileges revoke all on sequences from public, anon, authenticated, service_role;
alter default privileges revoke all on functions from public, anon, authenticated, service_role;
alter default privileges revoke all on types from public, anon, authenticated, service_role;
alter default privileges in schema public revoke all on tables from public, anon, authenticated, service_role;
alter default privileges in schema public revoke all on sequences from public, anon, authenticated, service_role;
alter default privileges in schema public revoke all on functions from public, anon, authenticated, service_role;
alter default privileges in schema public revoke all on types from public, anon, authenticated, service_role;

-- PostgreSQL 15 took CREATE on schema public from PUBLIC; a database upgraded from an older one still has it.
-- Asked first, because a revoke by a role that may not revoke is only a warning.
do $$
begin
    if exists (
        select
        from pg_catalog.pg_namespace as n
        cross join lateral pg_catalog.aclexplode(n.nspacl) as granted
        where n.nspname = 'public' and granted.grantee = 0 and granted.privilege_type = 'CREATE'
    ) then
        revoke create on schema public from public;

        if exists (
            select
            from pg_catalog.pg_namespace as n
            cross join lateral pg_catalog.aclexplode(n.nspacl) as granted
            where n.nspname = 'public' and granted.grantee = 0 and granted.privilege_type = 'CREATE'
        ) then
            raise exception 'everyone may create objects in schema public, and % may not change that', current_user
            using
                errcode = '42501',
                hint = 'As the owner of the schema run: revoke create on schema public from public';
        end if;
    end if;
end
$$;
