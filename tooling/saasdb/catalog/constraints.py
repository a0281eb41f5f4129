"""Constraints of tables and domains, with what their indexes carry besides."""

from __future__ import annotations

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
    c.convalidated, c.conislocal, c.coninhcount > 0, c.connoinherit, c.conparentid, c.conkey, {enforced},
    c.condeferrable, c.condeferred
from pg_constraint c
where c.oid >= 16384 and c.contype in ('c', 'p', 'u', 'x', 'f', 'n') and (c.conrelid <> 0 or c.contypid <> 0)
order by c.oid
"""


def read_constraints(g: Gathering) -> Reading:
    """Constraints by table and name. The index behind a key stands for the key; NOT NULL belongs to its column."""
    rows = yield _CONSTRAINTS.format(
        enforced="c.conenforced" if g.major >= 18 else "true",
        not_enforced="case when c.conenforced then '' else ' NOT ENFORCED' end" if g.major >= 18 else "''",
    )
    relations, kept, columns = g.keys[PG_CLASS], g.keys[PG_CONSTRAINT], g.columns
    children: list[Key] = []
    clones: list[tuple[int, int, Key]] = []
    for row in rows:
        oid, name, letter, table, domain, index, target, definition, valid = row[:9]
        local, inherited, no_inherit, parent_oid, numbers, enforced, deferrable, deferred = row[9:]
        if letter == "n" and table:
            column = columns.get((table, numbers[0]))
            if column is not None:
                kept[oid] = column
                g.objects[column].fields["not null"] = {
                    "name": intern(name),
                    "valid": valid,
                    "local": local,
                    "inherited": inherited,
                    "no inherit": no_inherit,
                    "comment": g.comment(PG_CONSTRAINT, oid),
                }
            continue
        owner = relations.get(table) if table else g.ours(PG_TYPE, domain)
        if owner is None or owner[0] == "extension":
            continue
        if letter == "f" and parent_oid:  # made by the server for each partition; it goes with the one it serves
            clones.append((oid, parent_oid, Key("constraint", owner[1], owner[2], name)))
            continue
        fields = {
            "type": KINDS[letter],
            "valid": valid,
            "enforced": enforced,
            "definition": intern(definition.removesuffix(" NOT VALID")) if definition else "NOT NULL",
        }
        if table:
            fields["local"] = local
            fields["inherited"] = inherited
            fields["of"] = parent_oid or None
            fields["no inherit"] = letter == "c" and no_inherit
            fields["columns"] = tuple([g.column_name(table, number) for number in numbers or ()])
            fields["deferrable"] = deferrable
            fields["deferred"] = deferred
            if letter == "f":
                fields["target"] = relations.get(target)
                fields["clones"] = {}
        key = g.add(PG_CONSTRAINT, oid, Key("constraint", owner[1], owner[2], intern(name)), fields, parent=owner)
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
