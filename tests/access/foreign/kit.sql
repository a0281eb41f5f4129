-- kit: a product of the usual shape with names of its own: people, plans, orders, an inbox, counters, a log, teams.
create schema app;
revoke create on schema public from public;
alter default privileges revoke execute on functions from public;

create type public.member_role as enum ('member', 'admin');
create type public.tier as enum ('FREE', 'PRO', 'ULTIMATE');
create type public.order_state as enum ('PENDING', 'SUCCESS', 'FAILED', 'REFUNDED');

create table public.accounts (
    user_id uuid primary key references auth.users (id) on delete cascade,
    full_name text check (char_length(full_name) <= 120),
    avatar_path text,
    bio jsonb not null default '{}',
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    constraint accounts_avatar_check check (avatar_path is null or avatar_path = user_id::text || '/avatar')
);
create table public.account_roles (
    user_id uuid primary key references auth.users (id) on delete cascade,
    role public.member_role not null default 'member',
    updated_at timestamptz not null default now()
);
create table public.plans (
    id bigint generated always as identity primary key,
    user_id uuid not null unique references auth.users (id) on delete cascade,
    tier public.tier not null default 'FREE',
    period_end timestamptz,
    cancel_at_period_end boolean not null default false
);
create table public.orders (
    id uuid primary key default gen_random_uuid(),
    user_id uuid references auth.users (id) on delete set null,
    plan_id bigint references public.plans (id) on delete set null,
    external_id text not null unique,
    amount bigint not null check (amount > 0),
    currency text not null default 'IDR' check (currency ~ '^[A-Z]{3}$'),
    state public.order_state not null default 'PENDING',
    tier public.tier not null default 'PRO',
    details jsonb not null default '{}',
    paid_at timestamptz,
    constraint orders_paid_check check (state <> 'SUCCESS' or paid_at is not null)
);
create index orders_user_id_idx on public.orders (user_id, id);
create table public.inbox (
    id bigint generated always as identity primary key,
    provider text not null check (provider in ('midtrans', 'doku')),
    event_key text not null,
    payload jsonb not null,
    attempts int not null default 0,
    unique (provider, event_key)
);
create table public.leads (
    id bigint generated always as identity primary key,
    email text not null check (email ~ '^[^@\s]+@[^@\s]+$'),
    name text
);
create unique index leads_email_key on public.leads (lower(email));
create table public.token_usage (
    id bigint generated always as identity,
    user_id uuid not null references auth.users (id) on delete cascade,
    route text not null,
    tokens int not null check (tokens >= 0),
    created_at timestamptz not null default now(),
    primary key (id, created_at)
) partition by range (created_at);
create table public.token_usage_2020 partition of public.token_usage for values from (minvalue) to ('2021-01-01');
create table public.token_usage_rest partition of public.token_usage for values from ('2021-01-01') to (maxvalue);
create index token_usage_user_id_idx on public.token_usage (user_id);
create table public.throttles (
    key text primary key check (char_length(key) between 1 and 200),
    hits int not null default 0,
    resets_at timestamptz not null
);
create table public.journal (
    id bigint generated always as identity primary key,
    actor_id uuid references auth.users (id) on delete set null,
    action text not null,
    details jsonb not null default '{}',
    created_at timestamptz not null default now()
);
create table public.teams (
    id uuid primary key default gen_random_uuid(),
    name text not null,
    created_by uuid not null references auth.users (id) on delete cascade
);
create table public.team_members (
    team_id uuid not null references public.teams (id) on delete cascade,
    user_id uuid not null references auth.users (id) on delete cascade,
    standing text not null default 'viewer' check (standing in ('viewer', 'editor', 'owner')),
    primary key (team_id, user_id)
);
create index team_members_user_id_idx on public.team_members (user_id);
create table public.documents (
    id uuid primary key default gen_random_uuid(),
    team_id uuid not null references public.teams (id) on delete cascade,
    title text not null,
    published boolean not null default false
);
create index documents_team_id_idx on public.documents (team_id);
create table public.offers (
    tier public.tier primary key,
    title text not null,
    hidden boolean not null default false
);
insert into public.offers (tier, title) values ('FREE', 'Free'), ('PRO', 'Pro'), ('ULTIMATE', 'All of it');
create table public.refunds (
    order_id uuid primary key references public.orders (id) on delete cascade,
    user_id uuid not null references auth.users (id) on delete cascade,
    slip int not null unique,
    decision text not null default 'open' check (decision in ('open', 'granted', 'denied')),
    risk numeric(4, 3) check (risk between 0 and 1)
);
create index refunds_user_id_idx on public.refunds (user_id);

do $$
declare t text;
begin
    foreach t in array array['accounts', 'account_roles', 'plans', 'orders', 'inbox', 'leads', 'token_usage',
        'token_usage_2020', 'token_usage_rest', 'throttles', 'journal', 'teams', 'team_members', 'documents', 'offers', 'refunds'] loop
        execute format('alter table public.%I enable row level security', t);
        execute format('revoke all on public.%I from public, anon, authenticated, service_role', t);
        execute format('grant select, insert, update, delete on public.%I to service_role', t);
    end loop;
end $$;

create function app.is_admin() returns boolean language sql stable security definer set search_path = '' as
$$ select exists (select from public.account_roles r where r.user_id = auth.uid() and r.role = 'admin') $$;
create function app.standing_in(p_team uuid) returns text language sql stable security definer set search_path = '' as
$$ select m.standing from public.team_members m where m.team_id = p_team and m.user_id = auth.uid() $$;
create function app.my_teams() returns setof uuid language sql stable security definer set search_path = '' as
$$ select m.team_id from public.team_members m where m.user_id = auth.uid() $$;
revoke all on all functions in schema app from public;
grant usage on schema app to authenticated;
grant execute on all functions in schema app to authenticated;

grant usage on schema public to anon, authenticated, service_role;
grant select on public.accounts, public.account_roles, public.plans, public.token_usage to authenticated;
grant update (full_name, avatar_path, bio) on public.accounts to authenticated;
grant select (id, user_id, external_id, amount, currency, state, paid_at) on public.orders to authenticated;
grant select on public.teams, public.team_members, public.documents to authenticated;
grant insert (team_id, title), update (title, published), delete on public.documents to authenticated;

grant select on public.offers to anon, authenticated;
grant select, insert (order_id, user_id, slip) on public.refunds to authenticated;

create policy own_account on public.accounts for select to authenticated using (user_id = (select auth.uid()));
create policy edit_account on public.accounts for update to authenticated
using (user_id = (select auth.uid())) with check (user_id = (select auth.uid()));
create policy own_role on public.account_roles for select to authenticated using (user_id = (select auth.uid()));
create policy own_plan on public.plans for select to authenticated using (user_id = (select auth.uid()));
create policy own_orders on public.orders for select to authenticated using (user_id = (select auth.uid()));
create policy own_usage on public.token_usage for select to authenticated using (user_id = (select auth.uid()));
create policy team_seen on public.teams for select to authenticated
using (id in (select app.my_teams()));
create policy members_seen on public.team_members for select to authenticated
using (team_id in (select app.my_teams()));
create policy docs_seen on public.documents for select to authenticated
using (team_id in (select app.my_teams()));
create policy docs_added on public.documents for insert to authenticated
with check (app.standing_in(team_id) in ('editor', 'owner'));
create policy docs_edited on public.documents for update to authenticated
using (app.standing_in(team_id) in ('editor', 'owner')) with check (app.standing_in(team_id) in ('editor', 'owner'));
create policy docs_removed on public.documents for delete to authenticated
using (app.standing_in(team_id) = 'owner');
create policy offers_seen on public.offers for select to anon, authenticated using (not hidden);
create policy own_refunds on public.refunds for select to authenticated using (user_id = (select auth.uid()));
create policy refunds_asked on public.refunds for insert to authenticated
with check (user_id = (select auth.uid()) and exists (
    select from public.orders o where o.id = order_id and o.user_id = (select auth.uid())
    and o.state = 'SUCCESS' and o.paid_at > now() - interval '14 days'
));
create policy no_guests on public.refunds as restrictive for insert to authenticated
with check (((select auth.jwt()) ->> 'is_anonymous')::boolean is not true);

insert into storage.buckets (id, name, public, file_size_limit, allowed_mime_types)
values ('faces', 'faces', false, 2097152, '{image/png,image/jpeg}');
create policy face_read on storage.objects for select to authenticated
using (bucket_id = 'faces' and name = (select auth.uid())::text || '/avatar');
create policy face_add on storage.objects for insert to authenticated
with check (bucket_id = 'faces' and name = (select auth.uid())::text || '/avatar');
create policy face_change on storage.objects for update to authenticated
using (bucket_id = 'faces' and name = (select auth.uid())::text || '/avatar')
with check (bucket_id = 'faces' and name = (select auth.uid())::text || '/avatar');

create function app.on_signup() returns trigger language plpgsql security definer set search_path = '' as $$
begin
    insert into public.accounts (user_id, full_name) values (new.id, left(new.raw_user_meta_data ->> 'full_name', 120))
    on conflict do nothing;
    insert into public.account_roles (user_id) values (new.id) on conflict do nothing;
    insert into public.plans (user_id) values (new.id) on conflict do nothing;
    return new;
end $$;
revoke all on function app.on_signup() from public;
create trigger on_signup after insert on auth.users for each row execute function app.on_signup();
create function app.append_only() returns trigger language plpgsql set search_path = '' as $$
begin
    if tg_op = 'UPDATE' and pg_trigger_depth() > 1 then
        return new;
    end if;
    raise exception 'the journal is append-only' using errcode = '42501';
end $$;
create trigger append_only before update or delete on public.journal for each row execute function app.append_only();
create function app.touch() returns trigger language plpgsql set search_path = '' as $$
begin
    new.updated_at := now();
    return new;
end $$;
create trigger touch before update on public.accounts for each row execute function app.touch();
create function app.last_admin() returns trigger language plpgsql security definer set search_path = '' as $$
begin
    if old.role = 'admin' and new.role <> 'admin' and not exists (
        select from public.account_roles r where r.role = 'admin' and r.user_id <> old.user_id
    ) then
        raise exception 'the last administrator stays' using errcode = '23514';
    end if;
    return new;
end $$;
create trigger last_admin before update of role on public.account_roles
for each row execute function app.last_admin();
create function app.refunded() returns trigger language plpgsql security definer set search_path = '' as $$
begin
    update public.plans set tier = 'FREE' where user_id = new.user_id and tier = new.tier;
    return null;
end $$;
create trigger refunded after update of state on public.orders
for each row when (new.state = 'REFUNDED') execute function app.refunded();

create function public.my_tier(p_user uuid default null) returns public.tier
language plpgsql stable security definer set search_path = '' as $$
declare v_user uuid := coalesce(p_user, auth.uid());
begin
    if v_user is null or (v_user is distinct from auth.uid() and not app.is_admin()) then
        raise exception 'not allowed' using errcode = '42501';
    end if;
    return (select p.tier from public.plans p where p.user_id = v_user
        and (p.period_end is null or p.period_end > now()));
end $$;
create function public.cancel_plan() returns void language plpgsql security definer set search_path = '' as $$
begin
    if auth.uid() is null then
        raise exception 'sign in first' using errcode = '42501';
    end if;
    update public.plans set cancel_at_period_end = true where user_id = auth.uid();
end $$;
create function public.set_role(p_user uuid, p_role public.member_role) returns void
language plpgsql security definer set search_path = '' as $$
begin
    if not app.is_admin() then
        raise exception 'admins only' using errcode = '42501';
    end if;
    update public.account_roles set role = p_role where user_id = p_user;
    insert into public.journal (actor_id, action) values (auth.uid(), 'role.set');
end $$;
create function public.decide_refund(p_order uuid, p_grant boolean) returns void
language plpgsql security definer set search_path = '' as $$
declare v_order uuid;
begin
    if not app.is_admin() then
        raise exception 'admins only' using errcode = '42501';
    end if;
    update public.refunds set decision = case when p_grant then 'granted' else 'denied' end
    where order_id = p_order and decision = 'open' returning order_id into v_order;
    if v_order is null then
        raise exception 'nothing to decide' using errcode = 'P0002';
    end if;
    if p_grant then
        update public.orders set state = 'REFUNDED' where id = v_order and state = 'SUCCESS';
    end if;
end $$;
create function public.move_plan(p_tier public.tier) returns void
language plpgsql security definer set search_path = '' as $$
declare v_user uuid := auth.uid();
begin
    update public.plans set cancel_at_period_end = true where user_id = v_user and tier <> 'FREE' and tier <> p_tier;
    if not found then
        raise exception 'nothing to move' using errcode = 'P0002';
    end if;
end $$;
create function public.take_token(p_key text, p_limit int) returns boolean
language plpgsql security definer set search_path = '' as $$
begin
    insert into public.throttles (key, hits, resets_at) values (p_key, 1, now() + interval '1 hour')
    on conflict (key) do update set hits = public.throttles.hits + 1;
    return (select t.hits <= p_limit from public.throttles t where t.key = p_key);
end $$;
create function public.find_orders(p_text text) returns setof uuid
language plpgsql stable security definer set search_path = '' as $$
begin
    return query execute 'select id from public.orders where user_id = $1 and external_id like $2'
        using auth.uid(), p_text || '%';
end $$;
create function public.add_usage(p_route text, p_tokens int) returns void
language sql security definer set search_path = '' as
$$ insert into public.token_usage (user_id, route, tokens)
   select auth.uid(), p_route, least(greatest(p_tokens, 0), 100000) where auth.uid() is not null $$;
revoke all on all functions in schema public from public;
grant execute on function public.my_tier(uuid), public.cancel_plan(), public.set_role(uuid, public.member_role),
    public.decide_refund(uuid, boolean), public.move_plan(public.tier), public.find_orders(text) to authenticated;
grant execute on function public.take_token(text, int), public.add_usage(text, int) to service_role;

create view public.my_orders with (security_invoker = true) as
select id, external_id, amount, state from public.orders;
grant select on public.my_orders to authenticated;
create materialized view public.tier_counts as select tier, count(*) as people from public.plans group by tier;
revoke all on public.tier_counts from public, anon, authenticated;
grant select on public.tier_counts to service_role;
