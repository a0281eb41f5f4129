"""Indexes that no constraint owns, and extended statistics."""

from __future__ import annotations

from saasdb.catalog.addresses import PG_CLASS, PG_STATISTIC_EXT
from saasdb.catalog.gathering import Gathering, Reading
from saasdb.model import Key

# Sorted before it is printed, so that the first are here while the server prints the next.
_INDEXES = """
select oid, relname, relnamespace, indrelid, case when not of_constraint then pg_get_indexdef(oid) end, indisvalid,
    indisclustered, indisreplident, spcname, inhparent, relkind::text, indisunique, targets, reloptions
from (
    select c.oid, c.relname, c.relnamespace, x.indrelid, k.oid is not null of_constraint, x.indisvalid,
        x.indisclustered, x.indisreplident, s.spcname, h.inhparent, c.relkind, x.indisunique,
        case when x.indexprs is not null then (
            select array_agg(attnum || '=' || attstattarget order by attnum) from pg_attribute
            where attrelid = c.oid and attstattarget >= 0 and attnum > 0) end targets,
        c.reloptions
    from pg_index x
    join pg_class c on c.oid = x.indexrelid
    left join pg_tablespace s on s.oid = c.reltablespace
    left join pg_inherits h on h.inhrelid = c.oid
    left join pg_constraint k on k.conindid = c.oid and k.contype in ('p', 'u', 'x')
    where c.relnamespace not in (
        select oid from pg_namespace where nspname ~ '^pg_' or nspname = 'information_schema')
    order by c.oid offset 0) i
"""


def read_indexes(g: Gathering) -> Reading:
    """Every index as the server prints it; a partition's index names the partitioned one it is attached to."""
    parents: dict[Key, int] = {}
    rows = yield _INDEXES
    for row in rows:
        oid, name, schema, table, definition, valid, clustered, identity, space, parent, letter, unique, *rest = row
        constraint = g.keys[PG_CLASS].get(oid)
        if constraint is not None:
            if constraint.kind == "constraint":
                g.objects[constraint].fields.update(
                    {
                        "options": tuple(rest[1] or ()),
                        "tablespace": space,
                        "clustered": clustered,
                        "replica identity": identity,
                    }
                )
                if parent:  # the index of a partition's key
                    parents[constraint] = parent
            continue
        owner = g.ours(PG_CLASS, table)
        if owner is None or schema not in g.schemas:
            continue
        fields = {
            "table": owner,
            "definition": _without_options(definition, rest[1]),
            "whole definition": definition,
            "options": tuple(rest[1] or ()),
            "valid": valid or letter == "I",
            "clustered": clustered,
            "replica identity": identity,
            "tablespace": space,
            "unique": unique,
            "statistics": tuple(rest[0] or ()),
            "of": None,
        }
        key = g.add(PG_CLASS, oid, Key("index", g.schemas[schema], name), fields, parent=owner)
        if key and parent:
            parents[key] = parent
    for key, parent in parents.items():
        fields = g.objects[key].fields
        fields["of"] = g.ours(PG_CLASS, parent)


def _without_options(definition: str, options: list[str] | None) -> str:
    """The definition without its `WITH (…)`: options change in place, so they are compared by themselves."""
    if not options:
        return definition
    start = definition.rfind(" WITH (" + options[0].split("=", 1)[0] + "=")
    if start < 0:
        return definition
    depth, quoted = 0, False
    for position in range(start + 6, len(definition)):
        letter = definition[position]
        if letter == "'":
            quoted = not quoted
        elif not quoted and letter in "()":
            depth += 1 if letter == "(" else -1
            if depth == 0:
                return definition[:start] + definition[position + 1 :]
    return definition


def read_statistics(g: Gathering) -> Reading:
    """Extended statistics."""
    rows = yield (
        "select oid, stxname, stxnamespace, stxrelid, stxowner, pg_get_statisticsobjdef(oid), stxstattarget"
        " from pg_statistic_ext"
    )
    for oid, name, schema, table, owner, definition, target in rows:
        parent = g.ours(PG_CLASS, table)
        if parent is None or schema not in g.schemas:
            continue
        fields = {"definition": definition, "target": None if target in (None, -1) else target}
        g.add(PG_STATISTIC_EXT, oid, Key("statistics", g.schemas[schema], name), fields, owner=owner, parent=parent)
