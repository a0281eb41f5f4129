-- forget_deleted_user: forgets the user whose row auth.users deletes, or marks as deleted.

create or replace function private.forget_deleted_user()
returns trigger
language plpgsql
volatile
parallel unsafe
-- Definer: it fires as supabase_auth_admin, which has no rights in public.
security definer
set search_path = ''
as $$
begin
    perform private.forget_user(old.id);

    -- What a `before` trigger must return for the row to go; after an update nobody looks.
    return old;
end
$$;

revoke all on function private.forget_deleted_user() from public, anon, authenticated, service_role;

comment on function private.forget_deleted_user() is
    'Trigger on auth.users, before delete and after a soft delete: see forget_user.';
