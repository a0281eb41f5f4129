"""What every test of the SQL shares: people, who is acting, calls of functions, and races.

The fixtures `server`, `db`, `acting_as`, `fresh_database` and `refused` come with the pytest plugin of saasdb:
`db` is a superuser's connection to a clone of the applied project, inside a transaction that is rolled back.
"""

from __future__ import annotations

import threading
import uuid
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from typing import Any

import psycopg
import pytest
from psycopg import sql
from psycopg.rows import dict_row
from psycopg.types.json import Jsonb

Row = dict[str, Any]


def ask(connection: psycopg.Connection, statement: Any, parameters: Any = None) -> list[Row]:
    """The rows of one statement as dictionaries; none when it returns none."""
    with connection.cursor(row_factory=dict_row) as cursor:
        cursor.execute(statement, parameters)
        return cursor.fetchall() if cursor.description else []


def adapted(value: Any) -> Any:
    """A dictionary is meant as jsonb; everything else psycopg knows."""
    return Jsonb(value) if isinstance(value, dict) else value


def call_function(connection: psycopg.Connection, name: str, arguments: dict[str, Any]) -> Any:
    """Call `schema.name` (public when no schema is given) by argument names, each cast to its declared type.

    Returns the value of a scalar function, the row as a dictionary of one that returns a row, and a list of rows of
    one that returns a set. The cast is what an HTTP gateway does with JSON arguments.
    """
    schema, _, function = name.rpartition(".")
    schema = schema or "public"
    [declared] = ask(
        connection,
        """
        select coalesce(p.proargnames[1:p.pronargs], '{}') as names, p.proargtypes::oid[]::regtype[]::text[] as types,
               p.proretset as many, t.typtype = 'c' or t.oid = 'record'::regtype as wide
        from pg_catalog.pg_proc as p
        join pg_catalog.pg_namespace as n on n.oid = p.pronamespace
        join pg_catalog.pg_type as t on t.oid = p.prorettype
        where n.nspname = %s and p.proname = %s
        """,
        (schema, function),
    )
    types = dict(zip(declared["names"], declared["types"], strict=True))
    unknown = set(arguments) - set(types)
    assert not unknown, f"{schema}.{function} has no argument {sorted(unknown)}; it has {types}"
    statement = sql.SQL("select * from {}({}) as answer").format(
        sql.Identifier(schema, function),
        sql.SQL(", ").join(
            sql.SQL("{} => {}::{}").format(sql.Identifier(key), sql.Placeholder(key), sql.SQL(types[key]))
            for key in arguments
        ),
    )
    rows = ask(connection, statement, {key: adapted(value) for key, value in arguments.items()})
    if not declared["wide"]:
        rows = [row["answer"] for row in rows]
    if declared["many"] and len(rows) != 1:
        return rows
    return rows[0]


@pytest.fixture
def rows(db):
    """`rows(statement, parameters)`: the rows as dictionaries, as whoever is acting."""

    def run(statement: Any, parameters: Any = None) -> list[Row]:
        return ask(db, statement, parameters)

    return run


@pytest.fixture
def row(rows):
    """`row(statement, parameters)`: exactly one row."""

    def run(statement: Any, parameters: Any = None) -> Row:
        found = rows(statement, parameters)
        assert len(found) == 1, f"{len(found)} rows instead of one: {found[:3]}"
        return found[0]

    return run


@pytest.fixture
def value(row):
    """`value(statement, parameters)`: the one value of the one row."""

    def run(statement: Any, parameters: Any = None) -> Any:
        [only] = row(statement, parameters).values()
        return only

    return run


@pytest.fixture
def call(db):
    """`call('consume_rate_limit', p_key=…)`: one function of the interface, as whoever is acting."""

    def run(name: str, **arguments: Any) -> Any:
        return call_function(db, name, arguments)

    return run


@pytest.fixture
def serve(call, acting_as):
    """`serve('claim_webhook_event', …)`: the same, as the application's server (service_role)."""

    def run(name: str, **arguments: Any) -> Any:
        with acting_as("service_role", {"role": "service_role"}):
            return call(name, **arguments)

    return run


def insert_statement(table: str, values: Row) -> sql.Composed:
    """`insert into table (columns) values (…) returning *`, with named placeholders."""
    schema, _, name = table.rpartition(".")
    target = sql.Identifier(schema or "public", name)
    if not values:
        return sql.SQL("insert into {} default values returning *").format(target)
    return sql.SQL("insert into {} ({}) values ({}) returning *").format(
        target,
        sql.SQL(", ").join(map(sql.Identifier, values)),
        sql.SQL(", ").join(map(sql.Placeholder, values)),
    )


@pytest.fixture
def add(row):
    """`add('waitlist', email=…)`: insert one row, as whoever is acting; the row as stored."""

    def run(table: str, **values: Any) -> Row:
        return row(insert_statement(table, values), {key: adapted(each) for key, each in values.items()})

    return run


def sign_up(connection: psycopg.Connection, **columns: Any) -> uuid.UUID:
    """Insert one row into auth.users; what is not given is what Supabase Auth sends for a confirmed address."""
    user_id = columns.pop("id", None) or uuid.uuid4()
    values = {"id": user_id, "aud": "authenticated", "role": "authenticated", "email": f"{user_id}@example.test"}
    values |= columns
    ask(connection, insert_statement("auth.users", values), {key: adapted(each) for key, each in values.items()})
    return user_id


@pytest.fixture
def a_user(db):
    """`a_user(email=…, raw_user_meta_data=…)`: somebody signs up; their id."""

    def run(**columns: Any) -> uuid.UUID:
        return sign_up(db, **columns)

    return run


@pytest.fixture
def an_admin(db, a_user):
    """`an_admin()`: somebody who signed up and holds the role admin."""

    def run(**columns: Any) -> uuid.UUID:
        user_id = a_user(**columns)
        db.execute("update public.user_roles set role = 'admin' where user_id = %s", (user_id,))
        return user_id

    return run


@pytest.fixture
def visitor(acting_as):
    """`with visitor():` nobody is signed in."""
    return lambda: acting_as("anon", {"role": "anon"})


@pytest.fixture
def member(acting_as):
    """`with member(user_id):` that user is signed in; admins are members with one more row."""
    return lambda user_id: acting_as("authenticated", {"sub": str(user_id), "role": "authenticated"})


@pytest.fixture
def server_role(acting_as):
    """`with server_role():` the application's server acts; its token names no user."""
    return lambda: acting_as("service_role", {"role": "service_role"})


@pytest.fixture
def everyone_but(visitor, member, server_role, a_user):
    """`for name, acting in everyone_but('service')`: the personas that a function is not for."""

    def others(*allowed: str):
        known = {"visitor": visitor, "member": lambda: member(a_user()), "service": server_role}
        return [(name, acting) for name, acting in known.items() if name not in allowed]

    return others


@pytest.fixture
def paid(serve):
    """`paid(user_id, plan='PRO')`: an order that the gateway reports as paid; the payment's row."""

    def run(user_id: uuid.UUID, plan: str = "PRO", amount: int = 150_000, provider: str = "midtrans") -> Row:
        order = serve("create_payment", p_user_id=user_id, p_provider=provider, p_plan=plan, p_amount=amount)
        serve(
            "apply_payment_event",
            p_provider=provider,
            p_external_id=order["external_id"],
            p_status="SUCCESS",
            p_amount=amount,
            p_occurred_at="now",
        )
        return order

    return run


@pytest.fixture
def call_on():
    """`call_on(connection, 'consume_rate_limit', …)`: one function, on a connection of the test's own."""
    return lambda connection, name, **arguments: call_function(connection, name, arguments)


@pytest.fixture
def sign_up_on():
    """`sign_up_on(connection, email=…)`: somebody signs up, on a connection of the test's own."""
    return sign_up


@pytest.fixture
def connect():
    """`connect(url, 'service_role')`: an autocommit connection acting as that role; closed after the test."""
    with ExitStack() as opened:

        def run(url: str, role: str | None = None) -> psycopg.Connection:
            connection = opened.enter_context(psycopg.connect(url, autocommit=True))
            if role:
                connection.execute(sql.SQL("set role {}").format(sql.Identifier(role)))
            return connection

        yield run


@pytest.fixture
def race(connect):
    """`race(url, [work, …])`: run every `work(connection)` at once, each on a connection of its own.

    Returns what each returned, in order; an exception is returned, not raised, so that a test can count who lost.
    """

    def run(url: str, works: Sequence[Callable[[psycopg.Connection], Any]], role: str | None = "service_role") -> list:
        connections = [connect(url, role) for _ in works]
        start = threading.Barrier(len(works))

        def one(work: Callable[[psycopg.Connection], Any], connection: psycopg.Connection) -> Any:
            start.wait(timeout=30)
            try:
                return work(connection)
            except psycopg.Error as error:
                return error

        with ThreadPoolExecutor(len(works)) as pool:
            return list(pool.map(one, works, connections, timeout=60))

    return run
