"""Indexes that the server could take for a partition's part of a partitioned index, because they look the same.

When a partition is attached, the server ties the first index that fits to each index of the partitioned table, whatever
its name. One that fits and is meant to stand alone must come after that.
"""

from __future__ import annotations

from collections.abc import Iterator

from saasdb.model import Database, Key, Object

_KEYS = ("primary key", "unique")


def rivals(link: Object, new: Database, made: frozenset[Key] | set[Key]) -> Iterator[Key]:
    """A new partition's indexes and keys that stand alone and look like an index of the table it is attached to.

    Args:
        link: the inheritance that is made.
        made: objects that are created: the index of a partitioned table that is made later is tied by name.
    """
    if link["bound"] is None:
        return
    shapes = {_shape(new.objects[part]) for part in new.parts.get(link["of"], ()) if part not in made} - {None}
    for part in new.parts.get(link["child"], ()) if shapes else ():
        if _shape(new.objects[part]) in shapes and new.objects[part].get("of") is None:
            yield part


def without_a_part(link: Object, new: Database) -> Iterator[Key]:
    """Indexes of a partitioned table that were made for it alone, so that a partition has none tied to them."""
    if link["bound"] is None:
        return
    tied = {new.objects[part].get("of") for part in new.parts.get(link["child"], ())}
    for part in new.parts.get(link["of"], ()):
        if _shape(new.objects[part]) is not None and part not in tied:
            yield part


def _shape(item: Object) -> tuple[bool, str] | None:
    """What the server compares: whether it is unique, and what it is made of; None for what is no index."""
    if item.key.kind == "index":
        return item["unique"], item["definition"].partition(" USING ")[2]
    if item.key.kind == "constraint" and item["type"] in _KEYS:
        return True, "btree " + item["definition"].removeprefix("PRIMARY KEY ").removeprefix("UNIQUE ")
    return None
