-- clerks: Reading asks who one is for each row already: what a clerk is must not be looked up as often.
create table public.clerks (user_id uuid primary key references auth.users);
create table public.receipts (
    id uuid primary key default gen_random_uuid(), user_id uuid not null references auth.users, total int not null);
create index on public.receipts (user_id);
create function public.is_clerk() returns boolean language sql stable security definer set search_path = '' as $$
    select exists (select from public.clerks c where c.user_id = auth.uid()) $$;
revoke all on function public.is_clerk() from public;
grant execute on function public.is_clerk() to authenticated;
alter table public.clerks enable row level security;
alter table public.receipts enable row level security;
grant select on public.receipts to authenticated;
create policy own on public.receipts for select to authenticated using (auth.uid() = user_id);
create policy clerk on public.receipts for select to authenticated using ((select public.is_clerk()));
-- hole: a helper that reads a table is called once a row
-- names: public.receipts
alter policy clerk on public.receipts using (public.is_clerk());
-- change: who one is, asked once
alter policy own on public.receipts using (user_id = (select auth.uid()));
-- hole: no index serves who one is, where clerks read everything anyway
-- names: public.receipts
alter policy own on public.receipts using (user_id::text = (select auth.uid())::text);
