-- Holes of foreign/blog.sql.

-- hole: secrets without row level security
-- names: public.secrets
alter table public.secrets disable row level security;

-- hole: removed posts are seen
-- names: public.posts
alter policy "Published posts are public" on public.posts using (status = 'published' or auth.uid() = author_id);

-- hole: authors make themselves staff
-- names: public.authors
alter policy "Authors edit themselves" on public.authors with check (auth.uid() = id);

-- hole: who is banned writes
-- names: public.comments
drop policy "Not banned" on public.comments;

-- hole: published posts are removed
-- names: public.posts
alter policy "Authors remove drafts" on public.posts using (auth.uid() = author_id);

-- hole: a signup is staff
-- names: public.authors
create or replace function public.handle_new_user() returns trigger language plpgsql security definer set search_path = public as $$
begin
    insert into public.authors (id, handle, is_staff)
    values (new.id, new.raw_user_meta_data ->> 'handle', (new.raw_user_meta_data -> 'is_staff')::boolean is true);
    return new;
end $$;

-- hole: a sequence is visitors' to set, where it was not
-- names: public.ledger_id_seq
create sequence public.ledger_id_seq;
grant update on sequence public.ledger_id_seq to anon;
