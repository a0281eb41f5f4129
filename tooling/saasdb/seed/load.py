"""Loading one seed set: its files in one transaction, then, for `--users`, its scale files batch by batch with COPY."""

from __future__ import annotations

import re
from collections.abc import Callable

import psycopg
from psycopg import sql

from saasdb.apply.execute import execute_file, failure
from saasdb.apply.target import connect
from saasdb.errors import SaasdbError
from saasdb.files import SqlFile, read_folder
from saasdb.settings import Project

BATCH = 10_000
"""Users a batch: large enough that COPY runs at full speed, small enough for a bar that moves."""

_FREE_SETS = ("reference",)
"""Sets that any database may be given; every other one needs the throwaway mark."""

_SCALE_NAME = re.compile(r"^\d+_(?P<schema>[a-z_]+)\.(?P<table>[a-z_]+)$")

_WRITES = re.compile(r"^\s*(insert\s+into|update|delete\s+from|merge\s+into)\s", re.IGNORECASE | re.MULTILINE)
"""A statement that begins with `with` may write too; one of these words then begins a line."""

Progress = Callable[[str, int, int], None]


def mark_throwaway(connection: psycopg.Connection) -> None:
    """Mark the database as one that may be filled with made-up rows."""
    connection.execute(
        "create schema if not exists saasdb; create table if not exists saasdb.throwaway (marked_at timestamptz);"
        " comment on table saasdb.throwaway is 'That this table is here marks a database that demo data may fill.'"
    )


def is_throwaway(connection: psycopg.Connection) -> bool:
    """Whether the database is marked."""
    return connection.execute("select to_regclass('saasdb.throwaway') is not null").fetchone()[0]


def seed(
    url: str,
    project: Project,
    name: str,
    *,
    users: int = 0,
    mark: bool = False,
    progress: Progress = lambda what, done, total: None,
) -> dict[str, int]:
    """Load the seed set `name`, and `users` more users with all that is theirs.

    Returns:
        table → rows that the scale files made; empty without `users`.

    Raises:
        SaasdbError: no such set, the database is not marked throwaway, or a file fails: that batch is rolled back.
    """
    room = f"seeds/{name}"
    if not project.room("seeds", name).is_dir():
        there = sorted(path.name for path in project.room("seeds").glob("*") if path.is_dir())
        raise SaasdbError(
            f"There is no seed set {name!r}", where=str(project.room("seeds")), todo=f"Use one of: {', '.join(there)}."
        )
    with connect(url, application_name="saasdb seed") as connection:
        if mark:
            mark_throwaway(connection)
        elif name not in _FREE_SETS and not is_throwaway(connection):
            raise SaasdbError(
                f"This database is not marked throwaway, and {name!r} is made-up data",
                where=f"database {connection.info.dbname}",
                todo="Use `saasdb up`, or pass --mark-throwaway if its rows may be mixed with made-up ones.",
            )
        files = read_folder(project, room)
        for number, file in enumerate(files):
            progress(file.path, number, len(files))
            execute_file(connection, file)
        connection.commit()
        if users:
            return _scale(connection, read_folder(project, f"{room}/scale"), room, users, progress)
    return {}


def _scale(
    connection: psycopg.Connection, files: tuple[SqlFile, ...], room: str, users: int, progress: Progress
) -> dict[str, int]:
    if not files:
        raise SaasdbError("This seed set does not scale", where=f"{room}/scale/", todo="Leave out --users.")
    rows: dict[str, int] = {}
    done, total = 0, users * len(files)
    for first in range(1, users + 1, BATCH):
        last = min(first + BATCH - 1, users)
        connection.execute(
            "select set_config('seed.first', %s, true), set_config('seed.last', %s, true)", [str(first), str(last)]
        )
        for file in files:
            label, count = _load(connection, file)
            rows[label] = rows.get(label, 0) + count
            done += last - first + 1
            progress(label, done, total)
        connection.commit()
    for label in rows:
        progress(f"analyze {label}", total, total)
    connection.execute("analyze")
    connection.commit()
    return rows


def _load(connection: psycopg.Connection, file: SqlFile) -> tuple[str, int]:
    """One batch of one file: a SELECT is streamed into its table with COPY, anything else runs as it is."""
    name = _SCALE_NAME.match(file.stem)
    if not name:
        raise SaasdbError(
            "A scale file's name is `<number>_<schema>.<table>.sql`",
            where=file.path,
            todo="Rename it, e.g. 20_public.orders.sql.",
        )
    label = f"{name['schema']}.{name['table']}"
    body = "\n".join(line for line in file.text.splitlines() if not line.lstrip().startswith("--")).strip()
    query = body.rstrip(";")
    try:
        if _WRITES.search(query) or not re.match(r"(select|with|values)\b", query, re.IGNORECASE):
            return label, max(connection.execute(query).rowcount, 0)
        return label, _copy(connection, query, name["schema"], name["table"])
    except psycopg.Error as error:
        raise failure(error, SqlFile(file.path, body)) from error


def _copy(connection: psycopg.Connection, query: str, schema: str, table: str) -> int:
    """Read the generated rows over one cursor and write them over another, in Postgres' own binary format."""
    columns = [each.name for each in connection.execute(f"select * from ({query}) as q limit 0").description]
    types = dict(
        connection.execute(
            "select attname, format_type(atttypid, atttypmod) from pg_attribute"
            " where attrelid = format('%%I.%%I', %s::text, %s::text)::regclass and attnum > 0 and not attisdropped",
            [schema, table],
        ).fetchall()
    )
    # The binary format knows no conversion: an integer is not taken for a bigint column. (Of a column that the table
    # lacks, the server itself speaks, below.)
    typed = sql.SQL(", ").join(
        sql.SQL("q.{}::{}").format(sql.Identifier(column), sql.SQL(types.get(column, "text"))) for column in columns
    )
    rows = sql.SQL("copy (select {} from ({}) as q) to stdout (format binary)").format(typed, sql.SQL(query))
    chunks: list[bytes] = []
    with connection.cursor().copy(rows) as out:
        chunks.extend(bytes(chunk) for chunk in out)
    cursor = connection.cursor()
    into = sql.SQL("copy {} ({}) from stdin (format binary)").format(
        sql.Identifier(schema, table), sql.SQL(", ").join(map(sql.Identifier, columns))
    )
    with cursor.copy(into) as sink:
        for chunk in chunks:
            sink.write(chunk)
    return cursor.rowcount
