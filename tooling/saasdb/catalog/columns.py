"""Columns of tables and views, attributes of composite types, and defaults."""

from __future__ import annotations

from sys import intern

from saasdb.catalog.addresses import PG_ATTRDEF, PG_CLASS
from saasdb.catalog.gathering import Gathering, Reading
from saasdb.model import Key

STORAGE = {"p": "plain", "e": "external", "m": "main", "x": "extended"}
_COMPRESSION = {"p": "pglz", "l": "lz4"}

# Only a generated column's expression names other columns; a plain default is printed without opening its table.
_COLUMNS = """
select a.attrelid, a.attnum, a.attname, format_type(a.atttypid, a.atttypmod),
    case when a.attidentity <> '' then a.attidentity::text end,
    case when a.attgenerated <> '' then a.attgenerated::text end, d.oid,
    pg_get_expr(d.adbin, case when a.attgenerated = '' then 0 else a.attrelid end),
    case when a.attcollation <> t.typcollation then
        (select quote_ident(n.nspname) || '.' || quote_ident(l.collname) from pg_collation l
         join pg_namespace n on n.oid = l.collnamespace where l.oid = a.attcollation) end,
    case when a.attstorage <> t.typstorage then a.attstorage::text end,
    case when a.attcompression <> '' then a.attcompression::text end,
    case when a.attstattarget >= 0 then a.attstattarget end,
    a.attoptions, a.attfdwoptions, a.attislocal, a.attinhcount > 0, a.attacl::text[], a.attnotnull
from pg_attribute a
join pg_class c on c.oid = a.attrelid
join pg_type t on t.oid = a.atttypid
left join pg_attrdef d on d.adrelid = a.attrelid and d.adnum = a.attnum
where a.attnum > 0 and not a.attisdropped and c.relkind in ('r', 'p', 'f', 'v', 'm', 'c') and a.attrelid >= 16384
order by a.attrelid, a.attnum
"""


def read_columns(g: Gathering) -> Reading:
    """Every column; a plain default is an object beside its column, a generated column's expression part of it.

    Of all that is read these are the most, so this loop is written to be short of steps.
    """
    rows = yield _COLUMNS
    relations = g.keys[PG_CLASS]
    relation_before, owner, shape = None, None, []
    kind_of_owner, schema, table = "", "", ""
    for row in rows:
        relation, number, name, kind, identity, generated, default_oid, expression, collation = row[:9]
        if relation != relation_before:
            _close(g, owner, shape)
            relation_before, shape = relation, []
            owner = relations.get(relation)
            if owner is not None:
                kind_of_owner, schema, table, _ = owner
        if owner is None or kind_of_owner == "extension":
            continue
        name, kind = intern(name), intern(kind)
        shape.append((name, kind, collation))
        key = Key("column", schema, table, name)
        if kind_of_owner == "composite type":
            g.add_column(relation, number, key, {}, None, owner)
            continue
        storage, compression, target, options, foreign, local, inherited, acl, not_null = row[9:]
        if kind_of_owner in ("table", "foreign table"):
            fields = {
                "type": kind,
                "collation": collation,
                "not null": {"name": None} if not_null else None,
                "identity": identity,
                "sequence": None,
                "generated": (generated, expression) if generated else None,
                "storage": STORAGE[storage] if storage else None,
                "compression": _COMPRESSION[compression] if compression else None,
                "statistics": target,
                "options": tuple(sorted(options)) if options else (),
                "foreign options": tuple(foreign) if foreign else (),
                "local": local,
                "inherited": inherited,
            }
        else:
            fields = {"type": kind, "collation": collation}
            if target is not None or options:
                fields |= {"statistics": target, "options": tuple(sorted(options or ()))}
        g.add_column(relation, number, key, fields, acl, owner)
        if default_oid and generated:
            g.alias(PG_ATTRDEF, default_oid, key)
        elif default_oid:
            default = Key("default", schema, table, name)
            g.add(PG_ATTRDEF, default_oid, default, {"expression": intern(expression)}, parent=key)
    _close(g, owner, shape)


def _close(g: Gathering, owner: Key | None, shape: list[tuple[str, str, str | None]]) -> None:
    """Keep what only all columns of a relation together say."""
    if owner is None or owner.kind == "extension":
        return
    if owner.kind == "composite type":
        g.objects[owner].fields["attributes"] = tuple(shape)
        return
    g.view_columns[owner] = tuple(shape)
    if owner.kind.endswith("table"):
        g.column_order[owner] = tuple(name for name, _, _ in shape)
