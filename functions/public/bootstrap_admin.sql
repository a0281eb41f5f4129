-- bootstrap_admin: makes a user of the operator's list an admin at their first sign-in.

create or replace function public.bootstrap_admin(p_user_id uuid, p_emails text[])
returns boolean
language plpgsql
volatile
parallel unsafe
-- Definer: nobody may write user_roles, and nobody may read the addresses in auth.users.
security definer
set search_path = ''
as $$
begin
    if p_user_id is null or p_emails is null then
        raise exception 'p_user_id and p_emails are needed'
        using errcode = '22023', hint = 'Pass the user who signed in and the operator''s list, empty if there is none.';
    end if;

    update public.user_roles as r
    set role = 'admin', assigned_at = now()
    from auth.users as u
    where
        r.user_id = p_user_id
        and u.id = r.user_id
        -- Once: whoever was promoted or demoted before, by whomever, is no business of the list any more.
        and r.assigned_at is null
        and u.deleted_at is null
        -- An address that its owner has shown to be theirs. One from single sign-on is another company's word.
        and u.email_confirmed_at is not null
        and not u.is_sso_user
        and u.email <> ''  -- an empty list in an environment variable splits into one empty address
        and lower(u.email) in (select lower(btrim(listed.email)) from unnest(p_emails) as listed (email));

    if not found then
        return false;
    end if;

    perform private.add_audit_event('user_role.bootstrapped', 'user', p_user_id::text, '{"to": "admin"}');
    return true;
end
$$;

revoke all on function public.bootstrap_admin(uuid, text[]) from public, anon, authenticated, service_role;
grant execute on function public.bootstrap_admin(uuid, text[]) to service_role;

comment on function public.bootstrap_admin(uuid, text[]) is
    'Makes a user an admin if their confirmed address is listed and nobody has decided on their role yet.';
