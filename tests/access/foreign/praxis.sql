-- praxis: clinics of several people each. What one reaches follows from a role in a group, on both sides of it: people
-- who were suspended, groups that were closed, rows shared until a day, claims that name the group, a second factor.
create schema praxis;
create schema inner_praxis;
grant usage on schema praxis to authenticated, service_role;
alter default privileges revoke execute on functions from public;

create type praxis.standing as enum ('viewer', 'clinician', 'admin', 'owner');
create domain praxis.address as text check (value ~ '^[^@\s]+@[^@\s]+$' and length(value) <= 254);

create table praxis.orgs (
    id uuid primary key default gen_random_uuid(),
    slug text not null unique check (slug ~ '^[a-z0-9-]{3,40}$'),
    created_by uuid references auth.users on delete set null,
    deleted_at timestamptz
);
create table praxis.members (
    org_id uuid not null references praxis.orgs on delete cascade,
    user_id uuid not null references auth.users on delete cascade,
    role praxis.standing not null default 'viewer',
    suspended_at timestamptz,
    primary key (org_id, user_id)
);
create index on praxis.members (user_id);
create table praxis.invites (
    id uuid primary key default gen_random_uuid(),
    org_id uuid not null references praxis.orgs on delete cascade,
    email praxis.address not null,
    role praxis.standing not null default 'viewer' check (role <> 'owner'),
    token_hash text not null unique,
    expires_at timestamptz not null default now() + interval '7 days',
    accepted_at timestamptz
);
create index on praxis.invites (org_id);
create table praxis.patients (
    id uuid primary key default gen_random_uuid(),
    org_id uuid not null references praxis.orgs on delete cascade,
    full_name text not null,
    archived_at timestamptz,
    unique (org_id, id)
);
create table praxis.documents (
    id uuid primary key default gen_random_uuid(),
    org_id uuid not null references praxis.orgs on delete cascade,
    owner_id uuid not null references auth.users on delete cascade,
    title text not null,
    visibility text not null default 'private' check (visibility in ('private', 'org', 'link'))
);
create index on praxis.documents (org_id);
create index on praxis.documents (owner_id);
create table praxis.shares (
    document_id uuid not null references praxis.documents on delete cascade,
    user_id uuid not null references auth.users on delete cascade,
    expires_at timestamptz not null default now() + interval '14 days',
    primary key (document_id, user_id)
);
create index on praxis.shares (user_id);
create table praxis.accounts (
    org_id uuid primary key references praxis.orgs on delete cascade,
    iban text not null
);
create table praxis.tickets (
    id uuid primary key default gen_random_uuid(),
    user_id uuid not null references auth.users on delete cascade,
    subject text not null,
    status text not null default 'open' check (status in ('open', 'answered', 'closed'))
);
create index on praxis.tickets (user_id);
create table praxis.visits (
    id uuid primary key default gen_random_uuid(),
    org_id uuid not null references praxis.orgs on delete cascade,
    clinician_id uuid not null references auth.users on delete cascade,
    starts_at timestamptz not null,
    ends_at timestamptz not null,
    status text not null default 'booked' check (status in ('booked', 'arrived', 'done')),
    check (ends_at > starts_at)
);
create index on praxis.visits (clinician_id);
create table public.leads (email praxis.address primary key, note text);
create table inner_praxis.journal (
    id bigint generated always as identity primary key,
    org_id uuid,
    actor uuid,
    what text not null,
    at timestamptz not null default now()
);

create function inner_praxis.tenant() returns uuid language sql stable set search_path = '' as $$
    select nullif(auth.jwt() -> 'app_metadata' ->> 'org_id', '')::uuid
$$;
create function inner_praxis.is_known() returns boolean language sql stable set search_path = '' as $$
    select auth.uid() is not null and coalesce((auth.jwt() ->> 'is_anonymous')::boolean, false) = false
$$;
create function inner_praxis.orgs_as(p_roles praxis.standing[]) returns setof uuid
language sql stable security definer set search_path = '' as $$
    select m.org_id from praxis.members m join praxis.orgs o on o.id = m.org_id
    where m.user_id = auth.uid() and m.role = any (p_roles) and m.suspended_at is null and o.deleted_at is null
$$;
create function inner_praxis.has(p_org uuid, p_roles praxis.standing[]) returns boolean
language sql stable security definer set search_path = '' as $$
    select exists (
        select from praxis.members m join praxis.orgs o on o.id = m.org_id
        where m.org_id = p_org and m.user_id = auth.uid() and m.role = any (p_roles)
            and m.suspended_at is null and o.deleted_at is null
    )
$$;
create function inner_praxis.readable() returns setof uuid language sql stable security definer set search_path = '' as $$
    select d.id from praxis.documents d where d.owner_id = auth.uid()
    union select s.document_id from praxis.shares s where s.user_id = auth.uid() and s.expires_at > now()
    union select d.id from praxis.documents d join praxis.members m on m.org_id = d.org_id
    where d.visibility = 'org' and m.user_id = auth.uid() and m.suspended_at is null
$$;
create function inner_praxis.note() returns trigger language plpgsql security definer set search_path = '' as $$
begin
    insert into inner_praxis.journal (org_id, actor, what)
    values (coalesce(new.org_id, old.org_id), auth.uid(), lower(tg_op) || ' of ' || tg_table_name);
    return null;
end $$;
create trigger note after insert or update or delete on praxis.members
for each row execute function inner_praxis.note();
grant execute on function
    inner_praxis.tenant(), inner_praxis.is_known(), inner_praxis.readable(),
    inner_praxis.orgs_as(praxis.standing[]), inner_praxis.has(uuid, praxis.standing[])
to authenticated;

alter table praxis.orgs enable row level security;
alter table praxis.members enable row level security;
alter table praxis.invites enable row level security;
alter table praxis.patients enable row level security;
alter table praxis.documents enable row level security;
alter table praxis.shares enable row level security;
alter table praxis.accounts enable row level security;
alter table praxis.tickets enable row level security;
alter table inner_praxis.journal enable row level security;

grant select on praxis.orgs to authenticated;
create policy orgs_read on praxis.orgs for select to authenticated
using (id in (select inner_praxis.orgs_as('{viewer,clinician,admin,owner}')));

grant select, delete, update (role, suspended_at) on praxis.members to authenticated;
create policy members_read on praxis.members for select to authenticated
using (org_id in (select inner_praxis.orgs_as('{viewer,clinician,admin,owner}')));
create policy members_change on praxis.members for update to authenticated
using (org_id in (select inner_praxis.orgs_as('{admin,owner}')) and role <> 'owner' and user_id <> (select auth.uid()))
with check (org_id in (select inner_praxis.orgs_as('{admin,owner}')) and role <> 'owner');
create policy members_remove on praxis.members for delete to authenticated
using (org_id in (select inner_praxis.orgs_as('{admin,owner}')) and role <> 'owner');

grant select (id, org_id, email, role, expires_at, accepted_at), delete on praxis.invites to authenticated;
create policy invites_read on praxis.invites for select to authenticated
using (org_id in (select inner_praxis.orgs_as('{admin,owner}')));
create policy invites_remove on praxis.invites for delete to authenticated
using (org_id in (select inner_praxis.orgs_as('{admin,owner}')) and accepted_at is null);

grant select, insert, update (full_name, archived_at) on praxis.patients to authenticated;
create policy patients_read on praxis.patients for select to authenticated
using (org_id = any (array(select inner_praxis.orgs_as('{clinician,admin,owner}'))) and archived_at is null);
create policy patients_add on praxis.patients for insert to authenticated
with check (org_id in (select inner_praxis.orgs_as('{clinician,admin,owner}')));
create policy patients_change on praxis.patients for update to authenticated
using (org_id in (select inner_praxis.orgs_as('{clinician,admin,owner}')));
create policy patients_known on praxis.patients as restrictive for all to authenticated
using ((select inner_praxis.is_known()));

grant select, update (title, visibility), delete on praxis.documents to authenticated;
create policy documents_read on praxis.documents for select to authenticated
using (owner_id = (select auth.uid()) or id in (select inner_praxis.readable()));
create policy documents_change on praxis.documents for update to authenticated using (owner_id = (select auth.uid()));
create policy documents_remove on praxis.documents for delete to authenticated using (owner_id = (select auth.uid()));

grant select on praxis.shares to authenticated;
create policy shares_read on praxis.shares for select to authenticated using (user_id = (select auth.uid()));

grant select, update (iban) on praxis.accounts to authenticated;
create policy accounts_read on praxis.accounts for select to authenticated
using (org_id = (select inner_praxis.tenant()) and org_id in (select inner_praxis.orgs_as('{owner}')));
create policy accounts_change on praxis.accounts for update to authenticated
using (org_id = (select inner_praxis.tenant()) and org_id in (select inner_praxis.orgs_as('{owner}')));
create policy accounts_factor on praxis.accounts as restrictive for all to authenticated
using ((select auth.jwt() ->> 'aal') = 'aal2');

grant select, insert (user_id, subject), update (subject, status) on praxis.tickets to authenticated;
create policy tickets_read on praxis.tickets for select to authenticated using (user_id = (select auth.uid()));
create policy tickets_add on praxis.tickets for insert to authenticated with check (user_id = (select auth.uid()));
create policy tickets_change on praxis.tickets for update to authenticated
using (user_id = (select auth.uid()) and status <> 'closed')
with check (user_id = (select auth.uid()) and status in ('open', 'closed'));

alter table praxis.visits enable row level security;
grant select, delete on praxis.visits to authenticated;
create policy visits_read on praxis.visits for select to authenticated using (clinician_id = (select auth.uid()));
create policy visits_cancel on praxis.visits for delete to authenticated
using (clinician_id = (select auth.uid()) and status = 'booked' and starts_at > now());

alter table public.leads enable row level security;
grant insert (email, note) on public.leads to anon;
create policy leads_add on public.leads for insert to anon with check (length(coalesce(note, '')) <= 500);

create view praxis.my_tickets with (security_invoker = true, security_barrier = true) as
select id, subject from praxis.tickets where user_id = (select auth.uid());
grant select on praxis.my_tickets to authenticated;

create function praxis.journal_of(p_org uuid) returns setof inner_praxis.journal
language plpgsql stable security definer set search_path = '' as $$
begin
    if not inner_praxis.has(p_org, '{owner}') then
        raise exception 'not allowed' using errcode = '42501';
    end if;
    return query select * from inner_praxis.journal j where j.org_id = p_org order by j.at desc limit 50;
end $$;
create function praxis.open_tickets() returns setof praxis.tickets
language sql stable security definer set search_path = '' as $$
    select t.* from praxis.tickets t
    where t.status = 'open' and t.user_id in (
        select m.user_id from praxis.members m
        where m.org_id in (select inner_praxis.orgs_as('{admin,owner}'))
    )
$$;
create function praxis.accept(p_token text) returns uuid language plpgsql security definer set search_path = '' as $$
declare
    v_invite praxis.invites;
begin
    select * into v_invite from praxis.invites i where i.token_hash = encode(sha256(p_token::bytea), 'hex') for update;
    if not found or v_invite.accepted_at is not null or v_invite.expires_at <= now()
        or lower(v_invite.email) <> lower(coalesce(auth.jwt() ->> 'email', ''))
    then
        raise exception 'this invitation cannot be used' using errcode = '42501';
    end if;
    insert into praxis.members (org_id, user_id, role) values (v_invite.org_id, auth.uid(), v_invite.role)
    on conflict do nothing;
    update praxis.invites i set accepted_at = now() where i.id = v_invite.id;
    return v_invite.org_id;
end $$;
create function praxis.open_clinic(p_slug text) returns uuid
language plpgsql security definer set search_path = '' as $$
declare
    v_org uuid;
begin
    if not inner_praxis.is_known() then
        raise exception 'sign in first' using errcode = '42501';
    end if;
    if (select count(*) from praxis.orgs o where o.created_by = auth.uid() and o.deleted_at is null) >= 3 then
        raise exception 'three clinics at most' using errcode = '54000';
    end if;
    insert into praxis.orgs (slug, created_by) values (p_slug, auth.uid()) returning id into v_org;
    insert into praxis.members (org_id, user_id, role) values (v_org, auth.uid(), 'owner');
    return v_org;
end $$;
create materialized view inner_praxis.figures as
select o.id as org_id, count(p.id) as patients
from praxis.orgs o left join praxis.patients p on p.org_id = o.id
group by o.id;
create function praxis.figures() returns table (org_id uuid, patients bigint)
language sql stable security definer set search_path = '' as $$
    select f.org_id, f.patients from inner_praxis.figures f
    where f.org_id in (select inner_praxis.orgs_as('{admin,owner}'))
$$;
create function praxis.invited_to(p_token text) returns setof uuid
language sql stable security definer set search_path = '' as $$
    select i.org_id from praxis.invites i
    where i.token_hash = encode(sha256(p_token::bytea), 'hex') and i.accepted_at is null and i.expires_at > now()
$$;
revoke all on all functions in schema praxis from public;
grant execute on function
    praxis.journal_of(uuid), praxis.open_tickets(), praxis.accept(text), praxis.open_clinic(text), praxis.figures()
to authenticated;
grant execute on function praxis.invited_to(text) to service_role;

create table praxis.bills (
    id uuid primary key default gen_random_uuid(),
    org_id uuid not null references praxis.orgs on delete cascade,
    status text not null default 'draft' check (status in ('draft', 'sent', 'paid')),
    total_cents bigint not null default 0 check (total_cents >= 0)
);
create index on praxis.bills (org_id);
create table praxis.receipts (
    reference text primary key,
    bill_id uuid not null references praxis.bills on delete cascade,
    provider text not null check (provider in ('stripe', 'adyen'))
);
create index on praxis.receipts (bill_id);
create table praxis.uses (
    id bigint generated always as identity primary key,
    org_id uuid not null references praxis.orgs on delete cascade,
    kind text not null,
    units int not null check (units > 0)
);
create index on praxis.uses (org_id);
create table inner_praxis.allowances (
    org_id uuid primary key references praxis.orgs on delete cascade,
    units bigint not null default 1000
);
alter table praxis.bills enable row level security;
alter table praxis.receipts enable row level security;
alter table praxis.uses enable row level security;
alter table inner_praxis.allowances enable row level security;

create function praxis.pay(p_bill uuid, p_amount bigint, p_provider text, p_reference text) returns boolean
language plpgsql security definer set search_path = '' as $$
declare
    v_bill praxis.bills;
begin
    select * into v_bill from praxis.bills b where b.id = p_bill for update;
    if not found or v_bill.status <> 'sent' or v_bill.total_cents <> p_amount then
        raise exception 'not payable' using errcode = '23514';
    end if;
    insert into praxis.receipts (reference, bill_id, provider) values (p_reference, p_bill, p_provider);
    update praxis.bills b set status = 'paid' where b.id = p_bill;
    return true;
end $$;
create function praxis.use_up(p_org uuid, p_kind text, p_units int) returns bigint
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
    if p_units is null or p_units <= 0 or v_used + p_units > coalesce(v_most, 0) then
        raise exception 'used up' using errcode = '54000';
    end if;
    insert into praxis.uses (org_id, kind, units) values (p_org, left(p_kind, 40), p_units);
    return v_most - v_used - p_units;
end $$;
create function praxis.used(p_org uuid) returns bigint language plpgsql stable security definer set search_path = '' as $$
begin
    if p_org not in (select inner_praxis.orgs_as('{viewer,clinician,admin,owner}')) then
        raise exception 'not allowed' using errcode = '42501';
    end if;
    return (select coalesce(sum(u.units), 0) from praxis.uses u where u.org_id = p_org);
end $$;
revoke all on function praxis.pay(uuid, bigint, text, text) from public;
revoke all on function praxis.use_up(uuid, text, int) from public;
revoke all on function praxis.used(uuid) from public;
grant execute on function praxis.use_up(uuid, text, int), praxis.used(uuid) to authenticated;
grant execute on function praxis.pay(uuid, bigint, text, text) to service_role;
