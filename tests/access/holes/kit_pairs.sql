-- Holes of foreign/kit.sql that two tables make together, or that only a row of a rare kind shows.

-- hole: offers are shown before their time, where every tier has one already
-- names: public.offers
alter policy offers_seen on public.offers using (true);

-- hole: a refund may be asked for longer than the paper says
-- names: public.refunds
alter policy refunds_asked on public.refunds with check (user_id = (select auth.uid()) and exists (
    select from public.orders o where o.id = order_id and o.user_id = (select auth.uid())
    and o.state = 'SUCCESS' and o.paid_at > now() - interval '14 months'
));

-- hole: a refund in somebody else's name
-- names: public.refunds
alter policy refunds_asked on public.refunds with check (exists (
    select from public.orders o where o.id = order_id and o.user_id = (select auth.uid())
    and o.state = 'SUCCESS' and o.paid_at > now() - interval '14 days'
));

-- hole: guests ask for refunds of what they paid
-- names: public.refunds
drop policy no_guests on public.refunds;

-- hole: an ended period still counts
-- names: public.my_tier
create or replace function public.my_tier(p_user uuid default null) returns public.tier
language plpgsql stable security definer set search_path = '' as $$
declare v_user uuid := coalesce(p_user, auth.uid());
begin
    if v_user is null or (v_user is distinct from auth.uid() and not app.is_admin()) then
        raise exception 'not allowed' using errcode = '42501';
    end if;
    return (select p.tier from public.plans p where p.user_id = v_user);
end $$;

-- hole: a refund is decided as often as somebody likes
-- names: public.decide_refund
create or replace function public.decide_refund(p_order uuid, p_grant boolean) returns void
language plpgsql security definer set search_path = '' as $$
declare v_order uuid;
begin
    if not app.is_admin() then
        raise exception 'admins only' using errcode = '42501';
    end if;
    update public.refunds set decision = case when p_grant then 'granted' else 'denied' end
    where order_id = p_order returning order_id into v_order;
    if v_order is null then
        raise exception 'nothing to decide' using errcode = 'P0002';
    end if;
    if p_grant then
        update public.orders set state = 'REFUNDED' where id = v_order and state = 'SUCCESS';
    end if;
end $$;

-- hole: no answer pays the money back
-- names: public.decide_refund
create or replace function public.decide_refund(p_order uuid, p_grant boolean) returns void
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
    if p_grant is not false then
        update public.orders set state = 'REFUNDED' where id = v_order and state = 'SUCCESS';
    end if;
end $$;

-- hole: a refund ends a plan that another order pays
-- names: public.decide_refund
create or replace function app.refunded() returns trigger language plpgsql security definer set search_path = '' as $$
begin
    update public.plans set tier = 'FREE' where user_id = new.user_id;
    return null;
end $$;

-- hole: the last administrator counts as another one
-- names: public.set_role
create or replace function app.last_admin() returns trigger language plpgsql security definer set search_path = '' as $$
begin
    if old.role = 'admin' and new.role <> 'admin' and not exists (
        select from public.account_roles r where r.role = 'admin'
    ) then
        raise exception 'the last administrator stays' using errcode = '23514';
    end if;
    return new;
end $$;

-- hole: a header says whose plan is moved
-- names: public.move_plan
create or replace function public.move_plan(p_tier public.tier) returns void
language plpgsql security definer set search_path = '' as $$
declare v_user uuid := coalesce(
    nullif(current_setting('request.headers', true), '')::jsonb ->> 'x-user-id', auth.uid()::text);
begin
    update public.plans set cancel_at_period_end = true where user_id = v_user and tier <> 'FREE' and tier <> p_tier;
    if not found then
        raise exception 'nothing to move' using errcode = 'P0002';
    end if;
end $$;
