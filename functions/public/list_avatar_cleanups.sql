-- list_avatar_cleanups: the avatars of deleted users whose files are still to be deleted, oldest first.

create or replace function public.list_avatar_cleanups(p_limit integer default 100)
returns setof text
language plpgsql
stable
parallel safe
-- Definer: the queue is granted to nobody, and schema private is not exposed.
security definer
set search_path = ''
as $$
begin
    return query
    select c.path
    from private.avatar_cleanups as c
    order by c.created_at, c.path
    limit private.page_size(p_limit);
end
$$;

revoke all on function public.list_avatar_cleanups(integer) from public, anon, authenticated, service_role;
grant execute on function public.list_avatar_cleanups(integer) to service_role;

comment on function public.list_avatar_cleanups(integer) is
    'Paths in the bucket avatars that the server should delete through the Storage API, then complete_avatar_cleanup.';
