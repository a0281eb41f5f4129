-- Holes of foreign/fleet.sql.

-- hole: who is off duty is staff as long as the token lives
-- names: app.rank
create or replace function app.rank() returns public.staff_rank
language sql stable security definer set search_path = '' as $$
    select s.rank from public.staff s where s.user_id = auth.uid() and s.rank::text = (auth.jwt() ->> 'staff_rank')
$$;

-- hole: the token alone says who is staff
-- names: app.rank
create or replace function app.rank() returns public.staff_rank
language sql stable set search_path = '' as $$
    select (auth.jwt() ->> 'staff_rank')::public.staff_rank where auth.uid() is not null
$$;

-- hole: the token says who leads a crew
-- names: app.leads
create or replace function app.leads(p_crew uuid) returns boolean
language plpgsql stable security definer set search_path = '' as $$
declare
    v_claimed jsonb := auth.jwt() -> 'crews';
begin
    if auth.uid() is null then return false; end if;
    if v_claimed ? p_crew::text then return v_claimed ->> p_crew::text = 'owner'; end if;
    return false;
end
$$;

-- hole: the hook believes the user's own metadata
-- names: app.token_hook
create or replace function app.token_hook(event jsonb) returns jsonb
language plpgsql stable security definer set search_path = '' as $$
declare
    v_claims jsonb := (event -> 'claims') - 'staff_rank' - 'crews';
    v_rank text;
begin
    select coalesce(event -> 'claims' -> 'user_metadata' ->> 'staff_rank', s.rank::text) into v_rank from public.staff s
    where s.user_id = (event ->> 'user_id')::uuid and s.on_duty @> now();
    if v_rank is not null then v_claims := jsonb_set(v_claims, '{staff_rank}', to_jsonb(v_rank)); end if;
    v_claims := jsonb_set(v_claims, '{crews}', coalesce((
        select jsonb_object_agg(m.crew_id, m.role) from public.crew_members m
        where m.user_id = (event ->> 'user_id')::uuid and m.suspended_at is null), '{}'));
    return jsonb_set(event, '{claims}', v_claims);
end
$$;

-- hole: the hook signs for those who are suspended
-- names: app.token_hook
create or replace function app.token_hook(event jsonb) returns jsonb
language plpgsql stable security definer set search_path = '' as $$
declare
    v_claims jsonb := (event -> 'claims') - 'staff_rank' - 'crews';
    v_rank public.staff_rank;
begin
    select s.rank into v_rank from public.staff s where s.user_id = (event ->> 'user_id')::uuid and s.on_duty @> now();
    if v_rank is not null then v_claims := jsonb_set(v_claims, '{staff_rank}', to_jsonb(v_rank)); end if;
    v_claims := jsonb_set(v_claims, '{crews}', coalesce((
        select jsonb_object_agg(m.crew_id, m.role) from public.crew_members m
        where m.user_id = (event ->> 'user_id')::uuid), '{}'));
    return jsonb_set(event, '{claims}', v_claims);
end
$$;

-- hole: the hook is nobody's to call
-- names: app.token_hook
revoke execute on function app.token_hook(jsonb) from supabase_auth_admin;

-- hole: shown before its time
-- names: public.trips
alter policy "visitors see what is shown" on public.trips
using (access = 'public' and shown is not null and removed_at is null);

-- hole: shown after its time
-- names: public.trips
alter policy "visitors see what is shown" on public.trips
using (access = 'public' and lower(shown) <= now() and removed_at is null);

-- hole: removed and still shown
-- names: public.trips
alter policy "visitors see what is shown" on public.trips using (access = 'public' and shown @> now());

-- hole: shared with anybody
-- names: public.trips
alter policy "shared trips" on public.trips
using (cardinality(shared_with) > 0 and removed_at is null and access <> 'private');

-- hole: private and shared
-- names: public.trips
alter policy "shared trips" on public.trips using (shared_with @> array[(select auth.uid())] and removed_at is null);

-- hole: templates are everybody's
-- names: public.trips
create policy "templates" on public.trips for select to authenticated
using ((details -> 'template')::boolean and removed_at is null);

-- hole: a journal without end
-- names: public.journal
alter policy "a year of the journal" on public.journal using (at > now() - interval '1 year' or what not like 'crew.%');

-- hole: counting as the owner
-- names: app.trips_in
create or replace function app.trips_in(p_during tstzrange) returns bigint
language sql stable security definer set search_path = '' as $$
    select count(*) from public.trips t where t.shown && p_during
$$;

-- hole: planners remove what others drive
-- names: app.remove_trip
create or replace function app.remove_trip(p_id uuid) returns boolean
language plpgsql security definer set search_path = '' as $$
begin
    update public.trips t set removed_at = now()
    where t.id = p_id and t.removed_at is null
        and (t.driver_id = auth.uid() or t.crew_id in (select app.crews_as('{planner,owner}')))
        and t.crew_id in (select app.crews_as('{driver,planner,owner}'));
    return found;
end
$$;

-- hole: a signup joins the crews of its address's domain
-- names: app.welcome
create or replace function app.welcome() returns trigger language plpgsql security definer set search_path = '' as $$
begin
    insert into public.journal (what) values ('somebody signed up');
    insert into public.crew_members (crew_id, user_id)
    select c.id, new.id from public.crews c where c.domains @> array[split_part(lower(new.email), '@', 2)];
    return new;
end
$$;
