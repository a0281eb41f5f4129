-- Changes of foreign/kit.sql that open and close nothing. `says` names what alone may be reported: a new object.

-- change: a policy is renamed
alter policy own_orders on public.orders rename to orders_of_mine;

-- change: a policy is reworded
alter policy own_orders on public.orders using ((select auth.uid()) = user_id);

-- change: a policy says more than it must
alter policy own_account on public.accounts using (user_id = (select auth.uid()) and (select auth.uid()) is not null);

-- change: a policy is split in two
drop policy docs_edited on public.documents;
create policy docs_edited on public.documents for update to authenticated
using (app.standing_in(team_id) = 'editor') with check (app.standing_in(team_id) in ('editor', 'owner'));
create policy docs_edited_by_owners on public.documents for update to authenticated
using (app.standing_in(team_id) = 'owner') with check (app.standing_in(team_id) in ('editor', 'owner'));

-- change: the avatar's rule is said in parts
alter policy face_read on storage.objects
using (bucket_id = 'faces' and name = concat((select auth.uid())::text, '/', 'avatar'));

-- change: a definer function that returns the caller's rows alone
-- says: public.my_account()
create function public.my_account() returns setof public.accounts language sql stable security definer set search_path = '' as
$$ select * from public.accounts where user_id = auth.uid() $$;
revoke all on function public.my_account() from public;
grant execute on function public.my_account() to authenticated;

-- change: an invoker view
-- says: public.my_plan
create view public.my_plan with (security_invoker = true) as select tier, period_end from public.plans;
grant select on public.my_plan to authenticated;

-- change: a table that nobody reaches
create table app.notes (id int primary key, body text);
alter table app.notes enable row level security;

-- change: a column that nobody is granted
alter table public.orders add column note text;

-- change: an index more
create index orders_state_idx on public.orders (state);

-- change: a check is reworded
alter table public.orders drop constraint orders_amount_check;
alter table public.orders add constraint orders_amount_check check (amount >= 1);

-- change: a check more, that every row of ours keeps
alter table public.accounts add constraint accounts_bio_check check (jsonb_typeof(bio) = 'object');

-- change: a constraint is renamed
alter table public.orders rename constraint orders_paid_check to orders_paid_at_check;

-- change: a function is reworded
create or replace function app.is_admin() returns boolean language plpgsql stable security definer set search_path = '' as $$
begin
    return (select count(*) > 0 from public.account_roles r where r.role = 'admin' and r.user_id = auth.uid());
end $$;

-- change: a function is reworded in its guard
create or replace function public.my_tier(p_user uuid default null) returns public.tier
language plpgsql stable security definer set search_path = '' as $$
declare v_user uuid := coalesce(p_user, auth.uid());
begin
    if v_user = auth.uid() or app.is_admin() then
        return (select p.tier from public.plans p where p.user_id = v_user and coalesce(p.period_end, 'infinity') > now());
    end if;
    raise exception 'you may not' using errcode = '42501';
end $$;

-- change: a pinned path names pg_temp last
alter function public.cancel_plan() set search_path = pg_catalog, pg_temp;

-- change: a trigger is renamed
alter trigger on_signup on auth.users rename to on_auth_user_created;

-- change: the signup is reworded
create or replace function app.on_signup() returns trigger language plpgsql security definer set search_path = '' as $$
begin
    insert into public.plans (user_id) select new.id on conflict do nothing;
    insert into public.account_roles (user_id, role) values (new.id, 'member') on conflict do nothing;
    insert into public.accounts (user_id, full_name)
    values (new.id, substr(new.raw_user_meta_data ->> 'full_name', 1, 120)) on conflict (user_id) do nothing;
    return null;
end $$;

-- change: grants are said again
grant select on public.plans to authenticated;
revoke all on public.inbox from anon;

-- change: comments
comment on table public.orders is 'one row an order';
comment on policy own_orders on public.orders is 'their own';

-- change: row level security is forced
alter table public.journal force row level security;

-- change: an enum's value more
alter type public.order_state add value 'EXPIRED';

-- change: a trigger more that touches a row
create trigger touch_role before update on public.account_roles for each row execute function app.touch();
