-- seats: Whoever granted a seat is named beside its owner.
create table public.seats (
    user_id uuid primary key references auth.users, kind text not null default 'guest',
    granted_by uuid references auth.users);
alter table public.seats enable row level security;
grant select on public.seats to authenticated;
create policy own on public.seats for select to authenticated using (user_id = (select auth.uid()));
create function public.seat() returns trigger language plpgsql security definer set search_path = '' as $$
    begin insert into public.seats (user_id) values (new.id); return new; end $$;
revoke all on function public.seat() from public;
create trigger seat after insert on auth.users for each row execute function public.seat();

-- hole: a seat, to whom it names beside its owner
-- names: public.seats
create policy granted on public.seats for select to authenticated using (granted_by = (select auth.uid()))
