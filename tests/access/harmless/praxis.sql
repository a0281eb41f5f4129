-- Changes of foreign/praxis.sql that open and close nothing. `says` names what alone may be reported: a new object.

-- change: a role asked for in another way
create or replace function inner_praxis.has(p_org uuid, p_roles praxis.standing[]) returns boolean
language sql stable security definer set search_path = '' as $$
    select coalesce(p_org in (select inner_praxis.orgs_as(p_roles)), false)
$$;

-- change: a helper in another language
create or replace function inner_praxis.orgs_as(p_roles praxis.standing[]) returns setof uuid
language plpgsql stable security definer set search_path = '' as $$
begin
    return query select m.org_id from praxis.members m
    where m.user_id = auth.uid() and m.role = any (p_roles) and m.suspended_at is null
        and exists (select from praxis.orgs o where o.id = m.org_id and o.deleted_at is null);
end $$;

-- change: the other order of a restrictive rule
alter policy patients_known on praxis.patients
    using (coalesce((select auth.jwt() ->> 'is_anonymous')::boolean, false) is false and (select auth.uid()) is not null);

-- change: the claim by its path
create or replace function inner_praxis.tenant() returns uuid language sql stable set search_path = '' as $$
    select nullif(auth.jwt() #>> '{app_metadata,org_id}', '')::uuid
$$;

-- change: an end compared the other way round
create or replace function inner_praxis.readable() returns setof uuid
language sql stable security definer set search_path = '' as $$
    select d.id from praxis.documents d where d.owner_id = auth.uid()
    union select s.document_id from praxis.shares s where s.user_id = auth.uid() and not s.expires_at <= now()
    union select d.id from praxis.documents d
    where d.visibility = 'org' and exists (
        select from praxis.members m
        where m.org_id = d.org_id and m.user_id = auth.uid() and m.suspended_at is null
    )
$$;

-- change: the same people excluded in other words
alter policy members_change on praxis.members
    using (org_id in (select inner_praxis.orgs_as('{owner,admin}'))
        and not (role = 'owner' or user_id = (select auth.uid())));

-- change: an invoker view without a barrier
alter view praxis.my_tickets set (security_barrier = false);

-- change: a view over two tables
create or replace view praxis.my_tickets with (security_invoker = true, security_barrier = true) as
select t.id, t.subject from praxis.tickets t where t.user_id in (select auth.uid());

-- change: a domain's check in the other order
alter domain praxis.address drop constraint address_check;
alter domain praxis.address add constraint address_check check (length(value) <= 254 and value ~ '^[^@\s]+@[^@\s]+$');

-- change: an invitation looked at in two steps
create or replace function praxis.accept(p_token text) returns uuid
language plpgsql security definer set search_path = '' as $$
declare
    v_invite praxis.invites;
begin
    select * into v_invite from praxis.invites i where i.token_hash = encode(sha256(p_token::bytea), 'hex') for update;
    if not found or v_invite.accepted_at is not null or now() >= v_invite.expires_at then
        raise exception 'this invitation cannot be used' using errcode = '42501';
    end if;
    if lower(coalesce(auth.jwt() ->> 'email', '')) is distinct from lower(v_invite.email) then
        raise exception 'this invitation cannot be used' using errcode = '42501';
    end if;
    insert into praxis.members (org_id, user_id, role) values (v_invite.org_id, auth.uid(), v_invite.role)
    on conflict do nothing;
    update praxis.invites i set accepted_at = now() where i.id = v_invite.id;
    return v_invite.org_id;
end $$;

-- change: tickets found by a join
create or replace function praxis.open_tickets() returns setof praxis.tickets
language sql stable security definer set search_path = '' as $$
    select distinct t.* from praxis.tickets t join praxis.members m on m.user_id = t.user_id
    where t.status = 'open' and m.org_id = any (array(select inner_praxis.orgs_as('{admin,owner}')))
$$;

-- change: the journal counts from the other end
create or replace function praxis.journal_of(p_org uuid) returns setof inner_praxis.journal
language plpgsql stable security definer set search_path = '' as $$
begin
    if not coalesce(inner_praxis.has(p_org, array['owner']::praxis.standing[]), false) then
        raise exception 'not allowed' using errcode = '42501';
    end if;
    return query select j.* from inner_praxis.journal j where p_org = j.org_id order by j.at desc, j.id desc limit 50;
end $$;

-- change: a definer function of one's own rows
-- says: praxis.tickets_of_mine
create function praxis.tickets_of_mine() returns setof praxis.tickets
language sql stable security definer set search_path = '' as $$
    select * from praxis.tickets t where t.user_id = auth.uid()
$$;
revoke all on function praxis.tickets_of_mine() from public;
grant execute on function praxis.tickets_of_mine() to authenticated;

-- change: invitations looked up by a join
create or replace function praxis.invited_to(p_token text) returns setof uuid
language sql stable security definer set search_path = '' as $$
    select o.id from praxis.orgs o join praxis.invites i on i.org_id = o.id
    where encode(sha256(p_token::bytea), 'hex') = i.token_hash and not i.expires_at <= now() and i.accepted_at is null
$$;

-- change: figures by another order of roles
create or replace function praxis.figures() returns table (org_id uuid, patients bigint)
language sql stable security definer set search_path = '' as $$
    select f.org_id, f.patients from inner_praxis.figures f
    where exists (select from inner_praxis.orgs_as('{owner,admin}') o where o = f.org_id)
$$;

-- change: clinics counted in a variable
create or replace function praxis.open_clinic(p_slug text) returns uuid
language plpgsql security definer set search_path = '' as $$
declare
    v_org uuid;
    v_count bigint;
begin
    if not coalesce(inner_praxis.is_known(), false) then
        raise exception 'sign in first' using errcode = '42501';
    end if;
    select count(*) into v_count from praxis.orgs o where o.created_by = auth.uid() and o.deleted_at is null;
    if v_count > 2 then
        raise exception 'three clinics at most' using errcode = '54000';
    end if;
    insert into praxis.orgs (slug, created_by) values (p_slug, auth.uid()) returning id into v_org;
    insert into praxis.members (org_id, user_id, role) values (v_org, auth.uid(), 'owner');
    return v_org;
end $$;

-- change: visits asked about in the other order
alter policy visits_cancel on praxis.visits
    using (now() < starts_at and status in ('booked') and (select auth.uid()) = clinician_id);

-- change: notes measured otherwise
alter policy leads_add on public.leads with check (note is null or length(note) <= 500);

-- change: the journal, where lines tie, by their number
create or replace function praxis.journal_of(p_org uuid) returns setof inner_praxis.journal
language plpgsql stable security definer set search_path = '' as $$
begin
    if not inner_praxis.has(p_org, '{owner}') then
        raise exception 'not allowed' using errcode = '42501';
    end if;
    return query select * from inner_praxis.journal j where j.org_id = p_org order by j.at desc, j.id desc limit 50;
end $$;

-- change: no clinic at all is refused as well
create or replace function praxis.used(p_org uuid) returns bigint
language plpgsql stable security definer set search_path = '' as $$
begin
    if not exists (select from inner_praxis.orgs_as('{viewer,clinician,admin,owner}') o where o = p_org) then
        raise exception 'not allowed' using errcode = '42501';
    end if;
    return (select coalesce(sum(u.units), 0) from praxis.uses u where u.org_id = p_org);
end $$;

-- change: what is due compared with nulls in mind
create or replace function praxis.pay(p_bill uuid, p_amount bigint, p_provider text, p_reference text) returns boolean
language plpgsql security definer set search_path = '' as $$
declare
    v_bill praxis.bills;
begin
    select * into v_bill from praxis.bills b where b.id = p_bill for update;
    if not found or v_bill.status is distinct from 'sent' or v_bill.total_cents is distinct from p_amount then
        raise exception 'not payable' using errcode = '23514';
    end if;
    insert into praxis.receipts (reference, bill_id, provider) values (p_reference, p_bill, p_provider);
    update praxis.bills b set status = 'paid' where b.id = p_bill;
    return true;
end $$;

-- change: an allowance asked about in fewer words
create or replace function praxis.use_up(p_org uuid, p_kind text, p_units int) returns bigint
language plpgsql security definer set search_path = '' as $$
declare
    v_most bigint;
    v_used bigint;
begin
    if not inner_praxis.has(p_org, '{clinician,admin,owner}') then
        raise exception 'not allowed' using errcode = '42501';
    end if;
    select a.units into v_most from inner_praxis.allowances a where a.org_id = p_org for update;
    select coalesce(sum(u.units), 0) into v_used from praxis.uses u where u.org_id = p_org;
    if not coalesce(p_units > 0, false) or v_used + p_units > coalesce(v_most, 0) then
        raise exception 'used up' using errcode = '54000';
    end if;
    insert into praxis.uses (org_id, kind, units) values (p_org, left(p_kind, 40), p_units);
    return v_most - v_used - p_units;
end $$;
