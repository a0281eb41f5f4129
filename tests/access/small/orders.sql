-- orders: What a gateway called about an order is known by the order's number, which no key says, and which goes on
-- from state to state.
create sequence public.order_numbers;
create table public.holders (
    id uuid primary key default gen_random_uuid(), user_id uuid not null unique references auth.users,
    paid boolean not null default false);
create table public.orders (
    id uuid primary key default gen_random_uuid(), user_id uuid not null references auth.users,
    holder_id uuid references public.holders,
    number text not null unique default 'O' || nextval('public.order_numbers'));
create index on public.orders (user_id);
create table public.calls (
    id bigint generated always as identity primary key, number text not null, said jsonb not null default '{}');
create index on public.calls (number);
alter table public.holders enable row level security;
alter table public.orders enable row level security;
alter table public.calls enable row level security;
grant select on public.orders, public.calls to authenticated;
create policy own on public.orders for select to authenticated using (user_id = (select auth.uid()));
create policy staff on public.calls for select to authenticated
    using ((select auth.jwt() -> 'app_metadata' ->> 'works_in') = 'support');
create function public.settle(p_number text) returns void language plpgsql security definer
set search_path = '' as $$
    declare o public.orders;
    begin
        select * into o from public.orders x where x.number = p_number;
        if not found then raise exception 'no such order'; end if;
        update public.holders set paid = true where user_id = o.user_id;
    end $$;
revoke all on function public.settle(text) from public;
grant execute on function public.settle(text) to service_role;
create or replace function public.called(p_number text) returns void language sql security definer
set search_path = '' as $$ insert into public.calls (number) values (p_number) $$;
revoke all on function public.called(text) from public;
grant execute on function public.called(text) to service_role;

-- hole: what a gateway called about one's order
-- names: public.calls
create policy theirs on public.calls for select to authenticated
    using (exists (select from public.orders o
        where o.number = calls.number and o.user_id = (select auth.uid())))

-- hole: an order that names somebody else's place
-- names: public.settle
create or replace function public.settle(p_number text) returns void language plpgsql security definer
set search_path = '' as $$
    declare o public.orders;
    begin
        select * into o from public.orders x where x.number = p_number;
        if not found then raise exception 'no such order'; end if;
        update public.holders set paid = true where user_id = o.user_id or id = o.holder_id;
    end $$;

-- change: a number from a sequence is written down elsewhere
create or replace function public.called(p_number text) returns void language sql security definer
set search_path = '' as $$ insert into public.calls (number) select p_number $$;
revoke all on function public.called(text) from public;
grant execute on function public.called(text) to service_role;
