-- sales: Sales are numbered by a text that holds what a sequence gives.
create sequence public.sale_numbers;
create table public.sales (
    id uuid primary key default gen_random_uuid(), owner_id uuid not null references auth.users,
    number text not null unique default 'S' || lpad(nextval('public.sale_numbers')::text, 8, '0'),
    state text not null default 'open' check (state in ('open', 'paid')), made_at timestamptz default now());
create index on public.sales (owner_id);
alter table public.sales enable row level security;
create function public.latest(p_state text) returns setof public.sales language plpgsql stable security definer
set search_path = '' as $$
    begin
        return query select * from public.sales s where s.owner_id = auth.uid() and s.state = p_state
            order by s.made_at desc limit 2;
    end $$;
revoke all on function public.latest(text) from public;
grant execute on function public.latest(text) to authenticated;

-- change: an index keeps apart what a constraint did
alter table public.sales drop constraint sales_number_key; create unique index on public.sales (number);

-- change: sales are numbered by a text
create or replace function public.latest(p_state text) returns setof public.sales language plpgsql
    stable security definer
set search_path = '' as $$
    begin
        return query select * from public.sales s where auth.uid() = s.owner_id and s.state = p_state
            order by s.made_at desc limit 2;
    end $$;
