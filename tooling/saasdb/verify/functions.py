"""Functions and procedures, attacked: called as every persona with a victim's id, null, hostile and oversized input.

What a call returns, raises or notifies is searched for other people's data, and all tables are compared before and
after. The words of a contract cell: `own` = the call reaches the caller's rows at most, `all` = it reaches others'.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import chain, tee
from typing import Any

from saasdb.verify import on_behalf
from saasdb.verify.arguments import Arguments
from saasdb.verify.callers import Caller
from saasdb.verify.effects import Effects
from saasdb.verify.inventory import Function
from saasdb.verify.noise import VARIES, mask
from saasdb.verify.principals import ADMINLIKE
from saasdb.verify.reach import EVERYTHING, Reach
from saasdb.verify.recognise import Names
from saasdb.verify.runner import Answer, Probe, Runner
from saasdb.verify.values import constants_in
from saasdb.verify.world import World

_OTHERS = r"bob's [\w.]+|the id of [^,]+"
_DANGEROUS = re.compile(
    r"\b(pg_sleep|dblink|http_(get|post)|net\.|lo_export|pg_terminate_backend|copy\s+.*program)", re.IGNORECASE
)

CALLS, CALLS_OF_CHANGED, CALLS_OF_FEW = 28, 220, 8
"""How many argument lists are tried for a caller, ordinarily and on a function whose body is not the contract's."""
EACH = ", another text each"


@dataclass(frozen=True)
class Call:
    """One call's outcome in a form that is the same on every run: ids and times replaced by what they stand for."""

    state: str
    result: str
    effects: str
    reached: frozenset[str]
    statement: str = field(default="", compare=False)
    empty: bool = False
    """Whether it answered nothing: no row, or rows of nulls and falsehoods."""

    @property
    def said(self) -> str:
        return self.result + self.effects


_APART = "\n\x1e\n"
Job = tuple[Function, Caller, str, str, str]
"""Function, caller, how the report shows the arguments, statement, argument list."""
Tried = tuple[Job, Probe, "Call"]


@dataclass
class FunctionView:
    """(caller, function, arguments) → outcome; and which roles may execute which function at all."""

    calls: dict[tuple[str, str, str], Call] = field(default_factory=dict)
    execute: dict[str, set[str]] = field(default_factory=dict)
    skipped: dict[str, str] = field(default_factory=dict)
    otherwise: dict[tuple[str, str, str], Call] = field(default_factory=dict)
    """Calls in another state of the world; only for the comparison of two bodies."""
    beyond: set[tuple[str, str, str]] = field(default_factory=set)
    """Calls made because a body changed: two states are compared by them, no word of a contract was found with them."""
    shadowed: dict[str, str] = field(default_factory=dict)
    """Function → what a table of the caller's own changed in it (`saasdb.verify.shadow`)."""

    def of(self, title: str) -> dict[tuple[str, str], Call]:
        return {(caller, shown): call for (caller, name, shown), call in self.calls.items() if name == title}


class FunctionProbes:
    """Calls every function that any client role may execute."""

    def __init__(
        self, runner: Runner, world: World, callers: list[Caller], changed: set[str], reach: Reach = EVERYTHING
    ):
        self.runner, self.world, self.callers, self.changed = runner, world, callers, changed
        self.differs = bool(changed) or any(relation.turned for relation in world.inventory.tables)
        self.arguments, self.reach = Arguments(world), reach
        self.view = FunctionView()
        self.names = Names(world)
        self.effects = Effects(world, self.names)
        self._dangerous: dict[str, bool] = {}

    def observe(self) -> FunctionView:
        self._privileges()
        if not self.reach.calls:
            return self.view
        tried = list(self.outcomes(self._everything()))
        self.keep(tried, self.view.calls, self.outcomes)
        self._told()
        return self.view

    def _everything(self) -> Iterator[tuple[Job, Probe]]:
        for function in self.world.inventory.functions.values():
            roles = self.view.execute.get(function.title, ())
            for caller in (c for c in self.callers if c.role in roles):
                usual = self._usual(function, caller)
                further = self.wanted(function, caller, self._how_many(function, caller))
                wanted = usual | {shown: how for shown, *how in further}
                as_ever = usual if function.title in self.changed else wanted
                calls = ((caller.settings, shown, *how) for shown, how in wanted.items())
                for settings, shown, statement, cells in chain(calls, on_behalf.calls(self, function, caller)):
                    if shown not in as_ever:
                        self.view.beyond.add((caller.label, function.title, shown))
                    # Not in one statement: what counts is how many of them a limit lets through.
                    times = most_often(function.body) if shown.endswith(EACH) else None
                    rows = function.kind == "f"
                    probe = Probe(caller.role, settings, statement, rows=rows, times=times, effects=True)
                    yield (function, caller, shown, statement, cells), probe

    def outcomes(self, tries: Iterable[tuple[Job, Probe]]) -> Iterator[Tried]:
        tries, probes = tee(tries)
        answers = self.runner.stream((probe for _, probe in probes), notices=True)
        for (job, probe), answer in zip(tries, answers, strict=True):
            _, caller, _, statement, cells = job
            yield job, probe, self.outcome(caller, answer, statement, cells)

    def keep(
        self, tried: list[Tried], calls: dict[tuple[str, str, str], Call], outcomes: Callable[..., Iterator[Tried]]
    ) -> None:
        """Put what was tried among the calls, without what a function answers differently each time.

        One call of each function is repeated, and all of those that vary.
        """
        calls |= {(caller.label, function.title, shown): call for (function, caller, shown, *_), _, call in tried}
        samples = {}
        for job, probe, call in tried:
            longest = samples.get(job[0].title)
            if call.state == "00000" and (longest is None or len(call.said) > len(longest[2].said)):
                samples[job[0].title] = (job, probe, call)
        again = outcomes((job, probe) for job, probe, _ in samples.values())
        varying = {
            name for (name, (*_, call)), (*_, other) in zip(samples.items(), again, strict=True) if call != other
        }
        tried = [each for each in tried if each[0][0].title in varying]
        tries = [(job, probe) for job, probe, _ in tried]
        for ((function, caller, shown, *_), _, first), (*_, second), (*_, third) in zip(
            tried, list(outcomes(tries)), list(outcomes(tries)), strict=True
        ):
            result, effects = _masked((first, second, third))
            calls[caller.label, function.title, shown] = replace(first, result=result, effects=effects)

    def wanted(
        self, function: Function, caller: Caller, most: int, *, as_ever: bool = False
    ) -> Iterator[tuple[str, str, str]]:
        """The calls to try: what a report says of the arguments, the statement, the arguments as SQL.

        Args:
            as_ever: without those that are made because the function changed.
        """
        if most == 0 or not self.may_call(function, caller):
            return
        if function.title not in self._dangerous:
            self._dangerous[function.title] = bool(_DANGEROUS.search(function.body))
        if self._dangerous[function.title]:
            self.view.skipped[function.title] = "its body reaches outside the database"
            return
        bob, alice = self.world.principals["bob"], self.world.principals["alice"]
        principal = caller.principal or alice
        victim = bob if principal.label != "bob" else alice
        changed = function.title in self.changed and not as_ever
        found = self.arguments.calls(function, principal, victim, most, as_ever=as_ever)
        for place, (shown, cells) in enumerate(found):
            yield shown, function.call(cells), cells
            often = caller.main or (changed and caller.leads)
            if place == 0 and often and function.volatile == "v" and function.kind == "f":
                times, again = repeated(function, cells)
                yield f"{shown} {times} times".strip(), again, cells
                if changed:
                    numbered = self.arguments.numbered(function, principal, victim)
                    yield f"{shown} {times} times{EACH}", function.call(numbered), numbered

    def may_call(self, function: Function, caller: Caller) -> bool:
        """Whether it is one to try, and the caller's role may."""
        named = _called_by_name(function) and self.reach.function(function.title)
        return named and caller.role in self.view.execute.get(function.title, ())

    def _usual(self, function: Function, caller: Caller) -> dict[str, tuple[str, str]]:
        """The calls of a changed function that are made where it did not change: the contract's words are about them.

        Returns:
            By what a report says of the arguments.
        """
        if function.title not in self.changed:
            return {}
        most = self._how_many(function, caller, changed=False)
        return {shown: how for shown, *how in self.wanted(function, caller, most, as_ever=True)}

    def _told(self) -> None:
        """A call that answers for a victim what it does not answer for nobody has told something about the victim."""
        refusals: dict[tuple[str, ...], dict[str, tuple[str, str, str]]] = {}
        for key, call in self.view.calls.items():
            if call.state != "00000" and _about_others(key[0], key[2]) and call.result != VARIES:
                # The row that a check refuses is what the caller said, and what chance made of it.
                said = re.sub(r"<[^>]*>", "<>", call.result.partition("Failing row contains")[0])
                refusals.setdefault((key[0], key[1], call.state, re.sub(_OTHERS, "", key[2])), {}).setdefault(said, key)
        for by_text in refusals.values():
            # The same refusal for everybody tells nothing; one that depends on whom it is about does.
            for said, key in list(by_text.items())[1:] if len(by_text) > 1 else ():
                told = frozenset({f"a refusal that depends on whom it is about: {said.strip()[:60]}"})
                self.view.calls[key] = replace(self.view.calls[key], reached=self.view.calls[key].reached | told)
        for (caller, title, shown), call in list(self.view.calls.items()):
            if (
                not _about_others(caller, shown)
                or call.state != "00000"
                or call.reached
                or title.startswith(("auth.", "storage."))
            ):
                continue
            if call.empty:
                continue
            nobody = self.view.calls.get((caller, title, re.sub(_OTHERS, "an unknown id", shown)))
            if nobody is None or nobody.result != call.result:
                if f"the id of {caller}" in shown:
                    continue
                # The whole of it: cut at a length, two answers differ where a number takes one digit more.
                told = frozenset({f"an answer about bob: {call.result.strip()}"})
                self.view.calls[caller, title, shown] = replace(call, reached=told)

    def _privileges(self) -> None:
        roles = list(dict.fromkeys(caller.role for caller in self.callers))
        functions = {f.oid: f.title for f in self.world.inventory.functions.values() if self.reach.function(f.title)}
        query = """select p.oid::int8, r.role from pg_proc p, unnest(%s::text[]) r(role) where p.oid = any(%s::oid[])
            and has_function_privilege(r.role, p.oid, 'execute')
            and has_schema_privilege(r.role, p.pronamespace, 'usage')"""
        for oid, role in self.runner.connection.execute(query, [roles, list(functions)]) if functions else ():
            self.view.execute.setdefault(functions[oid], set()).add(role)

    def _how_many(self, function: Function, caller: Caller, *, changed: bool | None = None) -> int:
        """Everything for the main callers; own and the victim's for the many who differ in one value."""
        if function.schema in ("auth", "storage", "extensions", "graphql_public"):
            return 2 if caller.main else 0
        changed = function.title in self.changed if changed is None else changed
        if caller.main or (changed and caller.label == "service in alice's name"):
            return CALLS_OF_CHANGED if changed else CALLS
        if caller.principal and caller.principal.label in self.world.deeper:
            return CALLS
        if caller.principal and (variant := caller.principal.variant):
            if variant[2] in ADMINLIKE:
                # Whether the deleted, or who has any flag, get through at all shows in a few calls.
                few = caller.principal.barred or variant[2] == "true"
                return CALLS_OF_CHANGED if changed else CALLS_OF_FEW if few else CALLS
            column = self.world.inventory.relation(variant[0]).column(variant[1])
            if not (
                column.listed or column.category in "BR" or re.search(r"end|expir|until|delet|cancel|ban", variant[1])
            ):
                return 2 if changed else 0
        return CALLS_OF_FEW if changed else 2

    def outcome(self, caller: Caller, answer: Answer, statement: str, cells: str) -> Call:
        said = json.dumps(answer.rows, sort_keys=True) if answer.rows is not None else ""
        raised = "" if answer.state.startswith("22") and "\n" in answer.message else answer.message
        heard = "\n".join(answer.notices)
        text = "\n".join((said, raised, heard))
        reached = self.names.strangers(caller.principal, text, cells) | self.effects.strangers(
            caller.principal, answer.after, cells
        )
        return Call(
            answer.state,
            "\n".join((self._rows(answer.rows), self.names.plain(f"{raised[:300]}\n{heard[:500]}"))),
            self.effects.text(answer.after),
            frozenset(reached),
            statement,
            not any(any(row.values()) for row in answer.rows or ()),
        )

    def _rows(self, rows: Any) -> str:
        """A row a line, in the order of what stands there for random keys: the same on every run."""
        said = "\n".join(json.dumps(row, sort_keys=True) for row in rows or ())
        lines = self.names.plain(said).split("\n")
        # Random keys of an object stand in an order of their own as well.
        lines = [json.dumps(json.loads(line), sort_keys=True) if '>": ' in line else line for line in lines]
        return "\n".join(sorted(lines))


def _about_others(caller: str, shown: str) -> bool:
    """Whether arguments mean the usual victim, who is no stranger to himself."""
    return bool(re.search(_OTHERS, shown)) and caller.partition(" ")[0] != "bob"


def _masked(calls: Sequence[Call]) -> tuple[str, str]:
    """What varies in a call's result and effects, masked together: a key that is answered and also stored shows."""
    result, apart, effects = mask([_APART.join((call.result, call.effects)) for call in calls]).partition(_APART)
    if apart:
        return result, effects
    return mask([call.result for call in calls]), mask([call.effects for call in calls])


def _called_by_name(function: Function) -> bool:
    return function.kind in "fp" and function.returns not in ("trigger", "event_trigger")


def repeated(function: Function, cells: str) -> tuple[int, str]:
    """A call made until a limit that the body names is passed: how often, and the statement."""
    times, result = most_often(function.body), f"{function.sql}({cells})"
    result = f"nullif({result}::text, '')" if function.returns == "void" else result
    return times, f"select {result} as result from generate_series(1, {times})"


def most_often(body: str) -> int:
    """How often in a row a limit that a body names is passed; a dozen times where it names none."""
    limits = [int(n) for n in constants_in(body)[1] if n.isdigit() and 1 < int(n) <= 60]
    return max(limits, default=10) + 2


def word(calls: list[Call]) -> str:
    """The contract's word for one persona's calls of one function."""
    if not any(call.state == "00000" for call in calls):
        return "fails"
    return "all" if any(call.reached for call in calls) else "own"
