"""Calls once more, from those that did something: with one argument another one, until a limit, about somebody else.

A payment that is settled with too little takes the right order, the right word and a wrong amount, which no call has
that varies an argument of one that was refused. Only in the deeper world of two states that are compared.
"""

from __future__ import annotations

from collections.abc import Iterator

from saasdb.verify.callers import Caller
from saasdb.verify.functions import CALLS_OF_CHANGED, FunctionProbes, Job, repeated
from saasdb.verify.inventory import Function
from saasdb.verify.runner import Probe
from saasdb.verify.whom import asked_about, starts

MOST_CALLS, MOST_OTHERS = 120, 40


def observe(functions: FunctionProbes) -> None:
    """Add to `calls` of the view."""
    functions.keep(list(functions.outcomes(_tries(functions))), functions.view.calls, functions.outcomes)


def _tries(functions: FunctionProbes) -> Iterator[tuple[Job, Probe]]:
    for function in functions.world.inventory.functions.values():
        found = starts(functions, function) if functions.reach.function(function.title) and function.arguments else {}
        for caller, shown_first in found.items():
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
    for shown, cells in [*functions.arguments.by_default(*first), *functions.arguments.near(*first)]:
        yield shown, function.call(cells), cells
