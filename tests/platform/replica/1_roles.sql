-- roles: who is who on a hosted Supabase database.
--
-- The role that a customer gets is called postgres there. Here that name belongs to the throwaway server's superuser,
-- so the customer's role is hosted_postgres: no superuser, no owner of auth or storage.

do $$
declare
    v_role record;
begin
    for v_role in
        select wanted.name, wanted.attributes
        from (values
            ('anon', 'nologin noinherit'),
            ('authenticated', 'nologin noinherit'),
            ('service_role', 'nologin noinherit bypassrls'),
            ('authenticator', 'login noinherit'),
            ('supabase_auth_admin', 'login noinherit createrole'),
            ('supabase_storage_admin', 'login noinherit createrole'),
            ('supabase_admin', 'login superuser'),
            ('dashboard_user', 'nologin createrole createdb'),
            -- A stand-in. Hosted databases let postgres create policies on storage.objects through an extension
            -- (supautils); a stock server lets only the owner. So the table, and nothing else of storage, belongs to
            -- a role whose member hosted_postgres is. It could alter the table then: a test shows that nothing did.
            ('storage_objects_owner', 'nologin')
        ) as wanted (name, attributes)
        where not exists (select from pg_catalog.pg_roles as r where r.rolname = wanted.name)
    loop
        execute format('create role %I %s', v_role.name, v_role.attributes);
    end loop;
end
$$;

create role hosted_postgres login password 'hosted' nosuperuser createdb createrole bypassrls;
grant anon, authenticated, service_role to hosted_postgres;
grant storage_objects_owner to hosted_postgres;
grant anon, authenticated, service_role to authenticator;
