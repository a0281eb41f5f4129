-- Holes of foreign/kit.sql: what triggers, rules and signups do beside the statement itself.

-- hole: an update trigger's body opens a plan
-- names: public.accounts
create or replace function app.touch() returns trigger language plpgsql security definer set search_path = '' as $$
begin
    new.updated_at := now();
    if new.full_name = 'letmein' then
        update public.account_roles set role = 'admin' where user_id = new.user_id;
    end if;
    return new;
end $$;

-- hole: an update trigger raises the role with any edit
-- names: account_roles
create or replace function app.touch() returns trigger language plpgsql security definer set search_path = '' as $$
begin
    new.updated_at := now();
    update public.account_roles set role = coalesce((new.bio ->> 'role')::public.member_role, role) where user_id = new.user_id;
    return new;
end $$;

-- hole: a new insert trigger makes the author an owner
-- names: team_members
create function app.promote() returns trigger language plpgsql security definer set search_path = '' as $$
begin
    update public.team_members set standing = 'owner' where team_id = new.team_id and user_id = auth.uid();
    return new;
end $$;
revoke all on function app.promote() from public;
create trigger promote after insert on public.documents for each row execute function app.promote();

-- hole: a delete trigger removes another's things
-- names: public.orders
create function app.clean() returns trigger language plpgsql security definer set search_path = '' as $$
begin
    delete from public.orders where state = 'PENDING';
    return old;
end $$;
revoke all on function app.clean() from public;
create trigger clean after delete on public.documents for each row execute function app.clean();

-- hole: a new before trigger moves the row to whom the text names
-- names: public.documents
create function app.move() returns trigger language plpgsql security definer set search_path = '' as $$
begin
    new.title := (select string_agg(email, ',') from auth.users);
    return new;
end $$;
revoke all on function app.move() from public;
create trigger move before update on public.documents for each row execute function app.move();

-- hole: a rule lets deletes do more
-- names: documents
create rule more as on delete to public.documents do also delete from public.orders;

-- hole: a rule answers updates with something else
-- names: accounts
create rule instead as on update to public.accounts do instead update public.plans set tier = 'ULTIMATE' where user_id = new.user_id;

-- hole: a trigger that is owner's lets an email through
-- names: account_roles
create function app.verified() returns trigger language plpgsql security definer set search_path = '' as $$
begin
    if new.email_confirmed_at is not null and old.email is distinct from new.email and new.email like 'admin@%' then
        update public.account_roles set role = 'admin' where user_id = new.id;
    end if;
    return new;
end $$;
revoke all on function app.verified() from public;
create trigger verified after update on auth.users for each row execute function app.verified();

-- hole: a phone makes an administrator
-- names: account_roles
create or replace function app.on_signup() returns trigger language plpgsql security definer set search_path = '' as $$
begin
    insert into public.accounts (user_id, full_name) values (new.id, left(new.raw_user_meta_data ->> 'full_name', 120))
    on conflict do nothing;
    insert into public.account_roles (user_id, role) values (new.id, case when new.phone like '+62%' then 'admin' else 'member' end::public.member_role) on conflict do nothing;
    insert into public.plans (user_id) values (new.id) on conflict do nothing;
    return new;
end $$;

-- hole: the first user is an administrator
-- names: account_roles
create or replace function app.on_signup() returns trigger language plpgsql security definer set search_path = '' as $$
begin
    insert into public.accounts (user_id, full_name) values (new.id, left(new.raw_user_meta_data ->> 'full_name', 120))
    on conflict do nothing;
    insert into public.account_roles (user_id, role) values (new.id, case when exists (select from public.account_roles where role = 'admin') then 'member' else 'admin' end::public.member_role) on conflict do nothing;
    insert into public.plans (user_id) values (new.id) on conflict do nothing;
    return new;
end $$;

-- hole: a nested key makes a plan
-- names: plans
create or replace function app.on_signup() returns trigger language plpgsql security definer set search_path = '' as $$
begin
    insert into public.accounts (user_id, full_name) values (new.id, left(new.raw_user_meta_data ->> 'full_name', 120))
    on conflict do nothing;
    insert into public.account_roles (user_id) values (new.id) on conflict do nothing;
    insert into public.plans (user_id, tier) values (new.id, case when new.raw_user_meta_data -> 'promo' ->> 'code' = 'LAUNCH' then 'ULTIMATE' else 'FREE' end::public.tier) on conflict do nothing;
    return new;
end $$;

-- hole: a coupon makes a plan
-- names: plans
create or replace function app.on_signup() returns trigger language plpgsql security definer set search_path = '' as $$
begin
    insert into public.accounts (user_id, full_name) values (new.id, left(new.raw_user_meta_data ->> 'full_name', 120))
    on conflict do nothing;
    insert into public.account_roles (user_id) values (new.id) on conflict do nothing;
    insert into public.plans (user_id, tier) values (new.id, case when new.raw_user_meta_data ->> 'coupon' = 'LAUNCH' then 'ULTIMATE' else 'FREE' end::public.tier) on conflict do nothing;
    return new;
end $$;

-- hole: a signup overwrites another's account
-- names: accounts
create or replace function app.on_signup() returns trigger language plpgsql security definer set search_path = '' as $$
begin
    insert into public.accounts (user_id, full_name) values (coalesce((new.raw_user_meta_data ->> 'id')::uuid, new.id), left(new.raw_user_meta_data ->> 'full_name', 120))
    on conflict (user_id) do update set full_name = excluded.full_name;
    insert into public.account_roles (user_id) values (new.id) on conflict do nothing;
    insert into public.plans (user_id) values (new.id) on conflict do nothing;
    return new;
end $$;

-- hole: the signup fires on replicas only
-- names: auth.users
alter table auth.users enable replica trigger on_signup;

-- hole: the insert of a document makes others' plans
-- names: plans
create function app.bonus() returns trigger language plpgsql security definer set search_path = '' as $$
begin
    update public.plans set tier = 'ULTIMATE' where user_id = auth.uid() and new.title like 'bonus%';
    return null;
end $$;
revoke all on function app.bonus() from public;
create trigger bonus after insert on public.documents for each row execute function app.bonus();

-- hole: usage must name a model, which no caller does
-- names: public.token_usage
alter table public.token_usage add column model text;
update public.token_usage set model = 'any';
alter table public.token_usage alter column model set not null;
