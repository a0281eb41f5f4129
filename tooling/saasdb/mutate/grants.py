"""Grants widened and revoked: each command a client role lacks and has, columns, functions, schemas, what is next."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from saasdb.mutate.mutant import Mutant, touches
from saasdb.verify.grants import NEXT, Grants
from saasdb.verify.inventory import Function, Relation, quote

TABLE = ("select", "insert", "update", "delete", "truncate", "references", "trigger")
CELLS = frozenset(TABLE[:4])
"""Commands that the probes try as the role; the rest is read from the catalog."""


def of_tables(relations: Iterable[Relation], held: Grants, clients: list[str]) -> Iterator[Mutant]:
    """Tables and views: missing commands granted, to client roles and to PUBLIC; present ones revoked; columns."""
    for relation in relations:
        title = _title(relation)
        have = held.get(title, {})
        for role in [*clients, "PUBLIC"]:
            for command in TABLE:
                holds = role in have.get(command, ()) or "PUBLIC" in have.get(command, ())
                if role == "PUBLIC" and command not in ("select", "insert"):
                    continue
                verb, to, done = ("revoke", "from", "revoked from") if holds else ("grant", "to", "granted to")
                if holds and role not in have.get(command, ()):
                    continue  # it is PUBLIC's
                sql = f"{verb} {command} on {relation.sql} {to} {_role(role)}"
                yield _on_table(relation, f"{command} {done} {role}", sql, role, clients, command)
        yield from _columns(relation, have, clients)


def _columns(relation: Relation, have: dict[str, set[str]], clients: list[str]) -> Iterator[Mutant]:
    for role in clients:
        for command in ("select", "insert", "update"):
            if role in have.get(command, ()):
                continue
            granted = [c.name for c in relation.columns if role in have.get(f"{command} ({c.name})", ())]
            for column in relation.columns:
                holds = column.name in granted
                # Where no column is granted, one stands for all: the first that is no key.
                if not granted and column.name != _sample(relation):
                    continue
                verb, to, done = ("revoke", "from", "revoked from") if holds else ("grant", "to", "granted to")
                sql = f"{verb} {command} ({quote(column.name)}) on {relation.sql} {to} {_role(role)}"
                what = f"{command} ({column.name}) {done} {role}"
                yield _on_table(relation, what, sql, role, clients, command, kind="column grant")


def _sample(relation: Relation) -> str:
    plain = [c.name for c in relation.columns if c.name not in relation.key and not c.generated]
    return (plain or [relation.columns[0].name])[0]


def _on_table(
    relation: Relation, what: str, sql: str, role: str, clients: list[str], command: str, kind: str = "grant"
) -> Mutant:
    roles = set(clients) if role == "PUBLIC" else {role}
    reach = touches({relation.title} if command in CELLS else set(), roles=roles)
    return Mutant(
        kind,
        relation.title,
        what,
        (sql,),
        reach,
        (relation.name, role),
        "" if command in CELLS and role != "PUBLIC" else "grants",
    )


def of_functions(functions: Iterable[Function], held: Grants, clients: list[str]) -> Iterator[Mutant]:
    """EXECUTE given to everybody who lacks it, and taken from everybody who has it."""
    for function in functions:
        have = held.get(f"function {function.title}", {}).get("execute", set())
        target = f"{'procedure' if function.kind == 'p' else 'function'} {function.sql}({function.identity})"
        for role in [*clients, "PUBLIC"]:
            holds = role in have
            if not holds and "PUBLIC" in have:
                continue
            verb, to, done = ("revoke", "from", "revoked from") if holds else ("grant", "to", "granted to")
            roles = set(clients) if role == "PUBLIC" else {role}
            yield Mutant(
                "execute",
                f"function {function.title}",
                f"execute {done} {role}",
                (f"{verb} execute on {target} {to} {_role(role)}",),
                touches(functions={function.title}, roles=roles, calls=False),
                (function.name, role),
                "grants" if role == "PUBLIC" else "",
            )


def beside(held: Grants, clients: list[str], schemas: list[str]) -> Iterator[Mutant]:
    """Schemas, sequences, types and what the next objects will be born with."""
    for title, have in sorted(held.items()):
        kind, _, name = title.partition(" ")
        if kind == "schema" and name in schemas:
            yield from _changes(title, "schema privilege", f"schema {quote(name)}", ("usage", "create"), have, clients)
        elif kind == "sequence" and name.split(".")[0] in schemas:
            commands = ("usage", "select", "update")
            yield from _changes(title, "sequence", f"sequence {_qualified(name)}", commands, have, clients)
        elif kind == "type" and name.split(".")[0] in schemas:
            yield from _changes(title, "type", f"type {_qualified(name)}", ("usage",), have, clients)


def next_objects(clients: list[str], schemas: list[str]) -> Iterator[Mutant]:
    """Default privileges widened: what the next table, sequence, function or type of each schema is born with."""
    plural = {
        "r": ("tables", "select"),
        "S": ("sequences", "usage"),
        "f": ("functions", "execute"),
        "T": ("types", "usage"),
    }
    for schema in schemas:
        head = f"alter default privileges in schema {quote(schema)}"
        for kind, (objects, privilege) in plural.items():
            for role in [*clients, "PUBLIC"]:
                yield Mutant(
                    "default privilege",
                    f"next {NEXT[kind]} in {schema}",
                    f"{privilege} for {role}",
                    (f"{head} grant {privilege} on {objects} to {_role(role)}",),
                    touches(),
                    ("default", role),
                    "grants",
                )


def _changes(
    title: str, kind: str, target: str, commands: tuple[str, ...], have: dict[str, set[str]], clients: list[str]
) -> Iterator[Mutant]:
    for role in [*clients, "PUBLIC"]:
        for command in commands:
            holds = role in have.get(command, ())
            if not holds and "PUBLIC" in have.get(command, ()):
                continue
            verb, to, done = ("revoke", "from", "revoked from") if holds else ("grant", "to", "granted to")
            sql = f"{verb} {command} on {target} {to} {_role(role)}"
            yield Mutant(
                kind, title, f"{command} {done} {role}", (sql,), touches(), (title.split(".")[-1], role), "grants"
            )


def _qualified(name: str) -> str:
    schema, _, rest = name.partition(".")
    return f"{quote(schema)}.{quote(rest)}"


def _role(role: str) -> str:
    return "public" if role == "PUBLIC" else quote(role)


def _title(relation: Relation) -> str:
    kinds = {"v": "view", "m": "materialized view", "f": "foreign table"}
    return f"{kinds.get(relation.kind, 'table')} {relation.title}"
