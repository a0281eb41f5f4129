-- Changes of foreign/starter.sql that open and close nothing.

-- change: a coupon is looked for by way of a variable
create or replace function public.redeem_coupon(p_code text) returns integer
language plpgsql security definer set search_path = '' as $$
declare
    v_code text := upper(trim(p_code));
    v_credits integer;
begin
    if auth.uid() is null then raise exception 'not signed in' using errcode = '42501'; end if;
    update public.coupons c set uses = c.uses + 1
    where c.code = v_code and c.max_uses > c.uses and now() < c.expires_at
    returning c.credits into v_credits;
    if v_credits is null then raise exception 'coupon is not valid'; end if;
    insert into public.redemptions (code, user_id) values (v_code, auth.uid());
    update public.profiles p set credits = p.credits + v_credits where p.id = auth.uid();
    return v_credits;
end
$$;

-- change: the guard in another order
create or replace function public.protect_profile() returns trigger language plpgsql set search_path = '' as $$
begin
    if current_user <> 'authenticated' then return new; end if;
    if new.credits <> old.credits then
        raise exception 'credits cannot be changed' using errcode = '42501';
    end if;
    if new.role <> old.role and not public.is_admin() then
        raise exception 'role cannot be changed' using errcode = '42501';
    end if;
    return new;
end
$$;

-- change: an administrator found by a statement of plpgsql
create or replace function public.is_admin() returns boolean
language plpgsql stable security definer set search_path = '' as $$
begin
    perform 1 from public.profiles p where p.id = auth.uid() and p.role = 'admin' and p.deleted_at is null;
    return found;
end
$$;

-- change: guests by their claim's text
alter policy "Guests only look." on public.documents
with check (coalesce((select auth.jwt()) ->> 'is_anonymous', 'false') <> 'true');

-- change: leaving as plpgsql
create or replace function public.leave_team(p_team_id uuid) returns void
language plpgsql security definer set search_path = '' as $$
begin
    if auth.uid() is null then return; end if;
    delete from public.team_members m where m.user_id = auth.uid() and m.team_id = p_team_id;
end
$$;

-- change: one's teams through the teams
create or replace function public.my_team_ids() returns setof uuid
language sql stable security definer set search_path = '' as $$
    select t.id from public.teams t
    where exists (select 1 from public.team_members m where m.team_id = t.id and m.user_id = (select auth.uid()))
$$;

-- change: what a key may, the other way round
alter policy "One's own." on public.api_keys
with check ((select auth.uid()) = user_id and array['write', 'read']::text[] @> scopes);
