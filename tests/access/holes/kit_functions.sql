-- Holes in the functions, triggers and views of foreign/kit.sql.

-- hole: everyone is an administrator
-- names: is_admin()
create or replace function app.is_admin() returns boolean language sql stable security definer set search_path = '' as
$$ select true $$;

-- hole: an administrator by metadata
-- names: is_admin()
create or replace function app.is_admin() returns boolean language sql stable security definer set search_path = '' as
$$ select exists (select from public.account_roles r where r.user_id = auth.uid() and r.role = 'admin')
    or coalesce(auth.jwt() -> 'user_metadata' ->> 'role', '') = 'admin' $$;

-- hole: an administrator by a setting
-- names: is_admin()
create or replace function app.is_admin() returns boolean language sql stable security definer set search_path = '' as
$$ select exists (select from public.account_roles r where r.user_id = auth.uid() and r.role = 'admin')
    or current_setting('app.is_admin', true) = 'true' $$;

-- hole: anyone with a role is an administrator
-- names: is_admin()
create or replace function app.is_admin() returns boolean language sql stable security definer set search_path = '' as
$$ select exists (select from public.account_roles r where r.user_id = auth.uid()) $$;

-- hole: nobody is an administrator
-- names: is_admin()
create or replace function app.is_admin() returns boolean language sql stable security definer set search_path = '' as
$$ select exists (select from public.account_roles r where r.user_id = auth.uid() and r.role::text = 'Admin') $$;

-- hole: the helper is not a definer, so it sees nothing
-- names: my_teams()
alter function app.my_teams() security invoker;

-- hole: the helper returns every team
-- names: my_teams()
create or replace function app.my_teams() returns setof uuid language sql stable security definer set search_path = '' as
$$ select m.team_id from public.team_members m $$;

-- hole: the path of a definer is not pinned
-- names: app.is_admin()
alter function app.is_admin() reset search_path;

-- hole: the path of a definer lets temporary tables in
-- names: public.cancel_plan()
alter function public.cancel_plan() set search_path = public;

-- hole: null passes the guard
-- names: public.my_tier(uuid)
create or replace function public.my_tier(p_user uuid default null) returns public.tier
language plpgsql stable security definer set search_path = '' as $$
begin
    if p_user <> auth.uid() and not app.is_admin() and auth.uid() is null then
        raise exception 'not allowed' using errcode = '42501';
    end if;
    return (select p.tier from public.plans p where p.user_id = coalesce(p_user, auth.uid())
        and (p.period_end is null or p.period_end > now()));
end $$;

-- hole: the guard of set_role is gone
-- names: public.set_role(uuid, public.member_role)
create or replace function public.set_role(p_user uuid, p_role public.member_role) returns void
language plpgsql security definer set search_path = '' as $$
begin
    update public.account_roles set role = p_role where user_id = p_user;
    insert into public.journal (actor_id, action) values (auth.uid(), 'role.set');
end $$;

-- hole: one may set one's own role
-- names: public.set_role(uuid, public.member_role)
create or replace function public.set_role(p_user uuid, p_role public.member_role) returns void
language plpgsql security definer set search_path = '' as $$
begin
    if not app.is_admin() and p_user is distinct from auth.uid() then
        raise exception 'admins only' using errcode = '42501';
    end if;
    update public.account_roles set role = p_role where user_id = p_user;
    insert into public.journal (actor_id, action) values (auth.uid(), 'role.set');
end $$;

-- hole: the journal is not written
-- names: public.set_role(uuid, public.member_role)
create or replace function public.set_role(p_user uuid, p_role public.member_role) returns void
language plpgsql security definer set search_path = '' as $$
begin
    if not app.is_admin() then
        raise exception 'admins only' using errcode = '42501';
    end if;
    update public.account_roles set role = p_role where user_id = p_user;
end $$;

-- hole: everybody's plan is cancelled
-- names: public.cancel_plan()
create or replace function public.cancel_plan() returns void language plpgsql security definer set search_path = '' as $$
begin
    update public.plans set cancel_at_period_end = true;
end $$;

-- hole: the caller's text becomes SQL
-- names: public.find_orders(text)
create or replace function public.find_orders(p_text text) returns setof uuid
language plpgsql stable security definer set search_path = '' as $$
begin
    return query execute format('select id from public.orders where user_id = $1 and external_id like ''%s%%''', p_text)
        using auth.uid();
end $$;

-- hole: an error tells of others' orders
-- names: public.find_orders(text)
create or replace function public.find_orders(p_text text) returns setof uuid
language plpgsql stable security definer set search_path = '' as $$
declare v_order public.orders;
begin
    select * into v_order from public.orders where external_id = p_text and user_id <> auth.uid();
    if found then
        raise exception 'order % belongs to %', v_order.id, v_order.user_id;
    end if;
    return query execute 'select id from public.orders where user_id = $1 and external_id like $2'
        using auth.uid(), p_text || '%';
end $$;

-- hole: a notice tells of others' orders
-- names: public.find_orders(text)
create or replace function public.find_orders(p_text text) returns setof uuid
language plpgsql stable security definer set search_path = '' as $$
begin
    raise notice 'looked through %', (select string_agg(o.external_id, ',') from public.orders o);
    return query execute 'select id from public.orders where user_id = $1 and external_id like $2'
        using auth.uid(), p_text || '%';
end $$;

-- hole: a new function returns every account
-- names: public.all_accounts()
create function public.all_accounts() returns setof public.accounts language sql security definer set search_path = '' as
$$ select * from public.accounts $$;

-- hole: a new procedure sets plans
-- names: public.upgrade(uuid)
create procedure public.upgrade(p_user uuid) language sql security definer set search_path = '' as
$$ update public.plans set tier = 'ULTIMATE' where user_id = p_user $$;
grant execute on procedure public.upgrade(uuid) to authenticated;

-- hole: a helper claims to be leakproof
-- names: app.standing_in(uuid)
alter function app.standing_in(uuid) leakproof;

-- hole: a helper claims to be immutable
-- names: app.is_admin()
alter function app.is_admin() immutable;

-- hole: a function switches row level security off
-- names: public.find_orders(text)
alter function public.find_orders(text) set row_security = off;

-- hole: a signup takes its role from the metadata
-- names: account_roles
create or replace function app.on_signup() returns trigger language plpgsql security definer set search_path = '' as $$
begin
    insert into public.accounts (user_id, full_name) values (new.id, left(new.raw_user_meta_data ->> 'full_name', 120))
    on conflict do nothing;
    insert into public.account_roles (user_id, role)
    values (new.id, coalesce((new.raw_user_meta_data ->> 'role')::public.member_role, 'member')) on conflict do nothing;
    insert into public.plans (user_id) values (new.id) on conflict do nothing;
    return new;
end $$;

-- hole: a signup takes its plan from the metadata
-- names: plans
create or replace function app.on_signup() returns trigger language plpgsql security definer set search_path = '' as $$
begin
    insert into public.accounts (user_id, full_name) values (new.id, left(new.raw_user_meta_data ->> 'full_name', 120))
    on conflict do nothing;
    insert into public.account_roles (user_id) values (new.id) on conflict do nothing;
    insert into public.plans (user_id, tier)
    values (new.id, case when new.raw_user_meta_data ? 'tier' then (new.raw_user_meta_data ->> 'tier')::public.tier else 'FREE' end)
    on conflict do nothing;
    return new;
end $$;

-- hole: a signup takes its id from the metadata
-- names: account_roles
create or replace function app.on_signup() returns trigger language plpgsql security definer set search_path = '' as $$
begin
    insert into public.accounts (user_id, full_name) values (new.id, left(new.raw_user_meta_data ->> 'full_name', 120))
    on conflict do nothing;
    insert into public.account_roles (user_id)
    values (coalesce((new.raw_user_meta_data ->> 'user_id')::uuid, new.id)) on conflict do nothing;
    insert into public.plans (user_id) values (new.id) on conflict do nothing;
    return new;
end $$;

-- hole: a signup without metadata fails
-- names: auth.users
create or replace function app.on_signup() returns trigger language plpgsql security definer set search_path = '' as $$
begin
    if new.raw_user_meta_data ->> 'full_name' is null then
        raise exception 'a name is needed';
    end if;
    insert into public.accounts (user_id, full_name) values (new.id, left(new.raw_user_meta_data ->> 'full_name', 120))
    on conflict do nothing;
    insert into public.account_roles (user_id) values (new.id) on conflict do nothing;
    insert into public.plans (user_id) values (new.id) on conflict do nothing;
    return new;
end $$;

-- hole: every signup fails
-- names: on_signup
alter function app.on_signup() security invoker;
alter table auth.users disable trigger on_signup;

-- hole: new users are administrators by default
-- names: account_roles
alter table public.account_roles alter column role set default 'admin';

-- hole: new plans are the highest by default
-- names: plans
alter table public.plans alter column tier set default 'ULTIMATE';

-- hole: editing one's metadata changes the role
-- names: account_roles
create function app.sync() returns trigger language plpgsql security definer set search_path = '' as $$
begin
    update public.account_roles set role = 'admin'
    where user_id = new.id and new.raw_user_meta_data ->> 'role' = 'admin';
    return new;
end $$;
revoke all on function app.sync() from public;
create trigger sync after update on auth.users for each row execute function app.sync();

-- hole: the journal may be changed
-- names: journal
drop trigger append_only on public.journal;

-- hole: the journal's guard is off
-- names: journal
alter table public.journal disable trigger append_only;

-- hole: the journal's guard looks away
-- names: journal
create or replace function app.append_only() returns trigger language plpgsql set search_path = '' as $$
begin
    if current_setting('app.maintenance', true) = 'on' or tg_op = 'UPDATE' then
        return coalesce(new, old);
    end if;
    raise exception 'the journal is append-only' using errcode = '42501';
end $$;

-- hole: a view runs as its owner
-- names: public.my_orders
alter view public.my_orders set (security_invoker = false);

-- hole: a new view runs as its owner
-- names: public.people
create view public.people as select u.email, a.full_name from auth.users u join public.accounts a on a.user_id = u.id;
grant select on public.people to authenticated;

-- hole: a materialized view is granted
-- names: public.tier_counts
grant select on public.tier_counts to anon;

-- hole: a new materialized view of everything
-- names: public.everything
create materialized view public.everything as select * from public.orders;
grant select on public.everything to authenticated;

-- hole: a view shows a column more
-- names: public.my_orders
grant select (details) on public.orders to authenticated;
create or replace view public.my_orders with (security_invoker = true) as
select id, external_id, amount, state, details from public.orders;

-- hole: another's picture may be pointed at
-- names: public.accounts
alter table public.accounts drop constraint accounts_avatar_check;

-- hole: another's picture may be pointed at, by a weaker check
-- names: public.accounts
alter table public.accounts drop constraint accounts_avatar_check;
alter table public.accounts add constraint accounts_avatar_check check (avatar_path is null or avatar_path like '%/avatar');

-- hole: two plans a user
-- names: public.plans
alter table public.plans drop constraint plans_user_id_key;

-- hole: an address twice
-- names: public.leads
drop index public.leads_email_key;

-- hole: orders die with their user
-- names: public.orders
alter table public.orders drop constraint orders_user_id_fkey;
alter table public.orders add constraint orders_user_id_fkey foreign key (user_id) references auth.users (id) on delete cascade;

-- hole: negative amounts
-- names: public.orders
alter table public.orders drop constraint orders_amount_check;

-- hole: usage is written for whoever is named
-- names: public.add_usage
drop function public.add_usage(text, int);
create function public.add_usage(p_route text, p_tokens int, p_user uuid default null) returns void
language sql security definer set search_path = '' as
$$ insert into public.token_usage (user_id, route, tokens) select coalesce(p_user, auth.uid()), p_route, p_tokens $$;
revoke all on function public.add_usage(text, int, uuid) from public;
grant execute on function public.add_usage(text, int, uuid) to service_role;

-- hole: a negative number lowers the usage
-- names: public.add_usage(text, integer)
create or replace function public.add_usage(p_route text, p_tokens int) returns void
language sql security definer set search_path = '' as
$$ insert into public.token_usage (user_id, route, tokens)
   select auth.uid(), p_route, abs(p_tokens) where auth.uid() is not null $$;

-- hole: the limit is not held
-- names: public.take_token(text, integer)
create or replace function public.take_token(p_key text, p_limit int) returns boolean
language plpgsql security definer set search_path = '' as $$
begin
    insert into public.throttles (key, hits, resets_at) values (p_key, 1, now() + interval '1 hour')
    on conflict (key) do update set hits = public.throttles.hits + 1;
    return true;
end $$;

-- hole: a definer belongs to somebody stronger
-- names: public.find_orders(text)
create role kit_owner superuser;
alter function public.find_orders(text) owner to kit_owner;
