-- claim_webhook_event: hands a notification to one worker at a time, and again when the work failed or stalled.

create or replace function public.claim_webhook_event(
    p_provider public.payment_provider,
    p_event_key text,
    p_external_id text,
    p_event_type text,
    p_payload jsonb,
    p_lease interval default '5 minutes',
    out event_id uuid,
    out claimed boolean,
    out attempt integer,
    out status public.webhook_status
)
returns record
language plpgsql
volatile
parallel unsafe
-- Definer: the ledger is granted to nobody, so nothing enters it but through here.
security definer
set search_path = ''
as $$
begin
    -- All at once first: each further expression would be paid for by every notification.
    if (
        p_provider is not null
        and char_length(p_event_key) between 1 and 255
        and coalesce(char_length(p_external_id) between 1 and 100, true)
        and coalesce(char_length(p_event_type) between 1 and 100, true)
        and p_lease > interval '0'
        and p_lease <= interval '1 day'
    ) is not true then
        if p_provider is null then
            raise exception 'p_provider is needed'
            using errcode = '22023', hint = 'Pass the gateway that sent the notification.';
        end if;

        if p_event_key is null or char_length(p_event_key) not between 1 and 255 then
            raise exception 'p_event_key must have 1 to 255 characters'
            using errcode = '22023', hint = 'Build it from what differs between two notifications, or hash the body.';
        end if;

        if p_lease is null or p_lease <= interval '0' or p_lease > interval '1 day' then
            raise exception 'p_lease must be more than nothing and at most 1 day, not %', p_lease
            using errcode = '22023', hint = 'Longer than the work ever takes, e.g. 5 minutes.';
        end if;

        raise exception 'p_external_id and p_event_type must have 1 to 100 characters'
        using errcode = '22023', hint = 'Pass null for what the notification does not say.';
    end if;

    insert into public.webhook_events as w
    (provider, external_id, event_key, event_type, payload, status, attempts, claimed_at)
    values (
        p_provider, p_external_id, p_event_key, p_event_type, coalesce(p_payload, '{}'), 'PROCESSING', 1, now()
    )
    on conflict (provider, event_key) do nothing
    returning w.id, true, w.attempts, w.status into event_id, claimed, attempt, status;

    if found then
        return;
    end if;

    select w.id, false, w.attempts, w.status into event_id, claimed, attempt, status
    from public.webhook_events as w
    where
        w.provider = p_provider
        and w.event_key = p_event_key
        -- What is free is not shown but taken, below.
        and not (
            w.status in ('RECEIVED', 'FAILED')
            or (w.status = 'PROCESSING' and w.claimed_at <= now() - p_lease)
        );

    if found then
        return;
    end if;

    -- Of two workers that find it free, the second waits here, sees the first one's claim and leaves empty-handed.
    update public.webhook_events as w
    set status = 'PROCESSING', attempts = w.attempts + 1, claimed_at = now(), error = null
    where
        w.provider = p_provider
        and w.event_key = p_event_key
        and (
            w.status in ('RECEIVED', 'FAILED')
            or (w.status = 'PROCESSING' and w.claimed_at <= now() - p_lease)
        )
    returning w.id, true, w.attempts, w.status into event_id, claimed, attempt, status;

    if not found then
        select w.id, false, w.attempts, w.status into event_id, claimed, attempt, status
        from public.webhook_events as w
        where w.provider = p_provider and w.event_key = p_event_key;
    end if;

    if event_id is null then
        raise exception 'the event was claimed by a transaction that this one cannot see'
        using errcode = '40001', hint = 'Try again, at isolation level read committed.';
    end if;
end
$$;

revoke all on function public.claim_webhook_event(
    public.payment_provider, text, text, text, jsonb, interval
) from public, anon, authenticated, service_role;
grant execute on function public.claim_webhook_event(
    public.payment_provider, text, text, text, jsonb, interval
) to service_role;

comment on function public.claim_webhook_event(public.payment_provider, text, text, text, jsonb, interval) is
    'Records a notification and hands it to the caller unless it is done or in work; attempt closes the claim.';
