"""One cell, tried by itself: what a test of an application asks about one command on one object."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Any

import psycopg
from psycopg import sql

from saasdb.errors import SaasdbError

COMMANDS = ("select", "insert", "update", "delete", "truncate", "execute")
REFUSED = "42501"
"""SQLSTATE insufficient_privilege: what a missing grant and a policy's check answer."""


@dataclass(frozen=True)
class Tried:
    """What one try gave.

    Attributes:
        statement: the SQL, for a message.
        state: SQLSTATE; 00000 when it went through.
        message: what the database said when it did not.
        rows: how many rows it reached.
        there: how many rows there are, as the connection's own role sees them.
    """

    statement: str
    state: str
    message: str
    rows: int
    there: int

    @property
    def allowed(self) -> bool:
        """Whether access control let it through: a key or a check that stops it afterwards is another matter."""
        return self.state == "00000" or self.state.startswith("23")


def try_cell(
    connection: psycopg.Connection,
    acting: AbstractContextManager[Any],
    command: str,
    title: str,
    column: str | None = None,
    values: Mapping[str, Any] | Sequence[Any] | None = None,
) -> Tried:
    """Try one command and undo it.

    Args:
        connection: in a transaction; a role that sees all rows.
        acting: makes the connection be the caller for the length of its `with` block.
        command: one of `COMMANDS`.
        title: a table or view (`public.payments`) or a function by name (`public.current_plan`).
        column: the column to read or set; without it the whole row (an update then needs `values`).
        values: what to insert or set, or the function's arguments, by name or in order.

    Raises:
        SaasdbError: the command is none, or the object does not exist.
    """
    if command not in COMMANDS:
        raise SaasdbError(f"There is no command {command!r}", todo=f"Use one of: {', '.join(COMMANDS)}.")
    schema, _, name = title.partition("(")[0].rpartition(".")
    target = sql.Identifier(schema or "public", name)
    there = 0 if command == "execute" else _count(connection, target, title)
    parameters: list[Any] = []
    statement = _statement(connection, command, target, column, values, parameters)
    shown = statement.as_string(connection)
    try:
        with connection.transaction(force_rollback=True), acting:
            cursor = connection.execute(statement, parameters)
            rows = len(cursor.fetchall()) if cursor.description else max(cursor.rowcount, 0)
    except psycopg.Error as error:
        return Tried(shown, error.sqlstate or "", error.diag.message_primary or str(error), 0, there)
    return Tried(shown, "00000", "", rows, there)


def _count(connection: psycopg.Connection, target: sql.Identifier, title: str) -> int:
    try:
        with connection.transaction():
            return connection.execute(sql.SQL("select count(*) from {}").format(target)).fetchone()[0]
    except psycopg.errors.UndefinedTable:
        raise SaasdbError(f"There is no table or view {title}", todo="Name it as schema.table.") from None


def _statement(
    connection: psycopg.Connection,
    command: str,
    target: sql.Identifier,
    column: str | None,
    values: Mapping[str, Any] | Sequence[Any] | None,
    parameters: list[Any],
) -> sql.Composed:
    if command == "select":
        return sql.SQL("select {} from {}").format(sql.Identifier(column) if column else sql.SQL("*"), target)
    if command in ("delete", "truncate"):
        return sql.SQL("delete from {}" if command == "delete" else "truncate {}").format(target)
    if command == "execute":
        named = isinstance(values, Mapping)
        parameters += values.values() if named else values or ()
        forms = [sql.SQL("{} => %s").format(sql.Identifier(key)) for key in values] if named else None
        return sql.SQL("select * from {}({})").format(
            target, sql.SQL(", ").join(forms or [sql.Placeholder()] * len(parameters))
        )
    given = dict(values or {})
    if command == "update":
        if column and not given:
            # Any value will do to learn whether it may be set; one that is there already breaks no check.
            query = sql.SQL("select {} from {} limit 1").format(sql.Identifier(column), target)
            row = connection.execute(query).fetchone()
            given = {column: row[0] if row else None}
        if not given:
            raise SaasdbError("An update needs a column or values", todo="Pass column= or values=.")
        parameters += given.values()
        sets = [sql.SQL("{} = %s").format(sql.Identifier(key)) for key in given]
        return sql.SQL("update {} set {}").format(target, sql.SQL(", ").join(sets))
    if not given and column:
        return sql.SQL("insert into {} ({}) select null where false").format(target, sql.Identifier(column))
    if not given:
        return sql.SQL("insert into {} default values").format(target)
    parameters += given.values()
    return sql.SQL("insert into {} ({}) values ({})").format(
        target,
        sql.SQL(", ").join(map(sql.Identifier, given)),
        sql.SQL(", ").join([sql.Placeholder()] * len(given)),
    )
