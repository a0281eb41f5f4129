-- bills: What a server may change, row by row: the refunded ones still stop whoever changes all at once. A number that
-- the database gives it asks for anew at most.
create table public.bills (
    id uuid primary key default gen_random_uuid(), owner_id uuid not null references auth.users,
    net bigint not null,
    state text not null default 'open' check (state in ('open', 'paid', 'refunded')));
alter table public.bills enable row level security;
grant select, update on public.bills to service_role;
create function public.keep() returns trigger language plpgsql set search_path = '' as $$
    begin
        if old.state in ('paid', 'refunded') and new.net <> old.net then raise exception 'it is paid'; end if;
        return new;
    end $$;
revoke all on function public.keep() from public;
create trigger keep before update on public.bills for each row execute function public.keep();
alter table public.bills add column number bigint generated always as identity;

-- hole: a bill that is paid, to the server
-- names: public.bills
create or replace function public.keep() returns trigger language plpgsql set search_path = '' as $$
    begin
        if old.state in ('refunded') and new.net <> old.net then raise exception 'it is paid'; end if;
        return new;
    end $$;

-- change: a table that the server writes has columns more
alter table public.bills add column checked_at timestamptz, add column checked_by uuid;
