-- expire_subscriptions: marks paid plans whose period has ended, up to 10,000 a call.

create or replace function public.expire_subscriptions()
returns integer
language plpgsql
volatile
parallel unsafe
-- Definer: the server may not write subscriptions but through functions.
security definer
set search_path = ''
as $$
declare
    v_expired integer;
begin
    -- current_plan does not wait for this; it is for lists and mails. A row that a payment holds right now is left.
    with due as (
        select s.id
        from public.subscriptions as s
        where s.status = 'ACTIVE' and s.current_period_end <= now()
        order by s.current_period_end
        limit 10000
        for update skip locked
    )
    update public.subscriptions as s
    set status = case when s.cancel_at_period_end then 'CANCELED' else 'EXPIRED' end::public.subscription_status
    from due
    where s.id = due.id;

    get diagnostics v_expired = row_count;
    return v_expired;
end
$$;

revoke all on function public.expire_subscriptions() from public, anon, authenticated, service_role;
grant execute on function public.expire_subscriptions() to service_role;

comment on function public.expire_subscriptions() is
    'Marks up to 10,000 ended plans EXPIRED, or CANCELED if their user stopped them; returns how many. Call until 0.';
