-- Holes in foreign/studio.sql; `names` is the object that must be named.

-- hole: rls off
-- names: public.payments
alter table public.payments disable row level security;

-- hole: using true
-- names: public.profiles
alter policy "read own profile" on public.profiles using (true);

-- hole: second permissive policy true
-- names: public.subscriptions
create policy oops on public.subscriptions for select to authenticated using (true);

-- hole: or large amount
-- names: public.payments
alter policy "read own payments" on public.payments
    using (user_id = (select auth.uid()) or (select public.is_admin()) or amount > 1000000);

-- hole: or status refunded
-- names: public.payments
alter policy "read own payments" on public.payments
    using (user_id = (select auth.uid()) or (select public.is_admin()) or status = 'refunded');

-- hole: or old rows
-- names: public.payments
alter policy "read own payments" on public.payments
    using (user_id = (select auth.uid()) or (select public.is_admin()) or created_at < now() - interval '2 years');

-- hole: or null subscription
-- names: public.payments
alter policy "read own payments" on public.payments
    using (user_id = (select auth.uid()) or (select public.is_admin()) or subscription_id is null);

-- hole: like external id prefix
-- names: public.payments
alter policy "read own payments" on public.payments
    using (user_id = (select auth.uid()) or (select public.is_admin()) or external_id like 'TEST-%');

-- hole: claim from user_metadata makes admin
-- names: public.payments
alter policy "read own payments" on public.payments
    using (user_id = (select auth.uid()) or (auth.jwt() -> 'user_metadata' ->> 'role') = 'admin');

-- hole: claim is_admin top level
-- names: public.audit_logs
alter policy "admins read audit" on public.audit_logs
    using ((select public.is_admin()) or coalesce((auth.jwt() ->> 'is_admin')::boolean, false));

-- hole: email domain claim
-- names: public.audit_logs
alter policy "admins read audit" on public.audit_logs
    using ((select public.is_admin()) or (auth.jwt() ->> 'email') like '%@saas.example');

-- hole: app_metadata claim
-- names: public.audit_logs
alter policy "admins read audit" on public.audit_logs
    using ((select public.is_admin()) or (auth.jwt() -> 'app_metadata' ->> 'role') = 'admin');

-- hole: policy role public instead of authenticated, uid null
-- names: public.posts
create policy np on public.posts for select to anon using (author_id is not null and title <> '');

-- hole: coalesced uid
-- names: public.profiles
alter policy "read own profile" on public.profiles using (id = coalesce(auth.uid(), id));

-- hole: missing where anon is null
-- names: public.api_keys
grant select (id, user_id, label) on public.api_keys to anon;
    create policy x on public.api_keys for select to anon using (auth.uid() is null);

-- hole: column granted: raw payload
-- names: public.payments
grant select (raw) on public.payments to authenticated;

-- hole: column granted: key_hash
-- names: public.api_keys
grant select on public.api_keys to authenticated;

-- hole: phone update granted
-- names: public.profiles
grant update (phone) on public.profiles to authenticated;

-- hole: update own role
-- names: public.user_roles
grant update (role) on public.user_roles to authenticated;
    create policy u on public.user_roles for update to authenticated using (user_id = (select auth.uid()));

-- hole: update own plan
-- names: public.subscriptions
grant update (plan) on public.subscriptions to authenticated;
    create policy u on public.subscriptions for update to authenticated
    using (user_id = (select auth.uid())) with check (user_id = (select auth.uid()));

-- hole: insert payments for others
-- names: public.payments
grant insert (user_id, external_id, provider, amount) on public.payments to authenticated;
    create policy i on public.payments for insert to authenticated with check (amount < 10);

-- hole: insert own settled payment
-- names: public.payments
grant insert on public.payments to authenticated;
    create policy i on public.payments for insert to authenticated with check (user_id = (select auth.uid()));

-- hole: with check dropped on posts update to true
-- names: public.posts
alter policy "edit own posts" on public.posts
    with check (true); grant update (author_id) on public.posts to authenticated;

-- hole: insert check weakened to unpublished any author
-- names: public.posts
alter policy "write own posts" on public.posts with check (author_id = (select auth.uid()) or not published);

-- hole: delete any unpublished
-- names: public.posts
alter policy "drop own posts" on public.posts using (author_id = (select auth.uid()) or not published);

-- hole: revoked api key editable again
-- names: public.api_keys
alter policy "own keys u" on public.api_keys using (user_id = (select auth.uid()));

-- hole: api key moves to other user
-- names: public.api_keys
grant update (user_id) on public.api_keys to authenticated; alter policy "own keys u" on public.api_keys with check
    (true);

-- hole: drop restrictive
-- names: public.posts
drop policy "public posts" on public.posts;
    create policy "public posts" on public.posts for select to anon, authenticated
    using (published or length(coalesce(body,'')) > 5000);

-- hole: truncate granted
-- names: public.posts
grant truncate on public.posts to authenticated;

-- hole: references granted
-- names: public.user_roles
grant references on public.user_roles to authenticated;

-- hole: trigger granted
-- names: public.profiles
grant trigger on public.profiles to authenticated;

-- hole: maintain granted
-- names: public.payments
grant maintain on public.payments to anon;

-- hole: grant all to anon, no policy
-- names: public.webhook_events
grant select on public.webhook_events to anon;

-- hole: service may delete payments
-- names: public.payments
grant delete on public.payments to service_role;

-- hole: service may truncate audit
-- names: public.audit_logs
grant truncate on public.audit_logs to service_role;

-- hole: service updates audit
-- names: public.audit_logs
grant update on public.audit_logs to service_role;

-- hole: service updates payload
-- names: public.webhook_events
grant update on public.webhook_events to service_role;

-- hole: partition granted directly
-- names: public.ai_usage_2026
grant select on public.ai_usage_2026 to authenticated; alter table public.ai_usage_2026 disable row level security;

-- hole: partition rls off with grant
-- names: public.ai_usage_rest
grant select on public.ai_usage_rest to authenticated;
    create policy p on public.ai_usage_rest for select to authenticated using (true);

-- hole: new partition open
-- names: public.ai_usage_2027
create table public.ai_usage_2027 partition of public.ai_usage for values from ('2027-01-01') to ('2028-01-01');
    grant select on public.ai_usage_2027 to authenticated;

-- hole: view loses security_invoker
-- names: public.my_billing
alter view public.my_billing set (security_invoker = false);

-- hole: view recreated without invoker
-- names: public.my_billing
create or replace view public.my_billing
    as select s.plan, s.status, p.amount, p.created_at, p.user_id
    from public.subscriptions s join public.payments p on p.user_id = s.user_id;

-- hole: authors view shows phones
-- names: public.authors
drop view public.authors; create view public.authors
    as select id, full_name, avatar_url, phone from public.profiles p where exists (select 1
    from public.posts where author_id = p.id and published); grant select on public.authors to anon, authenticated;

-- hole: authors view shows everyone
-- names: public.authors
create or replace view public.authors as select id, full_name, avatar_url from public.profiles p;

-- hole: authors view updatable
-- names: public.authors
grant update on public.authors to authenticated;

-- hole: new definer view
-- names: public.user_emails
create view public.user_emails as select id, email from auth.users;
    grant select on public.user_emails to authenticated;

-- hole: matview granted
-- names: public.plan_counts
grant select on public.plan_counts to authenticated;

-- hole: new matview of payments
-- names: public.revenue
create materialized view public.revenue as select user_id, sum(amount) total
    from public.payments group by 1; grant select on public.revenue to authenticated;

-- hole: is_admin ignores deleted
-- names: public.is_admin
create or replace function public.is_admin() returns boolean
    language sql stable security definer set search_path = ''
    as $$ select exists (select 1 from public.user_roles r
    where r.user_id = (select auth.uid()) and r.role = 'admin') $$;

-- hole: is_admin true for granted_by not null
-- names: public.is_admin
create or replace function public.is_admin() returns boolean
    language sql stable security definer set search_path = ''
    as $$ select exists (select 1 from public.user_roles r join auth.users u on u.id = r.user_id
    where r.user_id = (select auth.uid()) and (r.role = 'admin' or r.granted_by is not null) and u.deleted_at is null)
    $$;

-- hole: is_admin reads claim
-- names: public.is_admin
create or replace function public.is_admin() returns boolean
    language sql stable security definer set search_path = ''
    as $$ select coalesce(auth.jwt() -> 'user_metadata' ->> 'role', '') = 'admin' or exists (select 1 from
    public.user_roles r join auth.users u on u.id = r.user_id
    where r.user_id = (select auth.uid()) and r.role = 'admin' and u.deleted_at is null) $$;

-- hole: is_admin unpinned
-- names: public.is_admin
alter function public.is_admin() reset search_path;

-- hole: set_role guard gone
-- names: public.set_role
create or replace function public.set_role(target uuid, new_role public.app_role) returns void
    language plpgsql security definer set search_path = ''
    as $$ begin if target = auth.uid() then raise exception 'not yourself' using errcode = '42501'; end if; update
    public.user_roles set role = new_role, granted_by = auth.uid(), updated_at = now() where user_id = target; end $$;

-- hole: set_role self guard gone
-- names: public.set_role
create or replace function public.set_role(target uuid, new_role public.app_role) returns void
    language plpgsql security definer set search_path = ''
    as $$ begin if not public.is_admin() and target <> auth.uid() then raise exception 'not allowed' using errcode =
    '42501'; end if; update public.user_roles set role = new_role where user_id = target; end $$;

-- hole: set_role null guard (is_admin null)
-- names: public.set_role
create or replace function public.set_role(target uuid, new_role public.app_role) returns void
    language plpgsql security definer set search_path = ''
    as $$ begin if (select r.role from public.user_roles r
    where r.user_id = auth.uid()) <> 'admin' then raise exception 'not allowed' using errcode = '42501'; end if;
    update public.user_roles set role = new_role where user_id = target; end $$;
    grant execute on function public.set_role(uuid, public.app_role) to anon;

-- hole: set_role trusts session setting
-- names: public.set_role
create or replace function public.set_role(target uuid, new_role public.app_role) returns void
    language plpgsql security definer set search_path = ''
    as $$ begin if not public.is_admin() and coalesce(current_setting('app.is_admin', true), '') <> 'on' then raise
    exception 'not allowed' using errcode = '42501'; end if;
    update public.user_roles set role = new_role where user_id = target; end $$;

-- hole: cancel takes a user id
-- names: public.cancel_subscription
create function public.cancel_subscription(who uuid) returns void
    language sql security definer set search_path = ''
    as $$ update public.subscriptions set cancel_at_period_end = true where user_id = who $$;
    revoke all on function public.cancel_subscription(uuid) from public;
    grant execute on function public.cancel_subscription(uuid) to authenticated;

-- hole: cancel cancels all when null
-- names: public.cancel_subscription
create or replace function public.cancel_subscription() returns void
    language plpgsql security definer set search_path = ''
    as $$ begin update public.subscriptions set cancel_at_period_end = true
    where user_id = coalesce(auth.uid(), user_id); end $$;
    grant execute on function public.cancel_subscription() to anon;

-- hole: rpc lists payments by email
-- names: public.payments_of
create function public.payments_of(p_email text) returns setof public.payments
    language sql stable security definer set search_path = ''
    as $$ select p.* from public.payments p join auth.users u on u.id = p.user_id where u.email = p_email $$;
    revoke all on function public.payments_of(text) from public;
    grant execute on function public.payments_of(text) to authenticated;

-- hole: rpc user exists oracle
-- names: public.email_taken
create function public.email_taken(p text) returns boolean
    language sql stable security definer set search_path = ''
    as $$ select exists (select 1 from auth.users where email = p) $$;

-- hole: rpc leaks in error
-- names: public.lookup
create function public.lookup(p uuid) returns void
    language plpgsql security definer set search_path = ''
    as $$ declare e text; begin select email into e from auth.users
    where id = p; raise exception 'no access to %', e; end $$;
    revoke all on function public.lookup(uuid) from public;
    grant execute on function public.lookup(uuid) to authenticated;

-- hole: rpc leaks in notice
-- names: public.cancel_subscription
create or replace function public.cancel_subscription() returns void
    language plpgsql security definer set search_path = ''
    as $$ declare e text; begin if auth.uid() is null then raise exception 'no user' using errcode = '28000'; end if;
    select string_agg(email, ',') into e from auth.users; raise notice 'users %', e;
    update public.subscriptions set cancel_at_period_end = true where user_id = auth.uid(); end $$;

-- hole: tokens function of anyone
-- names: public.tokens_of
create function public.tokens_of(u uuid) returns bigint
    language sql stable security definer set search_path = ''
    as $$ select coalesce(sum(tokens),0) from public.ai_usage where user_id = u $$;
    revoke all on function public.tokens_of(uuid) from public;
    grant execute on function public.tokens_of(uuid) to authenticated;

-- hole: my_tokens becomes definer for all
-- names: public.my_tokens_today
create or replace function public.my_tokens_today() returns bigint
    language sql stable security definer set search_path = ''
    as $$ select coalesce(sum(tokens),0) from public.ai_usage where used_at >= date_trunc('day', now()) $$;

-- hole: rate limit executable by anon
-- names: public.check_rate_limit
grant execute on function public.check_rate_limit(text,int,int) to anon;

-- hole: rate limit by PUBLIC
-- names: public.check_rate_limit
grant execute on function public.check_rate_limit(text,int,int) to public;

-- hole: rate limit argument guard gone
-- names: public.check_rate_limit
create or replace function public.check_rate_limit(p_key text, p_max int, p_window_seconds int) returns boolean
    language plpgsql security definer set search_path = ''
    as $$ declare h int; begin insert into public.rate_limit_buckets as b (key, hits) values (p_key, 1)
    on conflict (key) do update set hits = case when b.window_start < now() - make_interval(secs => p_window_seconds)
    then 1 else b.hits + 1 end returning hits into h; return h <= p_max; end $$;

-- hole: rate limit always true
-- names: public.check_rate_limit
create or replace function public.check_rate_limit(p_key text, p_max int, p_window_seconds int) returns boolean
    language plpgsql security definer set search_path = ''
    as $$ begin if p_key is null or p_max < 1 or p_window_seconds < 1 then raise exception 'bad argument' using
    errcode = '22023'; end if; insert into public.rate_limit_buckets as b (key, hits) values (p_key, 1)
    on conflict (key) do update set hits = b.hits + 1; return true; end $$;

-- hole: rate limit resets whenever called
-- names: public.check_rate_limit
create or replace function public.check_rate_limit(p_key text, p_max int, p_window_seconds int) returns boolean
    language plpgsql security definer set search_path = ''
    as $$ declare h int; begin if p_key is null or p_max < 1 or p_window_seconds < 1 then raise exception
    'bad argument' using errcode = '22023'; end if;
    insert into public.rate_limit_buckets as b (key, hits) values (p_key, 1)
    on conflict (key) do update set hits = case when b.window_start <= now() then 1 else b.hits + 1 end, window_start
    = now() returning hits into h; return h <= p_max; end $$;

-- hole: api key quota gone
-- names: public.new_api_key
create or replace function public.new_api_key(p_label text) returns text
    language plpgsql security definer set search_path = ''
    as $$ declare k text; begin if auth.uid() is null then raise exception 'no user' using errcode = '28000'; end if;
    k := replace(gen_random_uuid()::text, '-', '');
    insert into public.api_keys (user_id, label, key_hash)
    values (auth.uid(), p_label, encode(sha256(convert_to(k, 'UTF8')), 'hex')); return k; end $$;

-- hole: api key stores plain key
-- names: public.new_api_key
create or replace function public.new_api_key(p_label text) returns text
    language plpgsql security definer set search_path = ''
    as $$ declare k text; begin if auth.uid() is null then raise exception 'no user' using errcode = '28000'; end if;
    if char_length(p_label) > 60 then raise exception 'label too long' using errcode = '22001'; end if;
    if (select count(*) from public.api_keys
    where user_id = auth.uid() and not revoked) >= 5 then raise exception 'too many keys' using errcode = '54000'; end
    if; k := replace(gen_random_uuid()::text, '-', '');
    insert into public.api_keys (user_id, label, key_hash)
    values (auth.uid(), p_label || ' ' || k, encode(sha256(convert_to(k, 'UTF8')), 'hex')); return k; end $$;

-- hole: api key for argument user
-- names: public.new_api_key
drop function public.new_api_key(text); create function public.new_api_key(p_label text, p_user uuid default
    auth.uid()) returns text language plpgsql security definer set search_path = ''
    as $$ declare k text; begin if auth.uid() is null then raise exception 'no user' using errcode = '28000'; end if;
    k := replace(gen_random_uuid()::text, '-', '');
    insert into public.api_keys (user_id, label, key_hash)
    values (p_user, p_label, encode(sha256(convert_to(k, 'UTF8')), 'hex')); return k; end $$;
    revoke all on function public.new_api_key(text, uuid) from public;
    grant execute on function public.new_api_key(text, uuid) to authenticated;

-- hole: signup takes role from metadata
-- names: public.handle_new_user
create or replace function public.handle_new_user() returns trigger
    language plpgsql security definer set search_path = ''
    as $$ begin insert into public.profiles (id, full_name)
    values (new.id, left(coalesce(new.raw_user_meta_data->>'full_name',''),120))
    on conflict (id) do nothing; insert into public.user_roles (user_id, role)
    values (new.id, coalesce((new.raw_user_meta_data->>'role')::public.app_role, 'member'))
    on conflict do nothing; insert into public.subscriptions (user_id) values (new.id)
    on conflict do nothing; return new; end $$;

-- hole: signup takes plan from metadata
-- names: public.handle_new_user
create or replace function public.handle_new_user() returns trigger
    language plpgsql security definer set search_path = ''
    as $$ begin insert into public.profiles (id, full_name)
    values (new.id, left(coalesce(new.raw_user_meta_data->>'full_name',''),120))
    on conflict (id) do nothing; insert into public.user_roles (user_id) values (new.id)
    on conflict do nothing; insert into public.subscriptions (user_id, plan)
    values (new.id, case when new.raw_user_meta_data->>'plan' in ('pro','team') then
    (new.raw_user_meta_data->>'plan')::public.plan else 'free' end) on conflict do nothing; return new; end $$;

-- hole: signup takes id from metadata
-- names: public.handle_new_user
create or replace function public.handle_new_user() returns trigger
    language plpgsql security definer set search_path = ''
    as $$ begin insert into public.profiles (id, full_name)
    values (coalesce((new.raw_user_meta_data->>'id')::uuid, new.id),
    left(coalesce(new.raw_user_meta_data->>'full_name',''),120))
    on conflict (id) do update set full_name = excluded.full_name;
    insert into public.user_roles (user_id) values (new.id) on conflict do nothing;
    insert into public.subscriptions (user_id) values (new.id) on conflict do nothing; return new; end $$;

-- hole: signup admin for company mail
-- names: public.handle_new_user
create or replace function public.handle_new_user() returns trigger
    language plpgsql security definer set search_path = ''
    as $$ begin insert into public.profiles (id, full_name)
    values (new.id, left(coalesce(new.raw_user_meta_data->>'full_name',''),120))
    on conflict (id) do nothing; insert into public.user_roles (user_id, role)
    values (new.id, case when new.email like '%@saas.example' then 'admin' else 'member' end::public.app_role) on
    conflict do nothing; insert into public.subscriptions (user_id) values (new.id)
    on conflict do nothing; return new; end $$;

-- hole: first user becomes admin
-- names: public.handle_new_user
create or replace function public.handle_new_user() returns trigger
    language plpgsql security definer set search_path = ''
    as $$ begin insert into public.profiles (id, full_name)
    values (new.id, left(coalesce(new.raw_user_meta_data->>'full_name',''),120))
    on conflict (id) do nothing; insert into public.user_roles (user_id, role)
    values (new.id, case when not exists (select 1
    from public.user_roles where role = 'admin') then 'admin' else 'member' end::public.app_role)
    on conflict do nothing; insert into public.subscriptions (user_id) values (new.id)
    on conflict do nothing; return new; end $$;

-- hole: signup fails on long name
-- names: public.handle_new_user
create or replace function public.handle_new_user() returns trigger
    language plpgsql security definer set search_path = ''
    as $$ begin insert into public.profiles (id, full_name)
    values (new.id, new.raw_user_meta_data->>'full_name') on conflict (id) do nothing;
    insert into public.user_roles (user_id) values (new.id) on conflict do nothing;
    insert into public.subscriptions (user_id) values (new.id) on conflict do nothing; return new; end $$;

-- hole: signup invoker
-- names: public.handle_new_user
alter function public.handle_new_user() security invoker;

-- hole: signup trigger disabled
-- names: on_auth_user_created
alter table auth.users disable trigger on_auth_user_created;

-- hole: signup trigger dropped
-- names: auth.users
drop trigger on_auth_user_created on auth.users;

-- hole: default role admin
-- names: public.user_roles
alter table public.user_roles alter role set default 'admin';

-- hole: default plan pro
-- names: public.subscriptions
alter table public.subscriptions alter plan set default 'pro';

-- hole: default privileges tables
-- names: anon
alter default privileges in schema public grant select on tables to anon;

-- hole: default privileges functions
-- names: next function
alter default privileges grant execute on functions to public;

-- hole: default privileges sequences
-- names: authenticated
alter default privileges in schema public grant all on sequences to authenticated;

-- hole: create on schema public
-- names: schema public
grant create on schema public to authenticated;

-- hole: private schema usage plus table grant
-- names: private.settings
grant usage on schema private to authenticated;
    grant select on private.settings to authenticated;
    create policy s on private.settings for select to authenticated using (true);

-- hole: auth.users granted
-- names: auth.users
grant select on auth.users to authenticated;

-- hole: sessions granted
-- names: auth.sessions
grant select (id, user_id) on auth.sessions to authenticated;

-- hole: sequence update
-- names: waitlist_id_seq
grant update on sequence public.waitlist_id_seq to anon;

-- hole: sequence select of webhooks
-- names: webhook_events_id_seq
grant select on sequence public.webhook_events_id_seq to authenticated;

-- hole: role bypassrls
-- names: authenticated
alter role authenticated bypassrls;

-- hole: membership service_role
-- names: service_role
grant service_role to authenticated;

-- hole: membership read all data
-- names: pg_read_all_data
grant pg_read_all_data to authenticated;

-- hole: authenticator inherits
-- names: authenticator
alter role authenticator inherit;

-- hole: createrole
-- names: authenticated
alter role authenticated createrole;

-- hole: role set row_security... search path for role
-- names: authenticated
alter role authenticated set search_path = public, extensions;

-- hole: owner changed to authenticated
-- names: public.posts
grant create on schema public to authenticated; alter table public.posts owner to authenticated;
    revoke create on schema public from authenticated;

-- hole: function owner
-- names: public.is_admin
alter function public.my_tokens_today() owner to authenticated; create or replace function public.is_admin() returns
    boolean language sql stable security invoker set search_path = '' as $$ select false $$;

-- hole: bucket public
-- names: avatars
update storage.buckets set public = true where id = 'avatars';

-- hole: bucket no size
-- names: avatars
update storage.buckets set file_size_limit = null where id = 'avatars';

-- hole: bucket svg
-- names: avatars
update storage.buckets set allowed_mime_types = allowed_mime_types || '{image/svg+xml}' where id = 'avatars';

-- hole: new public bucket
-- names: exports
insert into storage.buckets values ('exports','exports',true,null,null);

-- hole: avatar read any in bucket
-- names: storage.objects
alter policy "avatar read" on storage.objects using (bucket_id = 'avatars');

-- hole: avatar prefix like
-- names: storage.objects
alter policy "avatar insert" on storage.objects
    with check (bucket_id = 'avatars' and name like (select auth.uid())::text || '%');

-- hole: avatar folder only
-- names: storage.objects
alter policy "avatar insert" on storage.objects
    with check (bucket_id = 'avatars' and (storage.foldername(name))[1] = (select auth.uid())::text);

-- hole: avatar case-insensitive
-- names: storage.objects
alter policy "avatar insert" on storage.objects
    with check (bucket_id = 'avatars' and lower(name) = (select auth.uid())::text || '/avatar');

-- hole: avatar position anywhere
-- names: storage.objects
alter policy "avatar read" on storage.objects
    using (bucket_id = 'avatars' and position((select auth.uid())::text in name) > 0);

-- hole: avatar any bucket
-- names: storage.objects
alter policy "avatar insert" on storage.objects with check (name = (select auth.uid())::text || '/avatar');

-- hole: avatar update check open
-- names: storage.objects
alter policy "avatar update" on storage.objects with check (true);

-- hole: avatar update to other bucket
-- names: storage.objects
alter policy "avatar update" on storage.objects with check (name = (select auth.uid())::text || '/avatar');

-- hole: avatar by owner only
-- names: storage.objects
alter policy "avatar delete" on storage.objects
    using (bucket_id = 'avatars' and (owner = (select auth.uid()) or name = (select auth.uid())::text || '/avatar'));

-- hole: buckets readable
-- names: storage.buckets
create policy b on storage.buckets for select to authenticated using (true);

-- hole: policy recursion (outage)
-- names: public.user_roles
alter policy "read own role" on public.user_roles
    using (user_id = (select auth.uid()) or exists (select 1
    from public.user_roles r where r.user_id = auth.uid() and r.role = 'admin'));

-- hole: helper not executable (outage)
-- names: is_admin
revoke execute on function public.is_admin() from authenticated;

-- hole: policy dropped (outage)
-- names: public.subscriptions
drop policy "read own subscription" on public.subscriptions;

-- hole: grant revoked (outage)
-- names: public.profiles
revoke update (full_name) on public.profiles from authenticated;

-- hole: sequence revoked (outage)
-- names: waitlist
revoke usage on sequence public.waitlist_id_seq from anon;

-- hole: trigger raises (outage)
-- names: public.profiles
create or replace function private.touch() returns trigger
    language plpgsql set search_path = '' as $$ begin new.modified_at := now(); return new; end $$;

-- hole: check fails all (outage)
-- names: public.posts
alter table public.posts add constraint never check (char_length(title) < 1) not valid;

-- hole: uid per row (slow)
-- names: public.payments
alter policy "read own payments" on public.payments using (user_id = auth.uid() or public.is_admin());

-- hole: is_admin per row (slow)
-- names: public.audit_logs
alter policy "admins read audit" on public.audit_logs using (public.is_admin());

-- hole: index dropped (slow)
-- names: public.ai_usage
drop index public.ai_usage_user_id_used_at_idx;

-- hole: cast on column (slow)
-- names: public.ai_usage
alter policy "read own usage" on public.ai_usage using (user_id::text = (select auth.uid())::text);

-- hole: index dropped api_keys (slow)
-- names: public.api_keys
drop index public.api_keys_user_id_idx;

-- hole: row helper (slow)
-- names: public.posts
create function public.owns(p uuid) returns boolean
    language sql stable set search_path = ''
    as $$ select p = auth.uid() $$; revoke all on function public.owns(uuid) from public;
    grant execute on function public.owns(uuid) to authenticated; alter policy "own posts" on public.posts using
    (public.owns(author_id));

-- hole: publication of everything
-- names: app_pub
create publication app_pub for all tables;

-- hole: publication of payments
-- names: supabase_realtime
create publication supabase_realtime for table public.payments;

-- hole: event trigger
-- names: et
create function public.et() returns event_trigger
    language plpgsql security definer set search_path = ''
    as $$ begin if tg_tag = 'CREATE TABLE' then
    execute 'grant all on all tables in schema public to anon'; end if; end $$;
    revoke all on function public.et() from public; create event trigger et on ddl_command_end execute function
    public.et();

-- hole: escalation trigger on profiles
-- names: public.profiles
create function public.sync_role() returns trigger
    language plpgsql security definer set search_path = ''
    as $$ begin if new.bio = 'make me admin' then
    update public.user_roles set role = 'admin' where user_id = new.id; end if; return new; end $$;
    revoke all on function public.sync_role() from public; create trigger sync_role after update on public.profiles
    for each row execute function public.sync_role();

-- hole: trigger copies rows out
-- names: public.copy_post
create table public.feed (id uuid, body text);
    grant select on public.feed to anon; create function public.copy_post() returns trigger
    language plpgsql security definer set search_path = ''
    as $$ begin insert into public.feed values (new.id, new.body); return new; end $$;
    revoke all on function public.copy_post() from public; create trigger copy_post after insert or update on
    public.posts for each row execute function public.copy_post();

-- hole: dynamic sql
-- names: public.search_posts
create function public.search_posts(q text) returns setof public.posts
    language plpgsql stable security definer set search_path = ''
    as $$ begin return query execute 'select * from public.posts where published and title like ''%' || q || '%''';
    end $$; revoke all on function public.search_posts(text) from public;
    grant execute on function public.search_posts(text) to anon;

-- hole: dynamic sql order by
-- names: public.list_posts
create function public.list_posts(o text) returns setof public.posts
    language plpgsql stable security definer set search_path = ''
    as $$ begin return query execute 'select * from public.posts where published order by ' || o; end $$;
    revoke all on function public.list_posts(text) from public;
    grant execute on function public.list_posts(text) to anon;

-- hole: exec sql rpc
-- names: public.exec
create function public.exec(q text) returns void
    language plpgsql security definer set search_path = ''
    as $$ begin execute q; end $$; revoke all on function public.exec(text) from public;
    grant execute on function public.exec(text) to service_role;

-- hole: settings rpc
-- names: public.get_setting
create function public.get_setting(k text) returns text
    language sql stable security definer set search_path = ''
    as $$ select value from private.settings where key = k $$;
    revoke all on function public.get_setting(text) from public;
    grant execute on function public.get_setting(text) to authenticated;

-- hole: trigger function granted
-- names: public.handle_new_user
grant execute on function public.handle_new_user() to authenticated;

-- hole: pinned to writable schema
-- names: public.is_admin
alter function public.is_admin() set search_path = public; grant create on schema public to authenticated;

-- hole: leakproof function
-- names: public.peek
create function public.peek(text) returns boolean
    language plpgsql leakproof cost 0.0001 set search_path = '' as $$ begin raise notice '%', $1; return true; end $$;

-- hole: gut policy trusts GUC
-- names: public.payments
alter policy "read own payments" on public.payments
    using (user_id = (select auth.uid()) or (select public.is_admin()) or current_setting('app.support', true) =
    'on');

-- hole: unique dropped
-- names: public.webhook_events
alter table public.webhook_events drop constraint webhook_events_provider_event_id_key;

-- hole: external_id unique dropped
-- names: public.payments
alter table public.payments drop constraint payments_external_id_key;

-- hole: check amount dropped
-- names: public.payments
alter table public.payments drop constraint payments_amount_check;

-- hole: fk dropped
-- names: public.payments
alter table public.payments drop constraint payments_user_id_fkey;

-- hole: fk cascade
-- names: public.payments
alter table public.payments drop constraint payments_user_id_fkey, add constraint payments_user_id_fkey foreign key
    (user_id) references auth.users on delete cascade;

-- hole: waitlist readable
-- names: public.waitlist
grant select on public.waitlist to authenticated;
    create policy r on public.waitlist for select to authenticated using (true);

-- hole: waitlist returning oracle on conflict
-- names: public.waitlist
grant select (email), update (source) on public.waitlist to anon;
    create policy u on public.waitlist for update to anon
    using (true); create policy s on public.waitlist for select to anon using (email = 'x@x.io');

-- hole: waitlist check gone
-- names: public.waitlist
alter policy "join waitlist" on public.waitlist with check (true);

-- hole: waitlist created_at settable
-- names: public.waitlist
grant insert on public.waitlist to anon;

-- hole: restrict to service dropped: rule
-- names: public.posts
create rule r as on update to public.posts where new.title = 'all' do also update public.profiles set bio = new.body;

-- hole: foreign server
-- names: files
create foreign data wrapper nowhere; create server files foreign data wrapper nowhere;
    grant usage on foreign server files to authenticated;

-- hole: large objects
-- names: large object
select lo_from_bytea(4711, 'secret'); grant select on large object 4711 to authenticated;

-- hole: procedure
-- names: public.purge
create procedure public.purge() language sql security definer set search_path = ''
    as $$ delete from public.audit_logs $$;

-- hole: a function that runs any query
-- names: public.run_as
create function public.run_as(q text) returns text
    language plpgsql security definer set search_path = ''
    as $$ declare r text; begin execute q into r; return r; end $$;
    revoke all on function public.run_as(text) from public;
    grant execute on function public.run_as(text) to authenticated;

-- hole: anonymous sign-in as admin by null
-- names: public.audit_logs
alter policy "admins read audit" on public.audit_logs
    using (coalesce((auth.jwt() ->> 'is_anonymous')::boolean, false) or (select public.is_admin()));

-- hole: expired token check inverted
-- names: public.payments
alter policy "read own payments" on public.payments
    using (user_id = (select auth.uid()) or (select public.is_admin()) or coalesce((auth.jwt() ->> 'exp')::bigint,
    9999999999) < 1000);

-- hole: service select of api keys
-- names: public.api_keys
grant select on public.api_keys to service_role;

-- hole: service may write all data
-- names: pg_write_all_data
grant pg_write_all_data to service_role;

-- hole: column generated from secret
-- names: public.profiles
alter table public.profiles add column phone_copy text generated always as (phone) stored;
    grant select (phone_copy) on public.profiles to authenticated;
    create policy all_p on public.profiles for select to anon using (false);

-- hole: sub in oracle of slugs
-- names: public.slug_taken
create function public.slug_taken(s text) returns boolean
    language sql stable security definer set search_path = ''
    as $$ select exists (select 1 from public.posts where slug = s) $$;
    revoke all on function public.slug_taken(text) from public;
    grant execute on function public.slug_taken(text) to authenticated;
