-- few_tiers: Every tier has its row: there is no place for one more that is otherwise.
create type public.tier as enum ('free', 'legacy', 'plus');
create table public.tiers (code public.tier primary key, cents bigint not null, listed boolean not null default true);
insert into public.tiers values ('free', 0, true), ('legacy', 500, true), ('plus', 900, true);
create table public.charges (
    id uuid primary key default gen_random_uuid(), owner_id uuid not null references auth.users,
    tier_code public.tier not null references public.tiers, cents bigint not null);
create index on public.charges (owner_id);
alter table public.tiers enable row level security;
alter table public.charges enable row level security;
create function public.start_order(p_tier public.tier) returns bigint language plpgsql security definer
set search_path = '' as $$
    declare v_cents bigint;
    begin
        select t.cents into v_cents from public.tiers t where t.code = p_tier and t.cents > 0 and t.listed;
        if not found then raise exception 'no such tier' using errcode = 'P0002'; end if;
        insert into public.charges (owner_id, tier_code, cents) values (auth.uid(), p_tier, v_cents);
        return v_cents;
    end $$;
revoke all on function public.start_order(public.tier) from public;
grant execute on function public.start_order(public.tier) to authenticated;

-- hole: a tier of a few, no longer sold
-- names: public.start_order
create or replace function public.start_order(p_tier public.tier) returns bigint language plpgsql security definer
set search_path = '' as $$
    declare v_cents bigint;
    begin
        select t.cents into v_cents from public.tiers t where t.code = p_tier and t.cents > 0;
        if not found then raise exception 'no such tier' using errcode = 'P0002'; end if;
        insert into public.charges (owner_id, tier_code, cents) values (auth.uid(), p_tier, v_cents);
        return v_cents;
    end $$;
