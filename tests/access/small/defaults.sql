-- defaults: What is left to a default: an argument, and what a table is born with by an event trigger.
create table public.shares (
    id uuid primary key default gen_random_uuid(), owner_id uuid not null references auth.users,
    edits boolean not null);
create index on public.shares (owner_id);
alter table public.shares enable row level security;
create function public.share(p_edits boolean default false) returns void language plpgsql security definer
set search_path = '' as $$
    begin insert into public.shares (owner_id, edits) values (auth.uid(), p_edits); end $$;
create function public.protect() returns event_trigger language plpgsql set search_path = '' as $$
    declare made record;
    begin
        for made in select * from pg_catalog.pg_event_trigger_ddl_commands() where object_type = 'table' loop
            execute format('alter table %s enable row level security', made.object_identity);
        end loop;
    end $$;
create event trigger protect on ddl_command_end when tag in ('CREATE TABLE') execute function public.protect();
revoke all on function public.share(boolean), public.protect() from public;
grant execute on function public.share(boolean) to authenticated;

-- hole: what is shared to be edited where nothing is said
-- names: public.share
create or replace function public.share(p_edits boolean default true) returns void language plpgsql security definer
set search_path = '' as $$
    begin insert into public.shares (owner_id, edits) values (auth.uid(), p_edits); end $$;

-- hole: a table that will be made
-- names: public.protect
create or replace function public.protect() returns event_trigger language plpgsql set search_path = '' as $$
    declare made record;
    begin
        for made in select * from pg_catalog.pg_event_trigger_ddl_commands() where object_type = 'table' loop
            execute format('alter table %s disable row level security', made.object_identity);
        end loop;
    end $$;
