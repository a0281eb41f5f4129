"""Columns of tables and views, attributes of composite types, and defaults."""

from __future__ import annotations

from collections import defaultdict

from saasdb.catalog.addresses import PG_ATTRDEF, PG_CLASS
from saasdb.catalog.gathering import Gathering
from saasdb.model import Key

STORAGE = {"p": "plain", "e": "external", "m": "main", "x": "extended"}
_COMPRESSION = {"p": "pglz", "l": "lz4"}

_COLUMNS = """
select a.attrelid, a.attnum, a.attname, format_type(a.atttypid, a.atttypmod), a.attnotnull, a.attidentity::text,
    a.attgenerated::text, d.oid, pg_get_expr(d.adbin, d.adrelid),
    case when a.attcollation <> t.typcollation then
        (select quote_ident(n.nspname) || '.' || quote_ident(l.collname) from pg_collation l
         join pg_namespace n on n.oid = l.collnamespace where l.oid = a.attcollation) end,
    case when a.attstorage <> t.typstorage then a.attstorage::text end,
    a.attcompression::text, a.attstattarget, a.attoptions, a.attfdwoptions, a.attislocal, a.attinhcount,
    case when a.attacl is not null then a.attacl::text[] end,
    case when a.atthasmissing then 1 end
from pg_attribute a
join pg_class c on c.oid = a.attrelid
join pg_type t on t.oid = a.atttypid
left join pg_attrdef d on d.adrelid = a.attrelid and d.adnum = a.attnum
where a.attnum > 0 and not a.attisdropped and c.relkind in ('r', 'p', 'f', 'v', 'm', 'c')
  and c.relnamespace not in (select oid from pg_namespace where nspname ~ '^pg_' or nspname = 'information_schema')
order by a.attrelid, a.attnum
"""


def read_columns(g: Gathering) -> None:
    """Every column; a plain default is an object beside its column, a generated column's expression part of it."""
    order: dict[Key, list[str]] = defaultdict(list)
    shapes: dict[Key, list[tuple]] = defaultdict(list)
    for row in g.rows(_COLUMNS):
        relation, number, name, kind, not_null, identity, generated, default_oid, expression, collation, *rest = row
        storage, compression, target, options, foreign, local, inherited, acl, _ = rest
        owner = g.ours(PG_CLASS, relation)
        if owner is None:
            continue
        shapes[owner].append((name, kind, collation))
        if owner.kind == "composite type":
            g.add(PG_CLASS, relation, Key("column", owner.schema, owner.name, name), {}, sub=number, parent=owner)
            continue
        order[owner].append(name)
        key = Key("column", owner.schema, owner.name, name)
        fields = {"type": kind, "collation": collation}
        if owner.kind in ("table", "foreign table"):
            fields |= {
                "not null": {"name": None} if not_null else None,
                "identity": identity or None,
                "sequence": None,
                "generated": (generated, expression) if generated else None,
                "storage": STORAGE.get(storage),
                "compression": _COMPRESSION.get(compression),
                "statistics": None if target in (None, -1) else target,
                "options": tuple(sorted(options or ())),
                "foreign options": tuple(foreign or ()),
                "local": local,
                "inherited": inherited > 0,
            }
        elif target not in (None, -1) or options:
            fields |= {"statistics": None if target == -1 else target, "options": tuple(sorted(options or ()))}
        g.add(PG_CLASS, relation, key, fields, sub=number, acl=acl, parent=owner)
        if default_oid and generated:
            g.alias(PG_ATTRDEF, default_oid, key)
        elif default_oid:
            default = Key("default", owner.schema, owner.name, name)
            g.add(PG_ATTRDEF, default_oid, default, {"expression": expression}, parent=key)
    for owner, shape in shapes.items():
        if owner.kind == "composite type":
            g.objects[owner].fields["attributes"] = tuple(shape)
        else:
            g.view_columns[owner] = tuple(shape)
    g.column_order.update({key: tuple(names) for key, names in order.items() if key.kind.endswith("table")})
