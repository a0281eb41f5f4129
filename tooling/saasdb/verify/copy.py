"""A throwaway copy of a database's schema, so that production is only read."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import quote, urlsplit, urlunsplit

import psycopg
from psycopg import sql

from saasdb.apply.target import connect
from saasdb.errors import SaasdbError
from saasdb.throwaway import Server, pg_dump
from saasdb.verify.copy_lists import copy_lists
from saasdb.verify.copy_roles import copy_roles


@contextmanager
def copied(url: str, server: Server) -> Iterator[str]:
    """The URL of a throwaway database with the schema of `url`, and the rows of its buckets and lists, for its role.

    Who is no superuser there is none here either: a proof is another one for a role that may do anything.

    Raises:
        SaasdbError: `pg_dump` is missing, too old, or fails; or the server has other roles of the same names.
    """
    with server.database() as target:
        role = _copy(url, target, alone=server.alone)
        yield _as_role(target, role) if role else target


def _as_role(url: str, role: str) -> str:
    """The same database for another role, which gets a password for it: the server is gone soon."""
    password = secrets.token_hex(16)
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(sql.SQL("alter role {} login password {}").format(sql.Identifier(role), password))
    parts = urlsplit(url)
    place = f"{quote(role, safe='')}:{password}@{parts.netloc.rpartition('@')[2]}"
    return urlunsplit(parts._replace(netloc=place))


def _copy(url: str, target: str, *, alone: bool) -> str:
    """Copies; the role to go on as, empty for the throwaway's own."""
    with (
        connect(url, application_name="saasdb verify", autocommit=True) as source,
        psycopg.connect(target, autocommit=True) as into,
    ):
        copy_roles(source, into, alone=alone)
        major = source.info.server_version // 10000
        _restore(into, _dump(url, major, pg_dump.left_out(source)), pg_dump.missing_extensions(source, into))
        for (name,) in into.execute("select oid::regclass::text from pg_class where relkind = 'm'").fetchall():
            into.execute(f"refresh materialized view {name}")
        if source.execute("select to_regclass('storage.buckets')").fetchone()[0]:
            _copy_buckets(source, into)
        copy_lists(source, into)
        _copy_large_objects(source, into)
        if alone:
            _copy_grants(source, into)
        user, above = source.execute("select rolname, rolsuper from pg_roles where rolname = current_user").fetchone()
        return "" if above or not alone else user


def _restore(into: psycopg.Connection, dump: str, missing: list[str]) -> None:
    """Run the dump without the extensions that are missing."""
    try:
        into.execute(pg_dump.fitted(dump, into, missing).encode())
    except psycopg.Error as error:
        if not missing:
            raise
        raise SaasdbError(
            f"The schema cannot be copied: {str(error).splitlines()[0]}",
            where=f"the throwaway's server has no extension {', '.join(missing)}",
            todo="Copy to a server that has them: --engine docker --image NAME.",
        ) from error


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


def _dump(url: str, major: int, options: list[str]) -> str:
    tool = pg_dump.find(major)
    if tool is None:
        raise SaasdbError(
            f"There is no pg_dump that can read PostgreSQL {major}",
            todo=f"Set SAASDB_PG_BIN to the bin folder of PostgreSQL {major}.",
        )
    todo = "See what this role may not read, or connect as another one."
    dump = pg_dump.finish(pg_dump.start(tool, url, f"--no-{'subscription'}s", *options), todo)
    return "\n".join(line for line in dump.splitlines() if not line.startswith(("\\restrict", "\\unrestrict")))
