"""Constraints of tables and domains, with what their indexes carry besides."""

from __future__ import annotations

from collections.abc import Iterable
from sys import intern

from saasdb.catalog.addresses import PG_CLASS, PG_CONSTRAINT, PG_TYPE
from saasdb.catalog.gathering import Gathering, Reading
from saasdb.model import Key

KINDS = {"c": "check", "p": "primary key", "u": "unique", "x": "exclude", "f": "foreign key", "n": "not null"}

# A check is put together as pg_get_constraintdef does it, without looking each up again.
_CONSTRAINTS = """
select c.oid, c.conname, c.contype::text, c.conrelid, c.contypid, c.conindid, c.confrelid,
    case when c.contype = 'c' then 'CHECK (' || pg_get_expr(c.conbin, c.conrelid) || ')'
            || case when c.connoinherit then ' NO INHERIT' else '' end || {not_enforced}
        when c.contype <> 'n' and not (c.contype = 'f' and c.conparentid <> 0) then pg_get_constraintdef(c.oid) end,
    c.convalidated, {enforced}, c.conparentid, c.conislocal, c.coninhcount > 0, c.connoinherit, c.conkey,
    c.condeferrable, c.condeferred
from (
    select * from pg_constraint
    where oid >= 16384 and {kinds}
    order by oid offset 0) c
"""

_NOT_NULL = """
select oid, conrelid, conkey[1], conname, convalidated, conislocal, coninhcount > 0, connoinherit
from pg_constraint
where oid >= 16384 and contype = 'n' and conrelid <> 0
"""


def read_not_null(g: Gathering) -> Reading:
    """What a table says NOT NULL with, which is part of its column. Such a constraint has a name since 18."""
    rows = yield _NOT_NULL
    kept, columns, objects, comments = g.keys[PG_CONSTRAINT], g.columns, g.objects, g.comments[PG_CONSTRAINT]
    for oid, table, number, name, valid, local, inherited, no_inherit in rows:
        column = columns.get((table, number))
        if column is None:
            continue
        kept[oid] = column
        item = objects[column]
        item.fields = item.fields | {
            "not null": {
                "name": intern(name),
                "valid": valid,
                "local": local,
                "inherited": inherited,
                "no inherit": no_inherit,
                "comment": comments.get(oid),
            }
        }


def read_keys(g: Gathering) -> Reading:
    """Constraints that concern rows together, by table and name. The index behind a key stands for the key."""
    rows = yield _query(g, "contype in ('p', 'u', 'x', 'f')")
    _keep(g, rows)


def read_checks(g: Gathering) -> Reading:
    """Checks of tables and domains, and what a domain says NOT NULL with."""
    rows = yield _query(g, "(contype = 'c' or contype = 'n' and contypid <> 0)")
    _keep(g, rows)


def _query(g: Gathering, kinds: str) -> str:
    return _CONSTRAINTS.format(
        kinds=kinds,
        enforced="c.conenforced" if g.major >= 18 else "true",
        not_enforced="case when c.conenforced then '' else ' NOT ENFORCED' end" if g.major >= 18 else "''",
    )


def _keep(g: Gathering, rows: Iterable[tuple]) -> None:
    relations, columns = g.keys[PG_CLASS], g.columns
    children: list[Key] = []
    clones: list[tuple[int, int, Key]] = []
    for row in rows:
        oid, name, letter, table, domain, index, target, definition, valid, enforced, parent_oid, *more = row
        owner = relations.get(table) if table else g.ours(PG_TYPE, domain)
        if owner is None or owner[0] == "extension":
            continue
        name = intern(name)
        key = Key("constraint", owner[1], owner[2], name)
        if letter == "f" and parent_oid:  # made by the server for each partition; it goes with the one it serves
            clones.append((oid, parent_oid, key))
            continue
        definition = intern(definition.removesuffix(" NOT VALID")) if definition else "NOT NULL"
        fields = {"type": KINDS[letter], "valid": valid, "enforced": enforced, "definition": definition}
        if table:
            local, inherited, no_inherit, numbers, deferrable, deferred = more
            fields |= {
                "local": local,
                "inherited": inherited,
                "of": parent_oid or None,
                "no inherit": letter == "c" and no_inherit,
                "columns": tuple([columns[table, number][3] if number > 0 else None for number in numbers or ()]),
                "deferrable": deferrable,
                "deferred": deferred,
            }
            if letter == "f":
                fields["target"] = relations.get(target)
                fields["clones"] = {}
        key = g.add(PG_CONSTRAINT, oid, key, fields, parent=owner)
        if key and parent_oid:
            children.append(key)
        if index and letter in "pux":
            g.alias(PG_CLASS, index, key)
    for key in children:
        fields = g.objects[key].fields
        fields["of"] = g.ours(PG_CONSTRAINT, fields["of"])
    _keep_clones(g, clones)


def _keep_clones(g: Gathering, clones: list[tuple[int, int, Key]]) -> None:
    """Foreign keys that the server made for partitions: known by the one that they serve."""
    above = {oid: parent for oid, parent, _ in clones}
    for oid, parent, key in clones:
        while parent in above:
            parent = above[parent]
        original = g.ours(PG_CONSTRAINT, parent)
        g.alias(PG_CONSTRAINT, oid, original)
        if original is not None and key[1:3] != original[1:3]:
            g.objects[original].fields["clones"][key[1:3]] = key.part
