"""The code lane: functions, triggers, bucket rows, policies and grants, re-applied from their files.

A file is the whole list. What a file made before and makes no more is dropped; what no file made is never touched.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import psycopg
from psycopg import sql

from saasdb.apply.execute import execute_file
from saasdb.apply.objects import CodeObject, current, made_since, snapshot
from saasdb.errors import SaasdbError
from saasdb.files import SqlFile


def run_code(
    connection: psycopg.Connection,
    files: Iterable[SqlFile],
    before: Mapping[str, Iterable[CodeObject]] | None = None,
    kept: Iterable[tuple] = (),
) -> dict[str, tuple[CodeObject, ...]]:
    """Run code files inside the open transaction and say what each of them made.

    Args:
        files: in the order in which they run.
        before: what each file (by path) had made last time, from the ledger; also of files that are gone.
        kept: keys of objects that belong to files which do not run now.

    Returns:
        path → the objects that the file made or touched.

    Raises:
        SaasdbError: a file fails, or a function does not pass its language's validator.
    """
    before = {path: tuple(objects) for path, objects in (before or {}).items()}
    made: dict[str, tuple[CodeObject, ...]] = {}
    # Functions may call each other in any order; they are validated together at the end.
    connection.execute("set local check_function_bodies = off")
    for file in files:
        _drop(connection, (each for each in before.get(file.path, ()) if each.kind == "policy"))
        seen = snapshot(connection)
        _execute_or_replace(connection, file, before.get(file.path, ()))
        made[file.path] = _with_grants(connection, made_since(connection, seen), before.get(file.path, ()))
    connection.execute("set local check_function_bodies = on")
    _validate(connection, made)
    kept = {*kept, *(each.key for objects in made.values() for each in objects)}
    leftovers = [each for path in before for each in before[path] if each.key not in kept]
    _drop(connection, sorted(leftovers, key=lambda each: each.drop_order))
    return made


def _with_grants(
    connection: psycopg.Connection, made: tuple[CodeObject, ...], before: Iterable[CodeObject]
) -> tuple[CodeObject, ...]:
    """Also the grants that the file set last time: setting them to what they are leaves no trace in the catalog."""
    keys = {each.key for each in made}
    again = {each.key for each in before if each.kind == "grants" and each.key not in keys}
    return (*made, *(each for each in current(connection) if each.key in again)) if again else made


def _execute_or_replace(connection: psycopg.Connection, file: SqlFile, before: Iterable[CodeObject]) -> None:
    """Run the file; when a function's result type or parameters changed, drop this file's old one and run it again."""
    try:
        with connection.transaction():
            execute_file(connection, file)
    except SaasdbError as error:
        functions = [each for each in before if each.kind == "function"]
        if not isinstance(error.__cause__, psycopg.errors.InvalidFunctionDefinition) or not functions:
            raise
        _drop(connection, functions)
        execute_file(connection, file)


def drop_statement(each: CodeObject) -> sql.Composed | None:
    """The statement that drops one code object; None for grants, which the next run of their file sets anew."""
    if each.kind in ("policy", "trigger"):
        return sql.SQL("drop {} if exists {} on {}").format(
            sql.SQL(each.kind), sql.Identifier(each.name), sql.Identifier(each.schema, each.table)
        )
    if each.kind == "function":
        # the argument types come from the server's own pg_get_function_identity_arguments
        return sql.SQL("drop routine if exists {}({})").format(
            sql.Identifier(each.schema, each.name), sql.SQL(each.arguments)
        )
    return None


def _drop(connection: psycopg.Connection, objects: Iterable[CodeObject]) -> None:
    for statement in filter(None, map(drop_statement, objects)):
        connection.execute(statement)


def _validate(connection: psycopg.Connection, made: Mapping[str, tuple[CodeObject, ...]]) -> None:
    for path, objects in made.items():
        for each in objects:
            if each.kind != "function":
                continue
            row = connection.execute(
                "select l.lanvalidator::regproc::text from pg_proc p join pg_language l on l.oid = p.prolang"
                " where p.oid = %s and l.lanvalidator <> 0",
                [each.oid],
            ).fetchone()
            if not row:
                continue
            try:
                connection.execute(sql.SQL("select {}(%s::oid)").format(sql.SQL(row[0])), [each.oid])
            except psycopg.Error as error:
                raise SaasdbError(
                    f"{error.diag.message_primary} (SQLSTATE {error.sqlstate})",
                    where=f"{path}: {each.schema}.{each.name}",
                    todo=error.diag.message_hint or "Correct the function's body and run again.",
                ) from error
