-- tiers: A list of tiers, known by a word.
create table public.tiers (code text primary key, cents bigint not null, listed boolean not null default true);
insert into public.tiers values ('free', 0, true), ('legacy', 500, false), ('plus', 900, true);
create table public.charges (
    id uuid primary key default gen_random_uuid(), owner_id uuid not null references auth.users,
    tier_code text not null references public.tiers, cents bigint not null);
create index on public.charges (owner_id);
alter table public.tiers enable row level security;
alter table public.charges enable row level security;
create function public.start_order(p_tier text) returns bigint language plpgsql security definer
set search_path = '' as $$
    declare v_cents bigint;
    begin
        select t.cents into v_cents from public.tiers t where t.code = p_tier and t.cents > 0 and t.listed;
        if not found then raise exception 'no such tier' using errcode = 'P0002'; end if;
        insert into public.charges (owner_id, tier_code, cents) values (auth.uid(), p_tier, v_cents);
        return v_cents;
    end $$;
revoke all on function public.start_order(text) from public;
grant execute on function public.start_order(text) to authenticated;

-- hole: a tier that is no longer sold
-- names: public.start_order
create or replace function public.start_order(p_tier text) returns bigint language plpgsql security definer
set search_path = '' as $$
    declare v_cents bigint;
    begin
        select t.cents into v_cents from public.tiers t where t.code = p_tier and t.cents > 0;
        if not found then raise exception 'no such tier' using errcode = 'P0002'; end if;
        insert into public.charges (owner_id, tier_code, cents) values (auth.uid(), p_tier, v_cents);
        return v_cents;
    end $$;
