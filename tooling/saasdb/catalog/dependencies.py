"""`pg_depend`, translated from oids into identities."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable

from saasdb.catalog.addresses import (
    FIRST_USER_OID,
    PG_ATTRDEF,
    PG_CLASS,
    PG_CONSTRAINT,
    PG_POLICY,
    PG_REWRITE,
    PG_TRIGGER,
    PG_TYPE,
)
from saasdb.catalog.gathering import Gathering, Reading
from saasdb.model import Key

_TABLES = frozenset({"table", "foreign table"})

# Left out is what would end where it begins: a row type is its table, an array its element, a key's index the key;
# a foreign key's triggers and toast tables stand for nobody.
DEPENDS = """
select classid, objid, objsubid, refclassid, refobjid, refobjsubid, deptype = 'n'
from pg_depend
where objid >= 16384 and deptype in ('n', 'a', 'i') and not (deptype = 'i' and (
    classid in ('pg_type'::regclass, 'pg_trigger'::regclass) or classid = 'pg_class'::regclass and refobjsubid = 0))
"""


# Left out are rows that serve another object: toast tables, array types, a foreign key's triggers, defaults. Catalog by
# catalog, by the index: a large database's pg_depend is long, and nearly all of it is of the catalogs left out.
_DEPENDENT = f"""
select distinct d.classid, d.objid
from pg_class c, lateral (
    select classid, objid from pg_depend
    where classid = c.oid and objid >= {FIRST_USER_OID} and deptype = 'n' offset 0) d
where c.oid < {FIRST_USER_OID} and c.relkind = 'r' and c.oid not in (
    {PG_ATTRDEF}, {PG_CLASS}, {PG_CONSTRAINT}, {PG_POLICY}, {PG_REWRITE}, {PG_TRIGGER}, {PG_TYPE})
"""


def read_dependent(g: Gathering) -> Reading:
    """What some reader has to know, since it depends on something; by now all have read."""
    rows = yield _DEPENDENT
    g.unread.update((catalog, oid) for catalog, oid in rows if oid not in g.keys[catalog])


def strangers(g: Gathering) -> set[tuple[int, int]]:
    """What is in `pg_depend` and was read by nobody, as (catalog, oid): never passed over in silence."""
    if not g.unread:
        return g.unread
    return {
        (catalog, oid)
        for catalog, oid, _, other, other_oid, other_sub, normal in g.depends()
        if normal and (catalog, oid) in g.unread and not _skipped(g, g.key(other, other_oid, other_sub))
    }


def _skipped(g: Gathering, need: Key | None) -> bool:
    return (need is not None and need.kind == "extension") or (need is None and bool(g.skip_schemas))


def names_of(strangers: set[tuple[int, int]]) -> str:
    """The query for what strangers are called: (kind, identity)."""
    pairs = ", ".join(f"({catalog}, {oid})" for catalog, oid in sorted(strangers))
    return (
        f"select i.type, i.identity from (values {pairs}) v(catalog, oid),"
        " lateral pg_identify_object(v.catalog::oid, v.oid::oid, 0) i where i.identity is not null"
        " and i.type not in ('toast table', 'table constraint', 'default value', 'rule', 'policy', 'trigger')"
        " and coalesce(i.schema, '') !~ '^pg_temp'"
    )


def needs(g: Gathering) -> Callable[[], dict[Key, frozenset[Key]]]:
    """Object → what it needs, with parts needing what they are part of; worked out when it is called."""
    return lambda: _needs(g)


def _needs(g: Gathering) -> dict[Key, frozenset[Key]]:
    found: defaultdict[Key, set[Key]] = defaultdict(set)
    keys, columns = g.keys, g.columns
    for catalog, oid, sub, other, other_oid, other_sub, _ in g.depends():
        key = (sub and columns.get((oid, sub))) or keys[catalog].get(oid)
        if key is None or key[0] == "extension":
            continue
        need = (other_sub and columns.get((other_oid, other_sub))) or keys[other].get(other_oid)
        if need is not None and need != key and not _backwards(g, key, need):
            found[key].add(need)
    for key, item in g.objects.items():
        if item.parent:
            found[key].add(item.parent)
        elif key.kind == "extension":
            found[key].add(Key("schema", "", item["schema"]))
    for key, more in g.more_needs.items():
        found[key] |= more
    return {key: frozenset(needed) for key, needed in found.items() if key in g.objects}


def _backwards(g: Gathering, key: Key, need: Key) -> bool:
    """Dependencies that say who goes with whom, not what must be there first."""
    kind = key[0]
    if kind == "sequence":
        # a serial's sequence is made before its column
        return need[0] in ("column", "table", "foreign table") and g.objects[key].get("owned by") is not None
    if kind not in _TABLES and kind != "publication":
        return False
    if need[0] in _TABLES:
        return Key("inheritance", key.schema, key.name, f"{need.schema}.{need.name}") in g.objects  # the link says it
    # A whole that internally depends on its part, e.g. a partition's table on its key.
    item = g.objects.get(need)
    return item is not None and item.parent == key
