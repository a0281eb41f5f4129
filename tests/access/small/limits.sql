-- limits: How many rows of a kind one may have, set by a function and by a trigger; and how long a text may be.
create table public.keys (
    id uuid primary key default gen_random_uuid(), owner_id uuid not null references auth.users,
    revoked_at timestamptz);
create index on public.keys (owner_id);
create table public.waiting (id bigint generated always as identity primary key, email text not null unique);
alter table public.keys enable row level security;
alter table public.waiting enable row level security;
create function public.new_key() returns uuid language plpgsql security definer set search_path = '' as $$
    declare made uuid;
    begin
        if (select count(*) from public.keys k where k.owner_id = auth.uid() and k.revoked_at is null) >= 12 then
            raise exception 'twelve keys at most';
        end if;
        insert into public.keys (owner_id) values (auth.uid()) returning id into made;
        return made;
    end $$;
create function public.wait(p_email text) returns void language plpgsql security definer set search_path = '' as $$
    begin
        if char_length(p_email) > 254 or p_email !~ '^[^@]+@[^@]+$' then raise exception 'no address'; end if;
        insert into public.waiting (email) values (lower(p_email)) on conflict do nothing;
    end $$;
create table public.labels (id uuid primary key default gen_random_uuid(), owner_id uuid not null
    default auth.uid() references auth.users, word text not null,
    hidden boolean not null default false, unique (owner_id, word));
alter table public.labels enable row level security;
grant insert (owner_id, word) on public.labels to authenticated;
create policy own on public.labels for insert to authenticated with check (owner_id = (select auth.uid()));
create function public.few_labels() returns trigger language plpgsql security definer set search_path = '' as $$
    begin
        if (select count(*) from public.labels l where l.owner_id = new.owner_id and not l.hidden) >= 20 then
            raise exception 'twenty labels at most';
        end if;
        return new;
    end $$;
create trigger few_labels before insert on public.labels for each row execute function public.few_labels();
revoke all on function public.new_key(), public.wait(text), public.few_labels() from public;
grant execute on function public.new_key() to authenticated;
grant execute on function public.wait(text) to anon;

-- hole: a limit that counts what was revoked
-- names: public.new_key
create or replace function public.new_key() returns uuid language plpgsql security definer
set search_path = '' as $$
    declare made uuid;
    begin
        if (select count(*) from public.keys k where k.owner_id = auth.uid()) >= 12 then
            raise exception 'twelve keys at most';
        end if;
        insert into public.keys (owner_id) values (auth.uid()) returning id into made;
        return made;
    end $$;

-- hole: a limit of rows, by one
-- names: public.few_labels
create or replace function public.few_labels() returns trigger language plpgsql security definer
set search_path = '' as $$
    begin
        if (select count(*) from public.labels l where l.owner_id = new.owner_id and not l.hidden) > 20 then
            raise exception 'twenty labels at most';
        end if;
        return new;
    end $$;

-- hole: a limit of rows that counts what is hidden
-- names: public.few_labels
create or replace function public.few_labels() returns trigger language plpgsql security definer
set search_path = '' as $$
    begin
        if (select count(*) from public.labels l where l.owner_id = new.owner_id) >= 20 then
            raise exception 'twenty labels at most';
        end if;
        return new;
    end $$;

-- hole: an address that is too long
-- names: public.wait
create or replace function public.wait(p_email text) returns void language plpgsql security definer
set search_path = '' as $$
    begin
        if p_email !~ '^[^@]+@[^@]+$' then raise exception 'no address'; end if;
        insert into public.waiting (email) values (lower(p_email)) on conflict do nothing;
    end $$;
