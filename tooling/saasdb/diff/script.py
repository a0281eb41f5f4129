"""Running a SQL script into an empty database, statement by statement, as psql does."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import psycopg

from saasdb.errors import SaasdbError
from saasdb.files import read_text
from saasdb.statements import Statement, split

_MAKES_ROLE = re.compile(r"^(\s|--[^\n]*\n|/\*.*?\*/)*create\s+(role|user|group)\b(?!\s+mapping)", re.I | re.S)
_LEADING = re.compile(r"\A(?:\s+|--[^\n]*(?:\n|\Z)|/\*.*?\*/)*", re.S)
_INCLUDES = ("\\i", "\\ir", "\\include", "\\include_relative")


def run_file(connection: psycopg.Connection, place: Path, *, depth: int = 0) -> None:
    """Run one file on an autocommit connection.

    psql's own commands are left out, but for `\\i` and `\\ir`; a role that is there already (roles belong to the
    server, so the other side of the diff may have made it) is not made again.

    Raises:
        SaasdbError: the file cannot be read, or a statement fails: with file, line and SQLSTATE.
    """
    text = read_text(place)
    for statement in split(text):
        if statement.meta:
            _include(connection, statement, place, depth)
            continue
        try:
            _run(connection, statement)
        except psycopg.Error as error:
            if error.sqlstate == "42710" and _MAKES_ROLE.match(statement.text):
                continue
            raise _failure(error, statement, place) from error


def _run(connection: psycopg.Connection, statement: Statement) -> None:
    if statement.data is None:
        connection.execute(statement.text)
        return
    with connection.cursor() as cursor, cursor.copy(statement.text) as copy:
        copy.write(statement.data)


def _include(connection: psycopg.Connection, statement: Statement, place: Path, depth: int) -> None:
    words = shlex.split(statement.text.replace("\\", "\\\\", 1)) if "'" in statement.text else statement.text.split()
    if len(words) != 2 or words[0] not in _INCLUDES:
        return
    if depth > 20:
        raise SaasdbError("Files include each other without end", where=str(place), todo="Break the circle.")
    target = Path(words[1])
    if not target.is_absolute() and (words[0] in ("\\ir", "\\include_relative") or not target.exists()):
        target = place.parent / target
    run_file(connection, target, depth=depth + 1)


def _failure(error: psycopg.Error, statement: Statement, place: Path) -> SaasdbError:
    diagnostic = error.diag
    if diagnostic.sqlstate is None:
        return SaasdbError(f"The connection was lost: {error}".strip(), where=str(place), todo="Run it again.")
    line = statement.line
    if diagnostic.statement_position:
        lead = _LEADING.match(statement.text).end()
        position = int(diagnostic.statement_position) - 1
        line += max(statement.text.count("\n", 0, position) - statement.text.count("\n", 0, lead), 0)
    return SaasdbError(
        f"{diagnostic.message_primary} (SQLSTATE {diagnostic.sqlstate})",
        where=f"{place}:{line}",
        todo=diagnostic.message_hint or "Correct the file, so that it runs into an empty database.",
    )
