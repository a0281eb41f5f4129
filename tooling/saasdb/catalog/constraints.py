"""Constraints of tables and domains, with what their indexes carry besides."""

from __future__ import annotations

from saasdb.catalog.addresses import PG_CLASS, PG_CONSTRAINT, PG_TYPE
from saasdb.catalog.gathering import Gathering, Reading
from saasdb.model import Key

KINDS = {"c": "check", "p": "primary key", "u": "unique", "x": "exclude", "f": "foreign key", "n": "not null"}

_CONSTRAINTS = """
select c.oid, c.conname, c.contype::text, c.conrelid, c.contypid, c.conindid, c.confrelid,
    case when c.contype <> 'n' and not (c.contype = 'f' and c.conparentid <> 0) then pg_get_constraintdef(c.oid) end,
    c.convalidated, c.conislocal, c.coninhcount > 0, c.connoinherit, c.conparentid, c.conkey, {enforced},
    c.condeferrable, c.condeferred
from pg_constraint c
where c.oid >= 16384 and c.contype in ('c', 'p', 'u', 'x', 'f', 'n') and (c.conrelid <> 0 or c.contypid <> 0)
order by c.oid
"""


def read_constraints(g: Gathering) -> Reading:
    """Constraints by table and name. The index behind a key stands for the key; NOT NULL belongs to its column."""
    rows = yield _CONSTRAINTS.format(enforced="c.conenforced" if g.major >= 18 else "true")
    children: list[Key] = []
    for row in rows:
        oid, name, letter, table, domain, index, target, definition, valid, local, inherited, *rest = row
        no_inherit, parent_oid, columns, enforced, deferrable, deferred = rest
        if letter == "n" and table:
            column = g.columns.get((table, columns[0]))
            if column is not None:
                g.keys[PG_CONSTRAINT][oid] = column
                g.objects[column].fields["not null"] = {
                    "name": name,
                    "valid": valid,
                    "local": local,
                    "inherited": inherited,
                    "no inherit": no_inherit,
                    "comment": g.comment(PG_CONSTRAINT, oid),
                }
            continue
        owner = g.ours(PG_CLASS, table) if table else g.ours(PG_TYPE, domain)
        if owner is None:
            continue
        if letter == "f" and parent_oid:  # made by the server for each partition; it goes with the one it serves
            g.alias(PG_CONSTRAINT, oid, g.ours(PG_CONSTRAINT, parent_oid))
            continue
        key = Key("constraint", owner.schema, owner.name, name)
        fields = {
            "type": KINDS[letter],
            "valid": valid,
            "enforced": enforced,
            "definition": definition.removesuffix(" NOT VALID") if definition else "NOT NULL",
        }
        if table:
            fields |= {
                "local": local,
                "inherited": inherited,
                "of": parent_oid or None,
                "no inherit": letter == "c" and no_inherit,
                "columns": tuple([g.column_name(table, number) for number in columns]) if columns else (),
                "deferrable": deferrable,
                "deferred": deferred,
            }
        if letter == "f":
            fields["target"] = g.key(PG_CLASS, target)
        key = g.add(PG_CONSTRAINT, oid, key, fields, parent=owner)
        if key and parent_oid:
            children.append(key)
        if index and letter in "pux":
            g.alias(PG_CLASS, index, key)
    for key in children:
        fields = g.objects[key].fields
        fields["of"] = g.ours(PG_CONSTRAINT, fields["of"])
