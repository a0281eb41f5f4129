"""Copies the rows of lists that others refer to: without its plans a schema takes no signup, and nothing is proven.

A list is a small table that other tables refer to and that leads to no person. Nothing else of the data is read.
"""

from __future__ import annotations

import re

import psycopg
from psycopg import sql

from saasdb.verify import inventory
from saasdb.verify.inventory import Inventory, Relation
from saasdb.verify.principals import identity
from saasdb.verify.world import SKIPPED_SCHEMAS

MOST_ROWS = 1000
_PERSONAL = re.compile(r"mail|phone|passw|token|secret|address", re.IGNORECASE)
_COUNTS = "NBDT"
"""Categories of types that hold nobody's secret: how many tokens a plan has, whether it sends mail."""


def copy_lists(source: psycopg.Connection, into: psycopg.Connection) -> None:
    """Copy them, keys and triggers aside; a table that the role of `source` may not read stays empty."""
    with source.transaction(force_rollback=True):
        found = lists(inventory.read(source))
    for relation in found:
        columns = sql.SQL(", ").join(sql.Identifier(c.name) for c in relation.columns if not c.generated)
        table = sql.Identifier(relation.schema, relation.name)
        read = sql.SQL("copy (select {} from only {} limit {}) to stdout").format(columns, table, MOST_ROWS + 1)
        try:
            with source.cursor() as cursor, cursor.copy(read) as copy:
                rows = b"".join(bytes(part) for part in copy)
        except psycopg.errors.InsufficientPrivilege:
            continue
        if rows.count(b"\n") > MOST_ROWS:
            continue
        with into.transaction():
            into.execute("set local session_replication_role = replica")
            with (
                into.cursor() as cursor,
                cursor.copy(sql.SQL("copy {} ({}) from stdin").format(table, columns)) as copy,
            ):
                copy.write(rows)


def lists(read: Inventory) -> list[Relation]:
    """The tables that others refer to and from which no reference leads to users."""
    users = identity(read).users
    personal = {users.oid} if users else set()
    refers = {r.oid: {k.target for k in r.constraints if k.type == "f" and k.target != r.oid} for r in read.tables}
    while more := {oid for oid, targets in refers.items() if targets & personal} - personal:
        personal |= more
    referred = set().union(*refers.values()) if refers else set()
    return [
        r
        for r in read.tables
        if r.kind == "r"
        and r.oid in referred - personal
        and r.schema not in SKIPPED_SCHEMAS
        and not any(_PERSONAL.search(c.name) and c.category not in _COUNTS for c in r.columns)
    ]
