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
from saasdb.verify.copy_roles import copy_roles


@contextmanager
def copied(url: str, server: Server) -> Iterator[str]:
    """The URL of a throwaway database with the schema (and the bucket rows) of `url`.

    Raises:
        SaasdbError: `pg_dump` is missing, too old, or fails; or the server has other roles of the same names.
    """
    with server.database() as target:
        _copy(url, target, alone=server.alone)
        yield target


def _copy(url: str, target: str, *, alone: bool) -> None:
    with (
        connect(url, application_name="saasdb verify", autocommit=True) as source,
        psycopg.connect(target, autocommit=True) as into,
    ):
        copy_roles(source, into, alone=alone)
        into.execute(_dump(url, "--schema-only", f"--no-{'subscription'}s").encode())
        for (name,) in into.execute("select oid::regclass::text from pg_class where relkind = 'm'").fetchall():
            into.execute(f"refresh materialized view {name}")
        if source.execute("select to_regclass('storage.buckets')").fetchone()[0]:
            _copy_buckets(source, into)
        _copy_large_objects(source, into)
        if alone:
            _copy_grants(source, into)


def _copy_buckets(source: psycopg.Connection, into: psycopg.Connection) -> None:
    rows = [row[0] for row in source.execute("select to_jsonb(b) from storage.buckets b")]
    for row in rows:
        into.execute(
            "insert into storage.buckets select * from jsonb_populate_record(null::storage.buckets, %s)",
            [psycopg.types.json.Jsonb(row)],
        )


_GRANTS = """
with held as (
    select 'database' as kind, null as name, datacl as acl from pg_database where datname = current_database()
    union all select 'parameter', parname, paracl from pg_parameter_acl
    union all select 'large object', oid::text, lomacl from pg_largeobject_metadata
)
select kind, name, coalesce(r.rolname, ''), x.privilege_type, x.is_grantable
from held cross join lateral aclexplode(acl) x left join pg_roles r on r.oid = x.grantee"""


def _copy_grants(source: psycopg.Connection, into: psycopg.Connection) -> None:
    """Who holds what on that which a dump of the schema leaves out."""
    own = into.info.dbname
    if source.execute("select datacl is not null from pg_database where datname = current_database()").fetchone()[0]:
        into.execute(sql.SQL("revoke all on database {} from public").format(sql.Identifier(own)))
    for kind, name, role, privilege, grantable in source.execute(_GRANTS).fetchall():
        what = sql.SQL(name) if kind == "large object" else sql.Identifier(name or own)
        into.execute(
            sql.SQL(f"grant {privilege} on {kind} {{}} to {{}}{' with grant option' if grantable else ''}").format(
                what, sql.Identifier(role) if role else sql.SQL("public")
            )
        )


def _copy_large_objects(source: psycopg.Connection, into: psycopg.Connection) -> None:
    """Large objects without what is in them: they count as data, and their owners and grants as schema."""
    query = "select oid, pg_get_userbyid(lomowner) from pg_largeobject_metadata"
    for oid, owner in source.execute(query).fetchall():
        into.execute("select lo_create(%s::oid)", [oid])
        into.execute(sql.SQL(f"alter large object {oid} owner to {{}}").format(sql.Identifier(owner)))


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
