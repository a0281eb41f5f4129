-- user_roles: who may do what. What is not granted here is denied.
-- service_role skips row level security, so its grants are its only limit.

revoke all on table public.user_roles from public, anon, authenticated, service_role;
grant select on table public.user_roles to authenticated;
-- The admin guards of the server. Roles change through set_user_role and bootstrap_admin alone.
grant select on table public.user_roles to service_role;

create policy "members read their own role"
on public.user_roles
as permissive
for select
to authenticated
using (user_id = (select auth.uid()));
