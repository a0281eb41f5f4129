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

-- hole: posts an hour early
-- names: public.posts
alter policy "Published ones." on public.posts
using (published and publish_at <= now() + interval '1 hour' and not members_only);

-- hole: a week of grace
-- names: public.redeem_coupon
create or replace function public.redeem_coupon(p_code text) returns integer
language plpgsql security definer set search_path = '' as $$
declare v_credits integer;
begin
    if auth.uid() is null then raise exception 'not signed in' using errcode = '42501'; end if;
    update public.coupons c set uses = c.uses + 1
    where c.code = upper(trim(p_code)) and c.uses < c.max_uses and c.expires_at > now() - interval '7 days'
    returning c.credits into v_credits;
    if not found then raise exception 'coupon is not valid'; end if;
    insert into public.redemptions (code, user_id) values (upper(trim(p_code)), auth.uid());
    update public.profiles p set credits = p.credits + v_credits where p.id = auth.uid();
    return v_credits;
end
$$;

-- hole: one coupon, twice
-- names: public.redeem_coupon
create or replace function public.redeem_coupon(p_code text) returns integer
language plpgsql security definer set search_path = '' as $$
declare v_credits integer;
begin
    if auth.uid() is null then raise exception 'not signed in' using errcode = '42501'; end if;
    update public.coupons c set uses = c.uses + 1
    where c.code = upper(trim(p_code)) and c.uses < c.max_uses and c.expires_at > now()
    returning c.credits into v_credits;
    if not found then raise exception 'coupon is not valid'; end if;
    insert into public.redemptions (code, user_id) values (upper(trim(p_code)), auth.uid()) on conflict do nothing;
    update public.profiles p set credits = p.credits + v_credits where p.id = auth.uid();
    return v_credits;
end
$$;

-- hole: one team more
-- names: public.create_team
create or replace function public.create_team(p_name text) returns uuid
language plpgsql security definer set search_path = '' as $$
declare v_id uuid;
begin
    if auth.uid() is null then raise exception 'not signed in' using errcode = '42501'; end if;
    if (select count(*) from public.teams t where t.owner_id = auth.uid()) > 5 then
        raise exception 'five teams at most';
    end if;
    insert into public.teams (name, owner_id) values (p_name, auth.uid()) returning id into v_id;
    insert into public.team_members (team_id, user_id) values (v_id, auth.uid());
    return v_id;
end
$$;

-- hole: who pays sees what others pay
-- names: public.payments
create policy "Those who pay." on public.payments for select to authenticated using (
    exists (
        select 1 from public.subscriptions s
        where s.user_id = (select auth.uid()) and s.plan_id = 'pro' and s.status = 'past_due'
    )
);

-- hole: the rich see the keys
-- names: public.api_keys
create policy "The rich." on public.api_keys for select to authenticated using (
    exists (select 1 from public.profiles p where p.id = (select auth.uid()) and p.credits > 100000)
);

-- hole: keys for everything
-- names: public.api_keys
alter policy "One's own." on public.api_keys with check (user_id = (select auth.uid()));

-- hole: keys for one thing that is allowed and another
-- names: public.api_keys
alter policy "One's own." on public.api_keys
with check (user_id = (select auth.uid()) and (scopes = '{}' or scopes && '{read,write}'));

-- hole: locked documents that change
-- names: public.protect_document
create or replace function public.protect_document() returns trigger language plpgsql set search_path = '' as $$
begin
    if tg_op = 'UPDATE' and old.locked and new.locked and new.title is not distinct from old.title
        and not public.is_admin()
    then
        raise exception 'document is locked' using errcode = '42501';
    end if;
    if new.locked and (tg_op = 'INSERT' or not old.locked) and not public.is_admin() then
        raise exception 'only administrators lock documents' using errcode = '42501';
    end if;
    return new;
end
$$;

-- hole: the guard listens to a setting
-- names: protect_profile
create or replace function public.protect_profile() returns trigger language plpgsql set search_path = '' as $$
begin
    if current_user = 'authenticated' and coalesce(current_setting('app.guard', true), '') <> 'off' then
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

-- hole: files in a bucket that is called alike
-- names: storage.objects
alter policy "One's own." on storage.objects
using (bucket_id like 'files%' and (storage.foldername(name))[1] = (select auth.uid())::text)
with check (bucket_id like 'files%' and (storage.foldername(name))[1] = (select auth.uid())::text);

-- hole: a team's files in the name of others
-- names: storage.objects
alter policy "The team's, in one's own name." on storage.objects with check (
    bucket_id = 'shared' and (storage.foldername(name))[1] in (select t::text from public.my_team_ids() t)
);

-- hole: names with capitals
-- names: public.set_username
create or replace function public.set_username(p_name text) returns void
language plpgsql security definer set search_path = '' as $$
begin
    if p_name !~ '^[A-Za-z0-9_]{3,20}$' then raise exception 'not a name' using errcode = '22023'; end if;
    update public.profiles p set username = p_name where p.id = auth.uid();
end
$$;

-- hole: a year back
-- names: public.my_payments
create or replace function public.my_payments(p_from timestamptz) returns setof public.payments
language plpgsql stable security definer set search_path = '' as $$
begin
    if p_from < now() - interval '365 days' then raise exception 'too far back' using errcode = '22023'; end if;
    return query select * from public.payments p where p.user_id = auth.uid();
end
$$;

-- hole: an amount that is not said
-- names: public.apply_event
create or replace function public.apply_event(p_payload jsonb) returns void
language plpgsql security definer set search_path = '' as $$
declare v_payment public.payments;
begin
    select * into v_payment from public.payments p where p.id::text = p_payload ->> 'order_id' for update;
    if not found then raise exception 'unknown order' using errcode = 'P0002'; end if;
    if (p_payload ->> 'amount')::integer <> v_payment.amount_cents then
        raise exception 'another amount' using errcode = '22023';
    end if;
    update public.payments p set status = 'succeeded' where p.id = v_payment.id and p.status = 'pending';
end
$$;

-- hole: a refund paid again
-- names: public.apply_event
create or replace function public.apply_event(p_payload jsonb) returns void
language plpgsql security definer set search_path = '' as $$
declare v_payment public.payments;
begin
    select * into v_payment from public.payments p where p.id::text = p_payload ->> 'order_id' for update;
    if not found then raise exception 'unknown order' using errcode = 'P0002'; end if;
    if (p_payload ->> 'amount')::integer is distinct from v_payment.amount_cents then
        raise exception 'another amount' using errcode = '22023';
    end if;
    update public.payments p set status = 'succeeded' where p.id = v_payment.id;
end
$$;

-- hole: what a team keeps is out of its reach
-- names: storage.objects
drop policy "The team's." on storage.objects;
