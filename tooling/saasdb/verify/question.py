"""What a changed definition is about: the tables and texts that a deeper world is made around, and what calls it."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from saasdb.verify import atoms
from saasdb.verify.inventory import Function, Inventory, Relation

MOST_TABLES = 4
Side = dict[str, str | None]
"""In which columns a row differs from an ordinary one, and how."""


@dataclass
class Question:
    """What a deeper world is made around.

    Attributes:
        tables: titles of the tables that changed rules are about: their own, and those that their texts name.
        texts: the changed rules, as both states have them: the columns that they name come first.
    """

    tables: set[str] = field(default_factory=set)
    texts: set[str] = field(default_factory=set)
    told: dict[int, list[Side]] = field(default_factory=dict)
    """Table → what rows tell both states apart, once that was asked."""

    def names(self, column: str) -> bool:
        return any(atoms.named(column, text) for text in self.texts)


def concerned(changed: list[str], *states: Inventory | None) -> Question:
    """What changed rules are about."""
    question = Question()
    found = question.tables
    present = [inventory for inventory in states if inventory]
    for inventory in present:
        functions = {f.title: f for f in inventory.functions.values()}
        for title in changed:
            kind, _, rest = title.partition(" of ") if " of " in title else title.partition(" ")
            relation, function = inventory.relation(rest), functions.get(rest)
            texts = [function.body] if kind == "function" and function else []
            if function:
                # The tables that it guards: its triggers', and where it names none itself, those whose rules call it.
                called = f"{function.schema}.{function.name}("
                guards = not any(named_in(texts, r) for r in inventory.tables)
                for r in inventory.tables:
                    rules = [t for p in r.policies for t in (p.using, p.check) if t] if guards else []
                    if any(called in rule for rule in rules) or any(t.function == function.oid for t in r.triggers):
                        found.add(r.title)
            if kind == "view" and relation:
                texts = [relation.definition or ""]
            if kind in ("policies", "triggers") and relation:
                found.add(rest)
                texts = sorted(_rules(relation)) if kind == "policies" else []
            asked = _asked(inventory, _apart(rest, kind, texts, present))
            texts += [body for body in asked if body not in texts]
            texts += [r.definition or "" for r in inventory.relations.values() if r.kind in "vm" and named_in(texts, r)]
            found |= {r.title for r in inventory.tables if named_in(texts, r)}
            question.texts.update(part for text in texts for part in text.split(atoms.BOTH))
    return question


def _rules(relation: Relation | None) -> set[str]:
    return {t for p in relation.policies for t in (p.using, p.check) if t} if relation else set()


def _apart(title: str, kind: str, texts: list[str], states: list[Inventory]) -> list[str]:
    """What only one state says: rules that the other has not, each of the bodies."""
    if kind == "policies":
        every = [_rules(inventory.relation(title)) for inventory in states]
        return sorted(set.union(*every) - set.intersection(*every))
    return [part for text in texts for part in text.split(atoms.BOTH)]


def _asked(inventory: Inventory, texts: list[str]) -> list[str]:
    """The bodies of the functions that some of the texts call and not all do, and of those that these call.

    A rule that asks another helper than before is about what that helper looks up: members, where it asked for owners.
    """
    functions = inventory.functions.values()
    called = [{f.title for f in functions if _calls(text, f)} for text in texts]
    some = set.union(*called) - set.intersection(*called) if called else set()
    while True:
        bodies = [f.body for f in functions if f.title in some]
        more = {f.title for f in functions if any(_calls(body, f) for body in bodies)}
        if more <= some:
            return bodies
        some |= more


def _calls(text: str, function: Function) -> bool:
    return bool(re.search(rf"(?<![\w.]){re.escape(function.schema)}\.{re.escape(function.name)}\(", text))


def calling(inventory: Inventory, changed: list[str]) -> set[str]:
    """The functions that changed, those that name a table where they are triggers, and those that call them."""
    functions = inventory.functions.values()
    found = {f.title for f in functions if f"function {f.title}" in changed}
    run = {f.oid for f in functions if f.title in found}
    fired = [
        r
        for r in inventory.tables
        if f"triggers of {r.title}" in changed or any(trigger.function in run for trigger in r.triggers)
    ]
    found |= {f.title for f in functions if any(named_in([f.body], r) for r in fired)}
    while True:
        names = [f for f in functions if f.title in found]
        more = {f.title for f in functions if any(f"{n.schema}.{n.name}(" in f.body for n in names)}
        if more <= found:
            return found
        found |= more


def named_in(texts: list[str], relation: Relation) -> bool:
    """Whether a text names a table with its schema."""
    name = rf"(?<![\w.]){re.escape(relation.schema)}\.{re.escape(relation.name)}\b"
    return any(re.search(name, text) for text in texts)


def tables_in(inventory: Inventory, text: str) -> list[Relation]:
    """The tables that a body or a predicate names."""
    return [r for r in inventory.tables if r.partition_of is None and named_in([text], r)][:MOST_TABLES]
