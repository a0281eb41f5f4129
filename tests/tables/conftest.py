"""How a table is tried: rows that are right, rows that break one named rule, and what each caller may do.

A test module says `RIGHT` (rows that the table takes), `WRONG` (constraint -> rows that it refuses; a list of rows is
inserted in order and the last one is refused) and `REQUIRED` (columns that are never null); `{user_id}` in a text
stands for the user of the row. The tests that ask for `right`, `wrong` or `required` run once for each.
"""

from __future__ import annotations

import re

import psycopg
import pytest
from psycopg import sql

SQLSTATES = {"check": "23514", "pkey": "23505", "key": "23505", "fkey": "23503"}
COMMANDS = ("select", "insert", "update", "delete", "truncate")


def pytest_generate_tests(metafunc):
    module = metafunc.module
    if "right" in metafunc.fixturenames:
        metafunc.parametrize("right", module.RIGHT, ids=shortly)
    if "wrong" in metafunc.fixturenames:
        each = [(rule, row) for rule, rows in module.WRONG.items() for row in rows]
        metafunc.parametrize(("rule", "wrong"), each, ids=shortly)
    if "required" in metafunc.fixturenames:
        metafunc.parametrize("required", module.REQUIRED)


def shortly(value):
    return ascii(value)[:60]


def filled(row, user_id):
    return {k: v.replace("{user_id}", str(user_id)) if isinstance(v, str) else v for k, v in row.items()}


@pytest.fixture
def takes(a_user, new_row):
    """`takes(right)`: the row as stored; what it says is stored as it was said."""

    def run(row):
        user_id = a_user()
        row = filled(row, user_id)
        stored = new_row(user_id, **row)
        for column, value in row.items():
            assert stored[column] == value or str(stored[column]) == str(value), column
        return stored

    return run


@pytest.fixture
def refuses(a_user, new_row, refused):
    """`refuses(rule, wrong)`: the table refuses the row and names the rule."""

    def run(rule, wrong):
        user_id = a_user()
        *before, last = wrong if isinstance(wrong, list) else [wrong]
        for row in before:
            new_row(user_id, **filled(row, user_id))
        with refused(SQLSTATES[rule.rsplit("_", 1)[1]], rf"^{re.escape(rule)} "):
            new_row(user_id, **filled(last, user_id))

    return run


@pytest.fixture
def refuses_null(a_user, new_row, refused):
    """`refuses_null(column)`: the table refuses a row in which the column is null."""

    def run(column):
        with refused("23502", f'"{column}"'):
            new_row(a_user(), **{column: None})

    return run


@pytest.fixture
def rules_of(rows):
    """`rules_of(table)`: (the names of its constraints and unique indexes, its columns that are never null)."""

    def run(table):
        constraints = rows(
            "select conname as name from pg_constraint where conrelid = %(table)s::regclass and contype in "
            "('c', 'p', 'u', 'f', 'x') union select c.relname from pg_index as i join pg_class as c "
            "on c.oid = i.indexrelid where i.indrelid = %(table)s::regclass and i.indisunique",
            {"table": table},
        )
        columns = rows(
            "select attname from pg_attribute where attrelid = %s::regclass and attnum > 0 and attnotnull "
            "and not attisdropped",
            (table,),
        )
        return {each["name"] for each in constraints}, {each["attname"] for each in columns}

    return run


@pytest.fixture
def instead(db, add):
    """`instead(table, user_id, …)`: the row that the signup made gives way to this one; a second one is added to it."""
    replaced = set()

    def run(table, owner, /, **values):
        if owner not in replaced:
            db.execute(sql.SQL("delete from {} where user_id = %s").format(sql.Identifier("public", table)), (owner,))
        replaced.add(owner)
        return add(table, **({"user_id": owner} | values))

    return run


@pytest.fixture
def attempts(db):
    """`attempts(acting, table, insert=…, update=…)`: command -> rows seen or changed, or the refusal's SQLSTATE."""

    def run(acting, table, **statements):
        usual = {
            "select": f"select * from public.{table}",
            "delete": f"delete from public.{table} where true",
            "truncate": f"truncate public.{table}",
        }
        outcome = {}
        with acting:
            for command in COMMANDS:
                try:
                    with db.transaction(force_rollback=True):
                        outcome[command] = db.execute((usual | statements)[command]).rowcount
                except psycopg.Error as error:
                    outcome[command] = error.sqlstate
        return outcome

    return run
