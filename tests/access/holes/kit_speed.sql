-- Holes of foreign/kit.sql: slowness that no plan of the policy shows, and indexes that rules need.

-- hole: the index under a helper is gone
-- names: public.team_members
drop index public.team_members_user_id_idx;
alter table public.team_members drop constraint team_members_pkey;
alter table public.team_members add primary key (team_id, user_id);

-- hole: the index under the documents' policy is gone
-- names: public.documents
drop index public.documents_team_id_idx;

-- hole: the index became partial
-- names: public.orders
drop index public.orders_user_id_idx;
create index orders_user_id_idx on public.orders (user_id, id) where state = 'SUCCESS';

-- hole: the index has another order
-- names: public.orders
drop index public.orders_user_id_idx;
create index orders_user_id_idx on public.orders (id, user_id);

-- hole: the index is by text
-- names: public.token_usage
drop index public.token_usage_user_id_idx;
create index token_usage_user_id_idx on public.token_usage ((user_id::text));

-- hole: a helper reads a whole table
-- names: public.teams
create or replace function app.my_teams() returns setof uuid language sql stable security definer set search_path = '' as
$$ select m.team_id from public.team_members m where m.user_id::text = auth.uid()::text $$;
