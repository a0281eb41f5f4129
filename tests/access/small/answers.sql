-- answers: What a call answers holds a number that goes on from call to call, and takes a digit more some day.
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

-- change: a policy of what it writes has another name
alter policy staff on public.events rename to support;
