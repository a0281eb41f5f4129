-- payment_event_counts: whether an event moves a payment on: the whole state machine on one page.

create or replace function private.payment_event_counts(
    p_old public.payment_status,
    p_new public.payment_status,
    p_occurred_at timestamptz,
    p_last_event_at timestamptz
)
returns boolean
language sql
immutable
parallel safe
security invoker
set search_path = ''
as $$
    select case
        -- Money that went back stays back, and nothing returns to the start: late news of it are old news.
        when p_old = 'REFUNDED' or p_new = 'PENDING' or p_old = p_new then false
        -- A refund says that there was a payment, even when it overtakes the news of it.
        when p_new = 'REFUNDED' then true
        -- Paid late is paid. Only a newer refusal stands against it: the settlement that turned into deny.
        when p_new = 'SUCCESS' then p_old <> 'FAILED' or p_occurred_at >= coalesce(p_last_event_at, '-infinity')
        -- Out of SUCCESS leads, besides a refund, only the reversal, which is newer than what it reverses:
        -- a failed first attempt that arrives late is not.
        when p_old = 'SUCCESS' then p_new = 'FAILED' and p_occurred_at > coalesce(p_last_event_at, '-infinity')
        when p_old = 'FAILED' then p_new = 'EXPIRED' and p_occurred_at >= coalesce(p_last_event_at, '-infinity')
        when p_old = 'EXPIRED' then false
        else true
    end
$$;

revoke all on function private.payment_event_counts(
    public.payment_status, public.payment_status, timestamptz, timestamptz
) from public, anon, authenticated, service_role;

comment on function private.payment_event_counts(
    public.payment_status, public.payment_status, timestamptz, timestamptz
) is 'Whether an event moves a payment from one status to another, given when it happened and when the last one did.';
