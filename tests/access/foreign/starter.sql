-- starter: a starter kit's style. Roles and statuses are texts with a check, coupons are redeemed by their code, teams
-- have an owner, and triggers guard the columns that row level security cannot.
create table public.profiles (
    id uuid primary key references auth.users on delete cascade,
    username text unique check (char_length(username) >= 3),
    full_name text,
    role text not null default 'user' check (role in ('user', 'moderator', 'admin')),
    credits integer not null default 10 check (credits >= 0),
    is_public boolean not null default false,
    deleted_at timestamptz
);
create table public.plans (
    id text primary key,
    price_cents integer not null check (price_cents >= 0)
);
insert into public.plans values ('free', 0), ('pro', 1900);
create table public.subscriptions (
    id serial primary key,
    user_id uuid not null unique references public.profiles on delete cascade,
    plan_id text not null default 'free' references public.plans,
    status text not null default 'active' check (status in ('trialing', 'active', 'past_due', 'canceled'))
);
create index on public.subscriptions (plan_id);
create table public.payments (
    id uuid primary key default gen_random_uuid(),
    user_id uuid not null references public.profiles,
    amount_cents integer not null check (amount_cents > 0),
    status text not null default 'pending' check (status in ('pending', 'succeeded', 'refunded'))
);
create index on public.payments (user_id);
create table public.coupons (
    code text primary key,
    credits integer not null check (credits between 1 and 1000),
    max_uses integer not null default 1,
    uses integer not null default 0,
    expires_at timestamptz not null default now() + interval '30 days',
    check (uses <= max_uses)
);
create table public.redemptions (
    code text not null references public.coupons,
    user_id uuid not null references public.profiles on delete cascade,
    primary key (code, user_id)
);
create index on public.redemptions (user_id);
create table public.documents (
    id uuid primary key default gen_random_uuid(),
    owner_id uuid not null default auth.uid() references public.profiles on delete cascade,
    title text not null,
    visibility text not null default 'private' check (visibility in ('private', 'public')),
    locked boolean not null default false
);
create index on public.documents (owner_id);
create table public.posts (
    id bigint generated always as identity primary key,
    title text not null,
    published boolean not null default false,
    publish_at timestamptz not null default now(),
    members_only boolean not null default false
);
create table public.api_keys (
    id uuid primary key default gen_random_uuid(),
    user_id uuid not null default auth.uid() references public.profiles on delete cascade,
    name text not null,
    scopes text[] not null default '{read}'
);
create index on public.api_keys (user_id);
create table public.teams (
    id uuid primary key default gen_random_uuid(),
    name text not null unique,
    owner_id uuid not null references public.profiles on delete cascade
);
create index on public.teams (owner_id);
create table public.team_members (
    team_id uuid not null references public.teams on delete cascade,
    user_id uuid not null references public.profiles on delete cascade,
    primary key (team_id, user_id)
);
create index on public.team_members (user_id);

create function public.is_admin() returns boolean
language sql stable security definer set search_path = '' as $$
    select exists (
        select 1 from public.profiles p
        where p.id = (select auth.uid()) and p.role = 'admin' and p.deleted_at is null
    )
$$;

create function public.handle_new_user() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
    insert into public.profiles (id, full_name) values (new.id, new.raw_user_meta_data ->> 'full_name');
    insert into public.subscriptions (user_id) values (new.id);
    return new;
end
$$;
create trigger on_auth_user_created after insert on auth.users
for each row execute function public.handle_new_user();

create function public.protect_profile() returns trigger language plpgsql set search_path = '' as $$
begin
    if current_user = 'authenticated' then
        if new.role is distinct from old.role and not public.is_admin() then
            raise exception 'role cannot be changed' using errcode = '42501';
        end if;
        if new.credits is distinct from old.credits then
            raise exception 'credits cannot be changed' using errcode = '42501';
        end if;
    end if;
    return new;
end
$$;
create trigger protect_profile before update on public.profiles
for each row execute function public.protect_profile();

create function public.protect_document() returns trigger language plpgsql set search_path = '' as $$
begin
    if tg_op = 'UPDATE' and old.locked and new.locked and not public.is_admin() then
        raise exception 'document is locked' using errcode = '42501';
    end if;
    if new.locked and (tg_op = 'INSERT' or not old.locked) and not public.is_admin() then
        raise exception 'only administrators lock documents' using errcode = '42501';
    end if;
    return new;
end
$$;
create trigger protect_document before insert or update on public.documents
for each row execute function public.protect_document();

create function public.my_team_ids() returns setof uuid
language sql stable security definer set search_path = '' as $$
    select m.team_id from public.team_members m where m.user_id = (select auth.uid())
$$;

create function public.create_team(p_name text) returns uuid
language plpgsql security definer set search_path = '' as $$
declare v_id uuid;
begin
    if auth.uid() is null then raise exception 'not signed in' using errcode = '42501'; end if;
    if (select count(*) from public.teams t where t.owner_id = auth.uid()) >= 5 then
        raise exception 'five teams at most';
    end if;
    insert into public.teams (name, owner_id) values (p_name, auth.uid()) returning id into v_id;
    insert into public.team_members (team_id, user_id) values (v_id, auth.uid());
    return v_id;
end
$$;

create function public.leave_team(p_team_id uuid) returns void
language sql security definer set search_path = '' as $$
    delete from public.team_members m where m.team_id = p_team_id and m.user_id = auth.uid()
$$;

create function public.redeem_coupon(p_code text) returns integer
language plpgsql security definer set search_path = '' as $$
declare v_credits integer;
begin
    if auth.uid() is null then raise exception 'not signed in' using errcode = '42501'; end if;
    update public.coupons c set uses = c.uses + 1
    where c.code = upper(trim(p_code)) and c.uses < c.max_uses and c.expires_at > now()
    returning c.credits into v_credits;
    if not found then raise exception 'coupon is not valid'; end if;
    insert into public.redemptions (code, user_id) values (upper(trim(p_code)), auth.uid());
    update public.profiles p set credits = p.credits + v_credits where p.id = auth.uid();
    return v_credits;
end
$$;

create function public.set_user_role(p_user_id uuid, p_role text) returns void
language plpgsql security definer set search_path = '' as $$
begin
    if not public.is_admin() then raise exception 'not allowed' using errcode = '42501'; end if;
    update public.profiles p set role = p_role where p.id = p_user_id and p.id <> auth.uid();
end
$$;

create function public.revenue() returns bigint
language plpgsql stable security definer set search_path = '' as $$
begin
    if not public.is_admin() then raise exception 'not allowed' using errcode = '42501'; end if;
    return (select coalesce(sum(p.amount_cents), 0) from public.payments p where p.status = 'succeeded');
end
$$;

create function public.set_username(p_name text) returns void
language plpgsql security definer set search_path = '' as $$
begin
    if p_name !~ '^[a-z0-9_]{3,20}$' then raise exception 'not a name' using errcode = '22023'; end if;
    update public.profiles p set username = p_name where p.id = auth.uid();
end
$$;

create function public.my_payments(p_from timestamptz) returns setof public.payments
language plpgsql stable security definer set search_path = '' as $$
begin
    if p_from < now() - interval '90 days' then raise exception 'too far back' using errcode = '22023'; end if;
    return query select * from public.payments p where p.user_id = auth.uid();
end
$$;

create function public.apply_event(p_payload jsonb) returns void
language plpgsql security definer set search_path = '' as $$
declare v_payment public.payments;
begin
    select * into v_payment from public.payments p where p.id::text = p_payload ->> 'order_id' for update;
    if not found then raise exception 'unknown order' using errcode = 'P0002'; end if;
    if (p_payload ->> 'amount')::integer is distinct from v_payment.amount_cents then
        raise exception 'another amount' using errcode = '22023';
    end if;
    update public.payments p set status = 'succeeded' where p.id = v_payment.id and p.status = 'pending';
end
$$;

revoke all on all tables in schema public from anon, authenticated;
revoke all on all functions in schema public from public, anon, authenticated;
alter table public.profiles enable row level security;
alter table public.plans enable row level security;
alter table public.subscriptions enable row level security;
alter table public.payments enable row level security;
alter table public.coupons enable row level security;
alter table public.redemptions enable row level security;
alter table public.documents enable row level security;
alter table public.posts enable row level security;
alter table public.api_keys enable row level security;
alter table public.teams enable row level security;
alter table public.team_members enable row level security;

grant select, update on public.profiles to authenticated;
create policy "Public profiles are seen." on public.profiles for select using (is_public and deleted_at is null);
create policy "One's own is seen." on public.profiles for select to authenticated using ((select auth.uid()) = id);
create policy "Admins see all." on public.profiles for select to authenticated using ((select public.is_admin()));
create policy "One's own is changed." on public.profiles for update to authenticated
using ((select auth.uid()) = id and deleted_at is null) with check ((select auth.uid()) = id);
grant select on public.plans to anon, authenticated;
create policy "Plans are public." on public.plans for select using (true);
grant select on public.subscriptions, public.payments, public.redemptions to authenticated;
create policy "One's own." on public.subscriptions for select to authenticated using (user_id = (select auth.uid()));
create policy "One's own." on public.payments for select to authenticated using (user_id = (select auth.uid()));
create policy "Admins see all." on public.payments for select to authenticated using ((select public.is_admin()));
create policy "One's own." on public.redemptions for select to authenticated using (user_id = (select auth.uid()));
grant select, insert, update, delete on public.documents to authenticated;
create policy "Public ones." on public.documents for select to authenticated using (visibility = 'public');
create policy "One's own." on public.documents for all to authenticated
using (owner_id = (select auth.uid())) with check (owner_id = (select auth.uid()));
create policy "Guests only look." on public.documents as restrictive for insert to authenticated
with check (not coalesce((auth.jwt() ->> 'is_anonymous')::boolean, false));
grant select on public.posts to anon, authenticated;
create policy "Published ones." on public.posts for select to anon
using (published and publish_at <= now() and not members_only);
create policy "Published ones for members." on public.posts for select to authenticated
using (published and publish_at <= now());
grant select, insert (name, scopes), delete on public.api_keys to authenticated;
create policy "One's own." on public.api_keys for all to authenticated
using (user_id = (select auth.uid())) with check (user_id = (select auth.uid()) and scopes <@ '{read,write}');
grant select on public.teams, public.team_members to authenticated;
create policy "One's teams." on public.teams for select to authenticated
using (id in (select public.my_team_ids()));
create policy "One's teams' members." on public.team_members for select to authenticated
using (team_id in (select public.my_team_ids()));
insert into storage.buckets (id, name, public) values ('files', 'files', false), ('shared', 'shared', false);
create policy "One's own." on storage.objects for all to authenticated
using (bucket_id = 'files' and (storage.foldername(name))[1] = (select auth.uid())::text)
with check (bucket_id = 'files' and (storage.foldername(name))[1] = (select auth.uid())::text);
create policy "The team's." on storage.objects for select to authenticated
using (bucket_id = 'shared' and (storage.foldername(name))[1] in (select t::text from public.my_team_ids() t));
create policy "The team's, in one's own name." on storage.objects for insert to authenticated
with check (
    bucket_id = 'shared' and (storage.foldername(name))[1] in (select t::text from public.my_team_ids() t)
    and (storage.foldername(name))[2] = (select auth.uid())::text
);
grant execute on function public.is_admin(), public.redeem_coupon(text), public.set_user_role(uuid, text),
public.revenue(), public.my_team_ids(), public.create_team(text), public.leave_team(uuid),
public.set_username(text), public.my_payments(timestamptz) to authenticated;
grant execute on function public.apply_event(jsonb) to service_role;
