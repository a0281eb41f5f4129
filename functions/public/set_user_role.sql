-- set_user_role: makes a user an admin or a member, and never leaves the product without an admin.

create or replace function public.set_user_role(p_user_id uuid, p_role public.app_role)
returns public.user_roles
language plpgsql
volatile
parallel unsafe
-- Definer: nobody may write user_roles, or members would make themselves admins.
security definer
set search_path = ''
as $$
declare
    v_old public.app_role;
    v_row public.user_roles;
begin
    perform private.require_admin();

    if p_user_id is null or p_role is null then
        raise exception 'p_user_id and p_role are needed'
        using errcode = '22023', hint = 'Pass a user''s id and member or admin.';
    end if;

    -- Every change waits for the one before it, in one order, so two admins cannot demote each other at once. Rows
    -- rather than an advisory lock: under repeatable read a stale view of them is refused too.
    perform from public.user_roles as r where r.role = 'admin' order by r.user_id for update;
    -- The caller may have been demoted while waiting.
    perform private.require_admin();

    select r.role into v_old from public.user_roles as r where r.user_id = p_user_id for update;

    if not found then
        raise exception 'p_user_id is no user, or a deleted one'
        using errcode = 'PT404', hint = 'Pass the id of a user.';
    end if;

    if
        v_old = 'admin'
        and p_role <> 'admin'
        and not exists (select from public.user_roles as r where r.role = 'admin' and r.user_id <> p_user_id)
    then
        raise exception 'the last admin cannot be demoted'
        using errcode = 'PT409', hint = 'Make somebody else an admin first.';
    end if;

    update public.user_roles as r
    set role = p_role, assigned_at = now()
    where r.user_id = p_user_id
    returning r.* into v_row;

    perform private.add_audit_event(
        'user_role.changed', 'user', p_user_id::text, jsonb_build_object('from', v_old, 'to', p_role)
    );

    return v_row;
end
$$;

revoke all on function public.set_user_role(uuid, public.app_role) from public, anon, authenticated, service_role;
grant execute on function public.set_user_role(uuid, public.app_role) to authenticated, service_role;

comment on function public.set_user_role(uuid, public.app_role) is
    'Sets a role, for admins and the server. 42501 for others, PT404 for no user, PT409 for the last admin.';
