"""Running one file, and saying exactly where it failed."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import psycopg

from saasdb.errors import SaasdbError
from saasdb.files import SqlFile


def execute_file(connection: psycopg.Connection, file: SqlFile, *, transactional: bool = True) -> None:
    """Send the whole file as one multi-statement string, which costs one round trip.

    A file that must run outside a transaction is sent statement by statement on an autocommit connection.

    Raises:
        SaasdbError: the server refused; with file, line, SQLSTATE and the server's hint.
    """
    with _privilege_warnings(connection) as warnings:
        try:
            if transactional:
                connection.execute(file.text)  # without parameters psycopg uses the simple protocol: many statements
            else:
                _execute_each(connection, file)
        except psycopg.Error as error:
            raise failure(error, file) from error
    if warnings:
        raise SaasdbError(
            f"The server ignored a grant or revoke: {warnings[0]}",
            where=file.path,
            todo="Grant as the object's owner, or leave this object to the one who owns it.",
        )


@contextmanager
def _privilege_warnings(connection: psycopg.Connection) -> Iterator[list[str]]:
    """A grant without the right to grant is a warning and exit 0 in Postgres; for us it did not happen."""
    heard: list[str] = []

    def listen(diagnostic: psycopg.errors.Diagnostic) -> None:
        if diagnostic.sqlstate in ("01006", "01007"):
            heard.append(diagnostic.message_primary or "")

    connection.add_notice_handler(listen)
    try:
        yield heard
    finally:
        connection.remove_notice_handler(listen)


def _execute_each(connection: psycopg.Connection, file: SqlFile) -> None:
    from saasdb.statements import split

    connection.commit()
    connection.autocommit = True
    try:
        for statement in split(file.text):
            connection.execute(statement.text)
    finally:
        connection.autocommit = False


def failure(error: psycopg.Error, file: SqlFile) -> SaasdbError:
    """The server's refusal as an error with a place in the file."""
    diagnostic = error.diag
    if diagnostic.sqlstate is None:
        return SaasdbError(
            f"The connection was lost: {str(error).strip().splitlines()[-1] if str(error).strip() else error!r}",
            where=file.path,
            todo="The open transaction is rolled back by the server. Run `saasdb status`, then apply again.",
        )
    return SaasdbError(
        f"{diagnostic.message_primary} (SQLSTATE {diagnostic.sqlstate})",
        where=f"{file.path}:{_line(file.text, diagnostic.statement_position)}",
        todo=_advice(diagnostic),
    )


def _line(text: str, position: str | None) -> int:
    """The line of a 1-based character position; of the first line of SQL when the server gave none."""
    if position:
        return text.count("\n", 0, int(position) - 1) + 1
    for number, line in enumerate(text.splitlines(), 1):
        if line.strip() and not line.startswith("--"):
            return number
    return 1


_BY_STATE = {
    "42501": "Connect as the role that owns these objects, or have it granted to you.",
    "42P07": "It is already there and saasdb did not make it. Rename or drop it, or start from an empty database.",
    "42710": "It is already there and saasdb did not make it. Rename or drop it, or start from an empty database.",
    "55P03": "Somebody holds the lock. Look at pg_stat_activity and apply again, or raise --lock-timeout.",
    "53100": "The disk is full. Free some space and apply again; nothing of this step was kept.",
}


def _advice(diagnostic: psycopg.errors.Diagnostic) -> str:
    if diagnostic.message_hint:
        return diagnostic.message_hint
    return _BY_STATE.get(diagnostic.sqlstate or "", "Correct the file and run again; nothing of this step was kept.")
