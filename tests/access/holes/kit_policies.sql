-- Holes in the policies and row level security of foreign/kit.sql.

-- hole: members read every order
-- names: public.orders
alter policy own_orders on public.orders using (true);

-- hole: large orders are seen by all
-- names: public.orders
alter policy own_orders on public.orders using (user_id = (select auth.uid()) or amount > 1000000);

-- hole: paid orders are seen by all
-- names: public.orders
create policy paid on public.orders for select to authenticated using (state = 'SUCCESS');

-- hole: orders of nobody are seen by all
-- names: public.orders
alter policy own_orders on public.orders using (user_id = (select auth.uid()) or user_id is null);

-- hole: one customer's orders are seen by all
-- names: public.orders
alter policy own_orders on public.orders using (user_id = (select auth.uid()) or external_id like 'VIP%');

-- hole: a paying caller reads everybody's account
-- names: public.accounts
alter policy own_account on public.accounts using (
    user_id = (select auth.uid())
    or exists (select from public.plans p where p.user_id = (select auth.uid()) and p.tier = 'ULTIMATE'));

-- hole: with check is gone and the key may be changed
-- names: public.accounts
alter policy edit_account on public.accounts with check (true);
grant update (user_id) on public.accounts to authenticated;

-- hole: members change everybody's account
-- names: public.accounts
alter policy edit_account on public.accounts using (true) with check (true);

-- hole: row level security is off
-- names: public.plans
alter table public.plans disable row level security;

-- hole: row level security is off on a partition that is granted
-- names: public.token_usage_rest
alter table public.token_usage_rest disable row level security;
grant select on public.token_usage_rest to authenticated;

-- hole: a partition is granted and has a loose policy
-- names: public.token_usage_2020
grant select on public.token_usage_2020 to authenticated;
create policy loose on public.token_usage_2020 for select to authenticated using (true);

-- hole: a policy trusts the user's own metadata
-- names: public.accounts
create policy admins on public.accounts for select to authenticated
using ((auth.jwt() -> 'user_metadata' ->> 'role') = 'admin');

-- hole: a policy trusts a flag in the user's own metadata
-- names: public.plans
create policy staff on public.plans for select to authenticated
using (coalesce((auth.jwt() -> 'user_metadata' ->> 'is_staff')::boolean, false));

-- hole: a policy trusts a setting that any caller may set
-- names: public.orders
create policy bypass on public.orders for select to authenticated
using (current_setting('app.bypass', true) = 'on');

-- hole: visitors read accounts
-- names: public.accounts
grant select on public.accounts to anon;
create policy visitors on public.accounts for select to anon using (true);

-- hole: signed in without a subject reads the orders of nobody
-- names: public.orders
alter policy own_orders on public.orders using (user_id is not distinct from (select auth.uid()));

-- hole: members remove orders
-- names: public.orders
grant delete on public.orders to authenticated;
create policy removal on public.orders for delete to authenticated using (user_id = (select auth.uid()));

-- hole: members add orders that are paid already
-- names: public.orders
grant insert on public.orders to authenticated;
create policy adding on public.orders for insert to authenticated with check (user_id = (select auth.uid()));

-- hole: a policy for all commands on plans
-- names: public.plans
grant update on public.plans to authenticated;
create policy everything on public.plans for all to authenticated using (user_id = (select auth.uid()));

-- hole: the avatar path is a prefix
-- names: storage.objects
alter policy face_add on storage.objects with check (bucket_id = 'faces' and name like (select auth.uid())::text || '%');

-- hole: the avatar path is compared without case
-- names: storage.objects
alter policy face_read on storage.objects using (bucket_id = 'faces' and lower(name) = (select auth.uid())::text || '/avatar');

-- hole: any file in one's folder
-- names: storage.objects
alter policy face_add on storage.objects with check (bucket_id = 'faces' and (storage.foldername(name))[1] = (select auth.uid())::text);

-- hole: the user's id anywhere in the path
-- names: storage.objects
alter policy face_change on storage.objects using (bucket_id = 'faces' and name like '%' || (select auth.uid())::text || '%');

-- hole: the whole bucket is read by all
-- names: storage.objects
alter policy face_read on storage.objects using (bucket_id = 'faces');

-- hole: visitors add files
-- names: storage.objects
create policy visitors_add on storage.objects for insert to anon with check (bucket_id = 'faces');

-- hole: the bucket does not matter
-- names: storage.objects
insert into storage.buckets (id, name) values ('invoices', 'invoices');
alter policy face_add on storage.objects with check (name = (select auth.uid())::text || '/avatar');

-- hole: viewers edit documents
-- names: public.documents
alter policy docs_edited on public.documents using (app.standing_in(team_id) is not null)
with check (app.standing_in(team_id) is not null);

-- hole: editors remove documents
-- names: public.documents
alter policy docs_removed on public.documents using (app.standing_in(team_id) in ('editor', 'owner'));

-- hole: published documents are seen by other teams
-- names: public.documents
alter policy docs_seen on public.documents using (published or team_id in (select app.my_teams()));

-- hole: a document may be moved into another's team
-- names: public.documents
grant update (team_id) on public.documents to authenticated;
alter policy docs_edited on public.documents with check (true);

-- hole: members of other teams are seen
-- names: public.team_members
alter policy members_seen on public.team_members using (true);

-- hole: anyone joins any team
-- names: public.team_members
grant insert on public.team_members to authenticated;
create policy joining on public.team_members for insert to authenticated with check (user_id = (select auth.uid()));

-- hole: a policy that recurses
-- names: public.team_members
alter policy members_seen on public.team_members
using (team_id in (select m.team_id from public.team_members m where m.user_id = (select auth.uid())));

-- hole: owners do not see their own plan
-- names: public.plans
drop policy own_plan on public.plans;

-- hole: owners do not see refunded orders
-- names: public.orders
alter policy own_orders on public.orders using (user_id = (select auth.uid()) and state <> 'REFUNDED');

-- hole: a restrictive policy shuts everybody out
-- names: public.accounts
create policy shut on public.accounts as restrictive for select to authenticated using (false);

-- hole: an administrator is in one predicate with the owner
-- names: public.orders
alter policy own_orders on public.orders using (user_id = (select auth.uid()) or app.is_admin());

-- hole: an administrator is in one predicate with the owner, inside a select
-- names: public.orders
alter policy own_orders on public.orders using (user_id = (select auth.uid()) or (select app.is_admin()));

-- hole: the key is compared as text
-- names: public.orders
alter policy own_orders on public.orders using (user_id::text = (select auth.uid())::text);

-- hole: the index under the policy is gone
-- names: public.orders
drop index public.orders_user_id_idx;

-- hole: a helper is called once a row
-- names: public.token_usage
alter policy own_usage on public.token_usage using (user_id = (select auth.uid()) and app.standing_in(user_id) is null);

-- hole: the key is compared with a list that a subquery makes, which no index serves
-- names: public.orders
alter policy own_orders on public.orders using (user_id in (select auth.uid()));
