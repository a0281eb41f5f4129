-- blog: a Supabase project as many are: default grants to everybody, row level security as the only guard.
create table public.authors (
    id uuid primary key references auth.users on delete cascade,
    handle text unique,
    is_staff boolean not null default false
);
create table public.posts (
    id serial primary key,
    author_id uuid not null default auth.uid() references public.authors on delete cascade,
    title varchar(200) not null,
    content text,
    status text not null default 'draft' check (status in ('draft', 'published', 'archived')),
    deleted_at timestamptz
);
create table public.comments (
    id serial primary key,
    post_id int not null references public.posts on delete cascade,
    author_id uuid not null default auth.uid() references public.authors on delete cascade,
    body text not null
);
create table public.secrets (id serial primary key, name text, value text);
alter table public.authors enable row level security;
alter table public.posts enable row level security;
alter table public.comments enable row level security;
alter table public.secrets enable row level security;
grant usage on schema public to anon, authenticated, service_role;
grant all on all tables in schema public to anon, authenticated, service_role;
grant all on all sequences in schema public to anon, authenticated, service_role;
revoke truncate, references, trigger on all tables in schema public from anon, authenticated;

create function public.handle_new_user() returns trigger language plpgsql security definer set search_path = public as $$
begin
    insert into public.authors (id, handle) values (new.id, new.raw_user_meta_data ->> 'handle');
    return new;
end $$;
create trigger on_auth_user_created after insert on auth.users for each row execute procedure public.handle_new_user();
create policy "Authors are public" on public.authors for select using (true);
create policy "Authors edit themselves" on public.authors for update using (auth.uid() = id)
with check (auth.uid() = id and is_staff = false);
create policy "Published posts are public" on public.posts for select
using ((status = 'published' and deleted_at is null) or auth.uid() = author_id);
create policy "Authors write posts" on public.posts for insert to authenticated with check (auth.uid() = author_id);
create policy "Authors edit posts" on public.posts for update to authenticated using (auth.uid() = author_id);
create policy "Authors remove drafts" on public.posts for delete to authenticated
using (auth.uid() = author_id and status = 'draft');
create policy "Comments of visible posts" on public.comments for select
using (exists (select 1 from public.posts p where p.id = post_id));
create policy "Comment" on public.comments for insert to authenticated with check (auth.uid() = author_id);
create policy "Not banned" on public.comments as restrictive for insert to authenticated
with check (coalesce((auth.jwt() -> 'app_metadata' ->> 'banned')::boolean, false) = false);
create function public.post_count(author uuid) returns bigint language sql stable as
$$ select count(*) from public.posts where author_id = author and status = 'published' $$;
