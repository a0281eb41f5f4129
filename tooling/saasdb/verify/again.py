"""Calls once more, from those that did something: one argument at a time is another one.

A payment that is settled with too little takes the right order, the right word and a wrong amount, which no call has
that varies an argument of one that was refused. Only in the deeper world of two states that are compared.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from saasdb.verify.callers import Caller
from saasdb.verify.functions import CALLS_OF_CHANGED, FunctionProbes, Job
from saasdb.verify.inventory import Function
from saasdb.verify.runner import Probe

MOST_STARTS, MOST_CALLS = 3, 120
_TABLE = re.compile(r"^([^\n:]+): ", re.MULTILINE)


def observe(functions: FunctionProbes) -> None:
    """Add to `calls` of the view."""
    tried = list(functions.outcomes(_tries(functions)))
    for (function, caller, shown, *_), _, call in tried:
        functions.view.calls[caller.label, function.title, shown] = call
    functions.steady(tried)


def _tries(functions: FunctionProbes) -> Iterator[tuple[Job, Probe]]:
    alice, bob = (functions.world.principals[label] for label in ("alice", "bob"))
    for function in functions.world.inventory.functions.values():
        asked = functions.reach.function(function.title) and len(function.arguments) > 1
        for caller in functions.callers if asked else ():
            if not (caller.main or caller.leads):
                continue
            who = caller.principal or alice
            victim = bob if who.label != "bob" else alice
            done = {shown for _, shown in functions.view.of(function.title)}
            for start in _starts(functions, function, caller):
                near = functions.arguments.near(function, who, victim, CALLS_OF_CHANGED, start)
                for shown, cells in [each for each in near if each[0] not in done][:MOST_CALLS]:
                    done.add(shown)
                    statement, rows = function.call(cells), function.kind == "f"
                    functions.view.beyond.add((caller.label, function.title, shown))
                    probe = Probe(caller.role, caller.settings, statement, rows=rows, effects=True)
                    yield (function, caller, shown, statement, cells), probe


def _starts(functions: FunctionProbes, function: Function, caller: Caller) -> list[str]:
    """The calls that did the most, one for each set of tables that they changed."""
    calls = [
        (shown, call)
        for (label, shown), call in functions.view.of(function.title).items()
        if label == caller.label and call.state == "00000" and call.said.strip()
    ]
    calls.sort(key=lambda each: -len(each[1].effects))
    found = {frozenset(_TABLE.findall(call.effects)): shown for shown, call in reversed(calls)}
    return sorted(found.values(), key=[shown for shown, _ in calls].index)[:MOST_STARTS]
