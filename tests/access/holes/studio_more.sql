-- More holes in foreign/studio.sql; `names` is the object that must be named.

-- hole: on conflict do update through a policy
-- names: public.posts
grant update (slug) on public.posts to authenticated; alter policy "edit own posts" on public.posts using (true);

-- hole: update using true but check own (claim other's row)
-- names: public.posts
grant update (author_id) on public.posts to authenticated; alter policy "edit own posts" on public.posts
    using (true) with check (author_id = (select auth.uid()));

-- hole: soft deleted admin
-- names: public.is_admin
create or replace function public.is_admin() returns boolean
    language sql stable security definer set search_path = ''
    as $$ select exists (select 1 from public.user_roles r left join auth.users u on u.id = r.user_id
    where r.user_id = (select auth.uid()) and r.role = 'admin') $$;

-- hole: delete own subscription
-- names: public.subscriptions
grant delete on public.subscriptions to authenticated;
    create policy d on public.subscriptions for delete to authenticated using (user_id = (select auth.uid()));

-- hole: posts of soft deleted (anonymous)
-- names: public.posts
alter policy "write own posts" on public.posts
    with check (author_id = (select auth.uid()) or (auth.jwt() ->> 'is_anonymous')::boolean);

-- hole: slug unique dropped
-- names: public.posts
alter table public.posts drop constraint posts_slug_key;

-- hole: not null dropped on user_id
-- names: public.payments
alter table public.payments alter user_id drop not null;

-- hole: check provider widened
-- names: public.payments
alter table public.payments drop constraint payments_provider_check, add constraint payments_provider_check check
    (provider in ('midtrans','doku','manual'));

-- hole: domain check dropped
-- names: public.rupiah
alter domain public.rupiah drop constraint rupiah_check;

-- hole: status check dropped
-- names: public.payments
alter table public.payments drop constraint payments_status_check;

-- hole: full_name check dropped
-- names: public.profiles
alter table public.profiles drop constraint profiles_full_name_check;

-- hole: new_api_key executable by anon
-- names: public.new_api_key
grant execute on function public.new_api_key(text) to anon;

-- hole: new_api_key guard null gone
-- names: public.new_api_key
create or replace function public.new_api_key(p_label text) returns text
    language plpgsql security definer set search_path = ''
    as $$ declare k text; begin if char_length(p_label) > 60 then raise exception 'label too long' using errcode =
    '22001'; end if; if (select count(*) from public.api_keys
    where user_id = auth.uid() and not revoked) >= 5 then raise exception 'too many keys' using errcode = '54000'; end
    if; k := replace(gen_random_uuid()::text, '-', '');
    insert into public.api_keys (user_id, label, key_hash)
    values (coalesce(auth.uid(), (select id from auth.users limit 1)), p_label, encode(sha256(convert_to(k,
    'UTF8')),'hex')); return k; end $$;

-- hole: key label limit gone
-- names: public.new_api_key
create or replace function public.new_api_key(p_label text) returns text
    language plpgsql security definer set search_path = ''
    as $$ declare k text; begin if auth.uid() is null then raise exception 'no user' using errcode = '28000'; end if;
    if (select count(*) from public.api_keys
    where user_id = auth.uid() and not revoked) >= 5 then raise exception 'too many keys' using errcode = '54000'; end
    if; k := replace(gen_random_uuid()::text, '-', '');
    insert into public.api_keys (user_id, label, key_hash)
    values (auth.uid(), p_label, encode(sha256(convert_to(k, 'UTF8')),'hex')); return k; end $$;

-- hole: set_role without audit
-- names: public.set_role
create or replace function public.set_role(target uuid, new_role public.app_role) returns void
    language plpgsql security definer set search_path = ''
    as $$ begin if not public.is_admin() then raise exception 'not allowed' using errcode = '42501'; end if;
    if target = auth.uid() then raise exception 'not yourself' using errcode = '42501'; end if; update
    public.user_roles set role = new_role, granted_by = auth.uid(), updated_at = now() where user_id = target; end $$;

-- hole: touch dropped
-- names: public.profiles
drop trigger touch on public.profiles;

-- hole: signup swallowed errors, nothing inserted
-- names: handle_new_user
create or replace function public.handle_new_user() returns trigger
    language plpgsql security definer set search_path = ''
    as $$ begin insert into public.profiles (id, full_name) values (new.id, '')
    on conflict (id) do nothing; return new; end $$;

-- hole: signup reads app metadata
-- names: handle_new_user
create or replace function public.handle_new_user() returns trigger
    language plpgsql security definer set search_path = ''
    as $$ begin insert into public.profiles (id, full_name, bio)
    values (new.id, left(coalesce(new.raw_user_meta_data->>'full_name',''),120), new.raw_user_meta_data->>'bio') on
    conflict (id) do nothing; insert into public.user_roles (user_id) values (new.id)
    on conflict do nothing; insert into public.subscriptions (user_id) values (new.id)
    on conflict do nothing; return new; end $$;

-- hole: metadata update trigger sets role
-- names: auth.users
create function public.sync() returns trigger
    language plpgsql security definer set search_path = ''
    as $$ begin update public.user_roles set role = 'admin'
    where user_id = new.id and new.raw_user_meta_data ->> 'role' = 'admin'; return new; end $$;
    revoke all on function public.sync() from public; create trigger sync after update on auth.users for each row
    execute function public.sync();

-- hole: user deletes cascade nothing: payments set null
-- names: public.payments
alter table public.payments alter user_id drop not null, drop constraint payments_user_id_fkey, add constraint
    payments_user_id_fkey foreign key (user_id) references auth.users on delete set null;

-- hole: view with check option bypass: insertable own view
-- names: public.my_posts
create view public.my_posts as select * from public.posts where author_id = auth.uid();
    grant select, insert, update on public.my_posts to authenticated;

-- hole: security barrier leaky view
-- names: public.pub_profiles
create view public.pub_profiles as select id, full_name, phone
    from public.profiles where phone is null; grant select on public.pub_profiles to anon;

-- hole: function over view
-- names: public.billing
create function public.billing() returns setof public.my_billing
    language sql stable security definer set search_path = ''
    as $$ select * from public.my_billing $$; grant execute on function public.billing() to authenticated;

-- hole: policy for role that inherits (PUBLIC)
-- names: public.audit_logs
grant select on public.audit_logs to anon; alter policy "admins read audit" on public.audit_logs to public using
    (auth.role() = 'anon' or (select public.is_admin()));

-- hole: trusts role claim
-- names: public.audit_logs
alter policy "admins read audit" on public.audit_logs
    using ((auth.jwt() ->> 'role') = 'service_role' or (select public.is_admin()));

-- hole: trusts legacy claim setting
-- names: public.audit_logs
alter policy "admins read audit" on public.audit_logs
    using (current_setting('request.jwt.claim.role', true) = 'service_role' or (select public.is_admin()));

-- hole: trusts header
-- names: public.audit_logs
alter policy "admins read audit" on public.audit_logs
    using (current_setting('request.headers', true)::json ->> 'x-admin' = '1' or (select public.is_admin()));

-- hole: jwt aal
-- names: public.api_keys
alter policy "own keys r" on public.api_keys using (user_id = (select auth.uid()) or (auth.jwt() ->> 'aal') = 'aal2');

-- hole: email verified by metadata
-- names: public.api_keys
alter policy "own keys r" on public.api_keys
    using (user_id::text = coalesce(auth.jwt() -> 'user_metadata' ->> 'user_id', (select auth.uid())::text));

-- hole: compares text prefix
-- names: public.api_keys
alter policy "own keys r" on public.api_keys using (left(user_id::text, 4) = left((select auth.uid())::text, 4));

-- hole: posts: sees unpublished by slug prefix
-- names: public.posts
alter policy "public posts" on public.posts using (published or slug like 'draft-%');

-- hole: posts: body null
-- names: public.posts
alter policy "public posts" on public.posts using (published or body is null);

-- hole: admin may now update payments
-- names: public.payments
grant update (status) on public.payments to authenticated;
    create policy au on public.payments for update to authenticated using ((select public.is_admin()));

-- hole: admin may read api key hashes
-- names: public.api_keys
alter policy "own keys r" on public.api_keys using (user_id = (select auth.uid()) or (select public.is_admin()));

-- hole: service_role usage private
-- names: private.settings
grant usage on schema private to service_role; grant select on private.settings to service_role;

-- hole: anon create temp? database create
-- names: database
do $$ begin execute format('grant create on database %I to authenticated', current_database()); end $$;

-- hole: default privileges for routines in schema
-- names: next
alter default privileges in schema public grant execute on functions to anon;

-- hole: default privileges schemas usage
-- names: next
alter default privileges grant usage on schemas to anon;

-- hole: type usage: next table by other role
-- names: next
alter default privileges for role postgres grant insert on tables to authenticated;

-- hole: inherits child readable
-- names: public.payments_archive
create table public.payments_archive (archived_at timestamptz default now()) inherits (public.payments);
    grant select on public.payments_archive to authenticated;

-- hole: copy table as
-- names: public.payments_copy
create table public.payments_copy as select *
    from public.payments; grant select on public.payments_copy to authenticated;

-- hole: replica identity / realtime of api keys
-- names: pub
create publication pub for table public.api_keys (id, key_hash);

-- hole: avatar read for everyone in public role
-- names: storage.objects
create policy pub on storage.objects for select to public using (bucket_id = 'avatars');

-- hole: storage list own prefix any bucket
-- names: storage.objects
alter policy "avatar read" on storage.objects using (name like (select auth.uid())::text || '/%');

-- hole: storage update using own, check bucket only
-- names: storage.objects
alter policy "avatar update" on storage.objects with check (bucket_id = 'avatars');

-- hole: rate limit leak of others counters
-- names: public.bucket_of
create function public.bucket_of(k text) returns int
    language sql stable security definer set search_path = ''
    as $$ select hits from public.rate_limit_buckets where key = k $$;
    revoke all on function public.bucket_of(text) from public;
    grant execute on function public.bucket_of(text) to authenticated;

-- hole: cancel by subscription id
-- names: public.cancel_sub
create function public.cancel_sub(s uuid) returns boolean
    language plpgsql security definer set search_path = ''
    as $$ begin update public.subscriptions set cancel_at_period_end = true where id = s; return found; end $$;
    revoke all on function public.cancel_sub(uuid) from public;
    grant execute on function public.cancel_sub(uuid) to authenticated;

-- hole: my_tokens takes optional user
-- names: public.my_tokens_today
drop function public.my_tokens_today(); create function public.my_tokens_today(u uuid default null) returns bigint
    language sql stable security definer set search_path = ''
    as $$ select coalesce(sum(tokens),0) from public.ai_usage where user_id = coalesce(u, auth.uid()) $$;
    revoke all on function public.my_tokens_today(uuid) from public;
    grant execute on function public.my_tokens_today(uuid) to authenticated;

-- hole: is_admin volatile unpinned temp shadow
-- names: public.is_admin
create or replace function public.is_admin() returns boolean
    language sql stable security definer set search_path = public, pg_temp
    as $$ select exists (select 1 from user_roles r join auth.users u on u.id = r.user_id
    where r.user_id = (select auth.uid()) and r.role = 'admin' and u.deleted_at is null) $$; alter function
    public.is_admin() set search_path = pg_temp, public;

-- hole: restrictive removed: none; new permissive for all commands
-- names: public.api_keys
create policy everything on public.api_keys for all to authenticated using (not revoked);

-- hole: column default of key
-- names: public.api_keys
alter table public.api_keys alter revoked set default true; alter table public.api_keys alter label set default
    'admin';

-- hole: cost oracle function on rls table
-- names: public.sees
create function public.sees(t text) returns boolean
    language plpgsql cost 0.0000001 as $$ begin raise notice 'row %', t; return true; end $$;
    grant execute on function public.sees(text) to authenticated; create view public.open_posts
    as select title from public.posts where published; grant select on public.open_posts to anon;

-- hole: policy dropped select but update stays (outage)
-- names: public.api_keys
drop policy "own keys r" on public.api_keys;

-- hole: trigger raising on insert waitlist (outage)
-- names: public.waitlist
create function private.no() returns trigger
    language plpgsql as $$ begin raise exception 'closed'; end $$; create trigger no before insert on public.waitlist
    for each row execute function private.no();

-- hole: foreign key to missing makes outage
-- names: public.posts
alter policy "write own posts" on public.posts
    with check (author_id = (select auth.uid()) and exists (select 1
    from public.user_roles where user_id = author_id and role = 'admin'));

-- hole: auth usage revoked (outage)
-- names: auth
revoke usage on schema auth from authenticated;

-- hole: uid function revoked (outage)
-- names: auth.uid
revoke execute on function auth.uid() from authenticated, public;

-- hole: function timeout slow
-- names: public.posts
drop index public.posts_author_id_idx;

-- hole: slow exists per row
-- names: public.api_keys
alter policy "own keys r" on public.api_keys
    using (exists (select 1 from public.profiles p where p.id = user_id and p.id = (select auth.uid())));

-- hole: force off owner app role
-- names: public.posts
alter table public.posts owner to service_role;
