-- ai_usage: who may do what. What is not granted here is denied.
-- service_role skips row level security, so its grants are its only limit.

revoke all on table public.ai_usage from public, anon, authenticated, service_role;
grant select on table public.ai_usage to authenticated;
-- For usage analysis. Rows enter through record_ai_usage alone, where the counters follow.
grant select on table public.ai_usage to service_role;

create policy "members read their own AI usage"
on public.ai_usage
as permissive
for select
to authenticated
using (user_id = (select auth.uid()));
