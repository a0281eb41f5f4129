-- guard_audit_log: keeps audit_logs append-only, also against its owner; only a person may be taken out of it.

create or replace function private.guard_audit_log()
returns trigger
language plpgsql
volatile
parallel unsafe
security invoker
set search_path = ''
as $$
begin
    -- Judged by what the change does, not by who asks or by a setting that somebody could set: it may only erase.
    -- The foreign key's `on delete set null` comes this way too.
    if tg_op = 'UPDATE' then
        if
            row(new.id, new.action, new.target_type, new.created_at)
            is not distinct from row(old.id, old.action, old.target_type, old.created_at)
            and (new.actor_id is null or new.actor_id = old.actor_id)
            and (new.target_id is null or new.target_id = old.target_id)
            and (new.metadata = '{}' or new.metadata = old.metadata)
        then
            return new;
        end if;
    end if;

    raise exception 'audit_logs is append-only'
    using
        errcode = '42501',
        hint = 'Add a row that corrects the old one. Deleting a user takes the person out of their rows.';
end
$$;

revoke all on function private.guard_audit_log() from public, anon, authenticated, service_role;

comment on function private.guard_audit_log() is 'Trigger: refuses every change of audit_logs but taking a person out.';
