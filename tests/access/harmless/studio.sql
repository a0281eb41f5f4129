-- Changes of foreign/studio.sql that open and close nothing. `says` names what alone may be reported: a new object.

-- change: reworded policy
drop policy "read own payments" on public.payments;
    create policy "payments: mine or admin" on public.payments for select to authenticated
    using ((select public.is_admin()) or (select auth.uid()) = user_id);

-- change: reworded with exists
drop policy "read own usage" on public.ai_usage;
    create policy "usage" on public.ai_usage for select to authenticated
    using ((select auth.uid()) = user_id and user_id is not null);

-- change: split in two policies
drop policy "read own profile" on public.profiles;
    create policy a on public.profiles for select to authenticated
    using (id = (select auth.uid())); create policy b on public.profiles for select to authenticated
    using ((select public.is_admin()));

-- change: definer function that returns only the caller's rows
-- says: public.my_payments()
create function public.my_payments() returns setof public.payments
    language sql stable security definer set search_path = ''
    as $$ select * from public.payments where user_id = auth.uid() $$;
    revoke all on function public.my_payments() from public;
    grant execute on function public.my_payments() to authenticated;

-- change: invoker view of own payments
-- says: public.paid
create view public.paid with (security_invoker = true)
    as select id, amount from public.payments where status = 'settled'; grant select on public.paid to authenticated;

-- change: invoker count function
-- says: public.my_post_count()
create function public.my_post_count() returns bigint
    language sql stable set search_path = ''
    as $$ select count(*) from public.posts where author_id = (select auth.uid()) $$;
    revoke all on function public.my_post_count() from public;
    grant execute on function public.my_post_count() to authenticated;

-- change: new index and comment
create index on public.posts (published)
    where published; comment on table public.payments is 'x'; comment on policy "read own payments" on public.payments
    is 'y';

-- change: new private table, rls on, no grants
create table private.jobs (id bigint primary key); alter table private.jobs enable row level security;

-- change: new column, nullable, not granted
alter table public.payments add column note text;

-- change: check added
alter table public.posts add constraint title_len check (char_length(title) < 500);

-- change: restrictive policy that takes nothing
create policy r on public.posts as restrictive for insert to authenticated with check (author_id is not null);

-- change: is_admin reworded as plpgsql
create or replace function public.is_admin() returns boolean
    language plpgsql stable security definer set search_path = ''
    as $$ begin return exists (select from auth.users u join public.user_roles r on r.user_id = u.id
    where u.id = auth.uid() and u.deleted_at is null and r.role = 'admin'); end $$;

-- change: signup reworded
create or replace function public.handle_new_user() returns trigger
    language plpgsql security definer set search_path = ''
    as $$ begin insert into public.user_roles (user_id) values (new.id) on conflict do nothing;
    insert into public.subscriptions (user_id, plan) values (new.id, 'free') on conflict do nothing;
    insert into public.profiles (id, full_name)
    values (new.id, substr(coalesce(new.raw_user_meta_data->>'full_name',''),1,120))
    on conflict (id) do nothing; return new; end $$;

-- change: force rls
alter table public.payments force row level security;

-- change: path pinned as pg_catalog
alter function public.is_admin() set search_path = pg_catalog, pg_temp;

-- change: cancel_subscription with an extra guard
create or replace function public.cancel_subscription() returns void
    language plpgsql security definer set search_path = ''
    as $$ declare me uuid := auth.uid(); begin
    if me is null then raise exception 'sign in first' using errcode = '28000'; end if;
    update public.subscriptions as s set cancel_at_period_end = true where s.user_id = me; end $$;

-- change: storage policy with foldername
drop policy "avatar read" on storage.objects;
    create policy "avatar r" on storage.objects for select to authenticated
    using (bucket_id = 'avatars' and (storage.foldername(name))[1] = (select auth.uid())::text and name = (select
    auth.uid())::text || '/avatar');

-- change: rate limit reworded
create or replace function public.check_rate_limit(p_key text, p_max int, p_window_seconds int) returns boolean
    language plpgsql security definer set search_path = ''
    as $$ declare h int; w interval := make_interval(secs => p_window_seconds); begin
    if p_key is null or p_max < 1 or p_window_seconds < 1 then raise exception 'bad arguments' using errcode =
    '22023'; end if; insert into public.rate_limit_buckets as b (key, hits) values (p_key, 1)
    on conflict (key) do update set hits = case when b.window_start < now() - w then 1 else b.hits + 1 end,
    window_start = case when b.window_start < now() - w then now() else b.window_start end returning hits into h;
    return h <= p_max; end $$;

-- change: constraint renamed, policy renamed
alter policy "own posts" on public.posts rename to "see own posts"; alter table public.posts rename constraint
    posts_slug_key to slug_once;

-- change: a role nobody is in
grant select on public.audit_logs to postgres;

-- change: trigger renamed
alter trigger on_auth_user_created on auth.users rename to after_signup;

-- change: data
insert into auth.users (id, email, raw_user_meta_data) select gen_random_uuid(), 'u'||n||'@x.io',
    jsonb_build_object('full_name','U '||n) from generate_series(1,300) n;
    insert into public.payments (user_id, external_id, provider, amount, status) select id, 'ord-'||id, 'doku',
    100000, 'settled' from auth.users;

-- change: a function asks as its owner what it asked as its caller
-- says: my_tokens_today
alter function public.my_tokens_today() security definer;
