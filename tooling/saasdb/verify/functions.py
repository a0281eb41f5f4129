"""Functions and procedures, attacked: called as every persona with a victim's id, null, hostile and oversized input.

What a call returns, raises or notifies is searched for other people's data, and all tables are compared before and
after. The words of a contract cell: `own` = the call reaches the caller's rows at most, `all` = it reaches others'.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from typing import Any

from saasdb.verify.arguments import Arguments
from saasdb.verify.callers import Caller
from saasdb.verify.inventory import Function
from saasdb.verify.principals import Principal
from saasdb.verify.reach import EVERYTHING, Reach
from saasdb.verify.runner import Answer, Probe, Runner
from saasdb.verify.tables import ADMINLIKE
from saasdb.verify.world import World

_UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
_TIME = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(\.\d+)?([+-]\d\d(:?\d\d)?|Z)?")
_OTHERS = r"bob's [\w.]+|the id of [^,]+"
_DANGEROUS = re.compile(
    r"\b(pg_sleep|dblink|http_(get|post)|net\.|lo_export|pg_terminate_backend|copy\s+.*program)", re.IGNORECASE
)

CALLS, CALLS_OF_CHANGED = 28, 220
"""How many argument lists are tried for a caller, ordinarily and on a function whose body is not the contract's."""


@dataclass(frozen=True)
class Call:
    """One call's outcome in a form that is the same on every run: ids and times replaced by what they stand for."""

    state: str
    result: str
    effects: str
    reached: frozenset[str]
    statement: str = field(default="", compare=False)


@dataclass
class FunctionView:
    """(caller, function, arguments) → outcome; and which roles may execute which function at all."""

    calls: dict[tuple[str, str, str], Call] = field(default_factory=dict)
    execute: dict[str, set[str]] = field(default_factory=dict)
    skipped: dict[str, str] = field(default_factory=dict)

    def of(self, title: str) -> dict[tuple[str, str], Call]:
        return {(caller, shown): call for (caller, name, shown), call in self.calls.items() if name == title}


class FunctionProbes:
    """Calls every function that any client role may execute."""

    def __init__(
        self, runner: Runner, world: World, callers: list[Caller], changed: set[str], reach: Reach = EVERYTHING
    ):
        self.reach = reach
        self.runner, self.world, self.callers, self.changed = runner, world, callers, changed
        self.arguments = Arguments(world)
        self.view = FunctionView()
        self.names = self._names()

    def _names(self) -> list[tuple[str, str]]:
        """Texts that stand for somebody or something: ids, tags, keys."""
        found = [(p.id, f"<{p.label}>") for p in self.world.principals.values()]
        found += [(p.tag, f"<{p.label}>") for p in self.world.principals.values()]
        for oid, rows in self.world.rows.items():
            relation = self.world.inventory.relations[oid]
            for row in rows:
                for name in relation.key:
                    value = row.data.get(name)
                    if isinstance(value, str) and _UUID.fullmatch(value):
                        found.append((value, f"<{relation.name} of {row.label}>"))
        return found

    def observe(self) -> FunctionView:
        self._privileges()
        jobs, probes = [], []
        bob, alice = self.world.principals["bob"], self.world.principals["alice"]
        for function in self.world.inventory.functions.values():
            if function.kind not in "fp" or function.returns in ("trigger", "event_trigger"):
                continue
            if not self.reach.function(function.title):
                continue
            if _DANGEROUS.search(function.body):
                self.view.skipped[function.title] = "its body reaches outside the database"
                continue
            roles = self.view.execute.get(function.title, set())
            for caller in self.callers:
                if caller.role not in roles:
                    continue
                principal = caller.principal or alice
                victim = bob if principal.label != "bob" else alice
                most = self._how_many(function, caller)
                for shown, cells in self.arguments.calls(function, principal, victim, most):
                    statement = f"{function.sql}({cells})"
                    statement = (
                        f"call {statement}"
                        if function.kind == "p"
                        else (
                            f"select {statement} as result"
                            if function.returns == "record"
                            else f"select * from {statement}"
                        )
                    )
                    jobs.append((function, caller, shown, statement, cells))
                    probes.append(
                        Probe(caller.role, caller.settings, statement, rows=function.kind == "f", effects=True)
                    )
        answers = self.runner.run(probes, notices=True)
        for (function, caller, shown, statement, cells), answer in zip(jobs, answers, strict=True):
            self.view.calls[caller.label, function.title, shown] = self._outcome(caller, answer, statement, cells)
        self._told()
        return self.view

    def _told(self) -> None:
        """A call that answers for a victim what it does not answer for nobody has told something about the victim."""
        for (caller, title, shown), call in list(self.view.calls.items()):
            if (
                not re.search(_OTHERS, shown)
                or call.state != "00000"
                or call.reached
                or title.startswith(("auth.", "storage."))
            ):
                continue
            if call.result.strip() in ("", "null", "[]", '{"result": null}') or all(
                not any(json.loads(line).values()) for line in call.result.strip().splitlines() if line.startswith("{")
            ):
                continue
            nobody = self.view.calls.get((caller, title, re.sub(_OTHERS, "an unknown id", shown)))
            if nobody is None or nobody.result != call.result:
                told = call.result.strip()[:60]
                if f"the id of {caller}" in shown:
                    continue
                self.view.calls[caller, title, shown] = Call(
                    call.state, call.result, call.effects, frozenset({f"an answer about bob: {told}"}), call.statement
                )

    def _privileges(self) -> None:
        roles = list(dict.fromkeys(caller.role for caller in self.callers))
        query = """select p.oid::int8, r.role from pg_proc p join pg_namespace n on n.oid = p.pronamespace,
            unnest(%s::text[]) r(role)
            where has_function_privilege(r.role, p.oid, 'execute') and has_schema_privilege(r.role, n.oid, 'usage')"""
        for oid, role in self.runner.connection.execute(query, [roles]):
            function = self.world.inventory.functions.get(oid)
            if function:
                self.view.execute.setdefault(function.title, set()).add(role)

    def _how_many(self, function: Function, caller: Caller) -> int:
        """Everything for the main callers; own and the victim's for the many who differ in one value."""
        if function.schema in ("auth", "storage", "extensions", "graphql_public"):
            return 2 if caller.label in ("alice", "visitor", "service") else 0
        changed = function.title in self.changed
        if caller.label in ("alice", "visitor", "service"):
            return CALLS_OF_CHANGED if changed else CALLS
        if caller.principal and (variant := caller.principal.variant):
            if variant[2] in ADMINLIKE:
                return CALLS_OF_CHANGED if changed else CALLS
            column = self.world.inventory.relation(variant[0]).column(variant[1])
            if not (
                column.labels or column.category == "B" or re.search(r"end|expir|until|delet|cancel|ban", variant[1])
            ):
                return 2 if changed else 0
        return 8 if changed else 2

    def _outcome(self, caller: Caller, answer: Answer, statement: str, cells: str) -> Call:
        said = json.dumps(answer.rows, sort_keys=True) if answer.rows is not None else ""
        raised = "" if answer.state.startswith("22") and "\n" in answer.message else answer.message
        heard = "\n".join(answer.notices)
        effects = answer.after if isinstance(answer.after, dict) else {}
        text = "\n".join((said, raised, heard))
        reached = self._strangers(caller.principal, text, cells) | self._changed(caller.principal, effects, cells)
        return Call(
            answer.state,
            self._plain("\n".join((_sorted(answer.rows), raised[:300], heard[:500]))),
            self._plain(self._stable(effects)),
            frozenset(reached),
            statement,
        )

    def _strangers(self, principal: Principal | None, text: str, cells: str) -> set[str]:
        """Whose data a text shows, beyond the caller's and what the caller said himself."""
        if not text:
            return set()
        reached = set()
        for value, name in self.names:
            if value in text and value not in cells and not self._friendly(principal, name):
                reached.add(name)
        for number, name in self._numbers():
            if (
                number in text
                and number not in cells
                and not self._friendly(principal, name)
                and re.search(rf"\b{number}\b", text)
            ):
                reached.add(name)
        return reached

    def _numbers(self) -> list[tuple[str, str]]:
        if not hasattr(self, "_made_numbers"):
            found = []
            for oid, rows in self.world.rows.items():
                relation = self.world.inventory.relations[oid]
                for row in rows:
                    for value in row.data.values():
                        if isinstance(value, int) and value >= 1_500_000_000:
                            found.append((str(value), f"<{relation.name} of {row.label}>"))
            self._made_numbers = found
        return self._made_numbers

    def _friendly(self, principal: Principal | None, name: str) -> bool:
        """Whether a name stands for the caller or for who shares a group with them."""
        if principal is None:
            return False
        return principal.label in name or (principal.label == "alice" and "alice" in name) or name == "<mate>"

    def _changed(self, principal: Principal | None, effects: dict[str, Any], cells: str) -> set[str]:
        reached = set()
        for title, (new, gone) in effects.items():
            for label in gone or ():
                if not self._friendly(principal, f"<{label}>") and label != "a row from before":
                    reached.add(f"<{title.split('.')[-1]} of {label}>")
            for row in new or ():
                reached |= self._strangers(principal, json.dumps(row), cells)
        return reached

    def _stable(self, effects: dict[str, Any]) -> str:
        """Effects without what differs from run to run: generated keys and sequence numbers."""
        lines = []
        for title in sorted(effects):
            new, gone = effects[title]
            relation = self.world.inventory.relation(title)
            made = {
                c.name
                for c in relation.columns
                if c.identity or (c.default or "").startswith(("nextval", "gen_random", "uuid_generate"))
            }
            rows = sorted(
                json.dumps({k: v for k, v in row.items() if k not in made}, sort_keys=True) for row in new or ()
            )
            lines.append(f"{title}: now {rows}; before {sorted(gone or ())}")
        return "\n".join(lines)

    def _plain(self, text: str) -> str:
        for value, name in self.names:
            if value in text:
                text = text.replace(value, name)
        return _TIME.sub("<time>", _UUID.sub("<uuid>", text))


def _sorted(rows: Any) -> str:
    if rows is None:
        return ""
    return "\n".join(sorted(json.dumps(row, sort_keys=True) for row in rows))


def word(calls: list[Call]) -> str:
    """The contract's word for one persona's calls of one function."""
    if not any(call.state == "00000" for call in calls):
        return "fails"
    return "all" if any(call.reached for call in calls) else "own"
