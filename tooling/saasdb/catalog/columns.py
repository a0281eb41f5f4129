"""Columns of tables and views, attributes of composite types, and defaults."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from functools import lru_cache
from sys import intern
from types import MappingProxyType
from typing import Any

from saasdb.catalog.addresses import PG_ATTRDEF, PG_CLASS
from saasdb.catalog.gathering import Gathering, Reading
from saasdb.model import Key, Object

STORAGE = {"p": "plain", "e": "external", "m": "main", "x": "extended"}
_COMPRESSION = {"p": "pglz", "l": "lz4"}

# Columns are the most rows of all, so what few of them say beyond their type comes as one value that the others lack,
# and they are sorted before anything is printed, so that the first are here while the server prints the next.
# Only a generated column's expression names other columns; a plain default is printed without opening its table.
_COLUMNS = """
select a.attrelid, a.attnum, a.attname, format_type(a.atttypid, a.atttypmod), a.attnotnull, a.attislocal,
    a.attinhcount > 0, a.attacl::text[],
    case when a.attidentity <> '' or a.attgenerated <> '' or a.attcollation <> a.typcollation
        or a.attstorage <> a.typstorage or a.attcompression <> '' or a.attstattarget >= 0
        or a.attoptions is not null or a.attfdwoptions is not null
        then json_build_array(
            nullif(a.attidentity::text, ''), nullif(a.attgenerated::text, ''),
            case when a.attcollation <> a.typcollation then
                (select quote_ident(n.nspname) || '.' || quote_ident(l.collname) from pg_collation l
                 join pg_namespace n on n.oid = l.collnamespace where l.oid = a.attcollation) end,
            case when a.attstorage <> a.typstorage then a.attstorage::text end, nullif(a.attcompression::text, ''),
            case when a.attstattarget >= 0 then a.attstattarget end, a.attoptions, a.attfdwoptions) end,
    a.default_oid, pg_get_expr(a.adbin, case when a.attgenerated = '' then 0 else a.attrelid end)
from (
    select a.*, t.typcollation, t.typstorage, d.oid as default_oid, d.adbin
    from pg_class c
    join pg_attribute a on a.attrelid = c.oid
    join pg_type t on t.oid = a.atttypid
    left join pg_attrdef d on d.adrelid = case when a.atthasdef then a.attrelid end and d.adnum = a.attnum
    where c.relkind in ('r', 'p', 'f', 'v', 'm', 'c') and c.oid >= 16384 and a.attnum > 0 and not a.attisdropped
    order by a.attrelid, a.attnum offset 0) a
"""
_NOTHING_MORE = (None,) * 8
_NO_LABELS: dict[str, str] = {}

new = tuple.__new__  # a third of the time of calling the class


def read_columns(g: Gathering) -> Reading:
    """Every column; a plain default is an object beside its column, a generated column's expression part of it.

    Of all that is read these are the most, so this loop is written to be short of steps.
    """
    rows = yield _COLUMNS
    relations, objects, columns, defaults = g.keys[PG_CLASS], g.objects, g.columns, g.keys[PG_ATTRDEF]
    comments, labels = g.column_comments, g.labels
    shapes: defaultdict[Key, list[tuple[int, str, str, str | None]]] = defaultdict(list)
    relation_before, owner = None, None
    kind_of_owner, schema, table = "", "", ""
    for relation, number, name, kind, not_null, local, inherited, acl, more, default_oid, expression in rows:
        if relation != relation_before:
            relation_before, owner = relation, relations.get(relation)
            if owner is not None:
                kind_of_owner, schema, table, _ = owner
                shape = shapes[owner]
        if owner is None or kind_of_owner == "extension":
            continue
        name, kind = intern(name), intern(kind)
        key = new(Key, ("column", schema, table, name))
        identity, generated, collation, storage, compression, target, options, foreign = more or _NOTHING_MORE
        shape.append((number, name, kind, collation))
        if kind_of_owner == "composite type":
            fields = {}
        elif kind_of_owner not in ("table", "foreign table"):
            fields = {"type": kind, "collation": collation}
            if target is not None or options:
                fields |= {"statistics": target, "options": tuple(sorted(options or ()))}
        elif more is None:
            fields = _plain(kind, not_null, local, inherited)
        else:
            fields = _plain(kind, not_null, local, inherited) | {
                "collation": collation,
                "identity": identity,
                "generated": (generated, expression) if generated else None,
                "storage": STORAGE[storage] if storage else None,
                "compression": _COMPRESSION[compression] if compression else None,
                "statistics": target,
                "options": tuple(sorted(options or ())),
                "foreign options": tuple(foreign or ()),
            }
        columns[relation, number] = key
        objects[key] = Object(
            key,
            fields,
            None,
            g.grants(acl) if acl is not None else None,
            comments.get((relation, number)) if comments else None,
            labels.get((PG_CLASS, relation, number), _NO_LABELS) if labels else _NO_LABELS,
            owner,
        )
        if default_oid:
            if generated:
                defaults[default_oid] = key
            else:
                defaults[default_oid] = default = new(Key, ("default", schema, table, name))
                objects[default] = Object(default, _default(expression), None, None, None, _NO_LABELS, key)
    for owner, shape in shapes.items():
        _close(g, owner, [each[1:] for each in sorted(shape)])


# One value for all that say the same: made once, kept once, and equal at a glance. Read-only, because it is shared.
@lru_cache(maxsize=4096)
def _plain(kind: str, not_null: bool, local: bool, inherited: bool) -> Mapping[str, Any]:
    return MappingProxyType(
        {
            "type": kind,
            "collation": None,
            "not null": {"name": None} if not_null else None,
            "identity": None,
            "sequence": None,
            "generated": None,
            "storage": None,
            "compression": None,
            "statistics": None,
            "options": (),
            "foreign options": (),
            "local": local,
            "inherited": inherited,
        }
    )


@lru_cache(maxsize=4096)
def _default(expression: str) -> Mapping[str, str]:
    return MappingProxyType({"expression": expression})


def _close(g: Gathering, owner: Key, shape: Sequence[tuple[str, str, str | None]]) -> None:
    """Keep what only all columns of a relation together say."""
    if owner.kind == "extension":
        return
    if owner.kind == "composite type":
        g.objects[owner].fields["attributes"] = tuple(shape)
        return
    g.view_columns[owner] = tuple(shape)
    if owner.kind.endswith("table"):
        g.column_order[owner] = tuple([name for name, _, _ in shape])
