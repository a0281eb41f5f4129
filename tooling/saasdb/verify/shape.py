"""What a table promises by its shape: keys, references, checks, types. Judged by its text, checks by their truth.

A check that was reworded is tried against the old one on values around every constant that either names.
"""

from __future__ import annotations

import re

import psycopg

from saasdb.contract.model import Contract
from saasdb.verify.atoms import texts_about
from saasdb.verify.engine import Comparison
from saasdb.verify.findings import Finding
from saasdb.verify.inventory import Inventory, Relation
from saasdb.verify.weaker import weaker, weaker_domain


def compare(connection: psycopg.Connection, comparison: Comparison, contract: Contract) -> list[Finding]:
    """Findings of promises that a table no longer makes."""
    found: list[Finding] = []
    now = comparison.now
    for title in comparison.changed:
        kind, _, name = title.partition(" of ")
        frozen, text = contract.definitions[title].splitlines(), now.definitions.get(title, "").splitlines()
        relation = now.inventory.relation(name)
        if title.startswith("domain "):
            taken = weaker_domain(connection, title.removeprefix("domain "), frozen, text)
            if taken is not None:
                found.append(_finding(contract, title, "; ".join(frozen), f"takes {taken[:60]!r}", title))
        elif title.startswith("function "):
            continue  # who may call it is told of it
        elif title.startswith(("view ", "materialized ")) and title not in now.definitions:
            found.append(_finding(contract, title.partition(" ")[2], "exists", "is gone", title, kind="outage"))
        elif title.startswith("materialized view "):
            found.append(
                _finding(
                    contract,
                    title.removeprefix("materialized view "),
                    "as defined in the contract",
                    "another query",
                    title,
                )
            )
        elif relation is None:
            if kind in ("columns", "policies", "constraints", "triggers"):
                found.append(_finding(contract, name, "exists", "is gone", title, kind="outage"))
        elif kind == "constraints":
            found += _constraints(connection, contract, now.inventory, relation, frozen, text)
        elif kind == "unique indexes":
            found += _tells(comparison, contract, relation, frozen, text)
            for line in sorted(set(frozen) - set(text)):
                found.append(_finding(contract, name, f"unique {line}", "no such unique index", title))
        elif kind == "indexes":
            found += _indexes(contract, now.inventory, relation, frozen)
        elif kind == "columns":
            found += _columns(contract, relation, frozen, text)
        elif kind == "triggers":
            found += _triggers(contract, relation, frozen, text)
    return list(dict.fromkeys([*found, *_new_columns(comparison, contract)]))


def _new_columns(comparison: Comparison, contract: Contract) -> list[Finding]:
    """Columns that the contract's tables did not have and that somebody reaches."""
    found = []
    for title, frozen in contract.definitions.items():
        if not title.startswith("columns of ") or comparison.now.definitions.get(title) in (None, frozen):
            continue
        name = title.removeprefix("columns of ")
        known = {line.split(": ", 1)[0] for line in frozen.splitlines()}
        for persona in contract.personas.values():
            if "skips row level security" in contract.facts.get(f"role {persona.role}", ()):
                continue  # a server's own role reaches whole tables
            for command in ("select", "insert", "update"):
                reached = comparison.now.tables.columns.get((persona.role, name, command), frozenset())
                for column in sorted(reached - known):
                    said = {
                        "says": "not in the contract yet",
                        "happened": "may name it",
                        "decided_by": (f"grants on {name}",),
                    }
                    found.append(Finding("new", name, persona.name, command, column, place=contract.line(name), **said))
    return found


def _finding(
    contract: Contract, name: str, says: str, happened: str, title: str, *, column: str = "", kind: str = "changed"
) -> Finding:
    return Finding(
        kind,
        name,
        column=column,
        says=says[:300],
        happened=happened[:300],
        decided_by=(title,),
        place=contract.line(name),
    )


def _constraints(
    connection: psycopg.Connection,
    contract: Contract,
    inventory: Inventory,
    relation: Relation,
    frozen: list[str],
    text: list[str],
) -> list[Finding]:
    old, new = ([line.partition(": ")[2] for line in lines] for lines in (frozen, text))
    gone = [d for d in old if d not in new and d.removesuffix(" NOT VALID") not in new]
    added = [d for d in new if d not in old]
    enforced = [d for d in new if d.startswith("CHECK") and not d.endswith(" NOT ENFORCED")]
    found = []
    for definition in gone:
        if f"{definition} NOT VALID" in new:
            happened = "holds for new rows only (not valid)"
            found.append(_finding(contract, relation.title, definition, happened, f"constraints of {relation.title}"))
        elif definition.startswith("CHECK"):
            if (row := weaker(connection, relation, definition, enforced)) is not None:
                found.append(
                    _finding(
                        contract,
                        relation.title,
                        definition,
                        f"no check refuses {row}",
                        f"constraints of {relation.title}",
                    )
                )
        elif definition.startswith(("UNIQUE", "PRIMARY", "EXCLUDE", "FOREIGN")):
            body = re.sub(r"^(UNIQUE( NULLS NOT DISTINCT)?|PRIMARY KEY) ", "", definition)
            keys = [d for d in new if d.startswith(("UNIQUE", "PRIMARY"))]
            keys += [i for i in relation.indexes if i.startswith("CREATE UNIQUE") and i.endswith(f" btree {body}")]
            if definition.startswith("FOREIGN") or not any(body in key for key in keys):
                found.append(
                    _finding(
                        contract,
                        relation.title,
                        definition,
                        next((d for d in added if d[:7] == definition[:7]), "no such constraint"),
                        f"constraints of {relation.title}",
                    )
                )
    return found


def _tells(
    comparison: Comparison, contract: Contract, relation: Relation, frozen: list[str], text: list[str]
) -> list[Finding]:
    """New unique indexes whose refusal tells a stranger what another's row holds."""
    for line in sorted(set(text) - set(frozen)):
        tables = comparison.now.tables
        for (label, title, kind), seen in [*tables.added.items(), *tables.moved.items()]:
            named = kind.partition("'s ")[2].split(", ")
            taken = kind.startswith("own with bob's ") or kind.endswith(f" to bob's {named[0]}")
            refused = title == relation.title and taken and seen.state == "23505"
            if refused and all(re.search(rf"\b{re.escape(column)}\b", line) for column in named):
                doing = "adding" if kind.startswith("own ") else "changing"
                happened = f"{label} {doing} {kind} is refused: it tells that another's row holds it"
                said = f"no unique {line}"
                return [_finding(contract, relation.title, said, happened, f"unique {line}", kind="leak")]
    return []


def _indexes(contract: Contract, inventory: Inventory, relation: Relation, frozen: list[str]) -> list[Finding]:
    """Columns that a rule looks rows up by and that no index begins with any more: each look reads all of the table."""
    now = {_first(index.split(" USING ", 1)[1]) for index in relation.indexes}
    texts = "\n".join(texts_about(inventory, relation))
    found = []
    for first in dict.fromkeys(map(_first, frozen)):
        column = next((c.name for c in relation.columns if re.search(rf"\b{re.escape(c.name)}\b", first)), "")
        if first not in now and column and re.search(rf"\b{re.escape(column)}\b", texts):
            found.append(
                _finding(
                    contract,
                    relation.title,
                    f"an index begins with {first}",
                    "none does, and a policy or function looks rows up by it",
                    f"indexes of {relation.title}",
                    column=column,
                    kind="slow",
                )
            )
    return found


def _first(index: str) -> str:
    """The first column of an index with its method, and its condition: `btree (user_id, id)` → `btree user_id`."""
    method, _, rest = index.partition(" (")
    depth, end = 0, 0
    for end, letter in enumerate(rest):  # noqa: B007
        if depth == 0 and letter in ",)":
            break
        depth += (letter == "(") - (letter == ")")
    condition = rest.partition(" WHERE ")[2]
    return f"{method} {rest[:end].split(' ')[0]}" + (f" where {condition}" if condition else "")


def _columns(contract: Contract, relation: Relation, frozen: list[str], text: list[str]) -> list[Finding]:
    old, new = (dict(line.split(": ", 1) for line in lines if ": " in line) for lines in (frozen, text))
    found = []
    for name, said in old.items():
        now = new.get(name)
        if now is None:
            found.append(
                _finding(
                    contract,
                    relation.title,
                    "the column exists",
                    "it is gone",
                    f"columns of {relation.title}",
                    column=name,
                    kind="outage",
                )
            )
        elif _without_default(now) not in (_without_default(said), _without_default(said) + " not null"):
            found.append(_finding(contract, relation.title, said, now, f"columns of {relation.title}", column=name))
        elif _default(now) != _default(said) and not _generated(_default(said)):
            found.append(
                _finding(
                    contract,
                    relation.title,
                    f"default {_default(said) or 'null'}",
                    f"default {_default(now) or 'null'}",
                    f"columns of {relation.title}",
                    column=name,
                )
            )
    return found


def _default(said: str) -> str:
    return said.split(" default ", 1)[1].split(" in (")[0] if " default " in said else ""


def _without_default(said: str) -> str:
    default = _default(said)
    return said.replace(f" default {default}", "").split(" in (")[0] if default else said.split(" in (")[0]


def _generated(default: str) -> bool:
    return "uuid" in default or default.startswith("nextval") or "now()" in default or "CURRENT" in default


def _triggers(contract: Contract, relation: Relation, frozen: list[str], text: list[str]) -> list[Finding]:
    """A trigger slot (timing, events, level, function's kind) that nothing fills any more, or that is switched off."""
    found = []
    old, new = ([_slot(line) for line in lines if line.startswith("CREATE")] for lines in (frozen, text))
    for slot in old:
        if slot not in new and not any(_covers(other, slot) for other in new):
            found.append(
                _finding(
                    contract, relation.title, f"a trigger {slot}", "no such trigger", f"triggers of {relation.title}"
                )
            )
    for line in text:
        if line.startswith("-- enabled") and line not in frozen:
            found.append(
                _finding(
                    contract,
                    relation.title,
                    "its triggers fire",
                    f"a trigger is switched off ({line.split()[-1]})",
                    f"triggers of {relation.title}",
                )
            )
    return found


def _slot(line: str) -> str:
    """`AFTER INSERT … FOR EACH ROW` of a trigger's definition, without its name and function."""
    words = line.split(" EXECUTE ", 1)[0]
    for timing in (" BEFORE ", " AFTER ", " INSTEAD OF "):
        if timing in words:
            return timing.strip() + " " + words.split(timing, 1)[1].rstrip()
    return words


_SLOT = re.compile(
    r"(?P<timing>BEFORE|AFTER|INSTEAD OF) (?P<events>.*?) ON (?P<rest>\S+ .*?)(?P<when> WHEN .*)?", re.DOTALL
)


def _covers(other: str, slot: str) -> bool:
    """Whether a slot fires whenever the first did: what its function does with the rest is seen by trying."""
    wide, narrow = _SLOT.fullmatch(other), _SLOT.fullmatch(slot)
    if not wide or not narrow or any(wide[part] != narrow[part] for part in ("timing", "rest")):
        return False
    events, asked = (match["events"].split(" OR ") for match in (wide, narrow))
    covered = all(event in events or event.partition(" OF ")[0] in events for event in asked)
    return covered and wide["when"] in (None, narrow["when"], _IF_ANYTHING)


_IF_ANYTHING = " WHEN ((old.* IS DISTINCT FROM new.*))"
"""Passes over updates that change nothing."""
