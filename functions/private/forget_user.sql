-- forget_user: takes a person out of everything that stays when they are deleted, and deletes the rest.

create or replace function private.forget_user(p_user_id uuid)
returns void
language plpgsql
volatile
parallel unsafe
security invoker
set search_path = ''
as $$
declare
    v_avatar_path text := p_user_id::text || '/avatar';
begin
    -- SQL cannot delete a file (Storage refuses it), so the path is left for the server.
    insert into private.avatar_cleanups (path)
    select v_avatar_path
    where
        exists (select from public.profiles as p where p.user_id = p_user_id and p.avatar_path is not null)
        or exists (select from storage.objects as o where o.bucket_id = 'avatars' and o.name = v_avatar_path)
    on conflict (path) do nothing;

    update public.audit_logs as l
    set
        actor_id = case when l.actor_id <> p_user_id then l.actor_id end,
        target_id = case when l.target_id <> p_user_id::text then l.target_id end,
        metadata = '{}'
    where
        l.actor_id = p_user_id
        or (l.target_type = 'user' and l.target_id = p_user_id::text)
        or (
            l.target_type = 'payment'
            and l.target_id in (select p.id::text from public.payments as p where p.user_id = p_user_id)
        );

    -- Payments before subscriptions: the order in which apply_payment_event locks them.
    update private.payment_events as e
    set details = '{}'
    from public.payments as p
    where p.user_id = p_user_id and e.payment_id = p.id;

    update public.webhook_events as w
    set payload = '{}', error = null
    from public.payments as p
    where p.user_id = p_user_id and w.provider = p.provider and w.external_id = p.external_id;

    update public.payments as p set user_id = null, metadata = '{}' where p.user_id = p_user_id;

    delete from public.subscriptions as s where s.user_id = p_user_id;
    delete from public.profiles as p where p.user_id = p_user_id;
    delete from public.user_roles as r where r.user_id = p_user_id;
    -- Whoever records or begins to count usage is done before, or finds the user gone after. One who reserves holds the
    -- counter: what they reserved goes with it.
    perform private.lock_ai_usage(p_user_id);
    delete from public.ai_usage as a where a.user_id = p_user_id;
    -- In this order: a reservation under way holds its counter, so it is here before the second statement looks.
    delete from private.ai_usage_counters as c where c.user_id = p_user_id;
    delete from private.ai_reservations as r where r.user_id = p_user_id;
end
$$;

revoke all on function private.forget_user(uuid) from public, anon, authenticated, service_role;

comment on function private.forget_user(uuid) is
    'Deletes a user''s rows, leaves payments and audit rows without the person, and notes the avatar to be cleaned up.';
