-- guards: Who is asked for may move into a helper: what matters is that it is asked.
create table public.marks (id bigint generated always as identity primary key, user_id uuid not null, note text);
alter table public.marks enable row level security;
create function public.mark(p_note text) returns void language plpgsql security definer set search_path = '' as $$
    begin
        if auth.uid() is null then raise exception 'sign in' using errcode = '42501'; end if;
        insert into public.marks (user_id, note) values (coalesce(auth.uid(), gen_random_uuid()), p_note);
    end $$;
revoke all on function public.mark(text) from public;
grant execute on function public.mark(text) to anon, authenticated;
-- change: a helper asks who is calling
create function public.who() returns uuid language plpgsql stable set search_path = '' as $$
    begin
        if auth.uid() is null then raise exception 'sign in' using errcode = '42501'; end if;
        return coalesce(auth.uid(), gen_random_uuid());
    end $$;
revoke all on function public.who() from public;
create or replace function public.mark(p_note text) returns void language plpgsql security definer
set search_path = '' as $$
    begin
        insert into public.marks (user_id, note) values (public.who(), p_note);
    end $$;
