-- profiles: who may do what. What is not granted here is denied.
-- service_role skips row level security, so its grants are its only limit.

revoke all on table public.profiles from public, anon, authenticated, service_role;
grant select on table public.profiles to authenticated;
-- The constraint holds avatar_path to the member's own object.
grant update (full_name, avatar_path, avatar_url, metadata) on table public.profiles to authenticated;
-- The server reads a name for mails and pages; profiles are written in the name of their user.
grant select on table public.profiles to service_role;

create policy "members read their own profile"
on public.profiles
as permissive
for select
to authenticated
using (user_id = (select auth.uid()));

create policy "members change their own profile"
on public.profiles
as permissive
for update
to authenticated
using (user_id = (select auth.uid()))
with check (user_id = (select auth.uid()));
