"""Roles belong to the server, not to a database: which ones a script made, and cleaning them up."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg
from psycopg import sql

from saasdb.files import read_text
from saasdb.model import Key
from saasdb.plan import Statement
from saasdb.render.names import ident, literal

_TOUCHES_ROLES = re.compile(r"\b(create|alter|drop)\s+(role|user|group)\b", re.IGNORECASE)
_LOCK = 5_137_201_144
_ATTRIBUTES = {
    "rolsuper": "superuser",
    "rolcreatedb": "createdb",
    "rolcreaterole": "createrole",
    "rolcanlogin": "login",
    "rolreplication": "replication",
    "rolbypassrls": "bypassrls",
}


@dataclass(frozen=True)
class Roles:
    """The roles of a server at one moment.

    Attributes:
        attributes: role → the words of `create role` that it needs.
        memberships: (role, member) pairs.
    """

    attributes: dict[str, tuple[str, ...]]
    memberships: frozenset[tuple[str, str]]


def snapshot(connection: psycopg.Connection) -> Roles:
    """The roles that are there now, without the built-in ones' memberships."""
    names = sql.SQL(", ").join(map(sql.Identifier, _ATTRIBUTES))
    rows = connection.execute(sql.SQL("select rolname, rolinherit, {} from pg_roles").format(names)).fetchall()
    attributes = {}
    for name, inherits, *switches in rows:
        words = [word for word, on in zip(_ATTRIBUTES.values(), switches, strict=True) if on]
        attributes[name] = tuple([*words, *([] if inherits else ["noinherit"])])
    members = connection.execute(
        "select a.rolname, b.rolname from pg_auth_members m join pg_roles a on a.oid = m.roleid"
        " join pg_roles b on b.oid = m.member where b.rolname !~ '^pg_' and b.oid >= 16384"
    ).fetchall()
    return Roles(attributes, frozenset(members))


def statements(before: Roles, after: Roles) -> list[Statement]:
    """What makes the roles that the second state brought; harmless where they are there already."""
    found = []
    for name in sorted(after.attributes.keys() - before.attributes.keys()):
        words = " ".join(["create role", ident(name), *after.attributes[name]])
        text = (
            f"do $$ begin if not exists (select from pg_catalog.pg_roles where rolname = {literal(name)})"
            f" then {words}; end if; end $$"
        )
        found.append(Statement(text, Key("role", "", name)))
    for role, member in sorted(after.memberships - before.memberships):
        found.append(Statement(f"grant {ident(role)} to {ident(member)}", Key("role", "", member)))
    return found


@contextmanager
def cleaned_up(admin_url: str, files: tuple[Path, ...]) -> Iterator[None]:
    """Drop the roles that scripts made once their databases are gone.

    Two diffs whose scripts make roles take turns on one server: they would find each other's.
    """
    if not any(_TOUCHES_ROLES.search(read_text(place)) for place in files):
        yield
        return
    with psycopg.connect(admin_url, autocommit=True, application_name="saasdb diff") as connection:
        connection.execute("select pg_advisory_lock(%s)", [_LOCK])
        before = snapshot(connection)
        try:
            yield
        finally:
            _drop(connection, before)


def _drop(connection: psycopg.Connection, before: Roles) -> None:
    for name in snapshot(connection).attributes.keys() - before.attributes.keys():
        try:
            connection.execute(sql.SQL("drop owned by {}").format(sql.Identifier(name)))
            connection.execute(sql.SQL("drop role {}").format(sql.Identifier(name)))
        except psycopg.Error:
            continue  # it holds something in a database that is not ours: the next diff will find it there


@contextmanager
def borrowed(admin_url: str, names: set[str]) -> Iterator[None]:
    """Have roles of these names on a throwaway server, and drop those that were not there before."""
    made = []
    with psycopg.connect(admin_url, autocommit=True, application_name="saasdb diff") as connection:
        there = snapshot(connection).attributes
        for name in sorted(names - there.keys()):
            connection.execute(sql.SQL("create role {}").format(sql.Identifier(name)))
            made.append(name)
    yield
