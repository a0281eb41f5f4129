"""The database that an apply goes to: reached with one clear error, known before anything is done to it."""

from __future__ import annotations

from dataclasses import dataclass

import psycopg

from saasdb.errors import SaasdbError, without_password

_FACTS = """
select
    current_database(),
    current_user,
    (select rolsuper from pg_catalog.pg_roles where rolname = current_user),
    current_setting('server_version'),
    pg_catalog.to_regclass('auth.users') is not null,
    pg_catalog.pg_is_in_recovery(),
    pg_catalog.has_database_privilege(current_database(), 'create'),
    (
        select count(*)
        from pg_catalog.pg_class as c
        join pg_catalog.pg_namespace as n on n.oid = c.relnamespace
        where c.relkind in ('r', 'p') and n.nspname not in ('pg_catalog', 'information_schema', 'saasdb')
          and n.nspname not like 'pg\\_%' and not exists (
              select 1 from pg_catalog.pg_depend as d
              where d.classid = 'pg_catalog.pg_class'::regclass and d.objid = c.oid and d.deptype = 'e'
          )
    )
"""

OLDEST_MAJOR = 15


@dataclass(frozen=True)
class Target:
    """What is known of a database before the first step.

    Attributes:
        has_users: `auth.users` is there: ours when the ledger says so, else the platform's.
        tables: user tables outside the ledger.
    """

    database: str
    user: str
    superuser: bool
    version: str
    has_users: bool
    standby: bool
    may_create: bool
    tables: int


def connect(url: str, *, application_name: str = "saasdb", autocommit: bool = False) -> psycopg.Connection:
    """A connection to the target.

    Raises:
        SaasdbError: the URL is no URL, the server does not answer, refuses, or is too old.
    """
    try:
        connection = psycopg.connect(
            url,
            autocommit=autocommit,
            application_name=application_name,
            connect_timeout=10,
            prepare_threshold=None,  # a pooler in transaction mode knows no prepared statements
        )
    except psycopg.ProgrammingError as error:
        raise SaasdbError(
            f"This is not a connection string: {str(error).strip()}",
            where=without_password(url),
            todo="Write it like postgresql://role:password@host:5432/database.",
        ) from error
    except psycopg.OperationalError as error:
        raise SaasdbError(
            f"Cannot connect: {_reason(error)}",
            where=without_password(url),
            todo="Check the host, port, role, password and database name of --url or DATABASE_URL.",
        ) from error
    if connection.info.server_version < OLDEST_MAJOR * 10000:
        connection.close()
        raise SaasdbError(
            f"PostgreSQL {connection.info.server_version // 10000} is too old",
            where=without_password(url),
            todo=f"Use PostgreSQL {OLDEST_MAJOR} or newer.",
        )
    return connection


def _reason(error: psycopg.OperationalError) -> str:
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    for line in lines:
        if "FATAL:" in line:
            return line.split("FATAL:", 1)[1].strip()
    return lines[0] if lines else "no reason given"


def examine(connection: psycopg.Connection) -> Target:
    """Read the facts of the connected database.

    Raises:
        SaasdbError: it is a standby, which can change nothing.
    """
    target = Target(*connection.execute(_FACTS).fetchone())
    if target.standby:
        raise SaasdbError(
            "This server is a standby: it is read-only",
            where=f"database {target.database}",
            todo="Connect to the primary.",
        )
    return target
