-- Changes of foreign/quill.sql that open and close nothing.

-- change: the helper answers null for nobody
create or replace function quill_internal.is_there(p_person uuid) returns boolean language plpgsql stable
security definer set search_path = '' as $$
begin
  return p_person in (select p.id from public.people p where p.removed_at is null);
end $$;

-- change: a published table has a column more
-- says: publication quill_realtime
alter table public.memberships add column note text, add column updated_at timestamptz not null default now();

-- change: the trigger asks itself whether the state changed
create or replace function quill_internal.on_charge() returns trigger language plpgsql security definer
set search_path = '' as $$
begin
  if new.state = old.state then return new; end if;
  if old.state = any ('{refunded,failed}') then
    raise exception 'This charge is closed.' using errcode = '55000';
  end if;
  return new;
end $$;
create or replace trigger follow_charge before update on public.charges for each row
    execute function quill_internal.on_charge();

-- change: folders are told by splitting
alter policy "own pictures" on storage.objects
    using (bucket_id = 'avatars' and split_part(name, '/', 1) = (select auth.uid())::text and position('/' in name) > 0);

-- change: the tier is found step by step
create or replace function quill_internal.tier_in_force(p_person uuid) returns text language plpgsql stable
security definer set search_path = '' as $$
declare v public.memberships;
begin
  select * into v from public.memberships m where m.person_id = p_person;
  if not found or v.state = 'lapsed' then return 'free'; end if;
  if v.ends_at is not null and v.ends_at <= now() then return 'free'; end if;
  return v.tier_code;
end $$;
