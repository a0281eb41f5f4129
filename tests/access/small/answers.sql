-- answers: What a call answers holds a number that goes on from call to call, and takes a digit more some day; or a
-- code that is made by chance, and lies among others in another order each time. Another takes a list of anything.
create table public.events (
    id bigint generated always as identity (increment 66) primary key,
    provider text not null check (provider in ('doku', 'midtrans')),
    external_id text not null, key text not null, unique (provider, key));
alter table public.events enable row level security;
grant select on public.events to authenticated;
create policy staff on public.events for select to authenticated
    using ((select auth.jwt() -> 'app_metadata' ->> 'works_in') = 'support');
create function public.claim_event(p_provider text, p_external_id text, p_key text) returns jsonb language plpgsql
security definer set search_path = '' as $$
    declare made bigint;
    begin
        insert into public.events (provider, external_id, key) values (p_provider, p_external_id, p_key)
            on conflict (provider, key) do nothing returning id into made;
        return jsonb_build_object('attempts', 1, 'claimed', made is not null, 'id', made);
    end $$;
revoke all on function public.claim_event(text, text, text) from public;
grant execute on function public.claim_event(text, text, text) to service_role;
create table public.codes (id uuid primary key default gen_random_uuid(), user_id uuid not null, code text not null);
alter table public.codes enable row level security;
create function public.new_code() returns jsonb language plpgsql security definer set search_path = '' as $$
    declare made public.codes;
    begin
        insert into public.codes (user_id, code) values (auth.uid(), md5(random()::text)) returning * into made;
        return to_jsonb(made);
    end $$;
create function public.first_of(anyarray) returns anyelement language sql immutable as $$ select $1[1] $$;
revoke all on function public.new_code(), public.first_of(anyarray) from public;
grant execute on function public.new_code(), public.first_of(anyarray) to authenticated;
-- change: a code is made in one statement
create or replace function public.new_code() returns jsonb language sql security definer set search_path = '' as $$
    insert into public.codes as c (code, user_id) values (md5(random()::text), auth.uid()) returning to_jsonb(c) $$;
-- change: the first of a list in other words
create or replace function public.first_of(anyarray) returns anyelement language sql immutable as $$
    select $1[array_lower($1, 1)] $$;
-- change: a policy of what it writes has another name
alter policy staff on public.events rename to support;
