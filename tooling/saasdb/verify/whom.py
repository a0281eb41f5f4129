"""Who acts, and about whom, where changed code is called once more than everything is."""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from saasdb.verify.callers import Caller
from saasdb.verify.inventory import Function, Relation
from saasdb.verify.principals import Principal

if TYPE_CHECKING:
    from saasdb.verify.functions import FunctionProbes, FunctionView

OTHERS, LEADERS, MOST_LEADERS, MOST_STARTS = 20, 3, 16, 3
_REPEATED = re.compile(r" \d+ times\b")
"""How a report calls what was called several times in a row: nothing to start from."""
_TABLE = re.compile(r"^([^\n:]+): ", re.MULTILINE)


def asked_in(probes: FunctionProbes, function: Function) -> str:
    """What changed of a call: its body, the helpers that it asks, and what triggers run on the tables that it names."""
    inventory = probes.world.inventory
    run = {
        title
        for relation in inventory.tables
        if re.search(rf"\b{re.escape(relation.name)}\b", function.body)
        for title in changed_triggers(probes, relation)
    }
    triggers = [f.body for f in inventory.functions.values() if f.title in run]
    helpers = [
        helper.body
        for helper in inventory.functions.values()
        if helper.title in probes.changed and f"{helper.schema}.{helper.name}(" in function.body
    ]
    asked = triggers or helpers or function.title in probes.changed
    return "\n".join([function.body, *triggers, *helpers]) if asked else ""


def changed_triggers(probes: FunctionProbes, relation: Relation) -> set[str]:
    """Titles of the functions that a table's triggers run otherwise than before, or no longer."""
    functions = probes.world.inventory.functions
    run = {functions[trigger.function].title for trigger in relation.triggers if trigger.function in functions}
    return (run & probes.changed) | relation.turned


def asked_about(probes: FunctionProbes, text: str, most: int = OTHERS) -> list[Principal]:
    """People who differ in a column that a text names, a turn for each column; of dates there are many sides."""
    asked: dict[tuple[str, str], list[Principal]] = {}
    for p in probes.world.principals.values():
        if p.variant and not p.barred and all(re.search(rf"\b{re.escape(name)}\b", text) for name in p.variant[:2]):
            asked.setdefault(p.variant[:2], []).append(p)
    inventory = probes.world.inventory
    columns = sorted(asked, key=lambda c: inventory.relation(c[0]).column(c[1]).category == "D")
    turns = itertools.zip_longest(*(asked[column] for column in columns))
    gone = [probes.world.principals["gone"]] if re.search(r"\bdeleted_at\b", text) else []
    return gone + [p for turn in turns for p in turn if p][:most]


def serves(caller: Caller) -> bool:
    """Whether a caller is nobody in particular: a server, that names whom it is about."""
    return caller.principal is None and not caller.setting


def says_whom(probes: FunctionProbes, caller: Caller) -> bool:
    """Whether a caller names somebody else in a setting or a header."""
    return bool(caller.setting) and probes.world.principals["bob"].id in caller.settings.get(caller.setting, "")


def servers(callers: Sequence[Caller]) -> list[Caller]:
    return [caller for caller in callers if caller.main and caller.principal is None]


def leaders(
    callers: Sequence[Caller], most: int = LEADERS, further: Callable[[Caller], bool] = lambda _: False
) -> list[Caller]:
    """One for each thing that makes somebody's role, first those who got `further` than the main callers."""
    found = {c.principal.variant[:3]: c for c in reversed(callers) if c.leads and not c.principal.barred}
    return sorted(reversed(found.values()), key=lambda c: not further(c))[:most]


def main_and_leaders(callers: list[Caller], further: Callable[[Caller], bool] = lambda _: False) -> list[Caller]:
    """The main callers, and a few who differ in a role: what is full or forbidden for one is not for another."""
    chosen = leaders(callers, MOST_LEADERS, further)
    return [c for c in callers if c.main or c in chosen]


def got_further(functions: FunctionProbes, function: Function) -> Callable[[Caller], bool]:
    """Whether a caller was answered otherwise than every main caller: stopped by a limit and not at the door."""
    states: dict[str, set[str]] = {}
    for (caller, _), call in functions.view.of(function.title).items():
        states.setdefault(caller, set()).add(call.state)
    usual = {state for c in functions.callers if c.main for state in states.get(c.label, ())}
    return lambda caller: bool(states.get(caller.label, set()) - usual)


def stand_ins(view: FunctionView, callers: Sequence[Caller], title: str) -> list[Caller]:
    """Who did something by calling a function, where the main callers of their roles did nothing."""
    did = {label for (label, name, _), call in view.calls.items() if name == title and call.effects}
    able = {caller.role for caller in callers if caller.main and caller.label in did}
    honest = (caller for caller in callers if caller.plain and not caller.forged)
    return [caller for caller in honest if caller.label in did and caller.role not in able]


def starts(functions: FunctionProbes, function: Function) -> dict[Caller, list[str]]:
    """The calls of the main callers and those with a role that did the most, one for each set of tables changed.

    Where no main caller of a role did anything (a tier that they do not have), those of the first of the role who did.

    Returns:
        For each caller, what a report says of the arguments.
    """
    found = {caller: _telling(functions, function, caller) for caller in functions.callers if not caller.forged}
    asked = [caller for caller in found if caller.main or caller.leads]
    further = stand_ins(functions.view, list(found), function.title)[:1]
    return {caller: found[caller] for caller in dict.fromkeys([*asked, *further])}


def _telling(functions: FunctionProbes, function: Function, caller: Caller) -> list[str]:
    calls = [
        (shown, call)
        for (label, shown), call in functions.view.of(function.title).items()
        if label == caller.label and call.state == "00000" and call.said.strip() and not _REPEATED.search(shown)
    ]
    calls.sort(key=lambda each: -len(each[1].effects))
    found = {frozenset(_TABLE.findall(call.effects)): shown for shown, call in reversed(calls)}
    return sorted(found.values(), key=[shown for shown, _ in calls].index)[:MOST_STARTS]
