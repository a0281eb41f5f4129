-- Holes of foreign/kit.sql: rules that trust what a caller chooses, or whom nobody sends.

-- hole: an anonymous sign-in reads all orders
-- names: public.orders
create policy guests on public.orders for select to authenticated
using (coalesce((auth.jwt() ->> 'is_anonymous')::boolean, false));

-- hole: an old token reads all orders
-- names: public.orders
create policy late on public.orders for select to authenticated
using (coalesce((auth.jwt() ->> 'exp')::bigint, 9999999999) < 2000000000);

-- hole: a token of the first level reads all
-- names: public.orders
create policy level on public.orders for select to authenticated using (auth.jwt() ->> 'aal' = 'aal1');

-- hole: a company's token reads all
-- names: public.orders
create policy company on public.orders for select to authenticated using (auth.jwt() ->> 'email' like '%@kit.example');

-- hole: whoever has a company's address is an administrator
-- names: is_admin()
create or replace function app.is_admin() returns boolean language sql stable security definer set search_path = '' as
$$ select exists (select from public.account_roles r where r.user_id = auth.uid() and r.role = 'admin')
    or coalesce(auth.jwt() ->> 'email', '') like '%@kit.example' $$;

-- hole: whoever's mail is a company's is an administrator
-- names: is_admin()
create or replace function app.is_admin() returns boolean language sql stable security definer set search_path = '' as
$$ select exists (select from public.account_roles r where r.user_id = auth.uid() and r.role = 'admin')
    or exists (select from auth.users u where u.id = auth.uid() and u.email like '%@kit.example') $$;

-- hole: a known id is an administrator
-- names: is_admin()
create or replace function app.is_admin() returns boolean language sql stable security definer set search_path = '' as
$$ select exists (select from public.account_roles r where r.user_id = auth.uid() and r.role = 'admin')
    or auth.uid() = '11111111-1111-4111-8111-111111111111' $$;

-- hole: the banned are administrators
-- names: is_admin()
create or replace function app.is_admin() returns boolean language sql stable security definer set search_path = '' as
$$ select exists (select from public.account_roles r where r.user_id = auth.uid() and r.role = 'admin')
    or auth.jwt() -> 'app_metadata' ->> 'provider' = 'saml' $$;

-- hole: the role claim is the service's
-- names: is_admin()
create or replace function app.is_admin() returns boolean language sql stable security definer set search_path = '' as
$$ select auth.role() = 'service_role'
    or exists (select from public.account_roles r where r.user_id = auth.uid() and r.role = 'admin') $$;

-- hole: an error names the owner
-- names: set_role
create or replace function public.set_role(p_user uuid, p_role public.member_role) returns void
language plpgsql security definer set search_path = '' as $$
begin
    if not app.is_admin() then
        raise exception 'admins only, not %', (select u.email from auth.users u where u.id = p_user) using errcode = '42501';
    end if;
    update public.account_roles set role = p_role where user_id = p_user;
    insert into public.journal (actor_id, action) values (auth.uid(), 'role.set');
end $$;

-- hole: whether a user exists
-- names: set_role
create or replace function public.set_role(p_user uuid, p_role public.member_role) returns void
language plpgsql security definer set search_path = '' as $$
begin
    if not exists (select from public.account_roles r where r.user_id = p_user) then
        raise exception 'no such user' using errcode = 'P0002';
    end if;
    if not app.is_admin() then
        raise exception 'admins only' using errcode = '42501';
    end if;
    update public.account_roles set role = p_role where user_id = p_user;
    insert into public.journal (actor_id, action) values (auth.uid(), 'role.set');
end $$;

-- hole: a hint tells the role
-- names: set_role
create or replace function public.set_role(p_user uuid, p_role public.member_role) returns void
language plpgsql security definer set search_path = '' as $$
begin
    if not app.is_admin() then
        raise exception 'admins only' using errcode = '42501', hint = (select r.role::text from public.account_roles r where r.user_id = p_user);
    end if;
    update public.account_roles set role = p_role where user_id = p_user;
    insert into public.journal (actor_id, action) values (auth.uid(), 'role.set');
end $$;

-- hole: the first caller without an admin becomes one
-- names: set_role
create or replace function public.set_role(p_user uuid, p_role public.member_role) returns void
language plpgsql security definer set search_path = '' as $$
begin
    if not app.is_admin() and exists (select from public.account_roles r where r.role = 'admin') then
        raise exception 'admins only' using errcode = '42501';
    end if;
    update public.account_roles set role = p_role where user_id = p_user;
    insert into public.journal (actor_id, action) values (auth.uid(), 'role.set');
end $$;

-- hole: a header opens every order
-- names: public.orders
create policy header on public.orders for select to authenticated
using ((current_setting('request.headers', true)::json ->> 'x-internal') = 'yes');

-- hole: a list of roles in the token
-- names: public.orders
create policy roles on public.orders for select to authenticated
using ((auth.jwt() -> 'app_metadata' -> 'roles') @> '["admin"]');

-- hole: a setting with a word of its own
-- names: public.orders
create policy word on public.orders for select to authenticated
using (current_setting('app.tenant', true) = 'acme-internal');

-- hole: who calls is what the metadata says
-- names: auth.uid()
create or replace function auth.uid() returns uuid language sql stable as
$$ select coalesce(current_setting('request.jwt.claims', true)::jsonb -> 'user_metadata' ->> 'sub',
    nullif(current_setting('request.jwt.claims', true), '')::jsonb ->> 'sub')::uuid $$;

-- hole: an admin who was demoted in the token only
-- names: is_admin()
create or replace function app.is_admin() returns boolean language sql stable security definer set search_path = '' as
$$ select coalesce(auth.jwt() -> 'app_metadata' ->> 'role', (select r.role::text from public.account_roles r where r.user_id = auth.uid())) = 'admin' $$;

-- hole: the deleted keep their role
-- names: is_admin()
create or replace function app.is_admin() returns boolean language sql stable security definer set search_path = '' as
$$ select coalesce((select r.role = 'admin' from public.account_roles r where r.user_id = auth.uid()), auth.uid() is not null) $$;

-- hole: the soft-deleted are administrators
-- names: is_admin()
create or replace function app.is_admin() returns boolean language sql stable security definer set search_path = '' as
$$ select exists (select from public.account_roles r where r.user_id = auth.uid() and r.role = 'admin')
    or exists (select from auth.users u where u.id = auth.uid() and u.deleted_at is not null) $$;

-- hole: the journal no longer says who set a role
-- names: set_role
create or replace function public.set_role(p_user uuid, p_role public.member_role) returns void
language plpgsql security definer set search_path = '' as $$
begin
    if not app.is_admin() then
        raise exception 'admins only' using errcode = '42501';
    end if;
    update public.account_roles set role = p_role where user_id = p_user;
    insert into public.journal (actor_id, action) values (p_user, 'role.set');
end $$;

-- hole: a deadline in the past lets all in
-- names: my_tier
create or replace function public.my_tier(p_user uuid default null) returns public.tier
language plpgsql stable security definer set search_path = '' as $$
declare v_user uuid := coalesce(p_user, auth.uid());
begin
    if v_user is null or (v_user is distinct from auth.uid() and not app.is_admin()
            and not exists (select from public.plans p where p.user_id = auth.uid() and p.period_end < now())) then
        raise exception 'not allowed' using errcode = '42501';
    end if;
    return (select p.tier from public.plans p where p.user_id = v_user
        and (p.period_end is null or p.period_end > now()));
end $$;

-- hole: who has no address may be a guest
-- names: public.refunds
alter policy no_guests on public.refunds with check (
    (auth.jwt() ->> 'is_anonymous')::boolean is not true or (auth.jwt() ->> 'email') is null
);
