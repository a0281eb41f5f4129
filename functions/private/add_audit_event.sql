-- add_audit_event: one row of audit_logs in the name of the caller, for functions that change something that matters.

create or replace function private.add_audit_event(
    p_action text,
    p_target_type text,
    p_target_id text,
    p_metadata jsonb
)
returns void
language sql
volatile
parallel unsafe
security invoker
set search_path = ''
as $$
    insert into public.audit_logs (actor_id, action, target_type, target_id, metadata)
    -- A token may outlive its user by an hour: then nobody is named rather than the change refused.
    select (select u.id from auth.users as u where u.id = auth.uid()), p_action, p_target_type, p_target_id, p_metadata
$$;

revoke all on function private.add_audit_event(text, text, text, jsonb) from public, anon, authenticated, service_role;

comment on function private.add_audit_event(text, text, text, jsonb) is
    'Adds a row to audit_logs in the name of the caller, in the transaction of what it tells of.';
