"""A table whose row type is stored in columns elsewhere: Postgres changes no column's type under such values.

They become `jsonb`, by name, while that happens, and values of the row type again.
"""

from __future__ import annotations

from collections.abc import Iterator

from saasdb.model import Database, Key
from saasdb.plan.graph import Graph, Step
from saasdb.render.context import Context

_STORED = ("table", "materialized view")
_MADE_OF_OTHERS = ("composite type", "domain")


def holders(kind: Key, old: Database) -> Iterator[Key]:
    """Columns that store values of a row type, directly or inside of a type that is made of it."""
    for user in old.needed_by.get(kind, ()):
        if user.kind in _MADE_OF_OTHERS:
            yield from holders(user, old)
        elif user.kind == "column":
            parent = old.objects[user].parent
            if parent.kind in _STORED and parent != kind:
                yield user


def in_order(graph: Graph, steps, actions, ctx: Context) -> None:
    """Values are put into `jsonb` once nothing reads them, and come back when the row type is what it shall be."""
    for holder, causes in actions.emptied.items():
        aside = Step("aside", holder)
        graph.steps.add(aside)
        for user in ctx.old.needed_by.get(holder, ()):
            graph.before(steps.absent(user), aside)
        for cause in causes:
            graph.before(aside, Step("alter", cause))
            graph.before(Step("alter", cause), Step("alter", holder))
    for column in actions.retyped:
        for holder in holders(ctx.old.objects[column].parent, ctx.old):
            graph.before(steps.absent(holder), Step("alter", column))
