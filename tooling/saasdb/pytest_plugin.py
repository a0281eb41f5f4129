"""Fixtures for tests on a real Postgres: a server, the project's database, callers, refusals.

Loaded by itself wherever saasdb is installed. A test is a transaction that is rolled back; a test that needs
several connections takes a clone of its own with `fresh_database`.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, ExitStack, contextmanager
from typing import Any

import psycopg
import pytest
from psycopg import sql

_CONNECTION = pytest.StashKey[psycopg.Connection]()
_TEMPLATE = pytest.StashKey[str]()


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """For `saasdb mutate`: of the tests on one connection, or of those with clones of their own, only these."""
    if not os.environ.get("SAASDB_MUTANTS"):
        return

    def wanted(item: pytest.Item) -> bool:
        names = getattr(item, "fixturenames", ())
        if os.environ.get("SAASDB_CLONES"):
            return "fresh_database" in names
        return "db" in names and "fresh_database" not in names

    kept = [item for item in items if wanted(item)]
    config.hook.pytest_deselected(items=[item for item in items if item not in set(kept)])
    items[:] = kept


@pytest.hookimpl(tryfirst=True)
def pytest_runtestloop(session: pytest.Session) -> bool | None:
    """For `saasdb mutate`: the same tests again and again, a mutant around them."""
    if not os.environ.get("SAASDB_MUTANTS") or session.config.option.collectonly:
        return None
    from saasdb.mutate.session import on_clones, on_one_connection

    stash = session.config.stash
    if os.environ.get("SAASDB_CLONES"):
        on_clones(session, lambda name: stash.__setitem__(_TEMPLATE, name))
    else:
        on_one_connection(session, lambda: stash[_CONNECTION])
    return True


@pytest.fixture(scope="session")
def server() -> Iterator[Any]:
    """The throwaway server of this test run (`SAASDB_ENGINE`, `SAASDB_PG_BIN`); see `saasdb.throwaway.Server`."""
    from saasdb.throwaway import open_server

    with open_server(reuse=False) as running:
        yield running


@pytest.fixture(scope="session")
def project_template(server: Any) -> str:
    """The name of the database that holds the project: migrations replayed, code lane applied, reference seeds in.

    `SAASDB_TEMPLATE` names another one on the same server: `saasdb mutate` hands a broken project to the tests so.
    """
    if os.environ.get("SAASDB_TEMPLATE"):
        return os.environ["SAASDB_TEMPLATE"]
    from saasdb.apply.declared import load_migrated, template_key
    from saasdb.files import load
    from saasdb.settings import find_project

    files = load(find_project())
    return server.template(template_key(files, "migrated"), lambda url: load_migrated(url, files))


@pytest.fixture(scope="session")
def _project_url(server: Any, project_template: str) -> Iterator[str]:
    with server.database(project_template) as url:
        yield url


@pytest.fixture(scope="session")
def _project_connection(_project_url: str, pytestconfig: pytest.Config) -> Iterator[psycopg.Connection]:
    with psycopg.connect(_project_url, autocommit=True, application_name="saasdb test") as connection:
        pytestconfig.stash[_CONNECTION] = connection
        yield connection


@pytest.fixture
def db(_project_connection: psycopg.Connection) -> Iterator[psycopg.Connection]:
    """A superuser's connection in a transaction that is rolled back when the test ends."""
    with _project_connection.transaction(force_rollback=True):
        yield _project_connection


@pytest.fixture
def fresh_database(server: Any, project_template: str, request: pytest.FixtureRequest) -> Iterator[Callable[[], str]]:
    """A function that makes a clone of the project's database of the test's own and returns its URL.

    A clone is dropped when its test passes and kept, with its URL printed, when it fails
    (only on a server that outlives the tests).
    """
    template = request.config.stash.get(_TEMPLATE, project_template)
    with ExitStack() as stack:
        yield lambda: stack.enter_context(server.database(template))


@contextmanager
def acting_as_on(
    connection: psycopg.Connection, role: str, claims: Mapping[str, Any] | None = None
) -> Iterator[psycopg.Connection]:
    """Run the block as `role` with the JWT `claims` that Supabase's API would set; then be who we were."""
    before = connection.execute("select current_user, current_setting('request.jwt.claims', true)").fetchone()
    everything = {"role": role, **{key: _plain(value) for key, value in (claims or {}).items()}}
    connection.execute("select set_config('request.jwt.claims', %s, true)", [json.dumps(everything)])
    connection.execute(sql.SQL("set local role {}").format(sql.Identifier(role)))
    try:
        yield connection
    finally:
        if connection.info.transaction_status != psycopg.pq.TransactionStatus.INERROR:
            connection.execute(sql.SQL("set local role {}").format(sql.Identifier(before[0])))
            connection.execute("select set_config('request.jwt.claims', %s, true)", [before[1] or ""])


def _plain(value: Any) -> Any:
    return value if isinstance(value, str | int | float | bool | dict | list | type(None)) else str(value)


@pytest.fixture
def acting_as(db: psycopg.Connection) -> Callable[..., AbstractContextManager[psycopg.Connection]]:
    """`with acting_as("authenticated", {"sub": user_id}): db.execute(…)`."""
    return lambda role, claims=None: acting_as_on(db, role, claims)


@contextmanager
def refused_on(connection: psycopg.Connection, sqlstate: str, match: str | None = None) -> Iterator[None]:
    """Assert that the block is refused with this SQLSTATE, and with `match` in its message or constraint name."""
    with pytest.raises(psycopg.Error) as caught, connection.transaction():
        yield
    error = caught.value
    assert error.sqlstate == sqlstate, f"refused with {error.sqlstate}, not {sqlstate}: {error}"
    if match is not None:
        said = f"{error.diag.constraint_name or ''} {error.diag.message_primary or ''}"
        assert re.search(match, said), f"{match!r} is not in: {said}"


@pytest.fixture
def refused(db: psycopg.Connection) -> Callable[..., AbstractContextManager[None]]:
    """`with refused("42501", "permission denied"): db.execute(…)`; the transaction goes on after it."""
    return lambda sqlstate, match=None: refused_on(db, sqlstate, match)


def assert_cell_on(
    connection: psycopg.Connection,
    who: str,
    command: str,
    on: str,
    column: str | None = None,
    *,
    allowed: bool = True,
    rows: int | None = None,
    claims: Mapping[str, Any] | None = None,
    values: Any = None,
    sqlstate: str = "42501",
) -> None:
    """Assert what one caller may do to one object, by doing it; what was done is undone.

    Args:
        who: a database role (`authenticated`), or a persona of the project's `policies/access.toml` (`member`).
        command: select, insert, update, delete, truncate or execute.
        on: the table or view (`public.payments`) or the function (`public.current_plan`).
        column: the column to read or set.
        allowed: whether the database must let it through; a refusal must carry `sqlstate`, or it proves nothing.
        rows: how many rows it must reach. Fewer than there are proves something only where there are more: a table
            that is empty fails the assertion.
        claims: the JWT claims of the caller, e.g. `{"sub": user_id}`.
        values: what to insert or set by column, or the function's arguments by name.
    """
    from saasdb.verify.cell import try_cell

    acting = acting_as_on(connection, _role_of(who), claims)
    tried = try_cell(connection, acting, command, on, column, values)
    said = f"{tried.state} {tried.message}".strip()
    cell = f"{who} · {command}{f' ({column})' if column else ''} · {on}: {tried.statement}"
    if not allowed:
        assert not tried.allowed, f"{cell}: was let through and reached {tried.rows} rows"
        assert tried.state == sqlstate, f"{cell}: refused with {said}, not with {sqlstate}"
        return
    assert tried.allowed, f"{cell}: refused: {said}"
    if rows is not None:
        assert tried.there or command in ("insert", "execute"), f"{cell}: the table is empty, which proves nothing"
        assert tried.state == "00000", f"{cell}: {said}"
        assert tried.rows == rows, f"{cell}: reached {tried.rows} rows of {tried.there}, not {rows}"


def _role_of(who: str) -> str:
    """The role of a persona of the project's contract; any other name is a role already."""
    from saasdb.contract import load
    from saasdb.errors import SaasdbError
    from saasdb.settings import find_project

    try:
        contract = find_project().room("policies", "access.toml")
        known = load(contract).personas if contract.is_file() else {}
    except SaasdbError:
        known = {}
    return known[who].role if who in known else who


@pytest.fixture
def assert_cell(db: psycopg.Connection) -> Callable[..., None]:
    """`assert_cell("member", "update", "public.subscriptions", "plan", allowed=False, claims={"sub": user_id})`."""
    return lambda *arguments, **options: assert_cell_on(db, *arguments, **options)
