"""A second session that sees what the first one sees, so that two processors of the server can read one database."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

import psycopg
from psycopg import sql

from saasdb.catalog.addresses import PG_CONSTRAINT

LARGE = 1_000_000
"""Bytes of `pg_constraint` from which on a second session is quicker: it takes 4 ms to open."""


@contextmanager
def second_session(connection: psycopg.Connection, settings: str) -> Iterator[psycopg.Connection | None]:
    """A session in a transaction on the same snapshot; None for a small database, or where it cannot be had.

    Args:
        connection: in a transaction of isolation level repeatable read.
        settings: what to set for the transaction.
    """
    large, standby = connection.execute(
        "select pg_relation_size(%s::oid) >= %s, pg_is_in_recovery()", [PG_CONSTRAINT, LARGE]
    ).fetchone()
    with ExitStack() as stack:
        yield _opened(connection, settings, stack) if large and not standby else None


def _opened(connection: psycopg.Connection, settings: str, stack: ExitStack) -> psycopg.Connection | None:
    snapshot = connection.execute("select pg_export_snapshot()").fetchone()[0]
    try:
        known = connection.info.get_parameters() | {"password": connection.info.password}
        second = stack.enter_context(psycopg.connect(**known, autocommit=True, prepare_threshold=None))
        stack.enter_context(second.transaction())
        second.execute(settings)
        second.execute(sql.SQL("set transaction snapshot {}").format(sql.Literal(snapshot)))
    except psycopg.Error:  # e.g. no connection to spare
        return None
    return second
