-- codes: What chance made is told by whose it is: the hash is another one in each of two worlds.
create table public.codes (
    id uuid primary key default gen_random_uuid(), owner_id uuid not null references auth.users,
    secret_hash text not null default '', used_at timestamptz);
create index on public.codes (owner_id);
alter table public.codes enable row level security;
create function public.new_code() returns trigger language plpgsql set search_path = '' as $$
    begin
        new.secret_hash := encode(sha256(gen_random_uuid()::text::bytea), 'hex');
        return new;
    end $$;
create trigger new_code before insert on public.codes for each row execute function public.new_code();
create function public.use_code() returns boolean language plpgsql security definer set search_path = '' as $$
    begin update public.codes c set used_at = now() where c.owner_id = auth.uid(); return found; end $$;
revoke all on function public.new_code(), public.use_code() from public;
grant execute on function public.use_code() to authenticated;

-- change: a row that keeps a random hash is used
create or replace function public.use_code() returns boolean language plpgsql security definer
set search_path = '' as $$
    begin update public.codes c set used_at = now() where auth.uid() = c.owner_id; return found; end $$;
