"""The order of the steps, read off the dependencies of both states."""

from __future__ import annotations

from collections import defaultdict

from saasdb.model import Key
from saasdb.plan import logged, namesakes, row_types
from saasdb.plan.actions import TYPES, Action, Actions
from saasdb.plan.domains import lets_go_by
from saasdb.plan.families import add_family_edges, wholes
from saasdb.plan.graph import Graph, Step
from saasdb.plan.steps import Steps, names_taken
from saasdb.render.context import Context


def add_edges(graph: Graph, steps: Steps, actions: Actions, ctx: Context) -> None:
    """Put every step and everything that orders them into the graph."""
    for key, action in actions.of.items():
        for step in (steps.present(key), steps.absent(key)):
            if step is not None:
                graph.steps.add(step)
        if action is Action.REPLACE and key not in ctx.loose:
            graph.before(steps.absent(key), steps.present(key))
    _leave_in_order(graph, steps, actions, ctx)
    _arrive_in_order(graph, steps, actions, ctx)
    _free_names_first(graph, steps, actions, ctx)
    _grants(graph, steps, actions, ctx)
    _sequences(graph, steps, actions, ctx)
    _casts(graph, steps, ctx)
    _types_set_aside(graph, steps, actions, ctx)
    _typed_tables(graph, steps, actions, ctx)
    _copied_tables(graph, steps, actions, ctx)
    add_family_edges(graph, steps, actions, ctx)
    logged.in_order(graph, actions, ctx)
    namesakes.in_order(graph, steps, ctx)
    row_types.in_order(graph, steps, actions, ctx)


def _leave_in_order(graph: Graph, steps: Steps, actions: Actions, ctx: Context) -> None:
    """What needs a thing is gone (or no longer needs it) before the thing goes or changes."""
    for key, needs in ctx.old.needs.items():
        action = actions.of.get(key)
        if action is None:
            continue
        leaving = steps.absent(key) or (Step("alter", key) if action is Action.ALTER else None)
        if leaving is None:
            continue
        if leaving.verb == "drop" and leaving.key in ctx.copied:
            leaving = Step("own", leaving.key)  # only then its rows have left it
        if key in actions.released and action is Action.ALTER:
            leaving = Step("disown", key)
            graph.steps.add(leaving)
        for need in needs:
            going = steps.absent(need)
            if going is not None and (leaving.verb != "own" or going.key != leaving.key):
                graph.before(lets_go_by(leaving, need, ctx), going)
                for whole in wholes(need, ctx):
                    graph.before(leaving, steps.absent(whole))
            elif actions.of.get(need) is Action.ALTER and actions.gone(key) and key.kind != "column":
                graph.before(leaving, Step("alter", need))


def _arrive_in_order(graph: Graph, steps: Steps, actions: Actions, ctx: Context) -> None:
    """What a thing needs is there and in its new form before the thing comes."""
    for key, needs in ctx.new.needs.items():
        arriving = steps.present(key)
        if arriving is None:
            continue
        for need in needs:
            there = steps.present(need)
            if there is not None and not _mutual(key, need, ctx):
                graph.before(there, arriving)


def _mutual(key: Key, need: Key, ctx: Context) -> bool:
    """A base type and its input function need each other; the function makes do with the type's shell."""
    return need.kind == "base type" and key in ctx.new.needs.get(need, ())


def _free_names_first(graph: Graph, steps: Steps, actions: Actions, ctx: Context) -> None:
    leaving: dict[tuple, list[Step | None]] = defaultdict(list)
    altered = {key for key, fields in actions.fields.items() if key.kind == "column" and "not null" in fields}
    altered = {key for key in altered if actions.of[key] is Action.ALTER}
    for key in (ctx.gone - ctx.loose.keys()) | altered:
        for name in names_taken(key, ctx.old.objects[key]):
            leaving[name].append(Step("alter", key) if key in altered else steps.absent(key))
    for key in ctx.made | altered:
        for name in names_taken(key, ctx.new.objects[key]):
            for step in leaving.get(name, ()):
                graph.before(step, steps.present(key))


def _grants(graph: Graph, steps: Steps, actions: Actions, ctx: Context) -> None:
    """Privileges follow once an object has all its columns."""
    for key in actions.of:
        item = ctx.new.objects.get(key)
        if item is None:
            continue
        holder = item.parent if key.kind == "column" else key
        if ctx.new.objects[holder].acl is None or holder.kind == "default privileges":
            continue
        grant = Step("grant", holder)
        graph.steps.add(grant)
        graph.before(steps.present(key), grant)
        graph.before(steps.present(holder), grant)


def _sequences(graph: Graph, steps: Steps, actions: Actions, ctx: Context) -> None:
    """A sequence that stays leaves its column before that goes, and joins the new one once both are there."""
    for key, item in ctx.new.objects.items():
        if key.kind != "sequence":
            continue
        before = ctx.old.objects.get(key)
        was = before["owned by"] if before is not None and not actions.gone(key) else None
        shall = item["owned by"]
        if was and (actions.gone(was) or was != shall):
            graph.steps.add(Step("disown", key))
            graph.before(Step("disown", key), steps.absent(was))
        if shall and (actions.made(key) or actions.made(shall) or was != shall):
            own = Step("own", key)
            graph.steps.add(own)
            graph.before(steps.present(key), own)
            graph.before(steps.present(shall), own)
            graph.before(steps.present(ctx.new.objects[shall].parent), own)
            graph.before(Step("disown", key), own)


def _casts(graph: Graph, steps: Steps, ctx: Context) -> None:
    """An expression that calls a cast's function is printed as that cast, and is read again only where the cast is."""
    for key in ctx.made:
        if key.kind != "cast":
            continue
        needs = ctx.new.needs.get(key, frozenset())
        for function in needs:
            for other in ctx.new.needed_by.get(function, ()) if function.kind == "function" else ():
                if other != key and other not in needs:
                    graph.before(steps.present(key), steps.present(other))


def _copied_tables(graph: Graph, steps: Steps, actions: Actions, ctx: Context) -> None:
    """Rows move into a table's successor once its partitions are there, and before a foreign key looks at them."""
    for key in ctx.copied:
        move = Step("own", key)
        graph.steps.add(move)
        graph.before(steps.present(key), move)
    for key, item in ctx.new.objects.items():
        if key.kind == "inheritance" and item["of"] in ctx.copied:
            graph.before(steps.present(key), Step("own", item["of"]))
        elif key.kind == "constraint" and item["type"] == "foreign key":
            for table in {item["target"], item.parent} & ctx.copied:
                graph.before(Step("own", table), steps.present(key))


def _typed_tables(graph: Graph, steps: Steps, actions: Actions, ctx: Context) -> None:
    """A table is bound to a type, and told about long values, once it has its columns."""
    for key, fields in actions.fields.items():
        if key.kind != "table" or actions.made(key):
            continue
        if "of type" in fields and ctx.old.objects[key]["of type"]:
            for need in ctx.old.needs.get(key, ()):
                if need.kind == "composite type" and actions.of.get(need) is Action.ALTER:
                    graph.before(Step("alter", key), Step("alter", need))  # the type takes its tables along
        if ("of type" in fields and ctx.new.objects[key]["of type"]) or "toast options" in fields:
            bind = Step("own", key)
            graph.steps.add(bind)
            graph.before(steps.present(key), bind)
            for database in (ctx.old, ctx.new):
                for part in database.parts.get(key, ()):
                    if part.kind == "column":
                        graph.before(steps.present(part), bind)
                        graph.before(steps.absent(part), bind)


def _types_set_aside(graph: Graph, steps: Steps, actions: Actions, ctx: Context) -> None:
    """A type whose values are still in use is renamed, succeeded, emptied column by column, then dropped."""
    for key in ctx.loose:
        aside = Step("aside", key)
        graph.steps.add(aside)
        graph.before(aside, steps.present(key))
        graph.before(steps.present(key), Step("drop", key))
        for other in ctx.made:
            if other.kind in TYPES and other[1:] == key[1:]:
                graph.before(aside, steps.present(other))
        for other in ctx.old.needed_by.get(key, ()):
            leaving = steps.absent(other)
            if leaving is not None and leaving.key not in ctx.loose:
                graph.before(leaving, aside)
            elif other in ctx.loose:
                graph.before(Step("aside", other), aside)  # a range's constructors are called by its subtype's name
