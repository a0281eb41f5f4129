"""Schemas of a few tables with one thing in them that is easily missed: verify names what was opened."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import psycopg
import pytest
from saasdb.contract import parse
from saasdb.contract.write import dump
from saasdb.verify.run import verify
from saasdb.verify.suggest import suggest

PLATFORM = Path(__file__).parent / "foreign" / "platform.sql"
TEAMS = """
    create table public.teams (id uuid primary key default gen_random_uuid(), name text not null);
    create table public.members (
        team_id uuid not null references public.teams, user_id uuid not null references auth.users,
        leads boolean not null default true, primary key (team_id, user_id));
    create index on public.members (user_id);
    create function public.found_team() returns trigger language plpgsql security definer set search_path = '' as $$
        declare made uuid;
        begin
            insert into public.teams (name) values ('of one') returning id into made;
            insert into public.members values (made, new.id, true);
            return new;
        end $$;
    create trigger found_team after insert on auth.users for each row execute function public.found_team();
    create function public.led() returns setof uuid language sql stable security definer set search_path = '' as $$
        select m.team_id from public.members m where m.user_id = auth.uid() and m.leads $$;
    revoke all on function public.found_team(), public.led() from public;
    grant execute on function public.led() to authenticated;
    alter table public.teams enable row level security;
    alter table public.members enable row level security;
    """
INVITES = """
    create table public.invites (
        id uuid primary key default gen_random_uuid(), team_id uuid not null references public.teams,
        email text not null, open_during tstzrange not null, unique (team_id, email));
    create index on public.invites (email);
    alter table public.invites enable row level security;
    grant select on public.invites to authenticated;
    create policy led on public.invites for select to authenticated
        using (team_id = any (array(select public.led())));
    create policy sent on public.invites for select to authenticated
        using (email = (select auth.jwt() ->> 'email') and open_during @> now());
    """
BILLS = """
    create table public.bills (
        id uuid primary key default gen_random_uuid(), owner_id uuid not null references auth.users,
        net bigint not null,
        state text not null default 'open' check (state in ('open', 'paid', 'refunded')));
    alter table public.bills enable row level security;
    grant select, update on public.bills to service_role;
    create function public.keep() returns trigger language plpgsql set search_path = '' as $$
        begin
            if old.state in ('paid', 'refunded') and new.net <> old.net then raise exception 'it is paid'; end if;
            return new;
        end $$;
    revoke all on function public.keep() from public;
    create trigger keep before update on public.bills for each row execute function public.keep();
    """
TIERS = """
    create table public.tiers (code text primary key, cents bigint not null, listed boolean not null default true);
    insert into public.tiers values ('free', 0, true), ('legacy', 500, false), ('plus', 900, true);
    create table public.charges (
        id uuid primary key default gen_random_uuid(), owner_id uuid not null references auth.users,
        tier_code text not null references public.tiers, cents bigint not null);
    create index on public.charges (owner_id);
    alter table public.tiers enable row level security;
    alter table public.charges enable row level security;
    create function public.start_order(p_tier text) returns bigint language plpgsql security definer
    set search_path = '' as $$
        declare v_cents bigint;
        begin
            select t.cents into v_cents from public.tiers t where t.code = p_tier and t.cents > 0 and t.listed;
            if not found then raise exception 'no such tier' using errcode = 'P0002'; end if;
            insert into public.charges (owner_id, tier_code, cents) values (auth.uid(), p_tier, v_cents);
            return v_cents;
        end $$;
    revoke all on function public.start_order(text) from public;
    grant execute on function public.start_order(text) to authenticated;
    """
# Every tier has its row: there is no place for one more that is otherwise.
FEW_TIERS = (
    TIERS.replace(
        "create table public.tiers (code text",
        "create type public.tier as enum ('free', 'legacy', 'plus');\ncreate table public.tiers (code public.tier",
    )
    .replace("tier_code text", "tier_code public.tier")
    .replace("start_order(text)", "start_order(public.tier)")
    .replace("p_tier text", "p_tier public.tier")
    .replace("500, false", "500, true")
)
ORDER = "create or replace function" + TIERS.partition("create function")[2].partition("revoke")[0]
KEEP = "create or replace function" + BILLS.partition("create function")[2].partition("revoke")[0]
CODES = """
    create table public.codes (
        id uuid primary key default gen_random_uuid(), owner_id uuid not null references auth.users,
        secret_hash text not null default '', used_at timestamptz);
    create index on public.codes (owner_id);
    alter table public.codes enable row level security;
    create function public.new_code() returns trigger language plpgsql set search_path = '' as $$
        begin
            new.secret_hash := encode(sha256(gen_random_uuid()::text::bytea), 'hex');
            return new;
        end $$;
    create trigger new_code before insert on public.codes for each row execute function public.new_code();
    create function public.use_code() returns boolean language plpgsql security definer set search_path = '' as $$
        begin update public.codes c set used_at = now() where c.owner_id = auth.uid(); return found; end $$;
    revoke all on function public.new_code(), public.use_code() from public;
    grant execute on function public.use_code() to authenticated;
    """
KEYS = """
    create table public.keys (
        id uuid primary key default gen_random_uuid(), owner_id uuid not null references auth.users,
        revoked_at timestamptz);
    create index on public.keys (owner_id);
    create table public.waiting (id bigint generated always as identity primary key, email text not null unique);
    alter table public.keys enable row level security;
    alter table public.waiting enable row level security;
    create function public.new_key() returns uuid language plpgsql security definer set search_path = '' as $$
        declare made uuid;
        begin
            if (select count(*) from public.keys k where k.owner_id = auth.uid() and k.revoked_at is null) >= 12 then
                raise exception 'twelve keys at most';
            end if;
            insert into public.keys (owner_id) values (auth.uid()) returning id into made;
            return made;
        end $$;
    create function public.wait(p_email text) returns void language plpgsql security definer set search_path = '' as $$
        begin
            if char_length(p_email) > 254 or p_email !~ '^[^@]+@[^@]+$' then raise exception 'no address'; end if;
            insert into public.waiting (email) values (lower(p_email)) on conflict do nothing;
        end $$;
    create table public.labels (id uuid primary key default gen_random_uuid(), owner_id uuid not null
        default auth.uid() references auth.users, word text not null,
        hidden boolean not null default false, unique (owner_id, word));
    alter table public.labels enable row level security;
    grant insert (owner_id, word) on public.labels to authenticated;
    create policy own on public.labels for insert to authenticated with check (owner_id = (select auth.uid()));
    create function public.few_labels() returns trigger language plpgsql security definer set search_path = '' as $$
        begin
            if (select count(*) from public.labels l where l.owner_id = new.owner_id and not l.hidden) >= 20 then
                raise exception 'twenty labels at most';
            end if;
            return new;
        end $$;
    create trigger few_labels before insert on public.labels for each row execute function public.few_labels();
    revoke all on function public.new_key(), public.wait(text), public.few_labels() from public;
    grant execute on function public.new_key() to authenticated;
    grant execute on function public.wait(text) to anon;
    """
NEW_KEY = "create or replace function public.new_key" + KEYS.partition("public.new_key")[2].partition("    create f")[0]
LABELS = (
    "create or replace function public.few_labels" + KEYS.partition("public.few_labels")[2].partition("create t")[0]
)
WAIT = "create or replace function public.wait" + KEYS.partition("function public.wait")[2].partition("create table")[0]
USE_CODE = "create or replace function public.use_code" + CODES.partition("public.use_code")[2].partition("revoke")[0]
SEATS = """
    create table public.seats (
        user_id uuid primary key references auth.users, kind text not null default 'guest',
        granted_by uuid references auth.users);
    alter table public.seats enable row level security;
    grant select on public.seats to authenticated;
    create policy own on public.seats for select to authenticated using (user_id = (select auth.uid()));
    create function public.seat() returns trigger language plpgsql security definer set search_path = '' as $$
        begin insert into public.seats (user_id) values (new.id); return new; end $$;
    revoke all on function public.seat() from public;
    create trigger seat after insert on auth.users for each row execute function public.seat();
    """
TERMS = """
    create type public.tier as enum ('free', 'plus', 'max');
    create table public.tiers (code public.tier primary key, cents bigint not null);
    insert into public.tiers values ('free', 0), ('plus', 900), ('max', 1900);
    create table public.terms (
        user_id uuid primary key references auth.users,
        tier public.tier not null default 'free' references public.tiers,
        state text not null default 'active' check (state in ('active', 'canceled', 'over')),
        ends_at timestamptz);
    alter table public.terms enable row level security;
    create function public.my_tier() returns public.tier language sql stable security definer set search_path = '' as $$
        select case when t.state = 'active' and (t.ends_at is null or t.ends_at > now()) then t.tier else 'free' end
        from public.terms t where t.user_id = auth.uid() $$;
    revoke all on function public.my_tier() from public;
    grant execute on function public.my_tier() to authenticated;
    """
MY_TIER = "create or replace function public.my_tier" + TERMS.partition("public.my_tier")[2].partition("revoke")[0]
ORDERS = """
    create sequence public.order_numbers;
    create table public.holders (
        id uuid primary key default gen_random_uuid(), user_id uuid not null unique references auth.users,
        paid boolean not null default false);
    create table public.orders (
        id uuid primary key default gen_random_uuid(), user_id uuid not null references auth.users,
        holder_id uuid references public.holders,
        number text not null unique default 'O' || nextval('public.order_numbers'));
    create index on public.orders (user_id);
    create table public.calls (
        id bigint generated always as identity primary key, number text not null, said jsonb not null default '{}');
    create index on public.calls (number);
    alter table public.holders enable row level security;
    alter table public.orders enable row level security;
    alter table public.calls enable row level security;
    grant select on public.orders, public.calls to authenticated;
    create policy own on public.orders for select to authenticated using (user_id = (select auth.uid()));
    create policy staff on public.calls for select to authenticated
        using ((select auth.jwt() -> 'app_metadata' ->> 'works_in') = 'support');
    create function public.settle(p_number text) returns void language plpgsql security definer
    set search_path = '' as $$
        declare o public.orders;
        begin
            select * into o from public.orders x where x.number = p_number;
            if not found then raise exception 'no such order'; end if;
            update public.holders set paid = true where user_id = o.user_id;
        end $$;
    revoke all on function public.settle(text) from public;
    grant execute on function public.settle(text) to service_role;
    """
SETTLE = "create or replace function public.settle" + ORDERS.partition("public.settle")[2].partition("revoke")[0]
CALLED = """
    create or replace function public.called(p_number text) returns void language sql security definer
    set search_path = '' as $$ insert into public.calls (number) values (p_number) $$;
    revoke all on function public.called(text) from public;
    grant execute on function public.called(text) to service_role;
    """
SALES = """
    create sequence public.sale_numbers;
    create table public.sales (
        id uuid primary key default gen_random_uuid(), owner_id uuid not null references auth.users,
        number text not null unique default 'S' || lpad(nextval('public.sale_numbers')::text, 8, '0'),
        state text not null default 'open' check (state in ('open', 'paid')), made_at timestamptz default now());
    create index on public.sales (owner_id);
    alter table public.sales enable row level security;
    create function public.latest(p_state text) returns setof public.sales language plpgsql stable security definer
    set search_path = '' as $$
        begin
            return query select * from public.sales s where s.owner_id = auth.uid() and s.state = p_state
                order by s.made_at desc limit 2;
        end $$;
    revoke all on function public.latest(text) from public;
    grant execute on function public.latest(text) to authenticated;
    """
LATEST = "create or replace function public.latest" + SALES.partition("public.latest")[2].partition("revoke")[0]
# What is made in a schema has row level security, and notes are shared for a week.
SHARES = """
    create table public.shares (
        id uuid primary key default gen_random_uuid(), owner_id uuid not null references auth.users,
        edits boolean not null);
    create index on public.shares (owner_id);
    alter table public.shares enable row level security;
    create function public.share(p_edits boolean default false) returns void language plpgsql security definer
    set search_path = '' as $$
        begin insert into public.shares (owner_id, edits) values (auth.uid(), p_edits); end $$;
    create function public.protect() returns event_trigger language plpgsql set search_path = '' as $$
        declare made record;
        begin
            for made in select * from pg_catalog.pg_event_trigger_ddl_commands() where object_type = 'table' loop
                execute format('alter table %s enable row level security', made.object_identity);
            end loop;
        end $$;
    create event trigger protect on ddl_command_end when tag in ('CREATE TABLE') execute function public.protect();
    revoke all on function public.share(boolean), public.protect() from public;
    grant execute on function public.share(boolean) to authenticated;
    """
SHARE = "create or replace function public.share(" + SHARES.partition("public.share(")[2].partition("create f")[0]
PROTECT = "create or replace function public.protect" + SHARES.partition("public.protect")[2].partition("create e")[0]
EVENTS = """
    create table public.events (
        id bigint generated always as identity primary key, key text not null unique,
        state text not null default 'new' check (state in ('new', 'working', 'done', 'failed')),
        claimed_at timestamptz);
    alter table public.events enable row level security;
    create function public.claim(p_key text) returns boolean language plpgsql security definer
    set search_path = '' as $$
        begin
            insert into public.events as e (key, state, claimed_at) values (p_key, 'working', now())
                on conflict (key) do update set state = 'working', claimed_at = now() where e.state = 'failed'
                or (e.state = 'working' and e.claimed_at < now() - interval '5 minutes');
            return found;
        end $$;
    create table public.staff (user_id uuid primary key references auth.users, role text not null default 'none'
        check (role in ('none', 'support', 'admin')));
    alter table public.staff enable row level security;
    create function public.has_role(variadic wanted text[]) returns boolean language sql stable security definer
    set search_path = '' as $$
        select exists (select from public.staff s where s.user_id = auth.uid() and s.role = any (wanted)) $$;
    revoke all on function public.claim(text), public.has_role(text[]) from public;
    grant execute on function public.claim(text) to service_role;
    grant execute on function public.has_role(text[]) to authenticated;
    """
LAST = (
    EVENTS
    + """
    create function public.set_role(p_user uuid, p_role text) returns void language sql security definer
    set search_path = '' as $$ update public.staff set role = p_role where user_id = p_user $$;
    create function public.keep_last() returns trigger language plpgsql security definer set search_path = '' as $$
        begin
            if old.role = 'admin' and new.role <> 'admin' and not exists (
                select from public.staff s where s.role = 'admin' and s.user_id <> old.user_id) then
                raise exception 'the last one stays';
            end if;
            return new;
        end $$;
    create trigger keep_last before update on public.staff for each row execute function public.keep_last();
    revoke all on function public.set_role(uuid, text), public.keep_last() from public;
    grant execute on function public.set_role(uuid, text) to service_role;
    """
)
CLAIM = "create or replace function public.claim(" + EVENTS.partition("public.claim(")[2].partition("create t")[0]
HAS_ROLE = "create or replace function public.has_role(" + EVENTS.partition("public.has_role(")[2].partition("rev")[0]
SILENT = {
    "a list of roles is asked in other words": (
        EVENTS,
        HAS_ROLE.replace("s.role = any (wanted)", "array[s.role] <@ wanted"),
    ),
    "a number from a sequence is written down elsewhere": (
        ORDERS + CALLED,
        CALLED.replace("values (p_number)", "select p_number"),
    ),
    "an index keeps apart what a constraint did": (
        SALES,
        "alter table public.sales drop constraint sales_number_key; create unique index on public.sales (number);",
    ),
    # What a sequence gives goes on from state to state, also as a part of a text.
    "sales are numbered by a text": (SALES, LATEST.replace("s.owner_id = auth.uid()", "auth.uid() = s.owner_id")),
    # What chance made is told by whose it is: the hash is another one in each of the two worlds.
    "a row that keeps a random hash is used": (
        CODES,
        USE_CODE.replace("c.owner_id = auth.uid()", "auth.uid() = c.owner_id"),
    ),
    # The number cannot be written, so the contract names the columns that can be.
    "a table that the server writes has columns more": (
        BILLS + "alter table public.bills add column number bigint generated always as identity;",
        "alter table public.bills add column checked_at timestamptz, add column checked_by uuid;",
    ),
}
OPENED = {
    # Who founds a team at the signup leads it: only in somebody else's is an invitation read by whom it is sent to.
    "an invitation that is over, by whom it was sent to": (
        TEAMS + INVITES,
        "alter policy sent on public.invites using "
        "(email = (select auth.jwt() ->> 'email') and lower(open_during) <= now())",
        "public.invites",
    ),
    "a signup that names the team which it joins": (
        TEAMS + "alter table public.teams add code text unique default gen_random_uuid() check (code !~ ' ');",
        """
        create or replace function public.found_team() returns trigger
        language plpgsql security definer set search_path = '' as $$
        declare made uuid;
        begin
            insert into public.teams (name) values ('of one') returning id into made;
            insert into public.members values (made, new.id, true);
            insert into public.members (team_id, user_id)
                select t.id, new.id from public.teams t where t.code = new.raw_user_meta_data ->> 'join';
            return new;
        end $$;
        """,
        "public.members",
    ),
    "a tier that is no longer sold": (TIERS, ORDER.replace(" and t.listed", ""), "public.start_order"),
    "a tier of a few, no longer sold": (
        FEW_TIERS,
        ORDER.replace(" and t.listed", "").replace("p_tier text", "p_tier public.tier"),
        "public.start_order",
    ),
    "a limit that counts what was revoked": (KEYS, NEW_KEY.replace(" and k.revoked_at is null", ""), "public.new_key"),
    "a limit of rows, by one": (KEYS, LABELS.replace(">= 20", "> 20"), "public.few_labels"),
    "a limit of rows that counts what is hidden": (KEYS, LABELS.replace(" and not l.hidden", ""), "public.few_labels"),
    "an address that is too long": (KEYS, WAIT.replace("char_length(p_email) > 254 or ", ""), "public.wait"),
    "an address that may wait for one group": (
        TEAMS + INVITES + "grant insert (team_id, email, open_during) on public.invites to authenticated;"
        "create policy sends on public.invites for insert to authenticated with check "
        "(team_id = any (array(select public.led())));",
        "create unique index one_address on public.invites (email);",
        "public.invites",
    ),
    "a seat, to whom it names beside its owner": (
        SEATS,
        "create policy granted on public.seats for select to authenticated using (granted_by = (select auth.uid()))",
        "public.seats",
    ),
    "a paid tier that was canceled": (TERMS, MY_TIER.replace("= 'active'", "<> 'over'"), "public.my_tier"),
    "whose tier it is, to who sets a setting": (
        TERMS,
        MY_TIER.replace(
            "= auth.uid()", "= coalesce(nullif(current_setting('app.user_id', true), '')::uuid, auth.uid())"
        ),
        "public.my_tier",
    ),
    "what a gateway called about one's order": (
        ORDERS,
        "create policy theirs on public.calls for select to authenticated using (exists (select from public.orders o "
        "where o.number = calls.number and o.user_id = (select auth.uid())))",
        "public.calls",
    ),
    "an order that names somebody else's place": (
        ORDERS,
        SETTLE.replace("user_id = o.user_id", "user_id = o.user_id or id = o.holder_id"),
        "public.settle",
    ),
    "what is shared to be edited where nothing is said": (
        SHARES,
        SHARE.replace("default false", "default true"),
        "public.share",
    ),
    "a table that will be made": (SHARES, PROTECT.replace("enable row", "disable row"), "public.protect"),
    "the last administrator, whom nothing keeps": (LAST, "drop trigger keep_last on public.staff;", "public.staff"),
    "an event that was done long ago": (
        EVENTS,
        CLAIM.replace("(e.state = 'working' and", "(e.state in ('working', 'done') and"),
        "public.claim",
    ),
    # The refunded ones still stop whoever changes all at once.
    "a bill that is paid, to the server": (BILLS, KEEP.replace("('paid', 'refunded')", "('refunded')"), "public.bills"),
}


@pytest.mark.parametrize("what", OPENED)
def test_verify_names_what_opens(what: str, server: Any) -> None:
    schema, hole, names = OPENED[what]
    with server.database() as url, psycopg.connect(url, autocommit=True) as connection:
        connection.execute(PLATFORM.read_text(encoding="utf-8"))
        connection.execute(schema)
        contract = parse(dump(*suggest(connection)), "access.toml")
        assert [f.cell for f in verify(connection, contract).findings] == []
        connection.execute(hole)
        found = verify(connection, contract).findings
    assert any(names in f.cell for f in found), [f.cell for f in found]


@pytest.mark.parametrize("what", SILENT)
def test_verify_says_nothing_but_that_something_is_new_when(what: str, server: Any) -> None:
    schema, change = SILENT[what]
    with server.database() as url, psycopg.connect(url, autocommit=True) as connection:
        connection.execute(PLATFORM.read_text(encoding="utf-8"))
        connection.execute(schema)
        contract = parse(dump(*suggest(connection)), "access.toml")
        connection.execute(change)
        found = verify(connection, contract).findings
    assert [f.cell for f in found if f.kind != "new"] == []
