"""Functions that give way to others of their name: while both are there, a call that fits both is ambiguous."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator

from saasdb.compare import Changes
from saasdb.model import Key
from saasdb.plan.graph import Graph, Step
from saasdb.render.context import Context

_ROUTINES = ("function", "procedure", "aggregate")
_CALLERS = frozenset({"default", "constraint", "index", "view", "materialized view", "policy", "rule", "trigger"})


def callers(changes: Changes) -> Iterator[Key]:
    """What calls a newcomer by then: it lets go of the one that leaves first, so it cannot be altered in one step."""
    for come, _ in _pairs(changes.created, changes.dropped):
        yield from (caller for caller in changes.new.needed_by.get(come, ()) if caller.kind in _CALLERS)


def in_order(graph: Graph, steps, ctx: Context) -> None:
    """The one that leaves is gone before anything calls the one that comes."""
    for come, gone in _pairs(ctx.made, ctx.gone - ctx.made):
        for caller in ctx.new.needed_by.get(come, ()):
            graph.before(Step("aside", gone) if gone in ctx.loose else steps.absent(gone), steps.present(caller))


def _pairs(made: Iterable[Key], dropped: Iterable[Key]) -> Iterator[tuple[Key, Key]]:
    leaving = defaultdict(list)
    for key in dropped:
        if key.kind in _ROUTINES:
            leaving[key.schema, key.name].append(key)
    for key in made if leaving else ():
        if key.kind in _ROUTINES:
            for gone in leaving.get((key.schema, key.name), ()):
                yield key, gone
