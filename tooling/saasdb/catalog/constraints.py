"""Constraints of tables and domains, with what their indexes carry besides."""

from __future__ import annotations

from saasdb.catalog.addresses import PG_CLASS, PG_CONSTRAINT, PG_TYPE
from saasdb.catalog.gathering import Gathering
from saasdb.model import Key

KINDS = {"c": "check", "p": "primary key", "u": "unique", "x": "exclude", "f": "foreign key", "n": "not null"}

_CONSTRAINTS = """
select c.oid, c.conname, c.contype::text, c.conrelid, c.contypid, c.conindid, c.confrelid,
    case when c.contype <> 'n' then pg_get_constraintdef(c.oid) end,
    c.convalidated, c.conislocal, c.coninhcount, c.connoinherit, c.conparentid, c.conkey, {enforced},
    i.reloptions, s.spcname, x.indisclustered, x.indisreplident,
    c.condeferrable, c.condeferred
from pg_constraint c
left join pg_class i on i.oid = c.conindid and c.contype in ('p', 'u', 'x')
left join pg_index x on x.indexrelid = i.oid
left join pg_tablespace s on s.oid = i.reltablespace
where c.contype in ('c', 'p', 'u', 'x', 'f', 'n') and (c.conrelid <> 0 or c.contypid <> 0)
order by c.oid
"""


def read_constraints(g: Gathering) -> None:
    """Constraints by table and name. The index behind a key stands for the key; NOT NULL belongs to its column."""
    query = _CONSTRAINTS.format(enforced="c.conenforced" if g.major >= 18 else "true")
    for row in g.rows(query):
        oid, name, letter, table, domain, index, target, definition, valid, local, inherited, *rest = row
        no_inherit, parent_oid, columns, enforced, options, space, clustered, identity, deferrable, deferred = rest
        owner = g.ours(PG_CLASS, table) if table else g.ours(PG_TYPE, domain)
        if owner is None:
            continue
        if letter == "n" and table:
            column = g.key(PG_CLASS, table, columns[0])
            g.alias(PG_CONSTRAINT, oid, column)
            comment = g.comment(PG_CONSTRAINT, oid)
            g.objects[column].fields["not null"] = {
                "name": name,
                "valid": valid,
                "local": local,
                "inherited": inherited > 0,
                "no inherit": no_inherit,
                "comment": comment,
            }
            continue
        key = Key("constraint", owner.schema, owner.name, name)
        fields = {"type": KINDS[letter], "valid": valid, "enforced": enforced}
        if letter == "n":
            definition = "NOT NULL"
        fields["definition"] = definition.removesuffix(" NOT VALID")
        if table:
            fields |= {
                "local": local,
                "inherited": inherited > 0,
                "of": parent_oid or None,
                "no inherit": letter == "c" and no_inherit,
                "columns": tuple(g.column_name(table, number) for number in columns or ()),
                "deferrable": deferrable,
                "deferred": deferred,
            }
        if index and letter in "pux":
            fields |= {
                "options": tuple(options or ()),
                "tablespace": space,
                "clustered": clustered,
                "replica identity": identity,
            }
        if letter == "f":
            fields["target"] = g.key(PG_CLASS, target)
            if parent_oid:  # made by the server for each partition; it comes and goes with the one it serves
                g.alias(PG_CONSTRAINT, oid, g.ours(PG_CONSTRAINT, parent_oid))
                continue
        key = g.add(PG_CONSTRAINT, oid, key, fields, parent=owner)
        if index and letter in "pux":
            g.alias(PG_CLASS, index, key)
    for key, item in g.objects.items():
        if key.kind == "constraint" and item.get("of"):
            item.fields["of"] = g.ours(PG_CONSTRAINT, item.fields["of"])
