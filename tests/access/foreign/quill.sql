-- quill: tiers in a lookup table, numbers as keys, calls that answer with tables, pages behind a view.
create schema quill_internal;
grant usage on schema quill_internal to authenticated;
alter default privileges revoke execute on functions from public;

create table public.tiers (
    code text primary key, monthly_cents bigint not null check (monthly_cents >= 0), token_quota bigint not null,
    listed boolean not null default true);
insert into public.tiers values ('free', 0, 1000, true), ('legacy', 500, 90000, false), ('plus', 900, 50000, true);
create table public.people (
    id uuid primary key references auth.users on delete cascade, handle text unique, bio text,
    is_public boolean not null default false, contact_email text, removed_at timestamptz);
create table public.memberships (
    id bigint generated always as identity primary key,
    person_id uuid not null unique references public.people on delete cascade,
    tier_code text not null default 'free' references public.tiers,
    state text not null default 'active' check (state in ('active', 'ending', 'lapsed')),
    started_at timestamptz not null default now(), ends_at timestamptz, check (ends_at > started_at));
create index on public.memberships (tier_code);
create table public.charges (
    id bigint generated always as identity primary key,
    person_id uuid not null references public.people on delete cascade,
    membership_id bigint references public.memberships on delete set null,
    gateway text not null check (gateway in ('xendit', 'stripe')), order_ref text not null, cents bigint not null,
    state text not null default 'pending' check (state in ('pending', 'paid', 'failed', 'refunded')),
    settled_at timestamptz, unique (gateway, order_ref),
    check ((state in ('paid', 'refunded')) = (settled_at is not null)));
create index on public.charges (person_id);
create index on public.charges (membership_id);
create table public.usage_entries (
    id bigint generated always as identity primary key,
    person_id uuid not null references public.people on delete cascade,
    model text not null, tokens int not null check (tokens > 0), at timestamptz not null default now());
create index on public.usage_entries (person_id, at);
create table public.api_keys (
    id bigint generated always as identity primary key,
    person_id uuid not null references public.people on delete cascade, label text not null,
    secret_hash bytea not null unique,
    made_at timestamptz not null default now(), revoked_at timestamptz);
create index on public.api_keys (person_id);
alter table public.tiers enable row level security;
alter table public.people enable row level security;
alter table public.memberships enable row level security;
alter table public.charges enable row level security;
alter table public.usage_entries enable row level security;
alter table public.api_keys enable row level security;

create function quill_internal.is_there(p_person uuid) returns boolean language sql stable security definer
set search_path = '' as $$ select exists (select from public.people p where p.id = p_person and p.removed_at is null) $$;
create function quill_internal.tier_in_force(p_person uuid) returns text language sql stable security definer
set search_path = '' as $$
  select coalesce((select m.tier_code from public.memberships m where m.person_id = p_person and m.state <> 'lapsed'
    and (m.ends_at is null or m.ends_at > now())), 'free') $$;
grant execute on function quill_internal.is_there(uuid) to authenticated;

grant select (id, handle, bio, is_public) on public.people to authenticated;
grant select (id, person_id, tier_code, state, ends_at) on public.memberships to authenticated;
grant select on public.charges, public.usage_entries to authenticated;
grant select, update (state, settled_at) on public.charges to service_role;
create policy themselves on public.people for select to authenticated
    using (id = (select auth.uid()) and removed_at is null);
create policy own on public.memberships for select to authenticated using (person_id = (select auth.uid()));
create policy own on public.charges for select to authenticated using (person_id = (select auth.uid()));
create policy own on public.usage_entries for select to authenticated using (person_id = (select auth.uid()));
create view public.pages with (security_barrier = true) as
    select handle, bio from public.people where is_public and removed_at is null and handle is not null;
grant select on public.pages to anon, authenticated;

create function quill_internal.on_signup() returns trigger language plpgsql security definer set search_path = '' as $$
begin
  insert into public.people (id, contact_email) values (new.id, new.email) on conflict do nothing;
  insert into public.memberships (person_id) values (new.id) on conflict do nothing;
  return new;
end $$;
create trigger make_person after insert on auth.users for each row execute function quill_internal.on_signup();
create function quill_internal.on_change() returns trigger language plpgsql security definer set search_path = '' as $$
begin
  update public.people set contact_email = new.email, removed_at = coalesce(removed_at, new.deleted_at)
    where id = new.id;
  return new;
end $$;
create trigger follow_user after update of email, deleted_at on auth.users for each row
    execute function quill_internal.on_change();
create function quill_internal.on_charge() returns trigger language plpgsql security definer set search_path = '' as $$
begin
  if old.state in ('refunded', 'failed') then raise exception 'This charge is closed.' using errcode = '55000'; end if;
  return new;
end $$;
create trigger follow_charge before update of state on public.charges for each row
    when (old.state is distinct from new.state) execute function quill_internal.on_charge();

create function public.my_plan() returns table (tier text, quota bigint) language sql stable security definer
set search_path = '' as $$
  select t.code, t.token_quota from public.tiers t
  where t.code = quill_internal.tier_in_force(auth.uid()) and auth.uid() is not null $$;
create function public.spend_tokens(p_model text, p_tokens int) returns table (allowed boolean, remaining bigint)
language plpgsql security definer set search_path = '' as $$
declare v_me uuid := auth.uid(); v_quota bigint; v_used bigint;
begin
  if v_me is null then raise exception 'Sign in first.' using errcode = '42501'; end if;
  if p_tokens is null or p_tokens < 1 or p_tokens > 100000 then
    raise exception 'Tokens must be between 1 and 100000.' using errcode = '22023';
  end if;
  perform pg_advisory_xact_lock(hashtextextended(v_me::text, 0));
  select t.token_quota into v_quota from public.tiers t where t.code = quill_internal.tier_in_force(v_me);
  select coalesce(sum(u.tokens), 0) into v_used from public.usage_entries u
    where u.person_id = v_me and u.at >= date_trunc('month', now());
  if v_used + p_tokens > v_quota then return query select false, greatest(v_quota - v_used, 0); return; end if;
  insert into public.usage_entries (person_id, model, tokens) values (v_me, coalesce(p_model, '-'), p_tokens);
  return query select true, v_quota - v_used - p_tokens;
end $$;
create function public.settle(p_gateway text, p_order text, p_cents bigint, p_state text) returns json
language plpgsql security definer set search_path = '' as $$
declare v public.charges;
begin
  select * into v from public.charges where gateway = p_gateway and order_ref = p_order for update;
  if not found then raise exception 'No such order.' using errcode = 'P0002'; end if;
  if v.state <> 'pending' or p_state not in ('paid', 'failed') then return json_build_object('changed', false); end if;
  if p_cents is distinct from v.cents then raise exception 'The amount differs.' using errcode = '22023'; end if;
  update public.charges set state = p_state, settled_at = case when p_state = 'paid' then now() end where id = v.id;
  return json_build_object('changed', true);
end $$;
create function public.key_owner(p_secret text) returns setof uuid language sql stable security definer
set search_path = '' as $$
  select k.person_id from public.api_keys k join public.people p on p.id = k.person_id
  where k.secret_hash = sha256(convert_to(p_secret, 'utf8')) and k.revoked_at is null and p.removed_at is null $$;
create function public.make_key(p_label text) returns text language plpgsql security definer set search_path = '' as $$
declare v_me uuid := auth.uid(); v_secret text := gen_random_uuid()::text;
begin
  if v_me is null or quill_internal.tier_in_force(v_me) = 'free' then
    raise exception 'Keys come with a paid tier.' using errcode = '42501';
  end if;
  if (select count(*) from public.api_keys where person_id = v_me and revoked_at is null) >= 5 then
    raise exception 'Five keys at most.' using errcode = '54000';
  end if;
  insert into public.api_keys (person_id, label, secret_hash)
    values (v_me, coalesce(p_label, '-'), sha256(convert_to(v_secret, 'utf8')));
  return v_secret;
end $$;
grant execute on function public.my_plan(), public.spend_tokens(text, int), public.make_key(text) to authenticated;
grant execute on function public.settle(text, text, bigint, text), public.key_owner(text) to service_role;

create policy "own pictures" on storage.objects for select to authenticated
    using (bucket_id = 'avatars' and (storage.foldername(name))[1] = (select auth.uid())::text);
create publication quill_realtime for table public.memberships;
