-- acting_for: the user that a call is about: oneself, or anyone when an admin or the server asks.

create or replace function private.acting_for(p_user_id uuid)
returns uuid
language plpgsql
stable
parallel safe
security invoker
set search_path = ''
as $$
declare
    v_caller uuid := auth.uid();
begin
    if private.is_server() then
        if coalesce(p_user_id, v_caller) is null then
            raise exception 'p_user_id is needed: the server is no user itself'
            using
                errcode = '22023',
                hint = 'Pass the id of the user whom the call is about.';
        end if;

        return coalesce(p_user_id, v_caller);
    end if;

    -- The same refusal whether the other user exists or not: a stranger learns nothing.
    if v_caller is null or (p_user_id <> v_caller and not private.is_admin()) then
        raise exception 'you may not act for another user'
        using
            errcode = '42501',
            hint = 'Leave p_user_id out to act for yourself.';
    end if;

    return coalesce(p_user_id, v_caller);
end
$$;

revoke all on function private.acting_for(uuid) from public, anon, authenticated, service_role;

comment on function private.acting_for(uuid) is
    'The user that a call is about: p_user_id, or the caller when it is null. 42501 for a stranger.';
