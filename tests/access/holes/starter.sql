-- Holes of foreign/starter.sql.

-- hole: moderators are administrators
-- names: public.is_admin
create or replace function public.is_admin() returns boolean
language sql stable security definer set search_path = '' as $$
    select exists (
        select 1 from public.profiles p
        where p.id = (select auth.uid()) and p.role <> 'user' and p.deleted_at is null
    )
$$;

-- hole: the guard asks who logged in
-- names: protect_profile
create or replace function public.protect_profile() returns trigger language plpgsql set search_path = '' as $$
begin
    if session_user = 'authenticated' then
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

-- hole: the metadata of a signup says the role
-- names: public.profiles
create or replace function public.handle_new_user() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
    insert into public.profiles (id, full_name, role) values
    (new.id, new.raw_user_meta_data ->> 'full_name', coalesce(new.raw_user_meta_data ->> 'role', 'user'));
    insert into public.subscriptions (user_id) values (new.id);
    return new;
end
$$;

-- hole: the metadata of a signup chooses among the plans
-- names: public.subscriptions
create or replace function public.handle_new_user() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
    insert into public.profiles (id, full_name) values (new.id, new.raw_user_meta_data ->> 'full_name');
    insert into public.subscriptions (user_id, plan_id) values (
        new.id, coalesce((select p.id from public.plans p where p.id = new.raw_user_meta_data ->> 'tier'), 'free')
    );
    return new;
end
$$;

-- hole: coupons that are over
-- names: public.redeem_coupon
create or replace function public.redeem_coupon(p_code text) returns integer
language plpgsql security definer set search_path = '' as $$
declare v_credits integer;
begin
    if auth.uid() is null then raise exception 'not signed in' using errcode = '42501'; end if;
    update public.coupons c set uses = c.uses + 1
    where c.code = upper(trim(p_code)) and c.uses < c.max_uses
    returning c.credits into v_credits;
    if not found then raise exception 'coupon is not valid'; end if;
    insert into public.redemptions (code, user_id) values (upper(trim(p_code)), auth.uid());
    update public.profiles p set credits = p.credits + v_credits where p.id = auth.uid();
    return v_credits;
end
$$;

-- hole: any role at all
-- names: public.profiles
alter table public.profiles drop constraint profiles_role_check;
