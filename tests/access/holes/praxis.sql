-- Holes in foreign/praxis.sql: each takes a role and an unusual side of it together.

-- hole: archived patients are shown
-- names: praxis.patients
alter policy patients_read on praxis.patients
    using (org_id = any (array(select inner_praxis.orgs_as('{clinician,admin,owner}'))));

-- hole: anonymous sign-ins that work in a clinic see patients
-- names: praxis.patients
drop policy patients_known on praxis.patients;

-- hole: the restrictive policy comes back permissive
-- names: praxis.patients
drop policy patients_known on praxis.patients;
create policy patients_known on praxis.patients for all to authenticated using ((select inner_praxis.is_known()));

-- hole: a guest counts as known
-- names: praxis.patients
create or replace function inner_praxis.is_known() returns boolean language sql stable set search_path = '' as $$
    select auth.uid() is not null
$$;

-- hole: shares that are over still open
-- names: praxis.documents
create or replace function inner_praxis.readable() returns setof uuid
language sql stable security definer set search_path = '' as $$
    select d.id from praxis.documents d where d.owner_id = auth.uid()
    union select s.document_id from praxis.shares s where s.user_id = auth.uid()
    union select d.id from praxis.documents d join praxis.members m on m.org_id = d.org_id
    where d.visibility = 'org' and m.user_id = auth.uid() and m.suspended_at is null
$$;

-- hole: who is suspended reads what the clinic shares
-- names: praxis.documents
create or replace function inner_praxis.readable() returns setof uuid
language sql stable security definer set search_path = '' as $$
    select d.id from praxis.documents d where d.owner_id = auth.uid()
    union select s.document_id from praxis.shares s where s.user_id = auth.uid() and s.expires_at > now()
    union select d.id from praxis.documents d join praxis.members m on m.org_id = d.org_id
    where d.visibility = 'org' and m.user_id = auth.uid()
$$;

-- hole: documents by link are open to the clinic
-- names: praxis.documents
create or replace function inner_praxis.readable() returns setof uuid
language sql stable security definer set search_path = '' as $$
    select d.id from praxis.documents d where d.owner_id = auth.uid()
    union select s.document_id from praxis.shares s where s.user_id = auth.uid() and s.expires_at > now()
    union select d.id from praxis.documents d join praxis.members m on m.org_id = d.org_id
    where d.visibility <> 'private' and m.user_id = auth.uid() and m.suspended_at is null
$$;

-- hole: who is suspended still asks as an owner
-- names: praxis.journal_of
create or replace function inner_praxis.has(p_org uuid, p_roles praxis.standing[]) returns boolean
language sql stable security definer set search_path = '' as $$
    select exists (
        select from praxis.members m join praxis.orgs o on o.id = m.org_id
        where m.org_id = p_org and m.user_id = auth.uid() and m.role = any (p_roles) and o.deleted_at is null
    )
$$;

-- hole: a clinic that is closed still answers
-- names: praxis.journal_of
create or replace function inner_praxis.has(p_org uuid, p_roles praxis.standing[]) returns boolean
language sql stable security definer set search_path = '' as $$
    select exists (
        select from praxis.members m
        where m.org_id = p_org and m.user_id = auth.uid() and m.role = any (p_roles) and m.suspended_at is null
    )
$$;

-- hole: an owner of any clinic is one of all
-- names: praxis.journal_of
create or replace function inner_praxis.has(p_org uuid, p_roles praxis.standing[]) returns boolean
language sql stable security definer set search_path = '' as $$
    select exists (
        select from praxis.members m
        where m.user_id = auth.uid() and m.role = any (p_roles) and m.suspended_at is null
    )
$$;

-- hole: roles are compared by their order
-- names: praxis.
create or replace function inner_praxis.orgs_as(p_roles praxis.standing[]) returns setof uuid
language sql stable security definer set search_path = '' as $$
    select m.org_id from praxis.members m join praxis.orgs o on o.id = m.org_id
    where m.user_id = auth.uid() and m.role <= p_roles[1] and m.suspended_at is null and o.deleted_at is null
$$;

-- hole: administrators make owners
-- names: praxis.members
alter policy members_change on praxis.members with check (org_id in (select inner_praxis.orgs_as('{admin,owner}')));

-- hole: clinicians change roles
-- names: praxis.members
alter policy members_change on praxis.members
    using (org_id in (select inner_praxis.orgs_as('{clinician,admin,owner}')) and role <> 'owner'
        and user_id <> (select auth.uid()))
    with check (org_id in (select inner_praxis.orgs_as('{clinician,admin,owner}')) and role <> 'owner');

-- hole: administrators remove owners
-- names: praxis.members
alter policy members_remove on praxis.members using (org_id in (select inner_praxis.orgs_as('{admin,owner}')));

-- hole: an invitation shows itself to an address of one's own making
-- names: praxis.invites
alter policy invites_read on praxis.invites
    using (org_id in (select inner_praxis.orgs_as('{admin,owner}'))
        or lower(email) = lower((select auth.jwt() -> 'user_metadata' ->> 'email')));

-- hole: accepted invitations can be removed
-- names: praxis.invites
alter policy invites_remove on praxis.invites using (org_id in (select inner_praxis.orgs_as('{admin,owner}')));

-- hole: invitations are used twice
-- names: praxis.accept
create or replace function praxis.accept(p_token text) returns uuid
language plpgsql security definer set search_path = '' as $$
declare
    v_invite praxis.invites;
begin
    select * into v_invite from praxis.invites i where i.token_hash = encode(sha256(p_token::bytea), 'hex') for update;
    if not found or v_invite.expires_at <= now()
        or lower(v_invite.email) <> lower(coalesce(auth.jwt() ->> 'email', ''))
    then
        raise exception 'this invitation cannot be used' using errcode = '42501';
    end if;
    insert into praxis.members (org_id, user_id, role) values (v_invite.org_id, auth.uid(), v_invite.role)
    on conflict do nothing;
    update praxis.invites i set accepted_at = now() where i.id = v_invite.id;
    return v_invite.org_id;
end $$;

-- hole: accounts without a second factor
-- names: praxis.accounts
drop policy accounts_factor on praxis.accounts;

-- hole: a factor that is missing passes
-- names: praxis.accounts
alter policy accounts_factor on praxis.accounts using (coalesce((select auth.jwt() ->> 'aal'), 'aal2') = 'aal2');

-- hole: accounts by the claim alone
-- names: praxis.accounts
alter policy accounts_read on praxis.accounts using (org_id = (select inner_praxis.tenant()));

-- hole: accounts for administrators
-- names: praxis.accounts
alter policy accounts_read on praxis.accounts
    using (org_id = (select inner_praxis.tenant()) and org_id in (select inner_praxis.orgs_as('{admin,owner}')));

-- hole: accounts of every clinic for an owner of one
-- names: praxis.accounts
alter policy accounts_read on praxis.accounts
    using ((select inner_praxis.tenant()) in (select inner_praxis.orgs_as('{owner}')));

-- hole: closed tickets open again
-- names: praxis.tickets
alter policy tickets_change on praxis.tickets using (user_id = (select auth.uid()));

-- hole: a view that asked who is calling no longer does
-- names: praxis.my_tickets
create or replace view praxis.my_tickets with (security_barrier = true) as select id, subject from praxis.tickets;

-- hole: tickets of all clinics
-- names: praxis.open_tickets
create or replace function praxis.open_tickets() returns setof praxis.tickets
language sql stable security definer set search_path = '' as $$
    select t.* from praxis.tickets t
    where t.status = 'open' and exists (select from inner_praxis.orgs_as('{admin,owner}'))
$$;

-- hole: addresses of any length
-- names: domain praxis.address
alter domain praxis.address drop constraint address_check;
alter domain praxis.address add constraint address_check check (value ~ '^[^@\s]+@[^@\s]+$');

-- hole: the journal asks nobody
-- names: praxis.journal_of
create or replace function praxis.journal_of(p_org uuid) returns setof inner_praxis.journal
language plpgsql stable security definer set search_path = '' as $$
begin
    return query select * from inner_praxis.journal j where j.org_id = p_org order by j.at desc limit 50;
end $$;

-- hole: an invitation is for whoever has its token
-- names: praxis.accept
create or replace function praxis.accept(p_token text) returns uuid
language plpgsql security definer set search_path = '' as $$
declare
    v_invite praxis.invites;
begin
    select * into v_invite from praxis.invites i where i.token_hash = encode(sha256(p_token::bytea), 'hex') for update;
    if not found or v_invite.accepted_at is not null or v_invite.expires_at <= now()
        or coalesce(auth.jwt() ->> 'email', '') = ''
    then
        raise exception 'this invitation cannot be used' using errcode = '42501';
    end if;
    insert into praxis.members (org_id, user_id, role) values (v_invite.org_id, auth.uid(), v_invite.role)
    on conflict do nothing;
    update praxis.invites i set accepted_at = now() where i.id = v_invite.id;
    return v_invite.org_id;
end $$;

-- hole: the server takes invitations that are over
-- names: praxis.invited_to
create or replace function praxis.invited_to(p_token text) returns setof uuid
language sql stable security definer set search_path = '' as $$
    select i.org_id from praxis.invites i
    where i.token_hash = encode(sha256(p_token::bytea), 'hex') and i.accepted_at is null
$$;

-- hole: clinics without number
-- names: praxis.open_clinic
create or replace function praxis.open_clinic(p_slug text) returns uuid
language plpgsql security definer set search_path = '' as $$
declare
    v_org uuid;
begin
    if not inner_praxis.is_known() then
        raise exception 'sign in first' using errcode = '42501';
    end if;
    if (select count(*) from praxis.orgs o where o.created_by = auth.uid() and o.deleted_at is null) >= 3000 then
        raise exception 'that many clinics at most' using errcode = '54000';
    end if;
    insert into praxis.orgs (slug, created_by) values (p_slug, auth.uid()) returning id into v_org;
    insert into praxis.members (org_id, user_id, role) values (v_org, auth.uid(), 'owner');
    return v_org;
end $$;

-- hole: figures for viewers
-- names: praxis.figures
create or replace function praxis.figures() returns table (org_id uuid, patients bigint)
language sql stable security definer set search_path = '' as $$
    select f.org_id, f.patients from inner_praxis.figures f
    where f.org_id in (select inner_praxis.orgs_as('{viewer,clinician,admin,owner}'))
$$;

-- hole: visits of people who have come can be cancelled
-- names: praxis.visits
alter policy visits_cancel on praxis.visits using (clinician_id = (select auth.uid()) and starts_at > now());

-- hole: leads of any length, of a type that visitors cannot name
-- names: public.leads
alter policy leads_add on public.leads with check (true);

-- hole: drafts can be paid
-- names: praxis.pay
create or replace function praxis.pay(p_bill uuid, p_amount bigint, p_provider text, p_reference text) returns boolean
language plpgsql security definer set search_path = '' as $$
declare
    v_bill praxis.bills;
begin
    select * into v_bill from praxis.bills b where b.id = p_bill for update;
    if not found or v_bill.status not in ('draft', 'sent') or v_bill.total_cents <> p_amount then
        raise exception 'not payable' using errcode = '23514';
    end if;
    insert into praxis.receipts (reference, bill_id, provider) values (p_reference, p_bill, p_provider);
    update praxis.bills b set status = 'paid' where b.id = p_bill;
    return true;
end $$;

-- hole: any amount pays
-- names: praxis.pay
create or replace function praxis.pay(p_bill uuid, p_amount bigint, p_provider text, p_reference text) returns boolean
language plpgsql security definer set search_path = '' as $$
declare
    v_bill praxis.bills;
begin
    select * into v_bill from praxis.bills b where b.id = p_bill for update;
    if not found or v_bill.status <> 'sent' then
        raise exception 'not payable' using errcode = '23514';
    end if;
    insert into praxis.receipts (reference, bill_id, provider) values (p_reference, p_bill, p_provider);
    update praxis.bills b set status = 'paid' where b.id = p_bill;
    return true;
end $$;

-- hole: any clinic by a setting of one's own
-- names: praxis.orgs
create or replace function inner_praxis.orgs_as(p_roles praxis.standing[]) returns setof uuid
language sql stable security definer set search_path = '' as $$
    select m.org_id from praxis.members m join praxis.orgs o on o.id = m.org_id
    where (m.user_id = auth.uid() or m.org_id = nullif(current_setting('app.org', true), '')::uuid)
        and m.role = any (p_roles) and m.suspended_at is null and o.deleted_at is null
$$;

-- hole: a trigger tells what a row was
-- names: praxis.members
create or replace function inner_praxis.note() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
    raise notice 'was %', old;
    insert into inner_praxis.journal (org_id, actor, what)
    values (coalesce(new.org_id, old.org_id), auth.uid(), lower(tg_op) || ' of ' || tg_table_name);
    return null;
end $$;

-- hole: a list of the server's that a word in a ticket leads to
-- names: praxis.tickets
create function inner_praxis.read_subject() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
    if new.subject like '#free%' then
        update inner_praxis.allowances a set units = 1000000
        where a.org_id in (select m.org_id from praxis.members m where m.user_id = new.user_id);
    end if;
    return new;
end $$;
revoke all on function inner_praxis.read_subject() from public;
create trigger read_subject after insert on praxis.tickets
for each row execute function inner_praxis.read_subject();

-- hole: visitors leave no address
-- names: public.leads
revoke insert (email) on public.leads from anon;
