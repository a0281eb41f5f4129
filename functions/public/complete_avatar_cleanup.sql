-- complete_avatar_cleanup: takes an avatar off the list once its file is deleted.

create or replace function public.complete_avatar_cleanup(p_path text)
returns boolean
language plpgsql
volatile
parallel unsafe
-- Definer: the queue is granted to nobody.
security definer
set search_path = ''
as $$
begin
    delete from private.avatar_cleanups as c where c.path = p_path;
    return found;
end
$$;

revoke all on function public.complete_avatar_cleanup(text) from public, anon, authenticated, service_role;
grant execute on function public.complete_avatar_cleanup(text) to service_role;

comment on function public.complete_avatar_cleanup(text) is 'Takes a path off the list; false when it was not on it.';
