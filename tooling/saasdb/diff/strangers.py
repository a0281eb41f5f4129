"""Between a live database and a project: what is not the project's is left alone, and named."""

from __future__ import annotations

from saasdb.model import Database, Key

LEDGER = "saasdb"
"""The schema in which this tool keeps its own books."""
BOOKS = Key("schema", "", LEDGER)

PLATFORM = frozenset(
    {
        *("auth", "storage", "realtime", "cron", "extensions"),
        *("graphql", "graphql_public", "net", "pgbouncer", "pgmq"),
        *("pgsodium", "pgsodium_masks", "supabase_functions", "supabase_migrations", "vault"),
        *("_analytics", "_realtime", "_supavisor"),
    }
)
"""Schemas that a hosting platform fills; see the lists in its own documentation."""

_ON_PLATFORM = ("trigger", "policy")


def strangers(live: Database, project: Database, stand_in: frozenset[Key]) -> tuple[frozenset[Key], list[str]]:
    """Which objects to leave out of the comparison, and what to say of those that are nobody's we know.

    What the project declares on a platform's tables (a trigger, a policy) is compared; what else lies there is not.

    Args:
        stand_in: what the project's own stand-in for the platform makes, of which a live database has the original.
    """
    left_out: set[Key] = set()
    said: list[str] = []
    declared = {key.name for key in project.objects if key.kind == "schema"}
    for key in live.objects.keys() | project.objects.keys():
        place = key.name if key.kind in ("schema", "published schema") else key.schema
        if place == LEDGER or _platform(key, place, project, stand_in):
            left_out.add(key)
            if key.kind == "policy" and key not in project.objects:
                said.append(f"{key} is not of this project; it is left alone")
        elif key not in project.objects and _whole(key, live) not in project.objects:
            left_out.add(key)
            if key.kind == "schema" or (live.objects[key].parent is None and place in declared | {""}):
                said.append(f"{key} is not of this project; it is left alone")
    return frozenset(left_out), sorted(said)


def _platform(key: Key, place: str, project: Database, stand_in: frozenset[Key]) -> bool:
    if key.kind in ("extension", "default privileges") and key not in project.objects:
        return True
    ours = key.kind in _ON_PLATFORM and key in project.objects and key not in stand_in
    return place in PLATFORM and not ours


def _whole(key: Key, database: Database) -> Key:
    item = database.objects[key]
    while item.parent is not None and item.parent in database.objects:
        item = database.objects[item.parent]
    return item.key
