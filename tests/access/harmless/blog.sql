-- Changes of foreign/blog.sql that open and close nothing.

-- change: a policy says the same of a closed set
alter policy "Published posts are public" on public.posts
using ((deleted_at is null and status not in ('draft', 'archived')) or author_id = auth.uid());

-- change: the trigger's function is reworded
create or replace function public.handle_new_user() returns trigger language plpgsql security definer set search_path = public as $$
declare v_handle text := new.raw_user_meta_data ->> 'handle';
begin
    insert into public.authors (id, handle) values (new.id, v_handle);
    return new;
end $$;
