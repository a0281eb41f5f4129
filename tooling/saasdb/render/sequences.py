"""Sequences."""

from __future__ import annotations

from saasdb.model import Object
from saasdb.render.context import Context
from saasdb.render.names import ident, relation

_MOST = {"smallint": 2**15 - 1, "integer": 2**31 - 1, "bigint": 2**63 - 1}


def settings(item: Object, *, name: bool = False) -> str:
    """Every option of a sequence as `create sequence` and an identity column take them."""
    words = [f"sequence name {relation(item.key)}" if name else f"as {item['type']}"]
    words.append(f"increment by {item['increment']} minvalue {item['minimum']} maxvalue {item['maximum']}")
    words.append(f"start with {item['start']} cache {item['cache']} {'cycle' if item['cycle'] else 'no cycle'}")
    return " ".join(words)


def create_sequence(item: Object, ctx: Context) -> list[str]:
    if item["identity of"]:
        return []
    unlogged = "unlogged " if item["persistence"] == "unlogged" else ""
    return [f"create {unlogged}sequence {relation(item.key)} {settings(item)}"]


def persistence(sequence: Object, table: Object) -> list[str]:
    """An identity column's sequence is born as its table is: logged or not."""
    if sequence["persistence"] == table["persistence"]:
        return []
    return [f"alter sequence {relation(sequence.key)} set {sequence['persistence']}"]


def identity_settings(column: Object, sequence: Object) -> str:
    """What an identity column says of its sequence, which counts in the column's type at first."""
    if _counts_otherwise(column, sequence):
        return f"sequence name {relation(sequence.key)}"
    return settings(sequence, name=True)


def born_with(column: Object, sequence: Object, table: Object) -> list[str]:
    """What an identity column's new sequence is not by birth: logged as its table is, and of the column's type."""
    found = persistence(sequence, table)
    if _counts_otherwise(column, sequence):
        found.append(f"alter sequence {relation(sequence.key)} {settings(sequence)} restart")
    return found


def _counts_otherwise(column: Object, sequence: Object) -> bool:
    return sequence["type"] != column["type"] and column["type"] in ("smallint", "integer", "bigint")


def alter_sequence(old: Object, new: Object, fields: frozenset[str], ctx: Context) -> list[str] | None:
    if (old["identity of"] is None) != (new["identity of"] is None):
        return None
    head, found = f"alter sequence {relation(new.key)}", []
    if fields & {"type", "increment", "minimum", "maximum", "start", "cache", "cycle"}:
        found.append(f"{head} {settings(new)}{_restart(old, new)}")
    if "persistence" in fields:
        found.append(f"{head} set {new['persistence']}")
    return found


def narrowed(old: Object, new: Object) -> list[str]:
    """Bounds for an identity sequence that its column's smaller type cannot hold: they must be set before that type.

    What a type gives by itself, its own largest number, Postgres also takes along by itself.
    """
    most = _MOST.get(new["type"], _MOST["bigint"])
    held = -most - 1 <= old["minimum"] and old["maximum"] <= most
    if held or not (-most - 1 <= new["minimum"] and new["maximum"] <= most):
        return []
    bounds = f"minvalue {new['minimum']} maxvalue {new['maximum']} start with {new['start']}"
    return [f"alter sequence {relation(old.key)} {bounds}{_restart(old, new)}"]


def _restart(old: Object, new: Object) -> str:
    """Where a sequence is, is not known here; where it began, outside of the new bounds, it can not go on."""
    return "" if new["minimum"] <= old["start"] <= new["maximum"] else " restart"


def own(item: Object) -> str:
    """Tie a sequence to the column that it serves."""
    column = item["owned by"]
    place = f"{relation(column)}.{ident(column.part)}" if column else "none"
    return f"alter sequence {relation(item.key)} owned by {place}"


def renamed(old: Object, new: Object) -> list[str]:
    """An identity column's sequence under another name."""
    found = [f"alter sequence {relation(old.key)} rename to {ident(new.key.name)}"]
    if old.fields != new.fields:
        found.append(f"alter sequence {relation(new.key)} {settings(new)}")
    return found
