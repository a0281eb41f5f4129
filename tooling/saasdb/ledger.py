"""The ledger: what was applied to a database, kept in that database, in a schema of its own.

Nobody but its owner may read or write it: the API's roles have no business there.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

import psycopg

from saasdb import __version__

SCHEMA = "saasdb"

CREATE = """
create schema if not exists saasdb;
comment on schema saasdb is 'What saasdb applied to this database. Written by saasdb apply alone.';

create table if not exists saasdb.migrations (
    version text constraint migrations_pkey primary key,
    file text not null,
    checksum text not null,
    applied_at timestamptz not null default now(),
    applied_by text not null default session_user,
    took_ms bigint,
    tool_version text not null
);
comment on table saasdb.migrations is
'One row a migration. took_ms is null while a migration that runs outside a transaction is under way or broke off.';

create table if not exists saasdb.code (
    file text constraint code_pkey primary key,
    checksum text not null,
    objects jsonb not null,
    applied_at timestamptz not null default now(),
    applied_by text not null default session_user,
    tool_version text not null
);
comment on table saasdb.code is
'One row a code file as it stands now, with the objects that it made. Platform and seed files are listed here too.';

revoke all on schema saasdb from public;
revoke all on all tables in schema saasdb from public;
"""

_SHUT_OUT = """
select pg_catalog.format('revoke all on all tables in schema saasdb from %I', rolname)
from pg_catalog.pg_roles where rolname in ('anon', 'authenticated', 'service_role')
"""

SHUT_OUT_SCRIPT = _SHUT_OUT.rstrip() + "\n\\gexec\n"
"""The same for psql, which runs each row of the answer as a statement."""


@dataclass(frozen=True)
class AppliedMigration:
    """One row of saasdb.migrations. `took_ms` is None when the migration broke off half way."""

    version: str
    file: str
    checksum: str
    applied_at: datetime
    applied_by: str
    took_ms: int | None
    tool_version: str


@dataclass(frozen=True)
class AppliedCode:
    """One row of saasdb.code. `objects` are the plain values of `saasdb.apply.objects.CodeObject`."""

    file: str
    checksum: str
    objects: tuple[Mapping[str, str], ...]
    applied_at: datetime
    applied_by: str
    tool_version: str


@dataclass(frozen=True)
class Ledger:
    """Everything that a database says was applied to it, or nothing at all (`exists` is False)."""

    exists: bool
    migrations: tuple[AppliedMigration, ...] = ()
    code: Mapping[str, AppliedCode] = None  # type: ignore[assignment]

    def __post_init__(self) -> None:
        if self.code is None:
            object.__setattr__(self, "code", {})


def read(connection: psycopg.Connection) -> Ledger:
    """The ledger of the connected database."""
    row = connection.execute("select pg_catalog.to_regclass('saasdb.migrations') is not null").fetchone()
    if not row[0]:
        return Ledger(False)
    migrations = connection.execute(
        "select version, file, checksum, applied_at, applied_by, took_ms, tool_version"
        " from saasdb.migrations order by version"
    ).fetchall()
    code = connection.execute(
        "select file, checksum, objects, applied_at, applied_by, tool_version from saasdb.code order by file"
    ).fetchall()
    return Ledger(
        True,
        tuple(AppliedMigration(*each) for each in migrations),
        {each[0]: AppliedCode(each[0], each[1], tuple(each[2]), *each[3:]) for each in code},
    )


def create(connection: psycopg.Connection) -> None:
    """Make the ledger where there is none, in the open transaction."""
    connection.execute(CREATE)
    for (statement,) in connection.execute(_SHUT_OUT).fetchall():
        connection.execute(statement)


def add_migration(connection: psycopg.Connection, version: str, file: str, checksum: str, took_ms: int | None) -> None:
    """Record a migration; `took_ms` None means that it has begun outside a transaction."""
    connection.execute(
        "insert into saasdb.migrations (version, file, checksum, took_ms, tool_version) values (%s, %s, %s, %s, %s)"
        " on conflict (version) do update set took_ms = excluded.took_ms",
        [version, file, checksum, took_ms, __version__],
    )


def set_code(connection: psycopg.Connection, file: str, checksum: str, objects: list[dict[str, str]]) -> None:
    """Record a code file as it stands now."""
    connection.execute(
        "insert into saasdb.code (file, checksum, objects, tool_version) values (%s, %s, %s, %s)"
        " on conflict (file) do update set checksum = excluded.checksum, objects = excluded.objects,"
        " applied_at = default, applied_by = default, tool_version = excluded.tool_version",
        [file, checksum, json.dumps(objects), __version__],
    )


def remove_code(connection: psycopg.Connection, file: str) -> None:
    """Forget a code file that is gone, once what it made is dropped."""
    connection.execute("delete from saasdb.code where file = %s", [file])
