-- orgs: Who made an organization owns it, and lets others in who own nothing. One leads several, so a statement on all
-- members meets rows of several kinds, in an order that nobody promised.
create table public.orgs (
    id uuid primary key default gen_random_uuid(), name text not null,
    owner uuid not null default auth.uid() references auth.users);
create index on public.orgs (owner);
create table public.members (
    org_id uuid references public.orgs, user_id uuid references auth.users,
    role text not null default 'viewer' check (role in ('viewer', 'editor', 'owner')), primary key (org_id, user_id));
create index on public.members (user_id);
create function public.in_org(o uuid, variadic roles text[] default array['viewer', 'editor', 'owner']) returns boolean
language sql stable security definer set search_path = '' as $$
    select exists (
        select from public.members m where m.org_id = o and m.user_id = auth.uid() and m.role = any (roles)) $$;
create function public.founded() returns trigger language plpgsql security definer set search_path = '' as $$
    begin
        insert into public.members values (new.id, new.owner, 'owner');
        return new;
    end $$;
create trigger founded after insert on public.orgs for each row execute function public.founded();
revoke all on function public.founded(), public.in_org(uuid, text[]) from public;
grant execute on function public.in_org(uuid, text[]) to authenticated;
alter table public.orgs enable row level security;
alter table public.members enable row level security;
grant select, insert, update, delete on public.orgs, public.members to authenticated;
create policy seen on public.orgs for select to authenticated
    using (owner = (select auth.uid()) or public.in_org(id));
create policy made on public.orgs for insert to authenticated with check (owner = (select auth.uid()));
create policy seen on public.members for select to authenticated using (public.in_org(org_id));
create policy led on public.members for all to authenticated
    using (public.in_org(org_id, 'owner')) with check (public.in_org(org_id, 'owner') and role <> 'owner');
-- change: the same said otherwise
create or replace function public.founded() returns trigger language plpgsql security definer set search_path = '' as $$
    begin
        insert into public.members (org_id, user_id, role) select new.id, new.owner, 'owner';
        return null;
    end $$;
create or replace function public.in_org(o uuid, variadic roles text[] default array['viewer', 'editor', 'owner'])
returns boolean language sql stable security definer set search_path = '' as $$
    select (select m.role from public.members m where m.org_id = o and m.user_id = auth.uid()) = any (roles) is true $$;
-- hole: owners make others owners
-- names: public.members
alter policy led on public.members with check (public.in_org(org_id, 'owner'));
-- hole: who was let in lets others in
-- names: public.members
alter policy led on public.members using (public.in_org(org_id, 'owner', 'editor'));
