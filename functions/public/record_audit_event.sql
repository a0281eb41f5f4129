-- record_audit_event: adds what the application did to the audit log.

create or replace function public.record_audit_event(
    p_actor_id uuid,
    p_action text,
    p_target_type text,
    p_target_id text,
    p_metadata jsonb default '{}'
)
returns public.audit_logs
language plpgsql
volatile
parallel unsafe
-- Definer: the log is granted to nobody, so rows can be added and not changed.
security definer
set search_path = ''
as $$
declare
    v_row public.audit_logs;
begin
    if p_action is null or char_length(p_action) > 100 or p_action !~ '^[a-z][a-z0-9_]*(\.[a-z0-9_]+)*$' then
        raise exception 'p_action must be lower case words joined by dots, at most 100 characters'
        using errcode = '22023', hint = 'The thing first, then what happened to it: profile.updated.';
    end if;

    if char_length(p_target_type) not between 1 and 100 or char_length(p_target_id) not between 1 and 255 then
        raise exception 'p_target_type must have 1 to 100 characters and p_target_id 1 to 255'
        using errcode = '22023', hint = 'Pass null for both when there is no target.';
    end if;

    if p_metadata is null or jsonb_typeof(p_metadata) <> 'object' or octet_length(p_metadata::text) > 16384 then
        raise exception 'p_metadata must be a JSON object of at most 16384 bytes'
        using errcode = '22023', hint = 'Leave it out when there is nothing to add.';
    end if;

    if p_actor_id is not null and not exists (select from auth.users as u where u.id = p_actor_id) then
        raise exception 'p_actor_id is no user'
        using errcode = 'PT404', hint = 'Pass null for what the system did.';
    end if;

    insert into public.audit_logs as l (actor_id, action, target_type, target_id, metadata)
    values (p_actor_id, p_action, p_target_type, p_target_id, p_metadata)
    returning l.* into v_row;

    return v_row;
end
$$;

revoke all on function public.record_audit_event(uuid, text, text, text, jsonb)
from public, anon, authenticated, service_role;
grant execute on function public.record_audit_event(uuid, text, text, text, jsonb) to service_role;

comment on function public.record_audit_event(uuid, text, text, text, jsonb) is
    'Adds a row to the audit log. Roles, plans and payments write their own; this is for what the application does.';
