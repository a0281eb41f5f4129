"""Where code changed: what today's does otherwise than the contract's, on the same world, row by row.

Equal outcomes are a rewording and no finding. A changed body that no probe brought to an answer proves nothing and is
reported as unproven.
"""

from __future__ import annotations

import re
from dataclasses import replace

from saasdb.contract.model import Contract
from saasdb.verify import newborn, sidebyside_calls
from saasdb.verify.alone import GONE
from saasdb.verify.engine import Comparison, Observation
from saasdb.verify.findings import Finding, because
from saasdb.verify.tables import Seen
from saasdb.verify.words import few
from saasdb.verify.writes import ODD_VALUES

CHECK_VIOLATION = "23514"


def compare(comparison: Comparison, contract: Contract) -> list[Finding]:
    """Findings of behaviour that changed with its definition."""
    before, now = comparison.frozen, comparison.now
    if before is None:
        return []
    found = (
        _tables(before, now, comparison.changed)
        + sidebyside_calls.compare(before, now, comparison.changed)
        + _life(before, now, comparison.changed)
        + newborn.compare(before.born, now.born, newborn.acting(now.inventory, comparison.changed))
    )
    if comparison.deeper:
        found = _with(found, *comparison.deeper, comparison.changed)
    for title, problem in now.problems.items():
        if title not in before.problems:
            found.append(
                Finding(
                    "outage",
                    title,
                    says="rows can be made",
                    happened=problem[:300],
                    decided_by=because(comparison.changed, title),
                )
            )
    found += _untold(before, now, comparison.changed, found)
    for title, why in comparison.unrestored.items():
        found.append(
            Finding(
                "changed",
                title,
                says="as the contract's definition",
                happened=f"cannot be tried beside it: {why}"[:300],
                place=contract.line(title),
            )
        )
    return found


def _with(found: list[Finding], before: Observation, now: Observation, changed: list[str]) -> list[Finding]:
    """The findings with those of a deeper world; a function that answers there is proven."""
    more = _tables(before, now, changed) + sidebyside_calls.compare(before, now, changed)
    answered = {title for (_, title, _), call in now.functions.calls.items() if call.state == "00000"}
    answered |= {title for (_, title, _), call in now.functions.otherwise.items() if call.state == "00000"}
    found = [f for f in found if f.kind != "unproven" or f.object.removeprefix("function ") not in answered]
    return found + [f for f in more if f.kind != "unproven"]


_CIRCUMSTANCE = re.compile(
    r"session_user|pg_backend_pid|inet_(client|server)|application_name|random\(|clock_timestamp|"
    r"\bextract\(|date_part|now\(\)|current_(time|date)|localtime|txid|pg_stat",
    re.IGNORECASE,
)


def _untold(before: Observation, now: Observation, changed: list[str], found: list[Finding]) -> list[Finding]:
    """Changed rules that trying cannot judge: without rows to try them on, or depending on when one calls."""
    unproven = []
    for title in changed:
        name = title.partition(" of ")[2] or title.partition(" ")[2]
        if any(f.object.endswith(name) for f in found):
            continue
        old, new = before.definitions.get(title, ""), now.definitions.get(title, "")
        gained = {m[0].lower() for m in _CIRCUMSTANCE.finditer(new)} - {
            m[0].lower() for m in _CIRCUMSTANCE.finditer(old)
        }
        relation = now.inventory.relation(name)
        if title.startswith("function "):
            gained -= {"now()", "extract(", "date_part"}
        if title.startswith("policies of ") and relation and not now.world.rows.get(relation.oid):
            unproven.append(
                Finding(
                    "unproven",
                    name,
                    says="as the contract's definition",
                    happened="its policies changed and no row tells how",
                    decided_by=(title,),
                )
            )
        elif title.startswith(("policies of ", "function ", "view ")) and gained:
            happened = f"now depends on {', '.join(sorted(gained))}, which no probe can turn"
            unproven.append(
                Finding("unproven", name, says="as the contract's definition", happened=happened, decided_by=(title,))
            )
    return unproven


def _guarded(now: Observation, title: str, changed: list[str]) -> bool:
    """Whether something changed that decides over a table's rows: its own rules, or what its triggers run."""
    functions = now.inventory.functions
    bodies = [functions[t.function] for t in now.inventory.relation(title).triggers if t.function in functions]
    run = {f.title for f in bodies} | {
        f.title for f in functions.values() if any(f"{f.name}(" in body.body for body in bodies)
    }
    return any(c.endswith(f" of {title}") or c.removeprefix("function ") in run for c in changed)


def _tables(before: Observation, now: Observation, changed: list[str]) -> list[Finding]:
    found: dict[tuple[str, str, str, str], Finding] = {}
    common = {
        oid: {r.label for r in before.world.rows.get(oid, ())} & {r.label for r in now.world.rows.get(oid, ())}
        for oid in now.world.rows
    }
    labels = {now.inventory.relations[oid].title: rows for oid, rows in common.items()}
    apart = {*before.world.principals} ^ {*now.world.principals}
    personas = {c.label: c.persona for c in now.callers}
    unsent = {c.label: c.principal.label if c.principal else "" for c in now.callers if c.forged and not c.plain}
    variants = [(c.label, c.principal.variant) for c in now.callers if c.principal and c.principal.variant]
    made = {("changed", (label, title, column)) for label, (title, column, _) in variants}
    for kind_of_command, name in (
        ("select", "read"),
        ("update", "changed"),
        ("update", "moved"),
        ("insert", "added"),
        ("delete", "removed"),
        ("select", "otherwise"),
        ("insert", "otherwise_added"),
        ("update", "alone"),
    ):
        old, new = getattr(before.tables, name), getattr(now.tables, name)
        for key, seen in new.items():
            other = old.get(key)
            if other is None or _same(other, seen, key[1], labels, apart):
                continue
            caller, title = key[0], key[1]
            detail = key[2] if len(key) > 2 else ""
            if (name, (caller, title, detail)) in made and seen.ok != other.ok and not _guarded(now, title, changed):
                continue  # who takes from all rows what lets them do it ends where their own row happens to lie
            if name in ("changed", "moved") and _by_another_row(other, seen, now.tables.read.get((caller, title))):
                continue  # `alone` asks it of each
            told = name in ("added", "moved") and "'s " in detail and other.ok and seen.state == "23505"
            kind = "leak" if told or _more(other, seen) else "outage"
            nothing = not seen.ok or (name != "added" and not seen.rows)
            if caller in unsent and nothing and "22" in (seen.state[:2], other.state[:2]):
                continue  # claims that nobody is given, and that no type takes: refused earlier or later
            if caller in unsent and other.state[:2] == "22" and _honest(old, unsent[caller], key[1:], seen):
                continue  # or taken for what they are not, and nothing gained by it
            if kind == "outage" and seen.state == CHECK_VIOLATION and detail.partition(" to ")[2] in ODD_VALUES:
                continue  # nobody was promised that a column takes odd values
            command = "delete" if detail.startswith(GONE) else kind_of_command
            column = detail.split(" to ")[0] if command == "update" else ""
            if seen.ok and other.ok and seen.rows == other.rows:
                kind = "changed"
                for touched, line in _effects(seen, other, labels).items():
                    spot = (touched, personas.get(caller, caller), command, kind)
                    if touched != title and spot not in found:
                        found[spot] = Finding(
                            kind,
                            touched,
                            personas.get(caller, caller),
                            command,
                            says="as with the contract's definitions",
                            happened=f"{caller}, {command} of {title} {detail}: {line}"[:300],
                            decided_by=because(changed, title),
                            statement=seen.statement[:400],
                        )
            spot = (title, personas.get(caller, caller), command, kind)
            if spot in found:
                continue
            found[spot] = Finding(
                kind,
                title,
                personas.get(caller, caller),
                command,
                column,
                says=_words(other, seen, labels),
                decided_by=because(changed, title),
                happened=f"{caller}{f', {detail}' if detail else ''}: {_words(seen, other, labels)}"[:300],
                statement=seen.statement[:400],
            )
    return list(found.values())


Labels = dict[str, set[str]]
"""Table → the labels of the rows that both worlds have."""


def _same(old: Seen, new: Seen, title: str, labels: Labels, apart: set[str]) -> bool:
    """Whether two outcomes are one, on the rows (of a view: the people) that both states have."""
    if old.ok != new.ok:
        # Another refusal is a refusal still; a refusal that became a success is not.
        return False
    if not old.ok:
        # Which of several rows a key or check stops first depends on their order; `shape` judges keys and checks.
        return old.state[:2] == new.state[:2] == "23" or old.passed == new.passed
    if _effects(old, new, labels) or _effects(new, old, labels) or (new.heard and not old.heard):
        return False
    common = labels.get(title)
    if common is None:
        return all(any(who in row for who in apart) for row in old.rows ^ new.rows)
    return old.rows & common == new.rows & common


def _honest(old: dict[tuple[str, ...], Seen], who: str, what: tuple[str, ...], new: Seen) -> bool:
    """Whether somebody with odd claims gets no more than the same one with honest claims got."""
    plain = old.get((who, *what))
    return plain is not None and plain.ok and new.rows <= plain.rows


def _more(old: Seen, new: Seen) -> bool:
    return (new.passed and not old.passed) or bool(new.rows - old.rows)


def _by_another_row(old: Seen, new: Seen, read: Seen | None) -> bool:
    """Whether a policy ended the one statement and a key the other: of many rows, it depends on which comes first."""
    refused = not old.ok and not new.ok and old.passed != new.passed
    return refused and read is not None and len(read.rows) > 1


def _effects(seen: Seen, other: Seen, labels: Labels) -> dict[str, str]:
    """What the first did to tables and the second did not, table by table."""
    found = {}
    for title, (rows, gone) in seen.effects.items():
        then, went = other.effects.get(title, ("[]", frozenset()))
        common = labels.get(title, gone)
        if rows != then or gone & common != went & common:
            found[title] = f"{title} now has {rows}" if rows != then else f"{title} loses {few(sorted(gone))}"
    return found


def _words(seen: Seen, other: Seen, labels: Labels) -> str:
    if seen.heard and not other.heard:
        return f"a notice says {seen.heard}"[:240]
    if seen.ok and other.ok and seen.rows == other.rows:
        return " | ".join(_effects(seen, other, labels).values())[:240] or "no such effect"
    if not seen.ok:
        return f"{seen.state} {seen.message}"[:160]
    return f"reaches {few(sorted(seen.rows))}" if seen.rows else "succeeds, reaching no row"


def _life(before: Observation, now: Observation, changed: list[str]) -> list[Finding]:
    """Signups and what else befalls a user, as they end otherwise: one finding for those that do so alike."""
    found: dict[tuple[str, ...], list[Finding]] = {}
    users = now.world.identity.users.title if now.world.identity.users else "users"
    for name, event in now.lifecycle.events.items():
        other = before.lifecycle.events.get(name)
        if other is None or (other.state == event.state and other.effects == event.effects):
            continue
        if other.state != event.state:
            ends = [(users, other.state, f"{event.state} {event.message}", other.state + event.state)]
        else:
            titles = [
                t for t in sorted({*other.effects, *event.effects}) if other.effects.get(t) != event.effects.get(t)
            ]
            ends = [(t, other.effects.get(t) or "nothing", event.effects.get(t) or "nothing", "") for t in titles]
        kind = "outage" if other.state == "00000" and event.state != "00000" else "leak"
        persona = "signup" if "signup" in name else "user"
        for title, says, happened, way in ends:
            why = because(changed, title)
            finding = Finding(kind, title, persona, name, says=says[:200], happened=happened[:300], decided_by=why)
            found.setdefault((kind, title, persona, way), []).append(finding)
    return [_with_others(alike) for alike in found.values()]


def _with_others(alike: list[Finding]) -> Finding:
    first, *others = alike
    more = f" (alike: {len(others)} more, such as {others[0].command})" if others else ""
    return replace(first, happened=first.happened + more)
