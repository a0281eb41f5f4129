"""How a body is read: the same whether its author wrote in capitals, with quotes or without schemas."""

import psycopg
import pytest
from saasdb.verify.inventory import read

TABLES = """
create schema app;
create table app.notes (id int, kind text);
create table public.plans (code text);
create table public."Odd" (id int);
create function app.allowed(p int) returns boolean language sql as 'select true';
"""

BODIES = {
    "select from app.notes n where n.kind = 'BIG' -- don't": "SELECT FROM NOTES n WHERE n.kind = 'BIG' -- don't",
    "select from app.notes, public.plans p where app.allowed(1)": 'SELECT FROM "notes", plans p WHERE allowed(1)',
    'select from public."Odd" join public.plans on true': 'SELECT FROM public."Odd" JOIN "public"."plans" ON TRUE',
    "insert into app.notes(id, kind) values (1, 'Notes')": "INSERT INTO notes(id, kind) VALUES (1, 'Notes')",
    "select n.notes, plans from app.notes n, lateral (select 1) plans": (
        "SELECT n.notes, plans FROM notes n, LATERAL (SELECT 1) plans"
    ),
}


@pytest.mark.parametrize("read_as", BODIES)
def test_a_body_is_read_in_one_spelling(read_as, server):
    with server.database() as url, psycopg.connect(url, autocommit=True) as connection:
        connection.execute(TABLES)
        connection.execute("set check_function_bodies = off")
        connection.execute(
            "create function public.asks() returns void language sql set search_path = app, public"
            f" as $body${BODIES[read_as]}$body$"
        )
        functions = read(connection).functions.values()
    assert [f.body for f in functions if f.name == "asks"] == [read_as]
