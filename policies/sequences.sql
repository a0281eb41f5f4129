-- sequences: nobody's. Identity columns count by themselves, with the rights of the table's owner.

revoke all on sequence
public.ai_usage_id_seq,
public.audit_logs_id_seq,
private.payment_events_id_seq
from public, anon, authenticated, service_role;
