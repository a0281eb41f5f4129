"""Schemas that nobody would hold up as an example: verify reads each, and agrees with what it read."""

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
ODD = {
    "columns that are called like a query's aliases": """
        create table public.notes (
            id bigint generated always as identity primary key, t text not null, x jsonb, p uuid, c int, n text[],
            owner_id uuid not null default auth.uid() references auth.users (id) on delete cascade);
        alter table public.notes enable row level security;
        create policy own on public.notes to authenticated using (owner_id = (select auth.uid()));
        grant select, insert (t, x, p, c, n), update (t), delete on public.notes to authenticated;
        """,
    "a table without columns, one without a key, one that inherits": """
        create table public.nothing ();
        create table public.lines (said text);
        create table public.signed_lines (by_whom uuid default auth.uid()) inherits (public.lines);
        grant select, insert on public.nothing, public.lines, public.signed_lines to authenticated;
        """,
    "a published table without columns": """
        create table public.nothing ();
        create publication everything for table public.nothing;
        """,
    "a trigger that says a privilege is missing where a first column changes": """
        create table public.orders (id int primary key, paid boolean not null default false);
        alter table public.orders enable row level security;
        grant select, insert, update, delete on public.orders to service_role;
        create function public.keeps_id() returns trigger language plpgsql as $$
            begin
                if new.id <> old.id then raise 'an order keeps its id' using errcode = '42501'; end if;
                return new;
            end $$;
        create trigger keeps_id before update on public.orders for each row execute function public.keeps_id();
        """,
    "an event trigger that refuses DDL": """
        create table public.notes (id int primary key, owner_id uuid);
        create function public.refuse_ddl() returns event_trigger language plpgsql as $$
            begin raise exception 'only by a migration'; end $$;
        create event trigger no_ddl on ddl_command_start execute function public.refuse_ddl();
        """,
}


@pytest.mark.parametrize("what", ODD)
def test_verify_agrees_with_what_suggest_read(what: str, server: Any) -> None:
    with server.database() as url, psycopg.connect(url, autocommit=True) as connection:
        connection.execute(PLATFORM.read_text(encoding="utf-8"))
        connection.execute(ODD[what])
        contract = parse(dump(*suggest(connection)), "access.toml")
        assert [f.cell for f in verify(connection, contract).findings] == []


LONG_RULES = """
    create table public.bills (
        id int primary key, owner_id uuid not null default auth.uid() references auth.users (id) on delete cascade,
        state text not null default 'open' check (state in ('open', 'paid')), paid_on date, note text default 'one
two', constraint paid_check check (case when state = 'paid' then paid_on is not null else paid_on is null end),
        constraint note_check check (note <> 'C:\\a
b'));
    create unique index bills_key on public.bills (owner_id, (case when state = 'open' then 1 end));
    create function public.kept() returns trigger language plpgsql as $$ begin return new; end $$;
    create trigger kept before update on public.bills for each row
    when (case when new.state = 'open' then old.state = 'paid' end) execute function public.kept();
    alter table public.bills enable row level security;
    create policy own on public.bills to authenticated using (owner_id = (select auth.uid()));
    grant select, insert, update on public.bills to authenticated;
"""


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ("alter table public.bills drop constraint paid_check", "no check refuses"),
        ("alter table public.bills drop constraint note_check", "no check refuses"),
        ("alter table public.bills alter column note drop default", "default null"),
        ("drop trigger kept on public.bills", "no such trigger"),
        ("drop index public.bills_key", "no such unique index"),
    ],
)
def test_verify_holds_a_schema_to_rules_that_are_written_on_several_lines(change: str, told: str, server: Any) -> None:
    with server.database() as url, psycopg.connect(url, autocommit=True) as connection:
        connection.execute(PLATFORM.read_text(encoding="utf-8"))
        connection.execute(LONG_RULES)
        contract = parse(dump(*suggest(connection)), "access.toml")
        assert [f.cell for f in verify(connection, contract).findings] == []
        connection.execute(change)
        assert any(told in f.happened for f in verify(connection, contract).findings)
