-- events: Events are claimed once, and again only where that failed; roles are asked for by a list, and a trigger keeps
-- the last administrator.
create table public.events (
    id bigint generated always as identity primary key, key text not null unique,
    state text not null default 'new' check (state in ('new', 'working', 'done', 'failed')),
    claimed_at timestamptz);
alter table public.events enable row level security;
create function public.claim(p_key text) returns boolean language plpgsql security definer
set search_path = '' as $$
    begin
        insert into public.events as e (key, state, claimed_at) values (p_key, 'working', now())
            on conflict (key) do update set state = 'working', claimed_at = now() where e.state = 'failed'
            or (e.state = 'working' and e.claimed_at < now() - interval '5 minutes');
        return found;
    end $$;
create table public.staff (user_id uuid primary key references auth.users, role text not null default 'none'
    check (role in ('none', 'support', 'admin')));
alter table public.staff enable row level security;
create function public.has_role(variadic wanted text[]) returns boolean language sql stable security definer
set search_path = '' as $$
    select exists (select from public.staff s where s.user_id = auth.uid() and s.role = any (wanted)) $$;
revoke all on function public.claim(text), public.has_role(text[]) from public;
grant execute on function public.claim(text) to service_role;
grant execute on function public.has_role(text[]) to authenticated;
create function public.set_role(p_user uuid, p_role text) returns void language sql security definer
set search_path = '' as $$ update public.staff set role = p_role where user_id = p_user $$;
create function public.keep_last() returns trigger language plpgsql security definer set search_path = '' as $$
    begin
        if old.role = 'admin' and new.role <> 'admin' and not exists (
            select from public.staff s where s.role = 'admin' and s.user_id <> old.user_id) then
            raise exception 'the last one stays';
        end if;
        return new;
    end $$;
create trigger keep_last before update on public.staff for each row execute function public.keep_last();
revoke all on function public.set_role(uuid, text), public.keep_last() from public;
grant execute on function public.set_role(uuid, text) to service_role;

-- hole: an event that was done long ago
-- names: public.claim
create or replace function public.claim(p_key text) returns boolean language plpgsql security definer
set search_path = '' as $$
    begin
        insert into public.events as e (key, state, claimed_at) values (p_key, 'working', now())
            on conflict (key) do update set state = 'working', claimed_at = now() where e.state = 'failed'
            or (e.state in ('working', 'done') and e.claimed_at < now() - interval '5 minutes');
        return found;
    end $$;

-- change: a list of roles is asked in other words
create or replace function public.has_role(variadic wanted text[]) returns boolean language sql stable security definer
set search_path = '' as $$
    select exists (select from public.staff s where s.user_id = auth.uid() and array[s.role] <@ wanted) $$;

-- hole: the last administrator, whom nothing keeps
-- names: public.staff
drop trigger keep_last on public.staff;
