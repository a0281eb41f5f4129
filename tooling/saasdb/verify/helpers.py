"""What the proof makes for itself past the database's own triggers and event triggers."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import psycopg


def make(connection: psycopg.Connection, statements: str) -> None:
    """Run DDL of our own in `pg_temp`, inside the caller's transaction.

    An event trigger that refuses DDL, or that writes down who did some, means what people do to the schema. So where
    the role may, it is kept from firing; where it may not, what it says is the error.

    Raises:
        psycopg.Error: the statements fail.
    """
    with without_triggers(connection):
        connection.execute(statements)


@contextmanager
def without_triggers(connection: psycopg.Connection) -> Iterator[bool]:
    """Triggers and event triggers off, where the role may say so; whether it may."""
    (before,) = connection.execute(
        """
        select current_setting('session_replication_role')
        where has_parameter_privilege('session_replication_role', 'set')
        """
    ).fetchone() or (None,)
    if before is not None:
        connection.execute("set local session_replication_role = replica")
    yield before is not None
    if before is not None:
        connection.execute("select set_config('session_replication_role', %s, true)", [before])
