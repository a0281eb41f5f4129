"""The roles of one server on another: attributes, memberships with their options, and what their sessions start with.

`pg_dump` leaves them out, and half of what decides access is theirs.
"""

from __future__ import annotations

import psycopg
from psycopg import sql

from saasdb.errors import SaasdbError

_ATTRIBUTES = ("superuser", "inherit", "createrole", "createdb", "login", "bypassrls", "replication")

_ROLES = """select rolname, rolsuper, rolinherit, rolcreaterole, rolcreatedb, rolcanlogin, rolbypassrls, rolreplication
from pg_roles where rolname !~ '^pg_' order by rolname"""

# The options came with Postgres 16.
_MEMBERS = """select g.rolname, m.rolname, a.admin_option,
    to_jsonb(a) ->> 'inherit_option', to_jsonb(a) ->> 'set_option'
from pg_auth_members a join pg_roles g on g.oid = a.roleid join pg_roles m on m.oid = a.member
where m.rolname !~ '^pg_'"""

_SETTINGS = """select coalesce(r.rolname, ''), array_agg(distinct u.setting)
from pg_db_role_setting s left join pg_roles r on r.oid = s.setrole cross join lateral unnest(s.setconfig) u(setting)
where s.setdatabase in (0, (select oid from pg_database where datname = current_database())) group by 1"""


def copy_roles(source: psycopg.Connection, into: psycopg.Connection, *, alone: bool) -> None:
    """Give the server of `into` the roles of the server of `source`.

    Args:
        alone: whether that server is there for this copy only, so that its roles may be made what they are to be.

    Raises:
        SaasdbError: the server is shared, and a role on it is another one than that of the same name.
    """
    there = {name: attributes for name, *attributes in into.execute(_ROLES)}
    for name, *attributes in source.execute(_ROLES).fetchall():
        if there.get(name) == attributes:
            continue
        if name in there and not alone:
            raise SaasdbError(
                f"The throwaway's server has another role of the name {name}",
                where="its attributes differ",
                todo="Use the embedded engine, which starts a server for the copy alone.",
            )
        said = (word if holds else f"no{word}" for word, holds in zip(_ATTRIBUTES, attributes, strict=True))
        verb = "alter" if name in there else "create"
        into.execute(sql.SQL(f"{verb} role {{}} {' '.join(said)}").format(sql.Identifier(name)))
    _copy_memberships(source, into)
    if alone:
        _copy_settings(source, into)


def _copy_memberships(source: psycopg.Connection, into: psycopg.Connection) -> None:
    options = into.info.server_version >= 160000
    for group, member, passes_on, inherits, sets in source.execute(_MEMBERS).fetchall():
        said = {"admin": passes_on}
        if options and inherits is not None:
            said |= {"inherit": inherits == "true", "set": sets == "true"}
        words = ", ".join(f"{word} {holds}" for word, holds in said.items())
        words = f" with {words}" if options else " with admin option" if passes_on else ""
        into.execute(sql.SQL(f"grant {{}} to {{}}{words}").format(sql.Identifier(group), sql.Identifier(member)))


def _copy_settings(source: psycopg.Connection, into: psycopg.Connection) -> None:
    """Settings of roles and of the database, word for word, for every database of the throwaway."""
    into.execute("set allow_system_table_mods = on")
    for name, settings in source.execute(_SETTINGS).fetchall():
        into.execute(
            "insert into pg_db_role_setting select 0, coalesce((select oid from pg_roles where rolname = %s), 0), %s",
            [name, settings],
        )
    into.execute("reset allow_system_table_mods")
