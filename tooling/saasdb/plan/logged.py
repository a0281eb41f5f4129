"""The order in which tables become logged or unlogged: a logged one may not reference an unlogged one."""

from __future__ import annotations

from saasdb.plan.actions import Actions
from saasdb.plan.graph import Graph, Step
from saasdb.render.context import Context


def in_order(graph: Graph, actions: Actions, ctx: Context) -> None:
    """What is referenced becomes logged first, and unlogged last."""
    turning = {key for key, fields in actions.fields.items() if "persistence" in fields and not actions.gone(key)}
    if not turning:
        return
    for key, item in ctx.new.objects.items():
        if key.kind != "constraint" or item["type"] != "foreign key" or not {item.parent, item["target"]} <= turning:
            continue
        first, second = item["target"], item.parent
        if ctx.new.objects[first]["persistence"] == "unlogged":
            first, second = second, first
        graph.before(Step("alter", first), Step("alter", second))
