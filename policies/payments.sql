-- payments: who may do what. What is not granted here is denied.
-- service_role skips row level security, so its grants are its only limit.

revoke all on table public.payments from public, anon, authenticated, service_role;
grant select on table public.payments to authenticated;
-- The order page, and the gateway's checkout, which is known only after the order. All else goes through functions.
grant select on table public.payments to service_role;
grant update (metadata) on table public.payments to service_role;

create policy "members read their own payments"
on public.payments
as permissive
for select
to authenticated
using (user_id = (select auth.uid()));
