"""What the proof makes for itself in `pg_temp`, past the database's own event triggers."""

from __future__ import annotations

import psycopg


def make(connection: psycopg.Connection, statements: str) -> None:
    """Run DDL of our own, inside the caller's transaction.

    An event trigger that refuses DDL, or that writes down who did some, means what people do to the schema. So where
    the role may, it is kept from firing; where it may not, what it says is the error.

    Raises:
        psycopg.Error: the statements fail.
    """
    (before,) = connection.execute(
        """
        select current_setting('session_replication_role')
        where has_parameter_privilege('session_replication_role', 'set')
        """
    ).fetchone() or (None,)
    if before is None:
        connection.execute(statements)
        return
    connection.execute("set local session_replication_role = replica")
    connection.execute(statements)
    connection.execute("select set_config('session_replication_role', %s, true)", [before])
