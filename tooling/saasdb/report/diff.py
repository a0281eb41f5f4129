"""What diff prints: a review, SQL, or JSON."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from saasdb.compare import Change
from saasdb.diff import Outcome
from saasdb.model import Grant, Key
from saasdb.plan import Statement
from saasdb.plan.actions import Action
from saasdb.report.messages import note, out


def notes(outcome: Outcome) -> None:
    """What a person should know besides, on stderr."""
    for text in outcome.notes:
        note(f"note: {text}")


def as_sql(outcome: Outcome) -> None:
    """The statements, each closed by a semicolon; nothing at all when there is nothing to do."""
    for statement in outcome.statements:
        out(f"{statement.sql};")


def as_json(outcome: Outcome) -> None:
    """Everything, for a program."""
    changes = outcome.changes
    whole = {
        "equal": outcome.equal,
        "created": [_key(key) for key in changes.created],
        "dropped": [_key(key) for key in changes.dropped],
        "changed": [
            {**_key(key), "fields": {name: {"old": was, "new": now} for name, was, now in _differences(change)}}
            for key, change in changes.changed.items()
        ],
        "statements": [
            {"sql": statement.sql, "object": str(statement.about), "outside transaction": statement.alone}
            for statement in outcome.statements
        ],
        "notes": list(outcome.notes),
    }
    out(json.dumps(whole, indent=2, default=str))


def _key(key: Key) -> dict[str, str]:
    return {"kind": key.kind, "schema": key.schema, "name": key.name, "part": key.part}


_MARKS = {Action.CREATE: "+", Action.DROP: "-", Action.ALTER: "~", Action.REPLACE: "~"}


def as_text(outcome: Outcome) -> None:
    """One block an object, one line a change, old and new side by side."""
    if outcome.equal:
        out("no difference")
        return
    groups: dict[Key, list[str]] = defaultdict(list)
    heads: dict[Key, str] = {}
    changes = outcome.changes
    for key in (*changes.created, *changes.dropped, *changes.changed):
        whole = _whole(key, outcome)
        mark = _MARKS[outcome.plan.actions.of.get(key, Action.ALTER)]
        if key == whole:
            heads[key] = mark
        else:
            groups[whole].append(f"  {mark} {key.kind} {key.part or key.name}{_detail(key, outcome)}")
        if key in changes.changed and key == whole:
            groups[whole] += [f"  ~ {name}: {was} → {now}" for name, was, now in _differences(changes.changed[key])]
    back = _by_whole(outcome.adopting, outcome) if outcome.adopting else {}
    there = _by_whole(outcome.statements, outcome) if outcome.adopting else {}
    for whole in sorted({*groups, *heads}, key=lambda key: (key.schema, key.name, key.kind)):
        mark = heads.get(whole, "~")
        out(f"{mark} {whole}")
        if mark == "~" or whole.kind == "table":
            for line in sorted(groups[whole], key=lambda line: line[2:]):
                out(line)
        for word, texts in (("undo", there.get(whole, ())), ("adopt", back.get(whole, ()))):
            for text in texts:
                out(f"    {word}: {' '.join(text.split())};")
    forced = [
        key
        for key, action in outcome.plan.actions.of.items()
        if action is Action.REPLACE and key not in changes.changed and key == _whole(key, outcome)
    ]
    for key in forced:
        out(f"~ {key}\n  rebuilt: it stands on something that changes")
    out(f"{len(outcome.statements)} statement{'s' if len(outcome.statements) != 1 else ''}; --sql prints them")


def written(place: Path | None) -> bool:
    """Say where the next migration lies; whether there is one."""
    if place is None:
        out("nothing to write: the migrations lead to the declared state")
        return False
    out(str(place))
    note("Read it, then run `saasdb apply --freeze`.")
    return True


def _by_whole(statements: Iterable[Statement], outcome: Outcome) -> dict[Key, list[str]]:
    found: dict[Key, list[str]] = defaultdict(list)
    for statement in statements:
        key = statement.about
        if key in outcome.changes.new.objects or key in outcome.changes.old.objects:
            key = _whole(key, outcome)
        found[key].append(statement.sql)
    return found


def _whole(key: Key, outcome: Outcome) -> Key:
    """The table or other whole that an object is part of."""
    database = outcome.changes.new if key in outcome.changes.new.objects else outcome.changes.old
    item = database.objects[key]
    while item.parent is not None and item.parent in database.objects:
        item = database.objects[item.parent]
    return item.key


def _detail(key: Key, outcome: Outcome) -> str:
    change = outcome.changes.changed.get(key)
    if change is None:
        item = outcome.changes.new.objects.get(key) or outcome.changes.old.objects[key]
        said = item.get("definition") or item.get("expression") or item.get("type")
        return f": {_short(said)}" if said else ""
    return ": " + "; ".join(f"{name} {was} → {now}" for name, was, now in _differences(change))


def _differences(change: Change) -> list[tuple[str, str, str]]:
    found = []
    for name in sorted(change.fields):
        found.append((name, _short(change.old.get(name)), _short(change.new.get(name))))
    for name in sorted(change.facets):
        found.append((name, _short(getattr(change.old, name)), _short(getattr(change.new, name))))
        if name == "acl":
            before, after = frozenset(change.old.acl or ()), frozenset(change.new.acl or ())
            found[-1] = ("privileges", _grants(before - after), _grants(after - before))
    return found


def _grants(grants: frozenset[Grant]) -> str:
    words = sorted(f"{grant.privilege} to {grant.grantee or 'public'}{'*' * grant.grantable}" for grant in grants)
    return ", ".join(words) or "none"


def _short(value: Any) -> str:
    """A value on one line."""
    if value is None or value == ():
        return "none"
    if isinstance(value, dict) and "name" in value:
        return "yes"
    if isinstance(value, tuple) and not isinstance(value, Key):
        return ", ".join(_short(part) for part in value)
    text = " ".join(str(value).split())
    return text if len(text) <= 100 else text[:97] + "…"
