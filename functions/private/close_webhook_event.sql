-- close_webhook_event: ends one attempt at a notification, if that attempt still holds the claim.

create or replace function private.close_webhook_event(
    p_event_id uuid,
    p_attempt integer,
    p_status public.webhook_status,
    p_error text
)
returns boolean
language plpgsql
volatile
parallel unsafe
security invoker
set search_path = ''
as $$
begin
    if p_event_id is null or p_attempt is null then
        raise exception 'p_event_id and p_attempt are needed'
        using errcode = '22023', hint = 'Pass what claim_webhook_event returned.';
    end if;

    update public.webhook_events as w
    set
        status = p_status,
        error = left(p_error, 2000),
        processed_at = case when p_status in ('PROCESSED', 'IGNORED') then now() end
    -- The fence: whoever was given up on must not close the attempt of whoever took over.
    where w.id = p_event_id and w.attempts = p_attempt and w.status = 'PROCESSING';

    return found;
end
$$;

revoke all on function private.close_webhook_event(uuid, integer, public.webhook_status, text)
from public, anon, authenticated, service_role;

comment on function private.close_webhook_event(uuid, integer, public.webhook_status, text) is
    'Ends one attempt at a notification; false when another attempt has taken over or it was closed before.';
