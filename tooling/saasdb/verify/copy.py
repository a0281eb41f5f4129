"""A throwaway copy of a database's schema, so that production is only read."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
from psycopg import sql

from saasdb.apply.target import connect
from saasdb.errors import SaasdbError
from saasdb.throwaway import Server

_ROLES = """select rolname, rolsuper, rolinherit, rolcreaterole, rolcreatedb, rolcanlogin, rolbypassrls from pg_roles
where rolname !~ '^pg_' order by rolname"""
_MEMBERS = """select g.rolname, m.rolname, a.admin_option from pg_auth_members a join pg_roles g on g.oid = a.roleid
join pg_roles m on m.oid = a.member where g.rolname !~ '^pg_' and m.rolname !~ '^pg_'"""


@contextmanager
def copied(url: str, server: Server) -> Iterator[str]:
    """The URL of a throwaway database with the schema (and the bucket rows) of `url`.

    Raises:
        SaasdbError: `pg_dump` is missing, too old, or fails.
    """
    with server.database() as target:
        _copy(url, target)
        yield target


def _copy(url: str, target: str) -> None:
    with (
        connect(url, application_name="saasdb verify", autocommit=True) as source,
        psycopg.connect(target, autocommit=True) as into,
    ):
        _copy_roles(source, into)
        into.execute(_dump(url, "--schema-only", f"--no-{'subscription'}s").encode())
        for (name,) in into.execute("select oid::regclass::text from pg_class where relkind = 'm'").fetchall():
            into.execute(f"refresh materialized view {name}")
        if source.execute("select to_regclass('storage.buckets')").fetchone()[0]:
            _copy_buckets(source, into)


def _copy_roles(source: psycopg.Connection, into: psycopg.Connection) -> None:
    for name, *attributes in source.execute(_ROLES).fetchall():
        there = into.execute("select from pg_roles where rolname = %s", [name]).fetchone()
        words = ("superuser", "inherit", "createrole", "createdb", "login", "bypassrls")
        said = sql.SQL(" ").join(
            sql.SQL(word if holds else f"no{word}") for word, holds in zip(words, attributes, strict=True)
        )
        if there is None:
            into.execute(sql.SQL("create role {} {}").format(sql.Identifier(name), said))
    for group, member, again in source.execute(_MEMBERS).fetchall():
        option = sql.SQL(" with admin option" if again else "")
        into.execute(sql.SQL("grant {} to {}{}").format(sql.Identifier(group), sql.Identifier(member), option))


def _copy_buckets(source: psycopg.Connection, into: psycopg.Connection) -> None:
    rows = [row[0] for row in source.execute("select to_jsonb(b) from storage.buckets b")]
    for row in rows:
        into.execute(
            "insert into storage.buckets select * from jsonb_populate_record(null::storage.buckets, %s)",
            [psycopg.types.json.Jsonb(row)],
        )


def _dump(url: str, *options: str) -> str:
    from saasdb.throwaway.binaries import find_binaries

    tool = Path(find_binaries().bin, "pg_dump")
    run = subprocess.run(
        [tool, *options, "--dbname", url],
        capture_output=True,
        text=True,
        env={**os.environ, "PGAPPNAME": "saasdb verify"},
    )
    if run.returncode:
        said = (run.stderr.strip().splitlines() or ["pg_dump failed"])[0]
        raise SaasdbError(
            f"The schema cannot be copied: {said}",
            where=url,
            todo="Use a pg_dump at least as new as the server (SAASDB_PG_BIN).",
        )
    return "\n".join(line for line in run.stdout.splitlines() if not line.startswith(("\\restrict", "\\unrestrict")))
