"""Calls of changed code about people of rare kinds: only a sent invoice can be paid, only an open request decided.

Who acts on others are servers, those with a role, and whoever may say in a setting or header whom it is about.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from saasdb.verify.callers import Caller
from saasdb.verify.inventory import Function
from saasdb.verify.principals import Principal

if TYPE_CHECKING:
    from saasdb.verify.functions import FunctionProbes

OTHERS, CALLS_FOR_OTHERS, LEADERS = 12, 8, 3
"""About how many people, how many argument lists for each, and how many of those with a role."""


def calls(
    probes: FunctionProbes, function: Function, caller: Caller
) -> Iterator[tuple[Mapping[str, str], str, str, str]]:
    """The caller's calls about people who differ in what the changed code asks about.

    Yields:
        Settings, what a report says of the arguments, the statement, the arguments as SQL.
    """
    if not probes.changed or not (_serves(caller) or caller in leaders(probes.callers) or _says_whom(probes, caller)):
        return
    text = asked_in(probes, function)
    if not text or not probes.may_call(function, caller) or function.title in probes.view.skipped:
        return
    bob = probes.world.principals["bob"].id
    for principal in asked_about(probes, text):
        settings, about = caller.settings, principal
        if caller.setting:
            settings = {name: value.replace(bob, principal.id) for name, value in settings.items()}
            about = caller.principal or principal
        # Nobody else's values: the fewer, the sooner comes one of each kind, such as a reference that is new.
        for shown, cells in probes.arguments.calls(function, about, about, CALLS_FOR_OTHERS):
            yield settings, f"{shown} for {principal.label}", function.call(cells), cells


def asked_about(probes: FunctionProbes, text: str, most: int = OTHERS) -> list[Principal]:
    """People who differ in a column that a text names."""
    asked = [
        p
        for p in probes.world.principals.values()
        if p.variant and not p.barred and all(re.search(rf"\b{re.escape(name)}\b", text) for name in p.variant[:2])
    ]
    gone = [probes.world.principals["gone"]] if re.search(r"\bdeleted_at\b", text) else []
    return gone + sorted(asked, key=lambda p: _told_by_a_date(probes, p))[:most]


def _serves(caller: Caller) -> bool:
    return caller.principal is None and not caller.setting


def _says_whom(probes: FunctionProbes, caller: Caller) -> bool:
    return bool(caller.setting) and probes.world.principals["bob"].id in caller.settings.get(caller.setting, "")


def leaders(callers: Sequence[Caller]) -> list[Caller]:
    """One for each thing that makes somebody's role."""
    found = {c.principal.variant[:3]: c for c in reversed(callers) if c.leads and not c.principal.barred}
    return list(reversed(found.values()))[:LEADERS]


def _told_by_a_date(probes: FunctionProbes, principal: Principal) -> bool:
    """Of dates there are many sides; a plan or a state says more."""
    title, name, _ = principal.variant
    return probes.world.inventory.relation(title).column(name).category == "D"


def asked_in(probes: FunctionProbes, function: Function) -> str:
    """What changed of a call: its body, the helpers that it asks, and what triggers run on the tables that it names."""
    inventory = probes.world.inventory
    triggers = [
        inventory.functions[trigger.function].body
        for relation in inventory.tables
        if re.search(rf"\b{re.escape(relation.name)}\b", function.body)
        for trigger in relation.triggers
        if trigger.function in inventory.functions and inventory.functions[trigger.function].title in probes.changed
    ]
    helpers = [
        helper.body
        for helper in inventory.functions.values()
        if helper.title in probes.changed and f"{helper.schema}.{helper.name}(" in function.body
    ]
    asked = triggers or helpers or function.title in probes.changed
    return "\n".join([function.body, *triggers, *helpers]) if asked else ""
