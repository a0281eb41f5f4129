-- Changes of foreign/fleet.sql that open and close nothing.

-- change: the rank by way of variables
create or replace function app.rank() returns public.staff_rank
language plpgsql stable security definer set search_path = '' as $$
declare
    v_rank public.staff_rank;
begin
    if auth.jwt() ->> 'staff_rank' is null then return null; end if;
    select s.rank into v_rank from public.staff s where s.user_id = auth.uid() and now() <@ s.on_duty;
    if v_rank::text = auth.jwt() ->> 'staff_rank' then return v_rank; end if;
    return null;
end
$$;

-- change: the hook in one statement
create or replace function app.token_hook(event jsonb) returns jsonb
language sql stable security definer set search_path = '' as $$
    select jsonb_set(event, '{claims}', (event -> 'claims') - 'staff_rank' - 'crews'
        || coalesce((select jsonb_build_object('staff_rank', s.rank) from public.staff s
            where s.user_id = (event ->> 'user_id')::uuid and s.on_duty @> now()), '{}')
        || jsonb_build_object('crews', coalesce((select jsonb_object_agg(m.crew_id, m.role)
            from public.crew_members m where m.user_id = (event ->> 'user_id')::uuid and m.suspended_at is null), '{}')))
$$;

-- change: crews as a loop
create or replace function app.crews_as(p_roles public.crew_role[]) returns setof uuid
language plpgsql stable security definer set search_path = '' as $$
declare
    v_member record;
begin
    for v_member in select * from public.crew_members m where m.user_id = auth.uid() order by m.role desc loop
        if v_member.suspended_at is null and v_member.role = any (p_roles) then return next v_member.crew_id; end if;
    end loop;
end
$$;

-- change: the range by its bounds
alter policy "visitors see what is shown" on public.trips
using (removed_at is null and access = 'public' and now() <@ shown);

-- change: on the list in other words
alter policy "shared trips" on public.trips
using (access in ('crew', 'public') and removed_at is null and shared_with @> array[(select auth.uid())]);

-- change: whose trip it is by way of a variable
create or replace function app.remove_trip(p_id uuid) returns boolean
language plpgsql security definer set search_path = '' as $$
declare
    v_trip public.trips;
begin
    select * into v_trip from public.trips t where t.id = p_id and t.removed_at is null for update;
    if not found or not exists (
        select from app.crews_as('{driver,planner,owner}') c where c = v_trip.crew_id) then return false; end if;
    if v_trip.driver_id <> auth.uid() and not app.leads(v_trip.crew_id) then return false; end if;
    update public.trips set removed_at = now() where id = p_id;
    return true;
end
$$;
