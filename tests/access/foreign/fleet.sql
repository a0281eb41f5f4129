-- fleet: times are ranges, people are shared with by lists of ids, and a hook writes roles into tokens. What the token
-- claims can only narrow what the tables say now; a journal keeps what it names without a key.
create type public.crew_role as enum ('driver', 'planner', 'owner');
create type public.staff_rank as enum ('support', 'admin');
create type public.access as enum ('private', 'crew', 'public');
create schema app;
grant usage on schema app to authenticated, service_role, supabase_auth_admin;
alter default privileges revoke execute on functions from public;

create table public.crews (id uuid primary key default gen_random_uuid(), name text not null, closed_at timestamptz,
    domains text[] not null default '{}');
create table public.crew_members (
    crew_id uuid not null references public.crews on delete cascade,
    user_id uuid not null references auth.users on delete cascade,
    role public.crew_role not null default 'driver',
    suspended_at timestamptz,
    primary key (crew_id, user_id)
);
create index on public.crew_members (user_id);
create table public.staff (
    user_id uuid primary key references auth.users on delete cascade,
    rank public.staff_rank not null default 'support',
    on_duty tstzrange not null default tstzrange(now(), null)
);
create table public.trips (
    id uuid primary key default gen_random_uuid(),
    crew_id uuid not null references public.crews on delete cascade,
    driver_id uuid not null default auth.uid() references auth.users on delete cascade,
    title text not null,
    access public.access not null default 'crew',
    shared_with uuid[] not null default '{}',
    details jsonb not null default '{}',
    shown tstzrange,
    removed_at timestamptz
);
create index on public.trips (crew_id);
create index on public.trips (driver_id);
create index on public.trips using gin (shared_with);
create table public.journal (
    id bigint generated always as identity primary key,
    crew_id uuid,
    what text not null,
    at timestamptz not null default now()
);
create index on public.journal (crew_id);
alter table public.crews enable row level security;
alter table public.crew_members enable row level security;
alter table public.staff enable row level security;
alter table public.trips enable row level security;
alter table public.journal enable row level security;

create function app.crews_as(p_roles public.crew_role[]) returns setof uuid
language sql stable security definer set search_path = '' as $$
    select m.crew_id from public.crew_members m
    where m.user_id = auth.uid() and m.role = any (p_roles) and m.suspended_at is null
$$;
create function app.leads(p_crew uuid) returns boolean
language plpgsql stable security definer set search_path = '' as $$
declare
    v_claimed jsonb := auth.jwt() -> 'crews';
begin
    if v_claimed is not null and not v_claimed ? p_crew::text then return false; end if;
    return exists (
        select from public.crew_members m
        where m.crew_id = p_crew and m.user_id = auth.uid() and m.role = 'owner' and m.suspended_at is null
    );
end
$$;
create function app.rank() returns public.staff_rank
language sql stable security definer set search_path = ''
begin atomic
    select s.rank from public.staff s
    where s.user_id = auth.uid() and s.on_duty @> now() and s.rank::text = (auth.jwt() ->> 'staff_rank');
end;
create function app.token_hook(event jsonb) returns jsonb
language plpgsql stable security definer set search_path = '' as $$
declare
    v_claims jsonb := (event -> 'claims') - 'staff_rank' - 'crews';
    v_rank public.staff_rank;
begin
    select s.rank into v_rank from public.staff s where s.user_id = (event ->> 'user_id')::uuid and s.on_duty @> now();
    if v_rank is not null then v_claims := jsonb_set(v_claims, '{staff_rank}', to_jsonb(v_rank)); end if;
    v_claims := jsonb_set(v_claims, '{crews}', coalesce((
        select jsonb_object_agg(m.crew_id, m.role) from public.crew_members m
        where m.user_id = (event ->> 'user_id')::uuid and m.suspended_at is null), '{}'));
    return jsonb_set(event, '{claims}', v_claims);
end
$$;
create function app.rename_crew(p_crew uuid, p_name text) returns void
language plpgsql security definer set search_path = '' as $$
begin
    if not app.leads(p_crew) then raise exception 'not allowed' using errcode = '42501'; end if;
    update public.crews set name = p_name where id = p_crew;
end
$$;
create function app.close_crew(p_crew uuid) returns void
language plpgsql security definer set search_path = '' as $$
begin
    if app.rank() is distinct from 'admin' then raise exception 'not allowed' using errcode = '42501'; end if;
    update public.crews set closed_at = now() where id = p_crew;
end
$$;
create function app.remove_trip(p_id uuid) returns boolean
language plpgsql security definer set search_path = '' as $$
begin
    update public.trips t set removed_at = now()
    where t.id = p_id and t.removed_at is null and (t.driver_id = auth.uid() or app.leads(t.crew_id))
        and t.crew_id in (select app.crews_as('{driver,planner,owner}'));
    return found;
end
$$;
create function app.welcome() returns trigger language plpgsql security definer set search_path = '' as $$
begin
    insert into public.journal (what) values ('somebody signed up');
    return new;
end
$$;
create trigger welcome after insert on auth.users for each row execute function app.welcome();
create function app.trips_in(p_during tstzrange) returns bigint language sql stable set search_path = '' as $$
    select count(*) from public.trips t where t.shown && p_during
$$;

grant select on public.crews, public.crew_members, public.journal to authenticated;
grant select, insert on public.trips to authenticated;
grant select on public.trips to anon;
create policy "members see their crews" on public.crews for select to authenticated
using (id = any (array(select app.crews_as('{driver,planner,owner}'))));
create policy "members see members" on public.crew_members for select to authenticated
using (crew_id = any (array(select app.crews_as('{driver,planner,owner}'))));
create policy "owners read the journal" on public.journal for select to authenticated
using (crew_id = any (array(select app.crews_as('{driver,owner}'))));
create policy "a year of the journal" on public.journal as restrictive for select to authenticated
using (at > now() - interval '1 year');
create policy "crews see trips" on public.trips for select to authenticated
using (crew_id = any (array(select app.crews_as('{driver,planner,owner}'))) and removed_at is null and access <> 'private');
create policy "drivers see theirs" on public.trips for select to authenticated
using (driver_id = (select auth.uid()) and removed_at is null);
create policy "shared trips" on public.trips for select to authenticated
using (shared_with @> array[(select auth.uid())] and removed_at is null and access <> 'private');
create policy "visitors see what is shown" on public.trips for select to anon
using (access = 'public' and shown @> now() and removed_at is null);
create policy "drivers add" on public.trips for insert to authenticated
with check (driver_id = (select auth.uid()) and crew_id = any (array(select app.crews_as('{driver,planner,owner}'))));
grant execute on function app.crews_as(public.crew_role[]), app.leads(uuid), app.rank(), app.rename_crew(uuid, text),
    app.close_crew(uuid), app.remove_trip(uuid), app.trips_in(tstzrange) to authenticated;
grant execute on function app.token_hook(jsonb) to supabase_auth_admin;
