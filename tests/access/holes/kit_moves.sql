-- Holes of foreign/kit.sql: rows that change hands, keys that tell, doors beside the table.

-- hole: a picture may be moved to another's name
-- names: storage.objects
alter policy face_change on storage.objects with check (bucket_id = 'faces');

-- hole: a picture may be moved anywhere
-- names: storage.objects
alter policy face_change on storage.objects with check (true);

-- hole: a picture may be moved to another bucket
-- names: storage.objects
insert into storage.buckets (id, name) values ('invoices', 'invoices');
alter policy face_change on storage.objects with check (name = (select auth.uid())::text || '/avatar');

-- hole: a picture may be moved within the folder
-- names: storage.objects
alter policy face_change on storage.objects with check (bucket_id = 'faces' and name like (select auth.uid())::text || '/%');

-- hole: a view may be written
-- names: public.my_orders
grant update on public.my_orders to authenticated;

-- hole: a view may be written, as its owner
-- names: public.my_orders
alter view public.my_orders set (security_invoker = false);
grant update (state), delete on public.my_orders to authenticated;

-- hole: signed-in nobody reads
-- names: public.plans
alter policy own_plan on public.plans using (user_id = coalesce((select auth.uid()), user_id));

-- hole: a known id reads every order
-- names: public.orders
create policy me on public.orders for select to authenticated
using ((select auth.uid()) = '11111111-1111-4111-8111-111111111111');

-- hole: a sequence may be moved
-- names: plans_id_seq
grant update on sequence public.plans_id_seq to authenticated;

-- hole: another role's default privileges
-- names: next table
create role kit_maker;
grant create on schema public to kit_maker;
alter default privileges for role kit_maker grant select on tables to anon;

-- hole: a role between
-- names: authenticated
create role kit_between; 
grant kit_between to authenticated;
grant select on public.inbox to kit_between;

-- hole: a partition loses its row level security and is granted to the visitors
-- names: token_usage_2020
alter table public.token_usage_2020 disable row level security;
grant select on public.token_usage_2020 to anon;

-- hole: a child inherits and is open
-- names: public.orders_old
create table public.orders_old () inherits (public.orders);
grant select on public.orders_old to authenticated;

-- hole: a view over a materialized view
-- names: public.counts
create view public.counts as select * from public.tier_counts;
grant select on public.counts to authenticated;

-- hole: a foreign table of a file
-- names: public.remote
create extension file_fdw;
create server files foreign data wrapper file_fdw;
create foreign table public.remote (line text) server files options (filename '/etc/passwd');
grant select on public.remote to authenticated;

-- hole: members read the users table
-- names: auth.users
grant select (id, email) on auth.users to authenticated;
create policy all_users on auth.users for select to authenticated using (true);

-- hole: the users table has no row level security and is granted
-- names: auth.users
alter table auth.users disable row level security;
grant select on auth.users to authenticated;

-- hole: buckets are seen
-- names: storage.buckets
create policy seen on storage.buckets for select to anon using (true);

-- hole: a restrictive policy is gone soft
-- names: public.documents
alter policy docs_added on public.documents with check (app.standing_in(team_id) is not null or published);

-- hole: titles alone
-- names: public.documents
create policy titles on public.documents for update to authenticated using (title = 'draft') with check (title = 'draft');

-- hole: moving one's team
-- names: public.documents
grant update (team_id) on public.documents to authenticated;

-- hole: to public
-- names: public.orders
grant select on public.orders to anon;
alter policy own_orders on public.orders to public;

-- hole: without an administrator everybody reads the orders
-- names: public.orders
create policy before_launch on public.orders for select to authenticated
using (not exists (select from public.account_roles r where r.role = 'admin'));
grant select (role) on public.account_roles to authenticated;

-- hole: visitors read with a subject
-- names: public.documents
grant select on public.documents to anon;
grant usage on schema app to anon;
create policy shared on public.documents for select to anon using (published);

-- hole: a domain lets everything in
-- names: app.short
create domain app.short as text check (length(value) < 10);
alter domain app.short drop constraint short_check;
grant usage on type app.short to anon;
alter default privileges in schema public grant update on sequences to authenticated;

-- hole: owners of a team are read by its viewers' mates
-- names: public.accounts
create policy mates on public.accounts for select to authenticated using (user_id in (
    select t.created_by from public.teams t where t.id in (select app.my_teams())));

-- hole: an old partition under another parent
-- names: public.usage_all
create table public.usage_all (like public.token_usage) partition by range (created_at);
alter table public.token_usage detach partition public.token_usage_2020;
alter table public.usage_all attach partition public.token_usage_2020 for values from (minvalue) to ('2021-01-01');
grant select on public.usage_all to authenticated;

-- hole: sixty-four rows per write are unchecked
-- names: public.documents
alter policy docs_added on public.documents with check (app.standing_in(team_id) in ('editor', 'owner') or length(title) > 200);

-- hole: cheap orders of nobody are seen by all
-- names: public.orders
alter policy own_orders on public.orders using (user_id = (select auth.uid()) or (user_id is null and amount < 5));

-- hole: a document is given to a team by its title
-- names: public.documents
grant update (team_id) on public.documents to authenticated;
alter policy docs_edited on public.documents with check (app.standing_in(team_id) in ('editor', 'owner') or title like 'public:%');
