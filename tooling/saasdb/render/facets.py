"""What is said about an object besides its definition: owner, comment, labels, the extension it is tied to."""

from __future__ import annotations

from saasdb.model import Object
from saasdb.render.names import ident, literal, reference, relation, role

OWNED = frozenset(
    {
        *("schema", "language", "enum", "composite type", "domain", "range", "base type", "shell type", "collation"),
        *("conversion", "sequence", "table", "foreign table", "statistics", "view", "materialized view"),
        *("event trigger", "function", "procedure", "aggregate", "operator", "operator family", "operator class"),
        *("text search dictionary", "text search configuration", "foreign data wrapper", "foreign server"),
        *("publication", "subscription"),
    }
)


def owner(old: Object | None, item: Object) -> list[str]:
    """`alter … owner to`; a sequence that is tied to a column has its table's owner and no say in it."""
    if item.key.kind == "sequence" and (item["identity of"] or (old is not None and old["owned by"])):
        return []
    return [f"alter {reference(item)} owner to {role(item.owner)}"]


def comment(item: Object) -> list[str]:
    text = "null" if item.comment is None else literal(item.comment)
    if item.key.kind in ("inheritance", "default", "published table", "published schema", "user mapping"):
        return []
    return [f"comment on {reference(item)} is {text}"]


def labels(old: Object | None, new: Object) -> list[str]:
    before = old.labels if old else {}
    found = []
    for provider in sorted(set(before) | set(new.labels)):
        if before.get(provider) != new.labels.get(provider):
            said = new.labels.get(provider)
            text = "null" if said is None else literal(said)
            found.append(f"security label for {ident(provider)} on {reference(new)} is {text}")
    return found


def extensions(old: Object | None, new: Object) -> list[str]:
    """`depends on extension`, with its opposite."""
    before = (old.get("extensions") if old else None) or frozenset()
    after = new.get("extensions") or frozenset()
    head = f"alter {_called(new)}"
    return [
        *(f"{head} no depends on extension {ident(name)}" for name in sorted(before - after)),
        *(f"{head} depends on extension {ident(name)}" for name in sorted(after - before)),
    ]


def _called(item: Object) -> str:
    if item.key.kind == "index":
        return f"index {relation(item.key)}"
    return reference(item)
