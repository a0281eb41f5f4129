-- require_admin: lets admins and the server pass and refuses everyone else.

create or replace function private.require_admin()
returns void
language plpgsql
stable
parallel safe
security invoker
set search_path = ''
as $$
begin
    if not (private.is_server() or private.is_admin()) then
        raise exception 'only an admin may do this'
        using
            errcode = '42501',
            hint = 'Ask an admin; roles are in user_roles.';
    end if;
end
$$;

revoke all on function private.require_admin() from public, anon, authenticated, service_role;

comment on function private.require_admin() is 'Refuses with 42501 unless the caller is an admin or the server.';
