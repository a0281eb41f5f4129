"""What a changed definition can change the behaviour of: whatever names it, and whatever names that.

Two states are compared there alone: elsewhere they are one. A name counts wherever its words stand in a text, qualified
or not, so a column of the same name takes more in and never less; SQL put together at run time may name anything.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from saasdb.verify.inventory import Function, Inventory, Relation

_WORDS = re.compile(r"\w+")
_PUT_TOGETHER = re.compile(r"\bexecute\b(?!\s+(function|procedure)\b)", re.IGNORECASE)


def touched(changed: Sequence[str], *states: Inventory) -> frozenset[str]:
    """The titles of the tables, views and functions that may behave otherwise, in either of the states.

    Args:
        changed: titles of definitions, e.g. `policies of public.orders`, `function public.plan(uuid)`.
    """
    names = {_bare(title.partition(" of ")[2] or re.sub(r"^(materialized )?\w+ ", "", title)) for title in changed}
    texts: dict[str, set[str]] = {}
    bare: dict[str, frozenset[str]] = {}
    found: set[str] = set()
    for inventory in states:
        for title, name, text in _objects(inventory, set(changed)):
            texts.setdefault(title, set()).update(_WORDS.findall(text))
            bare[title] = _words(name)
        found |= {f.title for f in inventory.functions.values() if _PUT_TOGETHER.search(f.body)}
    new = {_words(name) for name in names} | {bare[title] for title in found}
    found |= {title for title, words in bare.items() if words in new}
    while new:
        more = {t for t, words in texts.items() if t not in found and any(name <= words for name in new)}
        found |= more
        new = {bare[title] for title in more}
    return frozenset(found)


def _bare(title: str) -> str:
    """A name without its schema and argument types."""
    return title.partition("(")[0].rpartition(".")[2]


def _words(name: str) -> frozenset[str]:
    return frozenset(_WORDS.findall(name)) or frozenset({name})


def _objects(inventory: Inventory, changed: set[str]) -> Iterable[tuple[str, str, str]]:
    """(title, bare name, everything that decides how it behaves)."""
    for function in inventory.functions.values():
        yield function.title, function.name, _of_function(function)
    for relation in inventory.relations.values():
        yield relation.title, relation.name, "\n".join(_of_relation(inventory, relation, changed))


def _of_function(function: Function) -> str:
    return f"{function.body} {function.identity} {function.returns}"


def _of_relation(inventory: Inventory, relation: Relation, changed: set[str]) -> Iterable[str]:
    yield relation.definition or ""
    yield from (text for p in relation.policies for text in (p.using, p.check) if text)
    yield from (f"{c.type} {c.default or ''}" for c in relation.columns)
    yield from (k.expression for k in relation.constraints if k.expression)
    for trigger in relation.triggers:
        function = inventory.functions.get(trigger.function)
        yield f"{trigger.definition} {function.name if function else ''}"
    for other in inventory.relations.values():
        # Deleting a row fires the triggers of those that refer to it; a partition and its table are one.
        refers = any(k.type == "f" and k.target == relation.oid for k in other.constraints)
        asked = other.triggers or f"constraints of {other.title}" in changed
        if (refers and asked) or relation.oid == other.partition_of or relation.partition_of == other.oid:
            yield other.name
