-- is_server: whether the caller is the application's server: the role itself, never a claim of its token.

create or replace function private.is_server()
returns boolean
language sql
stable
parallel safe
security invoker
set search_path = ''
as $$
    -- The setting keeps what `set role` chose, also inside a definer function, where current_user is the owner.
    select pg_catalog.pg_has_role(
        case current_setting('role') when 'none' then session_user::text else current_setting('role') end,
        'service_role',
        'member'
    )
$$;

revoke all on function private.is_server() from public, anon, authenticated, service_role;

comment on function private.is_server() is 'Whether the calling role is service_role or may become it.';
