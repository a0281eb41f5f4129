"""What people say of themselves at the signup: metadata that claims everything, and what only the triggers know of."""

from __future__ import annotations

import re

from saasdb.verify import atoms
from saasdb.verify.values import constants_in
from saasdb.verify.world import World

MOST_TURNS = 6
"""Signups that claim everything, each with another value of every list."""
MOST_CHOICES, MOST_OF_ANOTHER = 3, 8


def forged(world: World, changed: set[str]) -> dict[str, dict]:
    """Metadata that claims everything: every column's name with each listed value in turn, ids, flags, amounts.

    Beside it what only the triggers know of: each word of theirs, and each key that a table of choices holds, as
    the value of each other one, also one deeper.
    """
    bob = world.principals["bob"]
    tables = [r for r in world.inventory.tables if r.schema not in ("auth", "storage")]
    lists: dict[str, list[str]] = {}  # tables that share a column's name need not share its values
    for column in (c for relation in tables for c in relation.columns):
        lists.setdefault(column.name, []).extend(v for v in column.listed[::-1] if v not in lists[column.name])
    found = {}
    for turn in range(max([3, *(min(len(values), MOST_TURNS) for values in lists.values())])):
        said: dict[str, object] = {}
        for column in (c for relation in tables for c in relation.columns):
            if values := lists[column.name]:
                said[column.name] = values[turn % len(values)]
            elif column.category == "B":
                said[column.name] = turn == 0
            elif column.category == "N":
                said[column.name] = 987654 + turn
            elif column.base == "uuid":
                said[column.name] = bob.id
            elif column.category == "S":
                said.setdefault(column.name, ("admin", bob.id, f"{bob.id}/avatar")[turn % 3])
        said |= {"is_admin": True, "admin": True, "id": bob.id, "sub": bob.id, "app_metadata": {"role": "admin"}}
        names = ("the highest of everything", "other values", "another's paths")
        found[names[turn] if turn < 3 else f"values of turn {turn}"] = said
    words = _words(world)
    keys = _keys(words)
    news = [w for w in _news(world, changed) if w in words]
    for word in dict.fromkeys([*news[:8], *words[:8], *_choices(world)]):
        flat: dict[str, object] = dict.fromkeys(keys, word)
        found[f"every word {word}"] = flat
        found[f"every word in a word {word}"] = dict.fromkeys(keys, flat)
    return found


def _words(world: World) -> list[str]:
    return [w for w in constants_in(bodies(world))[0] if re.fullmatch(r"[\w .:-]{1,40}", w)]


def _keys(words: list[str]) -> list[str]:
    return [w for w in words if re.fullmatch(r"[A-Za-z_]\w*", w)]


def bodies(world: World) -> str:
    """What triggers run, of whatever table: one that the users table is about to get counts as well."""
    return "\n".join(f.body for f in world.inventory.functions.values() if f.returns == "trigger")


def _news(world: World, changed: set[str]) -> list[str]:
    """Words of a changed trigger that only one of its two states knows."""
    functions = [f for f in world.inventory.functions.values() if f.title in changed and atoms.BOTH in f.body]
    states = [[constants_in(text)[0] for text in f.body.split(atoms.BOTH)] for f in functions]
    return [word for one, two in states for word in dict.fromkeys([*one, *two]) if (word in one) != (word in two)]


def _choices(world: World) -> list[str]:
    """Keys of tables whose rows others choose from, such as plans: texts that nobody made up."""
    known = world.principals.values()
    chosen = {k.target for r in world.inventory.tables for k in r.constraints if k.type == "f"}
    texts = [
        str(row.data[relation.key[0]])
        for relation in world.inventory.tables
        if relation.oid in chosen and len(relation.key) == 1 and relation.column(relation.key[0]).category == "S"
        for row in world.rows.get(relation.oid, ())
    ]
    return [text for text in dict.fromkeys(texts) if not any(p.tag in text.lower() for p in known)][:MOST_CHOICES]


def of_another(world: World) -> dict[str, dict]:
    """Metadata with what tells another's rows apart: the id of their group, its address, a code.

    Only where two states are compared: a product may let people name whom they join. Not by a number, which a sequence
    gives out: it goes on from state to state.
    """
    texts, keys = bodies(world), _keys(_words(world))
    found = {
        f"every word bob's {relation.name}.{key[0]}": dict.fromkeys(keys, str(row.data[key[0]]))
        for relation in (r for r in world.inventory.tables if r.schema != "auth" and atoms.named(r.name, texts))
        for row in world.rows.get(relation.oid, ())
        if world.more and row.label == "bob"
        for key in relation.unique
        if len(key) == 1
        and relation.column(key[0]).category != "N"
        and str(row.data.get(key[0])) not in ("None", world.principals["bob"].id)
    }
    return dict(list(found.items())[:MOST_OF_ANOTHER])
