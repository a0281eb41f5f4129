"""`pg_depend`, translated from oids into identities."""

from __future__ import annotations

from collections import defaultdict

from saasdb.catalog.addresses import FIRST_USER_OID, PG_CLASS, PG_TRIGGER, PG_TYPE
from saasdb.catalog.gathering import Gathering
from saasdb.model import Key

_NOT_OBJECTS = frozenset({PG_CLASS, PG_TYPE, PG_TRIGGER})
"""Catalogs whose rows may serve another object (toast tables, array types, a foreign key's triggers)."""


def read_needs(g: Gathering) -> dict[Key, frozenset[Key]]:
    """Object → what it needs, with parts needing what they are part of.

    What is in `pg_depend` and was read by nobody is named in `g.unknown`: never passed over in silence.
    """
    needs: dict[Key, set[Key]] = defaultdict(set)
    strangers: set[tuple[int, int]] = set()
    for catalog, oid, sub, other, other_oid, other_sub, how in g.depends:
        if how in ("e", "x"):
            continue
        key = g.key(catalog, oid, sub)
        need = g.key(other, other_oid, other_sub)
        if key is None:
            if oid >= FIRST_USER_OID and catalog not in _NOT_OBJECTS and how == "n" and not _skipped(g, need):
                strangers.add((catalog, oid))
            continue
        if need is None or need == key or key.kind == "extension":
            continue
        if how in ("P", "S") or _backwards(g, key, need):
            continue
        needs[key].add(need)
    for key, item in g.objects.items():
        if item.parent:
            needs[key].add(item.parent)
        elif key.kind == "extension":
            needs[key].add(Key("schema", "", item["schema"]))
    for key, more in g.more_needs.items():
        needs[key] |= more
    _name(g, strangers)
    return {key: frozenset(found) for key, found in needs.items() if key in g.objects}


def _backwards(g: Gathering, key: Key, need: Key) -> bool:
    """Dependencies that say who goes with whom, not what must be there first."""
    if key.kind == "sequence" and need.kind in ("column", "table", "foreign table"):
        return g.objects[key].get("owned by") is not None  # a serial's sequence is made before its column
    if key.kind.endswith("table") and need.kind.endswith("table"):
        link = Key("inheritance", key.schema, key.name, f"{need.schema}.{need.name}")
        return link in g.objects  # the link says it
    item = g.objects.get(need)
    # A whole that internally depends on its part, e.g. a partition's table on its key.
    return item is not None and item.parent == key and key.kind in ("table", "foreign table", "publication")


def _skipped(g: Gathering, need: Key | None) -> bool:
    return (need is not None and need.kind == "extension") or (need is None and bool(g.skip_schemas))


def _name(g: Gathering, strangers: set[tuple[int, int]]) -> None:
    if not strangers:
        return
    pairs = ", ".join(f"({catalog}, {oid})" for catalog, oid in sorted(strangers))
    for kind, identity in g.rows(
        f"select i.type, i.identity from (values {pairs}) v(catalog, oid),"
        " lateral pg_identify_object(v.catalog::oid, v.oid::oid, 0) i where i.identity is not null"
        " and i.type not in ('toast table', 'table constraint', 'default value', 'rule', 'policy', 'trigger')"
        " and coalesce(i.schema, '') !~ '^pg_temp'"
    ):
        g.unknown.append(f"{kind} {identity}")
