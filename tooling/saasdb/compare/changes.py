"""The one comparer: two models in, the list of what differs out."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from saasdb.compare.settled import settled
from saasdb.model import Database, Key, Object

FACETS = ("owner", "acl", "comment", "labels")
"""What is said about an object besides its definition."""

_BY_THE_WAY = {
    "column": frozenset({"inherited", "local", "heir"}),
    "constraint": frozenset({"inherited", "local", "columns", "target", "deferrable", "deferred", "clones"}),
    "inheritance": frozenset({"number"}),
    "function": frozenset({"source", "parsed"}),
    "procedure": frozenset({"source", "parsed"}),
    "extension": frozenset({"usual", "schemas"}),
    "index": frozenset({"unique", "whole definition"}),
    "view": frozenset({"columns"}),
    "materialized view": frozenset({"columns", "populated"}),
}
"""Fields that follow from others (or, for a view's columns, from its text), so that they are no change of their own."""


@dataclass(frozen=True)
class Change:
    """One object that is on both sides and not the same.

    Attributes:
        fields: the definition's fields that differ.
        facets: which of `FACETS` differ.
    """

    old: Object
    new: Object
    fields: frozenset[str]
    facets: frozenset[str]

    @property
    def key(self) -> Key:
        return self.new.key

    def told(self) -> list[tuple[str, Any, Any]]:
        """What differs as (name, old, new)."""
        found = [(name, self.old.get(name), self.new.get(name)) for name in sorted(self.fields)]
        return found + [(name, getattr(self.old, name), getattr(self.new, name)) for name in sorted(self.facets)]


@dataclass(frozen=True)
class Changes:
    """Everything that differs between two databases."""

    old: Database
    new: Database
    created: tuple[Key, ...]
    dropped: tuple[Key, ...]
    changed: Mapping[Key, Change]

    def __bool__(self) -> bool:
        return bool(self.created or self.dropped or self.changed)

    @property
    def reordered(self) -> tuple[Key, ...]:
        """Tables whose columns are the same in another order: reported, never rewritten."""
        return tuple(
            key
            for key, names in self.new.column_order.items()
            if key in self.old.column_order
            and names != self.old.column_order[key]
            and set(names) == set(self.old.column_order[key])
        )


def compare(old: Database, new: Database, *, ignore: Iterable[Key] = ()) -> Changes:
    """What must happen to `old` for it to become `new`.

    Args:
        ignore: objects to leave out on both sides.
    """
    left_out = frozenset(ignore)
    before = old.objects
    created, changed = [], {}
    for key, item in new.objects.items():
        was = before.get(key)
        if was is None:
            created.append(key)
        elif not (
            (was.fields is item.fields or was.fields == item.fields)  # to the letter, as nearly all are
            and was.acl == item.acl
            and was.owner == item.owner
            and was.comment == item.comment
            and was.labels == item.labels
            and was.parent == item.parent
        ):
            fields, facets = differing_fields(was, item), _facets(was, item)
            if was.parent != item.parent:
                fields |= {"parent"}
            if fields or facets:
                changed[key] = Change(was, item, fields, facets)
    dropped = [key for key in before if key not in new.objects] if len(before) > len(new.objects) - len(created) else []
    if left_out:
        created = [key for key in created if key not in left_out]
        dropped = [key for key in dropped if key not in left_out]
        changed = {key: change for key, change in changed.items() if key not in left_out}
    return Changes(old, new, tuple(created), tuple(dropped), changed)


def differing_fields(old: Object, new: Object) -> frozenset[str]:
    """The names of the definition's fields that differ."""
    if old.fields == new.fields:
        return frozenset()
    skipped = _BY_THE_WAY.get(new.key.kind, frozenset())
    if new.get("heir") and new["inherited"]:
        skipped -= {"local"}
    names = (set(old.fields) | set(new.fields)) - skipped
    found = {name for name in names if _meaning(name, old.get(name)) != _meaning(name, new.get(name))}
    if old.get("heir") and new.get("heir") and _own_rule(old) != _own_rule(new):
        found.add("not null")
    return frozenset(found)


def _own_rule(column: Object) -> bool:
    """Whether a table says a NOT NULL itself, and not only those it inherits from: a dump tells them apart."""
    return bool((column["not null"] or {}).get("local"))


def _meaning(name: str, value: Any) -> Any:
    """A field's value without what follows from inheritance alone."""
    if name == "not null" and isinstance(value, dict):
        return {part: value[part] for part in value if part != "local"}
    if name in ("options", "toast options") and isinstance(value, tuple):
        return tuple(sorted(value))
    if name == "definition" and isinstance(value, str) and value.startswith("CREATE STATISTICS "):
        return settled(sorted_statistics(value))
    if name in _EXPRESSIONS and isinstance(value, str):
        return settled(value)
    if name == "generated" and value is not None:
        return (value[0], settled(value[1]))
    return value


_EXPRESSIONS = frozenset({"definition", "expression", "using", "check", "where", "default", "partitioned by"})
"""Fields that hold an expression as the server prints it, by itself or inside of a statement."""


def sorted_statistics(definition: str) -> str:
    """Extended statistics name their columns in the table's column order, which means nothing."""
    match = _STATISTICS.match(definition)
    return f"{match[1]}{', '.join(sorted(match[2].split(', ')))}{match[3]}" if match else definition


_STATISTICS = re.compile(r"^(CREATE STATISTICS .* ON )([^()]*)( FROM .*)$", re.DOTALL)


def _facets(old: Object, new: Object) -> frozenset[str]:
    found = {name for name in ("owner", "comment") if getattr(old, name) != getattr(new, name)}
    if dict(old.labels) != dict(new.labels):
        found.add("labels")
    if set(old.acl or ()) != set(new.acl or ()):
        found.add("acl")
    return frozenset(found)
