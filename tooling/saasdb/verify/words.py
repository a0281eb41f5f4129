"""Turns what was seen into the contract's words, and back: does a cell's word hold for everybody it speaks of?"""

from __future__ import annotations

from dataclasses import dataclass

from saasdb.contract.model import Persona
from saasdb.verify.callers import Caller
from saasdb.verify.engine import Observation
from saasdb.verify.inventory import Policy, Relation
from saasdb.verify.runner import REFUSED
from saasdb.verify.tables import Seen, owned, whole

DENIED = "denied"


@dataclass(frozen=True)
class Found:
    """What one persona was seen to do to one table with one command.

    Attributes:
        rows: a word, or `denied`.
        columns: the columns that worked.
        moves: references that could be given away.
        counter: an attempt that shows why the word is not narrower, for a finding.
    """

    rows: str
    columns: frozenset[str] = frozenset()
    moves: frozenset[str] = frozenset()
    counter: str = ""


def group(seen: Observation, persona: Persona, personas: dict[str, Persona]) -> list[Caller]:
    """The callers that a persona speaks of; who belongs to a persona told by a row is no ordinary member."""
    return [c for c in _of(seen, persona, personas) if c.plain]


def odd(seen: Observation, persona: Persona, personas: dict[str, Persona]) -> list[Caller]:
    """The callers of a persona whom no honest gateway sends: they may reach less than it, never more."""
    return [c for c in _of(seen, persona, personas) if not c.plain]


def _of(seen: Observation, persona: Persona, personas: dict[str, Persona]) -> list[Caller]:
    told = {name: members(seen, p) for name, p in personas.items() if p.table}
    found = []
    for caller in seen.callers:
        label = caller.principal.label if caller.principal else None
        theirs = label in told[persona.name] if persona.table else not any(label in those for those in told.values())
        # Who is deleted, banned or a guest is no administrator any more, whatever their row says.
        barred = caller.principal is not None and caller.principal.barred
        if caller.role == persona.role and (theirs or (barred and not persona.table)):
            found.append(caller)
    return found


def members(seen: Observation, persona: Persona) -> set[str]:
    """The principals whose row in the persona's table satisfies its condition."""
    relation = seen.inventory.relation(persona.table)
    if relation is None:
        return set()
    column, _, value = (part.strip().strip("'\"") for part in persona.where.partition("="))
    ids = {p.id: label for label, p in seen.world.principals.items()}
    found = set()
    for row in seen.world.rows.get(relation.oid, ()):
        said = row.data.get(column)
        shown = str(said).lower() if isinstance(said, bool) else str(said)
        if shown == value:
            found |= {ids[str(v)] for v in row.data.values() if str(v) in ids}
    return found


class Words:
    """Says what callers did in the words of the contract."""

    def __init__(self, seen: Observation):
        self.seen = seen
        self._owned: dict[tuple[str, int, str], frozenset[str]] = {}
        self._changed: dict[tuple[str, str], list[Seen]] = {}
        for (label, title, _), change in seen.tables.changed.items():
            self._changed.setdefault((label, title), []).append(change)

    def rows_of(self, caller: Caller, relation: Relation, word: str, owner: str) -> frozenset[str] | None:
        """The labels that a word means for a caller; None when it cannot be evaluated."""
        if word == "none":
            return frozenset()
        if word == "all":
            if relation.kind in "vmf":
                columns = tuple(self.seen.probes.may(caller.role, relation, "select"))
                return frozenset(
                    label for labels in self.seen.probes.known(relation, columns).values() for label in labels
                )
            return whole(relation, self.seen.world)
        if word == "own":
            if caller.principal is None:
                return frozenset()
            if relation.kind in "vmf":
                return frozenset({f"{caller.principal.label}'s data"})
            key = (caller.principal.id, relation.oid, owner)
            if key not in self._owned:
                self._owned[key] = owned(relation, self.seen.world, owner, caller.principal.id)
            return self._owned[key]
        return self.seen.evaluated.get((caller.label, relation.title, word))

    def select(self, callers: list[Caller], relation: Relation, owner: str, command: str = "select") -> Found:
        """The word for reading (or, with the other commands' outcomes, for changing and removing)."""
        outcomes = {c: self._outcome(c, relation, command) for c in callers}
        if all(seen.state == REFUSED and not seen.rows for seen in outcomes.values()):
            return Found(DENIED, counter=next((s.message for s in outcomes.values()), ""))
        columns = (
            frozenset().union(*(self._columns(c, relation, command) for c in callers))
            if command != "delete"
            else frozenset()
        )
        broken = next(((c, s) for c, s in outcomes.items() if not s.ok and s.state[:2] not in ("23",)), None)
        if broken and broken[1].state != REFUSED:
            return Found("fails", columns, counter=f"{broken[0].label}: {broken[1].state} {broken[1].message}")
        for word in ("none", "own", "all"):
            if word == "own" and not owner and relation.kind not in "vm":
                continue
            if all(
                self._agrees(seen, self.rows_of(c, relation, word, owner), word) for c, seen in outcomes.items()
            ) and not self.holds(callers, relation, command, word, owner):
                if word == "own" and not any(seen.rows for seen in outcomes.values()):
                    continue
                return Found(word, columns, self._moves(callers, relation) if command == "update" else frozenset())
        return Found("mixed", columns, self._moves(callers, relation) if command == "update" else frozenset())

    def fits(self, callers: list[Caller], relation: Relation, command: str, predicate: str) -> str:
        """Empty when a predicate says exactly what each caller reached; else where it does not."""
        for caller in callers:
            if command == "insert":
                for (label, title, kind), seen in self.seen.tables.added.items():
                    if label != caller.label or title != relation.title:
                        continue
                    would = self.seen.would_add.get((label, title, predicate, kind))
                    if would is None:
                        return f"{label}: the predicate cannot be evaluated on a new row"
                    if seen.state[:2] in ("42", "54") and seen.state != REFUSED:
                        return f"{label} does not reach a row of its own: {seen.state} {seen.message}"  # no rule ended
                    if would != (seen.state != REFUSED):
                        said = "yes" if would else "no"
                        return f"{label} adding {kind}: the predicate says {said}, the database {seen.state}"
                continue
            seen = self._outcome(caller, relation, command)
            rows = self.seen.evaluated.get((caller.label, relation.title, predicate))
            if rows is None:
                return f"{caller.label}: the predicate cannot be evaluated"
            if seen.ok and seen.rows != rows:
                extra, missing = sorted(seen.rows - rows), sorted(rows - seen.rows)
                return (
                    f"{caller.label} reaches {few(extra)}" if extra else f"{caller.label} does not reach {few(missing)}"
                )
            if not seen.ok and seen.state[:2] != "23" and rows:
                return f"{caller.label} does not reach {few(sorted(rows))}: {seen.message}"
        return ""

    def holds(self, callers: list[Caller], relation: Relation, command: str, rows: str, owner: str) -> str:
        """Empty when a cell's rows hold for every caller, else who does what instead."""
        if rows == "mixed":
            return ""
        if command == "insert" and rows in ("none", "own", "all"):
            found = self.insert(callers, relation)
            wrong = found.rows != rows and not (found.rows == "mixed" and rows == "own" and not found.counter)
            return f"{found.rows} {found.counter[:200]}".strip() if wrong else ""
        if rows not in ("none", "own", "all", "fails"):
            return self.fits(callers, relation, command, rows)
        for caller in callers:
            seen = self._outcome(caller, relation, command)
            if rows == "fails":
                if seen.ok:
                    return f"{caller.label} succeeds"
                continue
            meant = self.rows_of(caller, relation, rows, owner)
            if not seen.ok and (rows == "none" or seen.state[:2] != "23") and (meant or rows == "none"):
                return f"{caller.label}: {seen.state} {seen.message}"
            if seen.ok and meant is not None and seen.rows != meant:
                extra, missing = sorted(seen.rows - meant), sorted(meant - seen.rows)
                if relation.kind in "vmf" and rows == "own" and not extra:
                    continue
                return (
                    f"{caller.label} reaches {few(extra)}" if extra else f"{caller.label} does not reach {few(missing)}"
                )
        return ""

    def beyond(self, callers: list[Caller], relation: Relation, command: str, rows: str, owner: str) -> str:
        """Empty when no odd caller reaches more than a cell's rows, else who does."""
        if rows in ("all", "mixed", "fails"):
            return ""
        for caller in callers:
            if command == "insert":
                if wrong := self._adds_beyond(caller, relation, rows):
                    return wrong
                continue
            seen = self._outcome(caller, relation, command)
            meant = self.rows_of(caller, relation, rows, owner)
            if seen.ok and meant is not None and (extra := sorted(seen.rows - meant)):
                return f"{caller.label} reaches {few(extra)}"
        return ""

    def _adds_beyond(self, caller: Caller, relation: Relation, rows: str) -> str:
        for (label, title, kind), seen in self.seen.tables.added.items():
            if label != caller.label or title != relation.title or not seen.passed:
                continue
            # Who has no subject has no rows of their own.
            others = _foreign(kind) or caller.principal is None or rows == "none"
            would = not others if rows in ("none", "own") else self.seen.would_add.get((label, title, rows, kind), True)
            if not would:
                return f"{caller.label} adds {kind}: {seen.statement[:160]}"
        return ""

    def _agrees(self, seen: Seen, rows: frozenset[str] | None, word: str) -> bool:
        if not seen.ok:
            return word != "none"  # a constraint stopped it: it reached something
        if rows is None:
            return False
        return seen.rows <= rows if word == "own" else seen.rows == rows

    def _outcome(self, caller: Caller, relation: Relation, command: str) -> Seen:
        view = self.seen.tables
        if command == "select":
            return view.read.get((caller.label, relation.title), Seen(REFUSED))
        if command == "delete":
            return view.removed.get((caller.label, relation.title), Seen(REFUSED))
        reached: set[str] = set()
        states = []
        for seen in self._changed.get((caller.label, relation.title), ()):
            states.append(seen)
            reached |= seen.rows
        working = [seen for seen in states if seen.ok] or [seen for seen in states if seen.state[:2] == "23"]
        if not states or (not working and all(s.state in (REFUSED, "P0001") for s in states)):
            return Seen(REFUSED, message="; ".join(sorted({s.message for s in states})))
        best = working[0] if working else states[0]
        return Seen(best.state, frozenset(reached), best.message, best.statement)

    def _columns(self, caller: Caller, relation: Relation, command: str) -> frozenset[str]:
        may = self.seen.tables.columns.get((caller.role, relation.title, command), frozenset())
        if command != "update":
            return may
        view = self.seen.tables.changed
        return frozenset(
            c
            for c in may
            if (s := view.get((caller.label, relation.title, c))) and s.state not in (REFUSED, "P0001", "428C9")
        )

    def _moves(self, callers: list[Caller], relation: Relation) -> frozenset[str]:
        """References that somebody could set to another's value or to nobody's."""
        labels = {c.label for c in callers}
        return frozenset(
            what
            for (label, title, what), seen in self.seen.tables.moved.items()
            if label in labels
            and title == relation.title
            and seen.ok
            and seen.rows
            and what.endswith((" to bob's", " to null"))
        )

    def insert(self, callers: list[Caller], relation: Relation) -> Found:
        """The word for adding rows."""
        kinds: dict[str, list[Seen]] = {}
        labels = {c.label for c in callers}
        for (label, title, kind), seen in self.seen.tables.added.items():
            if label in labels and title == relation.title:
                kinds.setdefault(kind, []).append(seen)
        columns = (
            frozenset().union(*(self._columns(c, relation, "insert") for c in callers)) if callers else frozenset()
        )
        if not columns:
            return Found(DENIED)
        own = [s for kind, found in kinds.items() if not _foreign(kind) for s in found]
        other = [s for kind, found in kinds.items() if _foreign(kind) for s in found]
        if not any(s.passed for s in [*own, *other]):
            return Found("none", columns)
        plain = [s for s in kinds.get("own", own)]
        if all(s.state != REFUSED for s in [*plain, *other]):
            return Found("all", columns)
        leaking = next((s for s in other if s.passed), None)
        if plain and all(s.state != REFUSED for s in plain) and leaking is None:
            return Found("own", columns)
        return Found("mixed", columns, counter=leaking.statement if leaking else "")


def _foreign(kind: str) -> bool:
    return "another's" in kind or "<ANOTHER" in kind or kind.startswith("own with no ") or "<another's>" in kind


def effective(relation: Relation, command: str, role: str) -> str:
    """The policies of one role and command as one predicate, the way Postgres joins them."""
    kinds = {"select": "r", "insert": "a", "update": "w", "delete": "d"}
    chosen: list[Policy] = [
        p for p in relation.policies if p.command in (kinds[command], "*") and ({"public", role} & set(p.roles))
    ]

    def expression(policy: Policy) -> str:
        said = (policy.check or policy.using) if command == "insert" else policy.using
        return said or "true"

    permissive = [expression(p) for p in chosen if p.permissive]
    restrictive = [expression(p) for p in chosen if not p.permissive]
    if not permissive:
        return "false"
    joined = permissive[0] if len(permissive) == 1 else " OR ".join(f"({e})" for e in permissive)
    return joined if not restrictive else f"({joined}) AND " + " AND ".join(f"({e})" for e in restrictive)


def few(labels: list[str]) -> str:
    """At most three labels, for a message."""
    shown = ", ".join(labels[:3])
    return f"{shown} and {len(labels) - 3} more rows" if len(labels) > 3 else shown
