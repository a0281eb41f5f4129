-- subscriptions: who may do what. What is not granted here is denied.
-- service_role skips row level security, so its grants are its only limit.

revoke all on table public.subscriptions from public, anon, authenticated, service_role;
grant select on table public.subscriptions to authenticated;
-- The plan of whoever calls the server. It changes through payments, cancel_subscription and resume_subscription alone.
grant select on table public.subscriptions to service_role;

create policy "members read their own subscription"
on public.subscriptions
as permissive
for select
to authenticated
using (user_id = (select auth.uid()));
