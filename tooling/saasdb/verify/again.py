"""Calls once more, from those that did something: with one argument another one, until a limit, about somebody else.

A payment that is settled with too little takes the right order, the right word and a wrong amount, which no call has
that varies an argument of one that was refused. Only in the deeper world of two states that are compared.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from saasdb.verify.callers import Caller
from saasdb.verify.functions import CALLS_OF_CHANGED, FunctionProbes, FunctionView, Job, repeated
from saasdb.verify.inventory import Function
from saasdb.verify.on_behalf import asked_about
from saasdb.verify.runner import Probe

MOST_STARTS, MOST_CALLS, MOST_OTHERS = 3, 120, 40
_TABLE = re.compile(r"^([^\n:]+): ", re.MULTILINE)


def observe(functions: FunctionProbes) -> None:
    """Add to `calls` of the view."""
    functions.keep(list(functions.outcomes(_tries(functions))), functions.view.calls, functions.outcomes)


def _tries(functions: FunctionProbes) -> Iterator[tuple[Job, Probe]]:
    for function in functions.world.inventory.functions.values():
        starts = _starts(functions, function) if functions.reach.function(function.title) and function.arguments else {}
        for caller, shown_first in starts.items():
            done = {shown for label, shown in functions.view.of(function.title) if label == caller.label}
            for start in shown_first:
                calls = (each for each in _from(functions, function, caller, start) if each[0] not in done)
                for _, (shown, statement, cells) in zip(range(MOST_CALLS), calls, strict=False):
                    done.add(shown)
                    functions.view.beyond.add((caller.label, function.title, shown))
                    rows = function.kind == "f"
                    probe = Probe(caller.role, caller.settings, statement, rows=rows, effects=True)
                    yield (function, caller, shown, statement, cells), probe


def _from(functions: FunctionProbes, function: Function, caller: Caller, start: str) -> Iterator[tuple[str, str, str]]:
    """What a report says of the arguments, the statement, the arguments as SQL."""
    alice, bob = (functions.world.principals[label] for label in ("alice", "bob"))
    who = caller.principal or alice
    first = (function, who, bob if who.label != "bob" else alice, CALLS_OF_CHANGED, start)
    for other in asked_about(functions, function.body, MOST_OTHERS) if caller.principal is None else ():
        if found := functions.arguments.same_of(*first, other):
            shown, cells = found
            yield f"{shown} of {other.label}", function.call(cells), cells
    if function.volatile == "v" and function.kind == "f" and (same := functions.arguments.same_of(*first, who)):
        times, statement = repeated(function, same[1])
        yield f"{start} {times} times", statement, same[1]
    for shown, cells in functions.arguments.near(*first):
        yield shown, function.call(cells), cells


def _starts(functions: FunctionProbes, function: Function) -> dict[Caller, list[str]]:
    """The calls of the main callers and those with a role that did the most, one for each set of tables changed.

    Where no main caller of a role did anything (a tier that they do not have), those of the first of the role who did.
    """
    found = {caller: _telling(functions, function, caller) for caller in functions.callers if not caller.forged}
    asked = [caller for caller in found if caller.main or caller.leads]
    further = stand_ins(functions.view, list(found), function.title)[:1]
    return {caller: found[caller] for caller in dict.fromkeys([*asked, *further])}


def stand_ins(view: FunctionView, callers: Sequence[Caller], title: str) -> list[Caller]:
    """Who did something by calling a function, where the main callers of their roles did nothing."""
    did = {label for (label, name, _), call in view.calls.items() if name == title and call.effects}
    able = {caller.role for caller in callers if caller.main and caller.label in did}
    honest = (caller for caller in callers if caller.plain and not caller.forged)
    return [caller for caller in honest if caller.label in did and caller.role not in able]


def _telling(functions: FunctionProbes, function: Function, caller: Caller) -> list[str]:
    calls = [
        (shown, call)
        for (label, shown), call in functions.view.of(function.title).items()
        if label == caller.label and call.state == "00000" and call.said.strip()
    ]
    calls.sort(key=lambda each: -len(each[1].effects))
    found = {frozenset(_TABLE.findall(call.effects)): shown for shown, call in reversed(calls)}
    return sorted(found.values(), key=[shown for shown, _ in calls].index)[:MOST_STARTS]
