-- default privileges of a project made before the summer of 2026: everything in public is everyone's.

do $$
declare
    v_creator text;
begin
    foreach v_creator in array array['hosted_postgres', 'supabase_admin'] loop
        execute format(
            'alter default privileges for role %I in schema public grant all on tables '
            'to hosted_postgres, anon, authenticated, service_role', v_creator);
        execute format(
            'alter default privileges for role %I in schema public grant all on functions '
            'to hosted_postgres, anon, authenticated, service_role', v_creator);
        execute format(
            'alter default privileges for role %I in schema public grant all on sequences '
            'to hosted_postgres, anon, authenticated, service_role', v_creator);
    end loop;
end
$$;
grant usage on schema public to hosted_postgres, anon, authenticated, service_role;
