-- payment_events: who may do what. What is not granted here is denied.
-- Nobody comes here directly: apply_payment_event writes it.

revoke all on table private.payment_events from public, anon, authenticated, service_role;
