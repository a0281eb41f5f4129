-- studio: a product on one schema, in another hand: API keys, posts, partitions, views, a platform of its own.
do $$ begin
 if not exists (select from pg_roles where rolname='anon') then create role anon nologin noinherit; end if;
 if not exists (select from pg_roles where rolname='authenticated') then create role authenticated nologin noinherit;
    end if;
 if not exists (select from pg_roles where rolname='service_role') then create role service_role nologin noinherit
    bypassrls; end if;
 if not exists (select from pg_roles where rolname='authenticator') then create role authenticator login noinherit;
    end if;
 if not exists (select from pg_roles where rolname='reporting') then create role reporting nologin; end if;
end $$;
grant anon, authenticated, service_role to authenticator;
create schema auth; create schema storage; create schema extensions;
create table auth.users (id uuid primary key default gen_random_uuid(), email text unique, phone text,
    encrypted_password text, raw_user_meta_data jsonb default '{}', raw_app_meta_data jsonb default '{}', is_anonymous
    boolean not null default false, deleted_at timestamptz, created_at timestamptz not null default now());
create table auth.sessions (id uuid primary key default gen_random_uuid(), user_id uuid not null references auth.users
    on delete cascade, refresh_token text);
create function auth.jwt() returns jsonb
    language sql stable as $$ select coalesce(nullif(current_setting('request.jwt.claim', true), ''),
    nullif(current_setting('request.jwt.claims', true), ''))::jsonb $$;
create function auth.uid() returns uuid language sql stable
    as $$ select coalesce(nullif(current_setting('request.jwt.claim.sub', true), ''),
    (nullif(current_setting('request.jwt.claims', true), '')::jsonb ->> 'sub'))::uuid $$;
create function auth.role() returns text
    language sql stable as $$ select coalesce(nullif(current_setting('request.jwt.claim.role', true), ''),
    (nullif(current_setting('request.jwt.claims', true), '')::jsonb ->> 'role'))::text $$;
grant usage on schema auth, storage to anon, authenticated, service_role;
grant execute on all functions in schema auth to anon, authenticated, service_role;
create table storage.buckets (id text primary key, name text not null unique, public boolean default false,
    file_size_limit bigint, allowed_mime_types text[]);
create table storage.objects (id uuid primary key default gen_random_uuid(), bucket_id text references
    storage.buckets, name text, owner uuid, owner_id text, metadata jsonb, created_at timestamptz default now(),
    updated_at timestamptz default now(), path_tokens text[] generated always as (string_to_array(name, '/')) stored,
    unique (bucket_id, name));
alter table storage.objects enable row level security; alter table storage.buckets enable row level security;
grant all on storage.objects, storage.buckets to anon, authenticated, service_role;
create function storage.foldername(name text) returns text[]
    language plpgsql immutable as $$ declare p text[]; begin p := string_to_array(name,'/'); return
    p[1:array_length(p,1)-1]; end $$;
grant usage on schema public to anon, authenticated, service_role;
create schema private;
create type public.app_role as enum ('member','admin');
create type public.plan as enum ('free','pro','team');
create type public.sub_status as enum ('active','past_due','canceled');
create domain public.rupiah as bigint check (value >= 0);
create table public.profiles (id uuid primary key references auth.users on delete cascade, full_name text check
    (char_length(full_name) <= 120), bio text, avatar_path text, avatar_url text, phone text, created_at timestamptz
    not null default now(), updated_at timestamptz not null default now());
create table public.user_roles (user_id uuid primary key references auth.users on delete cascade, role public.app_role
    not null default 'member', granted_by uuid, updated_at timestamptz not null default now());
create table public.subscriptions (id uuid primary key default gen_random_uuid(), user_id uuid not null unique
    references auth.users on delete cascade, plan public.plan not null default 'free', status public.sub_status not
    null default 'active', current_period_end timestamptz, cancel_at_period_end boolean not null default false);
create table public.payments (id uuid primary key default gen_random_uuid(), user_id uuid not null references
    auth.users on delete restrict, subscription_id uuid references public.subscriptions, external_id text not null
    unique, provider text not null check (provider in ('midtrans','doku')), amount public.rupiah not null check
    (amount > 0), status text not null default 'pending' check (status in ('pending','settled','failed','refunded')),
    raw jsonb, created_at timestamptz not null default now());
create index payments_user_created on public.payments (user_id, created_at desc);
create table public.webhook_events (id bigint generated always as identity primary key, provider text not null,
    event_id text not null, external_id text, payload jsonb not null, status text not null default 'received',
    received_at timestamptz not null default now(), unique (provider, event_id));
create table public.waitlist (id bigserial primary key, email text not null unique check (email ~ '^[^@]+@[^@]+$'),
    source text, created_at timestamptz not null default now());
create table public.ai_usage (id bigint generated always as identity, user_id uuid not null references auth.users on
    delete cascade, tokens int not null check (tokens > 0), model text, used_at timestamptz not null default now(),
    primary key (id, used_at)) partition by range (used_at);
create table public.ai_usage_2026 partition of public.ai_usage for values from ('2026-01-01') to ('2027-01-01');
create table public.ai_usage_rest partition of public.ai_usage default;
create index on public.ai_usage (user_id, used_at desc);
create table public.rate_limit_buckets (key text primary key, hits int not null default 0, window_start timestamptz
    not null default now());
create table public.audit_logs (id bigint generated always as identity primary key, actor_id uuid, action text not
    null, details jsonb not null default '{}', created_at timestamptz not null default now());
create index on public.audit_logs (created_at desc);
create table public.api_keys (id uuid primary key default gen_random_uuid(), user_id uuid not null references
    auth.users on delete cascade, label text not null, key_hash text not null, last_used timestamptz, revoked boolean
    not null default false);
create index on public.api_keys (user_id);
create table public.posts (id uuid primary key default gen_random_uuid(), author_id uuid not null references
    auth.users on delete cascade, title text not null, body text, published boolean not null default false, slug text
    not null unique);
create index on public.posts (author_id);
create table private.settings (key text primary key, value text not null);
insert into private.settings values ('webhook_secret','s3cr3t'),('ai_daily_tokens','10000');
do $$ declare t regclass; begin
 for t in select c.oid::regclass from pg_class c
    where relnamespace in ('public'::regnamespace,'private'::regnamespace) and relkind in ('r','p') loop
  execute format('alter table %s enable row level security', t);
  execute format('revoke all on %s from public, anon, authenticated, service_role', t);
 end loop; end $$;
revoke all on all sequences in schema public from public, anon, authenticated, service_role;
alter default privileges revoke execute on functions from public;
alter default privileges in schema public revoke all on tables from anon, authenticated, service_role;
create function public.is_admin() returns boolean
    language sql stable security definer set search_path = ''
    as $$ select exists (select 1 from public.user_roles r join auth.users u on u.id = r.user_id
    where r.user_id = (select auth.uid()) and r.role = 'admin' and u.deleted_at is null) $$;
revoke all on function public.is_admin() from public; grant execute on function public.is_admin() to authenticated;
-- profiles
grant select on public.profiles to authenticated;
    grant update (full_name, bio, avatar_path, avatar_url) on public.profiles to authenticated;
create policy "read own profile" on public.profiles for select to authenticated
    using ((select auth.uid()) = id or (select public.is_admin()));
create policy "edit own profile" on public.profiles for update to authenticated
    using ((select auth.uid()) = id) with check ((select auth.uid()) = id);
grant select on public.user_roles to authenticated;
create policy "read own role" on public.user_roles for select to authenticated
    using (user_id = (select auth.uid()) or (select public.is_admin()));
grant select on public.subscriptions to authenticated;
    grant select, insert, update on public.subscriptions to service_role;
create policy "read own subscription" on public.subscriptions for select to authenticated
    using (user_id = (select auth.uid()) or (select public.is_admin()));
grant select (id, user_id, subscription_id, external_id, provider, amount, status, created_at) on public.payments to
    authenticated; grant select, insert, update on public.payments to service_role;
create policy "read own payments" on public.payments for select to authenticated
    using (user_id = (select auth.uid()) or (select public.is_admin()));
grant select, insert on public.webhook_events to service_role;
    grant update (status) on public.webhook_events to service_role;
grant insert (email, source) on public.waitlist to anon, authenticated;
    grant usage on sequence public.waitlist_id_seq to anon, authenticated;
create policy "join waitlist" on public.waitlist for insert to anon, authenticated
    with check (source is null or char_length(source) < 50);
grant select on public.ai_usage to authenticated; grant insert on public.ai_usage to service_role;
create policy "read own usage" on public.ai_usage for select to authenticated using (user_id = (select auth.uid()));
grant select on public.audit_logs to authenticated; grant insert on public.audit_logs to service_role;
create policy "admins read audit" on public.audit_logs for select to authenticated using ((select public.is_admin()));
grant select (id, user_id, label, last_used, revoked), delete on public.api_keys to authenticated;
    grant update (label, revoked) on public.api_keys to authenticated;
create policy "own keys r" on public.api_keys for select to authenticated using (user_id = (select auth.uid()));
create policy "own keys u" on public.api_keys for update to authenticated
    using (user_id = (select auth.uid()) and not revoked) with check (user_id = (select auth.uid()));
create policy "own keys d" on public.api_keys for delete to authenticated using (user_id = (select auth.uid()));
grant select on public.posts to anon, authenticated;
    grant insert (title, body, slug, author_id, published), update (title, body, published), delete on public.posts to
    authenticated;
create policy "public posts" on public.posts for select to anon, authenticated using (published);
create policy "own posts" on public.posts for select to authenticated using (author_id = (select auth.uid()));
create policy "write own posts" on public.posts for insert to authenticated
    with check (author_id = (select auth.uid()));
create policy "edit own posts" on public.posts for update to authenticated
    using (author_id = (select auth.uid())) with check (author_id = (select auth.uid()));
create policy "drop own posts" on public.posts for delete to authenticated using (author_id = (select auth.uid()));
create view public.my_billing with (security_invoker = true)
    as select s.plan, s.status, p.amount, p.created_at, p.user_id
    from public.subscriptions s join public.payments p on p.user_id = s.user_id;
grant select on public.my_billing to authenticated;
create view public.authors as select id, full_name, avatar_url
    from public.profiles p where exists (select 1 from public.posts where author_id = p.id and published);
grant select on public.authors to anon, authenticated;
create materialized view public.plan_counts as select plan, count(*) n from public.subscriptions group by plan;
create unique index on public.plan_counts (plan);
revoke all on public.plan_counts from anon, authenticated, service_role;
    grant select on public.plan_counts to service_role;
-- functions
create function private.touch() returns trigger
    language plpgsql set search_path = '' as $$ begin new.updated_at := now(); return new; end $$;
create trigger touch before update on public.profiles for each row execute function private.touch();
create function public.handle_new_user() returns trigger language plpgsql security definer set search_path = '' as $$
begin
 insert into public.profiles (id, full_name)
    values (new.id, left(coalesce(new.raw_user_meta_data->>'full_name',''),120)) on conflict (id) do nothing;
 insert into public.user_roles (user_id) values (new.id) on conflict do nothing;
 insert into public.subscriptions (user_id) values (new.id) on conflict do nothing;
 return new; end $$;
revoke all on function public.handle_new_user() from public, anon, authenticated, service_role;
create trigger on_auth_user_created after insert on auth.users for each row execute function public.handle_new_user();
create function public.check_rate_limit(p_key text, p_max int, p_window_seconds int) returns boolean
    language plpgsql security definer set search_path = '' as $$
declare h int; begin
 if p_key is null or p_max < 1 or p_window_seconds < 1 then raise exception 'bad argument' using errcode = '22023';
    end if;
 insert into public.rate_limit_buckets as b (key, hits) values (p_key, 1)
    on conflict (key) do update set hits = case when b.window_start < now() - make_interval(secs => p_window_seconds)
    then 1 else b.hits + 1 end, window_start = case when b.window_start < now() - make_interval(secs =>
    p_window_seconds) then now() else b.window_start end returning hits into h;
 return h <= p_max; end $$;
revoke all on function public.check_rate_limit(text,int,int) from public, anon, authenticated;
    grant execute on function public.check_rate_limit(text,int,int) to service_role;
create function public.my_tokens_today() returns bigint
    language sql stable security invoker set search_path = ''
    as $$ select coalesce(sum(tokens),0) from public.ai_usage
    where user_id = (select auth.uid()) and used_at >= date_trunc('day', now()) $$;
revoke all on function public.my_tokens_today() from public;
    grant execute on function public.my_tokens_today() to authenticated;
create function public.set_role(target uuid, new_role public.app_role) returns void
    language plpgsql security definer set search_path = '' as $$
begin
 if not public.is_admin() then raise exception 'not allowed' using errcode = '42501'; end if;
 if target = auth.uid() then raise exception 'not yourself' using errcode = '42501'; end if;
 update public.user_roles set role = new_role, granted_by = auth.uid(), updated_at = now() where user_id = target;
 insert into public.audit_logs (actor_id, action, details)
    values (auth.uid(), 'set_role', jsonb_build_object('target', target, 'role', new_role));
end $$;
revoke all on function public.set_role(uuid, public.app_role) from public;
    grant execute on function public.set_role(uuid, public.app_role) to authenticated;
create function public.cancel_subscription() returns void
    language plpgsql security definer set search_path = '' as $$ begin
 if auth.uid() is null then raise exception 'no user' using errcode = '28000'; end if;
 update public.subscriptions set cancel_at_period_end = true where user_id = auth.uid(); end $$;
revoke all on function public.cancel_subscription() from public;
    grant execute on function public.cancel_subscription() to authenticated;
create function public.new_api_key(p_label text) returns text
    language plpgsql security definer set search_path = '' as $$ declare k text; begin
 if auth.uid() is null then raise exception 'no user' using errcode = '28000'; end if;
 if char_length(p_label) > 60 then raise exception 'label too long' using errcode = '22001'; end if;
 if (select count(*) from public.api_keys
    where user_id = auth.uid() and not revoked) >= 5 then raise exception 'too many keys' using errcode = '54000'; end
    if;
 k := replace(gen_random_uuid()::text, '-', '');
 insert into public.api_keys (user_id, label, key_hash)
    values (auth.uid(), p_label, encode(sha256(convert_to(k, 'UTF8')), 'hex'));
 return k; end $$;
revoke all on function public.new_api_key(text) from public;
    grant execute on function public.new_api_key(text) to authenticated;
-- storage
insert into storage.buckets values ('avatars','avatars',false,2097152,array['image/png','image/jpeg','image/webp']);
create policy "avatar read" on storage.objects for select to authenticated
    using (bucket_id = 'avatars' and name = (select auth.uid())::text || '/avatar');
create policy "avatar insert" on storage.objects for insert to authenticated
    with check (bucket_id = 'avatars' and name = (select auth.uid())::text || '/avatar');
create policy "avatar update" on storage.objects for update to authenticated
    using (bucket_id = 'avatars' and name = (select auth.uid())::text || '/avatar')
    with check (bucket_id = 'avatars' and name = (select auth.uid())::text || '/avatar');
create policy "avatar delete" on storage.objects for delete to authenticated
    using (bucket_id = 'avatars' and name = (select auth.uid())::text || '/avatar');
