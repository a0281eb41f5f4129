-- More changes of foreign/kit.sql that open and close nothing: the twins of its later holes.

-- change: a trigger more on documents that does nothing to others
create function app.trim_title() returns trigger language plpgsql set search_path = '' as $$
begin
    new.title := new.title;
    return new;
end $$;
revoke all on function app.trim_title() from public;
create trigger trim_title before insert or update on public.documents for each row execute function app.trim_title();

-- change: an index is replaced by a wider one
drop index public.orders_user_id_idx;
create index orders_user_id_idx on public.orders (user_id, state, id);

-- change: costs and comments
alter function app.my_teams() cost 500 rows 10;
comment on function app.my_teams() is 'teams';
alter table public.orders set (fillfactor = 80);
alter table public.orders alter column amount set statistics 500;

-- change: the helper is reworded
create or replace function app.my_teams() returns setof uuid language sql stable security definer set search_path = '' as
$$ select distinct m.team_id from public.team_members as m where auth.uid() = m.user_id $$;

-- change: a pinned path names public and pg_temp last
alter function public.find_orders(text) set search_path = public, pg_temp;

-- change: the picture's move is reworded
alter policy face_change on storage.objects
using (name = (select auth.uid())::text || '/avatar' and bucket_id = 'faces')
with check (name = ((select auth.uid())::text || '/' || 'avatar') and bucket_id = 'faces');

-- change: an extension that touches nothing
-- says: extension
create extension pg_trgm;

-- change: a role for jobs that may do nothing
create role kit_reporting nologin;

-- change: a table of one's own notes
-- says: public.notes
create table public.notes (id int primary key, user_id uuid not null references auth.users, body text);
create index on public.notes (user_id);
alter table public.notes enable row level security;
revoke all on public.notes from anon, authenticated;
grant select on public.notes to authenticated;
create policy own on public.notes for select to authenticated using (user_id = (select auth.uid()));

-- change: a check is added again and made to hold
alter table public.orders drop constraint orders_amount_check;
alter table public.orders add constraint orders_amount_check check (amount > 0) not valid;
alter table public.orders validate constraint orders_amount_check;

-- change: a guard is reworded
create or replace function public.set_role(p_user uuid, p_role public.member_role) returns void
language plpgsql security definer set search_path = '' as $$
begin
    if app.is_admin() is not true then
        raise exception 'admins only' using errcode = '42501';
    end if;
    update public.account_roles as r set role = p_role where r.user_id = p_user;
    insert into public.journal (action, actor_id) values ('role.set', auth.uid());
end $$;

-- change: the append-only guard is reworded
create or replace function app.append_only() returns trigger language plpgsql set search_path = '' as $$
begin
    if pg_trigger_depth() > 1 and tg_op = 'UPDATE' then
        return new;
    end if;
    raise exception using message = 'the journal is append-only', errcode = '42501';
end $$;

-- change: a policy says the roles twice
alter policy own_plan on public.plans to authenticated using (user_id = (select auth.uid()) and tier in ('FREE', 'PRO', 'ULTIMATE'));

-- change: an unneeded default
alter table public.inbox alter column attempts set default (0);

-- change: a function more that nobody may call
create function app.nothing() returns void language sql set search_path = '' as $$ select $$;

-- change: a column more with a default, which nobody is granted
alter table public.orders add column source text not null default 'web';

-- change: what a trigger runs has another name
alter function app.touch() rename to set_updated_at;
alter trigger touch on public.accounts rename to set_updated_at;

-- change: an update that changes nothing is passed over
drop trigger touch on public.accounts;
create trigger touch before update on public.accounts
for each row when (old.* is distinct from new.*) execute function app.touch();

-- change: a column that must be given and that a trigger gives
-- says: public.token_usage
alter table public.token_usage add column model text;
update public.token_usage set model = 'any';
alter table public.token_usage alter column model set not null;
create function app.any_model() returns trigger language plpgsql set search_path = '' as $$
begin
    new.model := coalesce(new.model, 'any');
    return new;
end $$;
revoke all on function app.any_model() from public;
create trigger any_model before insert on public.token_usage for each row execute function app.any_model();
