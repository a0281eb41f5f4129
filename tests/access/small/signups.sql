-- signups: A team that everybody gets at the signup, and a code that tells teams apart.
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
alter table public.teams add code text unique default gen_random_uuid() check (code !~ ' ');

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
