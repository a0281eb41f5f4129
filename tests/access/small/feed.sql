-- feed: What is published is read by everybody with its writer's name, and with nothing else of the writer.
create table public.writers (id uuid primary key references auth.users, name text, phone text);
create table public.notes (
    id uuid primary key default gen_random_uuid(), writer_id uuid not null references public.writers,
    title text not null, published boolean not null default false);
create index on public.notes (writer_id);
create function public.new_writer() returns trigger language plpgsql security definer set search_path = '' as $$
    begin
        insert into public.writers (id) values (new.id);
        return new;
    end $$;
create trigger new_writer after insert on auth.users for each row execute function public.new_writer();
create function public.feed() returns table (title text, writer text)
    language sql stable security definer set search_path = '' as $$
    select n.title, w.name from public.notes n join public.writers w on w.id = n.writer_id where n.published $$;
revoke all on function public.new_writer(), public.feed() from public;
grant execute on function public.feed() to anon, authenticated;
alter table public.writers enable row level security;
alter table public.notes enable row level security;
-- hole: a number where there is no name
-- names: public.feed
create or replace function public.feed() returns table (title text, writer text)
    language sql stable security definer set search_path = '' as $$
    select n.title, coalesce(w.name, w.phone) from public.notes n join public.writers w on w.id = n.writer_id
    where n.published $$;
-- change: the same said otherwise
create or replace function public.feed() returns table (title text, writer text)
    language sql stable security definer set search_path = '' as $$
    select n.title, coalesce(w.name, null) from public.writers w join public.notes n on n.writer_id = w.id
    where n.published is true $$;
-- change: a role that nobody has may read
do $$ begin create role feed_desk nologin; exception when duplicate_object or unique_violation then null; end $$;
grant select on public.writers to feed_desk;
