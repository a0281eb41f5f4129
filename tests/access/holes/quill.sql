-- Holes of foreign/quill.sql.

-- hole: an ended tier counts
-- names: quill_internal.tier_in_force(uuid)
create or replace function quill_internal.tier_in_force(p_person uuid) returns text language sql stable security definer
set search_path = '' as $$
  select coalesce((select m.tier_code from public.memberships m where m.person_id = p_person and m.state <> 'lapsed'),
    'free') $$;

-- hole: pages of those who left
-- names: public.pages
create or replace view public.pages with (security_barrier = true) as
    select handle, bio from public.people where is_public and handle is not null;

-- hole: part payments
-- names: public.settle(text, text, bigint, text)
create or replace function public.settle(p_gateway text, p_order text, p_cents bigint, p_state text) returns json
language plpgsql security definer set search_path = '' as $$
declare v public.charges;
begin
  select * into v from public.charges where gateway = p_gateway and order_ref = p_order for update;
  if not found then raise exception 'No such order.' using errcode = 'P0002'; end if;
  if v.state <> 'pending' or p_state not in ('paid', 'failed') then return json_build_object('changed', false); end if;
  if p_cents > v.cents then raise exception 'The amount differs.' using errcode = '22023'; end if;
  update public.charges set state = p_state, settled_at = case when p_state = 'paid' then now() end where id = v.id;
  return json_build_object('changed', true);
end $$;

-- hole: failed charges are opened again by the server
-- names: public.charges
create or replace function quill_internal.on_charge() returns trigger language plpgsql security definer
set search_path = '' as $$
begin
  if old.state = 'refunded' then raise exception 'This charge is closed.' using errcode = '55000'; end if;
  return new;
end $$;

-- hole: keys of those who left
-- names: public.key_owner(text)
create or replace function public.key_owner(p_secret text) returns setof uuid language sql stable security definer
set search_path = '' as $$
  select k.person_id from public.api_keys k join public.people p on p.id = k.person_id
  where k.secret_hash = sha256(convert_to(p_secret, 'utf8')) and k.revoked_at is null $$;

-- hole: a week's quota instead of a month's
-- names: public.spend_tokens(text, integer)
do $$ begin
  execute replace(pg_get_functiondef('public.spend_tokens(text, int)'::regprocedure),
    'date_trunc(''month'', now())', 'now() - interval ''1 hour''');
end $$;

-- hole: everybody has an address
-- names: columns of public.people
alter table public.people alter contact_email set not null;

-- hole: a column that is published after all
-- names: publication quill_realtime
alter publication quill_realtime add table public.charges;

-- hole: those who left come back with another address
-- names: quill_internal.on_change()
do $$ begin
  execute replace(pg_get_functiondef('quill_internal.on_change()'::regprocedure),
    'coalesce(removed_at, new.deleted_at)', 'new.deleted_at');
end $$;

-- hole: any number of keys
-- names: public.make_key(text)
do $$ begin
  execute replace(pg_get_functiondef('public.make_key(text)'::regprocedure), '>= 5', '>= 500');
end $$;

-- hole: only the keys of this month count
-- names: public.make_key(text)
do $$ begin
  execute replace(pg_get_functiondef('public.make_key(text)'::regprocedure),
    'revoked_at is null)', 'revoked_at is null and made_at > now() - interval ''30 days'')');
end $$;

-- hole: secrets that can be guessed
-- names: public.make_key(text)
do $$ begin
  execute replace(pg_get_functiondef('public.make_key(text)'::regprocedure),
    'gen_random_uuid()::text', 'md5(v_me::text || p_label)');
end $$;

-- hole: charges that the server numbers anew
-- names: public.charges
grant update (id) on public.charges to service_role;
