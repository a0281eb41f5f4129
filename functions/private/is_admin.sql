-- is_admin: whether the caller is an admin, as user_roles says at this moment; a token's claims do not matter.

create or replace function private.is_admin()
returns boolean
language sql
stable
parallel safe
-- Definer: user_roles shows members their own row only, and a policy on user_roles that asked it would recurse.
security definer
set search_path = ''
as $$
    select exists (select from public.user_roles as r where r.user_id = auth.uid() and r.role = 'admin')
$$;

revoke all on function private.is_admin() from public, anon, authenticated, service_role;
-- For policies: they run with the rights of the caller.
grant execute on function private.is_admin() to authenticated;

comment on function private.is_admin() is
    'Whether the caller is an admin now. In a policy write (select private.is_admin()).';
