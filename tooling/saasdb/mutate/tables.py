"""Checks, keys, references, unique indexes and triggers dropped; triggers switched off; bucket rules loosened."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

import psycopg

from saasdb.mutate.mutant import Mutant, touches
from saasdb.verify.inventory import Inventory, Relation, literal, quote
from saasdb.verify.objects import OTHER_BUCKET

KINDS = {"c": "check", "u": "unique", "p": "key", "f": "reference", "x": "exclusion"}


def mutants(inventory: Inventory, relations: Iterable[Relation]) -> Iterator[Mutant]:
    """Constraints and unique indexes of these tables."""
    for relation in relations:
        reach = touches({relation.title})
        named = set()
        for constraint in relation.constraints:
            if constraint.type not in KINDS:
                continue
            named.add(constraint.name)
            sql = f"alter table {relation.sql} drop constraint {quote(constraint.name)} cascade"
            names = (constraint.name, relation.name, *constraint.columns)
            yield Mutant(KINDS[constraint.type], relation.title, f"{constraint.name} is gone", (sql,), reach, names)
        for index in relation.indexes:
            name = re.match(r'CREATE UNIQUE INDEX "?([^" ]+)"? ON', index)
            if name and name[1] not in named:
                sql = f"drop index {quote(relation.schema)}.{quote(name[1])}"
                yield Mutant("unique", relation.title, f"{name[1]} is gone", (sql,), reach, (name[1], relation.name))


def triggers(inventory: Inventory, relations: Iterable[Relation], ours: set[int]) -> Iterator[Mutant]:
    """Triggers that call a function of the project, dropped and switched off, wherever they lie."""
    for relation in relations:
        for trigger in relation.triggers:
            if trigger.function not in ours:
                continue
            function = inventory.functions[trigger.function]
            users = relation.schema == "auth"
            reach = touches(set() if users else {relation.title}, lifecycle=users)
            names = (trigger.name, function.name, relation.name)
            drop = f"drop trigger {quote(trigger.name)} on {relation.sql}"
            yield Mutant("trigger", relation.title, f"{trigger.name} is gone", (drop,), reach, names)
            off = f"alter table {relation.sql} disable trigger {quote(trigger.name)}"
            yield Mutant("trigger", relation.title, f"{trigger.name} is switched off", (off,), reach, names)


def buckets(connection: psycopg.Connection) -> Iterator[Mutant]:
    """Bucket rules: made public (or private), of any size, of any type."""
    if connection.execute("select to_regclass('storage.buckets')").fetchone()[0] is None:
        return
    query = "select id, public, file_size_limit, allowed_mime_types from storage.buckets order by id"
    for bucket, public, size, types in connection.execute(query).fetchall():
        if bucket.endswith(OTHER_BUCKET):
            continue  # the proof's own
        changes = [(f"public = {not public}", "it is private" if public else "it is public")]
        if size is not None:
            changes += [
                ("file_size_limit = null", "files of any size"),
                (f"file_size_limit = {size * 2}", "twice the size"),
            ]
        if types is not None:
            changes.append(("allowed_mime_types = null", "files of any type"))
            changes += [
                (f"allowed_mime_types = allowed_mime_types || {literal('{' + more + '}')}::text[]", f"{more} too")
                for more in ("image/svg+xml", "text/html")
                if more not in types
            ]
        for change, what in changes:
            sql = f"update storage.buckets set {change} where id = {literal(bucket)}"
            yield Mutant("bucket", f"bucket {bucket}", what, (sql,), touches(), (bucket,), "everything")


def roles(connection: psycopg.Connection, clients: list[str]) -> Iterator[Mutant]:
    """Client roles that gain an attribute or a membership: nobody else's database may see these, not for a moment."""
    for role in clients:
        row = connection.execute(
            "select rolbypassrls, rolcreaterole, rolsuper from pg_roles where rolname = %s", [role]
        )
        has = dict(zip(("bypassrls", "createrole", "superuser"), row.fetchone(), strict=True))
        for attribute, holds in has.items():
            sql = f"alter role {quote(role)} {'no' if holds else ''}{attribute}"
            what = f"{'no longer ' if holds else ''}{attribute}"
            yield Mutant("role", f"role {role}", what, (sql,), touches(), (role,), "everything", True)
        for other in clients:
            if other != role:
                sql = f"grant {quote(other)} to {quote(role)}"
                yield Mutant(
                    "role", f"role {role}", f"member of {other}", (sql,), touches(), (role, other), "everything", True
                )
