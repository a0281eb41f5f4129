"""Filling an empty database with what the files say: the declared state, or the replayed migrations."""

from __future__ import annotations

import psycopg
from psycopg import sql

from saasdb.apply.code import run_code
from saasdb.apply.execute import execute_file
from saasdb.files import Files, SqlFile


def load_declared(url: str, files: Files) -> None:
    """Platform, schema files, tables, then the code lane, into the empty database at `url`, in one transaction.

    Raises:
        SaasdbError: a file fails; nothing is left.
    """
    with psycopg.connect(url, application_name="saasdb") as connection:
        for file in (*files.platform, *files.schema):
            execute_file(connection, file)
        _run_tables(connection, files.tables)
        run_code(connection, files.code)


def load_migrated(url: str, files: Files, upto: str | None = None) -> None:
    """Platform, the migrations (up to and with version `upto`), then, when all ran, the code lane."""
    with psycopg.connect(url, application_name="saasdb") as connection:
        for file in files.platform:
            execute_file(connection, file)
        connection.commit()
        for migration in files.migrations:
            if upto is None or migration.version <= upto:
                execute_file(connection, migration, transactional=migration.transactional)
                connection.commit()
        if upto is None:
            run_code(connection, files.code)


def _run_tables(connection: psycopg.Connection, tables: tuple[SqlFile, ...]) -> None:
    """Run table files in an order that their foreign keys allow: one that fails for a missing table waits."""
    waiting = list(tables)
    while waiting:
        left, first_error = [], None
        for file in waiting:
            try:
                with connection.transaction():
                    execute_file(connection, file)
            except Exception as error:  # kept and raised when nothing moves any more
                if not _misses_a_table(error):
                    raise
                left.append(file)
                first_error = first_error or error
        if len(left) == len(waiting):
            raise first_error
        waiting = left


def _misses_a_table(error: BaseException) -> bool:
    cause = error.__cause__
    return isinstance(cause, psycopg.errors.UndefinedTable)


def template_key(files: Files, state: str) -> str:
    """The key under which a throwaway server keeps this state of these files."""
    return f"{state}:{files.content_hash}"


def set_search_path_empty(connection: psycopg.Connection) -> None:
    """Make every name in what the server prints fully qualified."""
    connection.execute(sql.SQL("set search_path to ''"))
