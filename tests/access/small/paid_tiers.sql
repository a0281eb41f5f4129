-- paid_tiers: Which tier is in force takes two columns and no setting of the caller.
create type public.tier as enum ('free', 'plus', 'max');
create table public.tiers (code public.tier primary key, cents bigint not null);
insert into public.tiers values ('free', 0), ('plus', 900), ('max', 1900);
create table public.terms (
    user_id uuid primary key references auth.users,
    tier public.tier not null default 'free' references public.tiers,
    state text not null default 'active' check (state in ('active', 'canceled', 'over')),
    ends_at timestamptz);
alter table public.terms enable row level security;
create function public.my_tier() returns public.tier language sql stable security definer set search_path = '' as $$
    select case when t.state = 'active' and (t.ends_at is null or t.ends_at > now()) then t.tier else 'free' end
    from public.terms t where t.user_id = auth.uid() $$;
revoke all on function public.my_tier() from public;
grant execute on function public.my_tier() to authenticated;

-- hole: a paid tier that was canceled
-- names: public.my_tier
create or replace function public.my_tier() returns public.tier language sql stable security definer
set search_path = '' as $$
    select case when t.state <> 'over' and (t.ends_at is null or t.ends_at > now()) then t.tier else 'free' end
    from public.terms t where t.user_id = auth.uid() $$;

-- hole: whose tier it is, to who sets a setting
-- names: public.my_tier
create or replace function public.my_tier() returns public.tier language sql stable security definer
set search_path = '' as $$
    select case when t.state = 'active' and (t.ends_at is null or t.ends_at > now()) then t.tier else 'free' end
    from public.terms t
    where t.user_id = coalesce(nullif(current_setting('app.user_id', true), '')::uuid, auth.uid()) $$;
