-- teams: Who founds a team at the signup leads it: only in somebody else's is an invitation read by whom it is sent
-- to. An address may be invited by many, and a code tells teams apart.
create table public.teams (id uuid primary key default gen_random_uuid(), name text not null);
create table public.members (
    team_id uuid not null references public.teams, user_id uuid not null references auth.users,
    leads boolean not null default true, primary key (team_id, user_id));
create index on public.members (user_id);
create function public.found_team() returns trigger language plpgsql security definer set search_path = '' as $$
    declare made uuid;
    begin
        insert into public.teams (name) values ('of one') returning id into made;
        insert into public.members values (made, new.id, true);
        return new;
    end $$;
create trigger found_team after insert on auth.users for each row execute function public.found_team();
create function public.led() returns setof uuid language sql stable security definer set search_path = '' as $$
    select m.team_id from public.members m where m.user_id = auth.uid() and m.leads $$;
revoke all on function public.found_team(), public.led() from public;
grant execute on function public.led() to authenticated;
alter table public.teams enable row level security;
alter table public.members enable row level security;
create table public.invites (
    id uuid primary key default gen_random_uuid(), team_id uuid not null references public.teams,
    email text not null, open_during tstzrange not null, unique (team_id, email));
create index on public.invites (email);
alter table public.invites enable row level security;
grant select on public.invites to authenticated;
create policy led on public.invites for select to authenticated
    using (team_id = any (array(select public.led())));
create policy sent on public.invites for select to authenticated
    using (email = (select auth.jwt() ->> 'email') and open_during @> now());
grant insert (team_id, email, open_during) on public.invites to authenticated;
create policy sends on public.invites for insert to authenticated
    with check (team_id = any (array(select public.led())));
alter table public.teams add code text unique default gen_random_uuid() check (code !~ ' ');

-- hole: an invitation that is over, by whom it was sent to
-- names: public.invites
alter policy sent on public.invites using (email = (select auth.jwt() ->> 'email') and lower(open_during) <= now())

-- hole: an address that may wait for one group
-- names: public.invites
create unique index one_address on public.invites (email);

-- hole: a signup that names the team which it joins
-- names: public.members
create or replace function public.found_team() returns trigger
language plpgsql security definer set search_path = '' as $$
declare made uuid;
begin
    insert into public.teams (name) values ('of one') returning id into made;
    insert into public.members values (made, new.id, true);
    insert into public.members (team_id, user_id)
        select t.id, new.id from public.teams t where t.code = new.raw_user_meta_data ->> 'join';
    return new;
end $$;
