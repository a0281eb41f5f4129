-- roles: the roles that a Supabase cluster has and a plain Postgres lacks.
-- Roles belong to the cluster: two databases may be made at once, so losing the race to create one is not an error.

do $$
declare
    v_role record;
begin
    for v_role in
        select wanted.name, wanted.attributes
        from (
            values
            ('anon', 'nologin noinherit'),
            ('authenticated', 'nologin noinherit'),
            ('service_role', 'nologin noinherit bypassrls'),
            ('authenticator', 'login noinherit'),
            ('supabase_auth_admin', 'login noinherit createrole'),
            ('supabase_storage_admin', 'login noinherit createrole')
        ) as wanted (name, attributes)
        where not exists (select from pg_catalog.pg_roles as r where r.rolname = wanted.name)
    loop
        begin
            execute format('create role %I %s', v_role.name, v_role.attributes);
        exception
            when duplicate_object or unique_violation then
                null;  -- another database of this cluster was quicker
        end;
    end loop;
end
$$;

-- The Data API logs in as authenticator and becomes the role that the token names.
do $$
declare
    v_role text;
begin
    foreach v_role in array array['anon', 'authenticated', 'service_role'] loop
        begin
            if not exists (
                select
                from pg_catalog.pg_auth_members as m
                where m.roleid = v_role::regrole and m.member = 'authenticator'::regrole
            ) then
                execute format('grant %I to authenticator', v_role);
            end if;
        exception
            when duplicate_object or unique_violation then
                null;  -- as above
        end;
    end loop;
end
$$;

grant usage on schema public to anon, authenticated, service_role;
