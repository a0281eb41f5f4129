-- Holes of foreign/kit.sql: functions that answer too much, too little or somebody else.

-- hole: the owner of a function is the members' role
-- names: find_orders
grant create on schema public to authenticated;
alter function public.find_orders(text) owner to authenticated;
revoke create on schema public from authenticated;

-- hole: the caller's limit is taken
-- names: take_token
create or replace function public.take_token(p_key text, p_limit int) returns boolean
language plpgsql security definer set search_path = '' as $$
begin
    insert into public.throttles (key, hits, resets_at) values (p_key, 1, now() + interval '1 hour')
    on conflict (key) do update set hits = public.throttles.hits + 1;
    return (select t.hits <= greatest(p_limit, 100000) from public.throttles t where t.key = p_key);
end $$;

-- hole: usage is never counted for the pro
-- names: add_usage
create or replace function public.add_usage(p_route text, p_tokens int) returns void
language sql security definer set search_path = '' as
$$ insert into public.token_usage (user_id, route, tokens)
   select auth.uid(), p_route, least(p_tokens, 100000) where auth.uid() is not null $$;

-- hole: like patterns reach others
-- names: find_orders
create or replace function public.find_orders(p_text text) returns setof uuid
language plpgsql stable security definer set search_path = '' as $$
begin
    return query execute 'select id from public.orders where user_id = $1 or external_id like $2'
        using auth.uid(), p_text || '%';
end $$;

-- hole: the search runs with the caller's order
-- names: find_orders
create or replace function public.find_orders(p_text text) returns setof uuid
language plpgsql stable security definer set search_path = '' as $$
begin
    return query execute 'select id from public.orders where user_id = $1 and external_id like $2 order by ' || coalesce(nullif(p_text, ''), '1')
        using auth.uid(), p_text || '%';
exception when others then
    return query execute 'select id from public.orders where user_id = $1 and external_id like $2' using auth.uid(), p_text || '%';
end $$;

-- hole: an unpinned definer is shadowed
-- names: cancel_plan
create or replace function public.cancel_plan() returns void language plpgsql security definer as $$
begin
    if auth.uid() is null then
        raise exception 'sign in first' using errcode = '42501';
    end if;
    update plans set cancel_at_period_end = true where user_id = auth.uid();
end $$;

-- hole: a definer's path holds a schema that members create in
-- names: cancel_plan
create schema scratch; grant usage, create on schema scratch to authenticated;
create or replace function public.cancel_plan() returns void language plpgsql security definer set search_path = scratch, public, pg_temp as $$
begin
    if auth.uid() is null then
        raise exception 'sign in first' using errcode = '42501';
    end if;
    update plans set cancel_at_period_end = true where user_id = auth.uid();
end $$;

-- hole: the old function beside the new
-- names: set_role(uuid, text)
create function public.set_role(p_user uuid, p_role text) returns void language sql security definer set search_path = '' as
$$ update public.account_roles set role = p_role::public.member_role where user_id = p_user $$;

-- hole: the limit counts half
-- names: take_token
create or replace function public.take_token(p_key text, p_limit int) returns boolean
language plpgsql security definer set search_path = '' as $$
begin
    insert into public.throttles (key, hits, resets_at) values (p_key, 1, now() + interval '1 hour')
    on conflict (key) do update set hits = public.throttles.hits + 1;
    return (select t.hits / 2 <= p_limit from public.throttles t where t.key = p_key);
end $$;

-- hole: a window that never ends
-- names: take_token
create or replace function public.take_token(p_key text, p_limit int) returns boolean
language plpgsql security definer set search_path = '' as $$
begin
    insert into public.throttles (key, hits, resets_at) values (p_key, 1, now() + interval '1 hour')
    on conflict (key) do update set hits = public.throttles.hits + 1, resets_at = now() + interval '10 years';
    return (select t.hits <= p_limit from public.throttles t where t.key = p_key);
end $$;
