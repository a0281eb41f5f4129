"""Calls of changed code about people of rare kinds: only a sent invoice can be paid, only an open request decided.

Who acts on others are servers, those with a role, and whoever may say in a setting or header whom it is about.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from saasdb.verify.callers import Caller
from saasdb.verify.inventory import Function
from saasdb.verify.whom import asked_about, asked_in, leaders, says_whom, serves

if TYPE_CHECKING:
    from saasdb.verify.functions import FunctionProbes

CALLS_FOR_OTHERS = 8
"""How many argument lists are tried about each of them."""


def calls(
    probes: FunctionProbes, function: Function, caller: Caller
) -> Iterator[tuple[Mapping[str, str], str, str, str]]:
    """The caller's calls about people who differ in what the changed code asks about.

    Yields:
        Settings, what a report says of the arguments, the statement, the arguments as SQL.
    """
    if not probes.differs or not (serves(caller) or caller in leaders(probes.callers) or says_whom(probes, caller)):
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
