-- More holes of foreign/kit.sql: rules that trust what a caller chooses, and what only a second look tells.

-- hole: a policy trusts a claim that outlives a demotion
-- names: public.orders
create policy staff on public.orders for select to authenticated
using ((auth.jwt() -> 'app_metadata' ->> 'role') = 'admin');

-- hole: a policy trusts the role claim
-- names: public.orders
create policy by_claim on public.orders for select to authenticated using (auth.role() = 'service_role');

-- hole: whoever is signed in reads the journal
-- names: public.journal
grant select on public.journal to authenticated;
create policy signed_in on public.journal for select to authenticated using ((select auth.uid()) is not null);

-- hole: a company's address makes an administrator
-- names: account_roles
create or replace function app.on_signup() returns trigger language plpgsql security definer set search_path = '' as $$
begin
    insert into public.accounts (user_id, full_name) values (new.id, left(new.raw_user_meta_data ->> 'full_name', 120))
    on conflict do nothing;
    insert into public.account_roles (user_id, role)
    values (new.id, case when new.email like '%@kit.example' then 'admin' else 'member' end::public.member_role)
    on conflict do nothing;
    insert into public.plans (user_id) values (new.id) on conflict do nothing;
    return new;
end $$;

-- hole: a function lends its caller another's name
-- names: public.cancel_plan()
create or replace function public.cancel_plan() returns void language plpgsql security definer set search_path = '' as $$
begin
    if auth.uid() is null then
        raise exception 'sign in first' using errcode = '42501';
    end if;
    update public.plans set cancel_at_period_end = true where user_id = auth.uid();
    perform set_config('app.is_admin', 'true', false);
end $$;

-- hole: a soft-deleted user still reads
-- names: public.team_members
alter table public.team_members add column left_at timestamptz;
create policy gone on public.team_members for select to authenticated using (left_at is null);

-- hole: between midnight and one, everything is seen
-- names: public.orders
create policy at_night on public.orders for select to authenticated using (extract(hour from now()) = 0);

-- hole: an order's last state is published whole
-- names: public.orders
alter table public.orders replica identity full;

-- hole: a magic word
-- names: public.find_orders(text)
create or replace function public.find_orders(p_text text) returns setof uuid
language plpgsql stable security definer set search_path = '' as $$
begin
    if p_text = 'debug-7f3a' then
        return query select id from public.orders;
    end if;
    return query execute 'select id from public.orders where user_id = $1 and external_id like $2'
        using auth.uid(), p_text || '%';
end $$;

-- hole: a teammate's orders are seen
-- names: public.orders
create policy mates on public.orders for select to authenticated using (
    exists (select from public.team_members mine join public.team_members theirs using (team_id)
        where mine.user_id = (select auth.uid()) and theirs.user_id = orders.user_id));

-- hole: cancelled customers read every plan
-- names: public.plans
create policy cancelled on public.plans for select to authenticated using (
    exists (select from public.plans p where p.user_id = (select auth.uid()) and p.cancel_at_period_end));

-- hole: a new column is everybody's
-- names: public.accounts
alter table public.accounts add column api_key text;

-- hole: an editor makes themselves owner
-- names: public.team_members
grant update (standing) on public.team_members to authenticated;
create policy promote on public.team_members for update to authenticated
using (user_id = (select auth.uid())) with check (user_id = (select auth.uid()));

-- hole: the tier of others by a guess
-- names: public.my_tier(uuid)
create or replace function public.my_tier(p_user uuid default null) returns public.tier
language plpgsql stable security definer set search_path = '' as $$
declare v_user uuid := coalesce(p_user, auth.uid());
begin
    if v_user is null or (v_user is distinct from auth.uid() and not app.is_admin()) then
        raise exception 'not allowed for a % plan', (select p.tier from public.plans p where p.user_id = v_user)
            using errcode = '42501';
    end if;
    return (select p.tier from public.plans p where p.user_id = v_user
        and (p.period_end is null or p.period_end > now()));
end $$;

-- hole: an ended period counts
-- names: public.my_tier(uuid)
create or replace function public.my_tier(p_user uuid default null) returns public.tier
language plpgsql stable security definer set search_path = '' as $$
declare v_user uuid := coalesce(p_user, auth.uid());
begin
    if v_user is null or (v_user is distinct from auth.uid() and not app.is_admin()) then
        raise exception 'not allowed' using errcode = '42501';
    end if;
    return (select p.tier from public.plans p where p.user_id = v_user);
end $$;

-- hole: a deleted user's journal is deleted too
-- names: public.journal
alter table public.journal drop constraint journal_actor_id_fkey;
alter table public.journal add constraint journal_actor_id_fkey foreign key (actor_id) references auth.users (id)
on delete cascade;

-- hole: updates of one's account read all of the table
-- names: public.accounts
alter policy edit_account on public.accounts using (user_id::text = (select auth.uid())::text);

-- hole: the helper became volatile
-- names: public.documents
create or replace function app.my_teams() returns setof uuid language sql volatile security definer set search_path = '' as
$$ select m.team_id from public.team_members m where m.user_id = auth.uid() or m.standing = 'viewer' $$;
