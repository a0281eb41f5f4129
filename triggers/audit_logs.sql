-- audit_logs: what keeps the log append-only. Grants already keep everybody out; this holds for its owner too.

create or replace trigger _100_guard_audit_log
before update or delete on public.audit_logs
for each row
execute function private.guard_audit_log();

create or replace trigger _200_guard_audit_log_truncate
before truncate on public.audit_logs
for each statement
execute function private.guard_audit_log();
