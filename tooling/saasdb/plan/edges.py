"""The order of the steps, read off the dependencies of both states."""

from __future__ import annotations

from collections import defaultdict

from saasdb.model import Key, Object
from saasdb.plan import logged, namesakes
from saasdb.plan.actions import TYPES, Action, Actions, named_in
from saasdb.plan.domains import lets_go_by
from saasdb.plan.graph import Graph, Step
from saasdb.plan.rivals import rivals
from saasdb.plan.steps import Steps, names_taken
from saasdb.render import not_null
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
    for link in ctx.new.objects.values():
        if link.key.kind == "inheritance":
            _inheritance(graph, steps, actions, ctx, link)
    for link in ctx.old.objects.values():
        if link.key.kind == "inheritance":
            _disinheritance(graph, steps, actions, ctx, link)
    _partition_keys(graph, steps, ctx)
    logged.in_order(graph, actions, ctx)
    namesakes.in_order(graph, steps, ctx)


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
    leaving: dict[tuple, list[Key]] = defaultdict(list)
    for key in ctx.gone - ctx.loose.keys():
        for name in names_taken(key, ctx.old.objects[key]):
            leaving[name].append(key)
    for key in ctx.made:
        for name in names_taken(key, ctx.new.objects[key]):
            for other in leaving.get(name, ()):
                graph.before(steps.absent(other), steps.present(key))


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


def _inheritance(graph: Graph, steps: Steps, actions: Actions, ctx: Context, link: Object) -> None:
    """A partition is whole before it is attached; its indexes are tied to the partitioned ones after that."""
    child, parent = link["child"], link["of"]
    joining = steps.present(link.key)
    alone = set(rivals(link, ctx.new, ctx.made)) if joining is not None else set()
    for other in ctx.parents(child):
        if other["number"] < link["number"]:
            graph.before(steps.present(other.key), joining)
    for part in ctx.new.parts.get(child, ()):
        above = part._replace(schema=parent.schema, name=parent.name)
        there = steps.present(part)
        inline = joining is not None and joining.key != link.key and part.kind == "constraint"
        if part.kind in ("column", "constraint") and above in ctx.new.objects and (joining is None or inline):
            first, second = there, steps.present(above)
            graph.before(*((first, second) if _child_first(actions, ctx, part, above) else (second, first)))
        joins = joining is not None and joining.key == link.key and part != link.key
        if part in alone:
            graph.before(joining, there)
        elif joins and part.kind in ("column", "constraint", "index") and not _points_out(ctx, part):
            graph.before(there, joining)
        if part.kind == "trigger" and ctx.new.objects[part]["cloned"]:
            graph.before(steps.present(above), there)
            graph.before(joining, there)
        tied = ctx.new.objects[part].get("of") if part.kind in ("index", "constraint") else None
        if tied and (
            actions.made(part) or actions.made(tied) or actions.made(link.key) or "of" in actions.fields.get(part, ())
        ):
            attach = Step("attach", part)
            graph.steps.add(attach)
            for step in (there, steps.present(tied), joining):
                graph.before(step, attach)
            for higher in ctx.new.parts_of(ctx.new.objects[tied].parent, "inheritance"):
                graph.before(attach, steps.present(higher.key))  # an index is valid, and matches, once it is whole
            for other in ctx.new.needed_by.get(tied, ()):
                if other.kind == "constraint" and ctx.new.objects[other]["type"] == "foreign key":
                    graph.before(attach, steps.present(other))
    if joining is not None:
        for part in ctx.new.parts.get(parent, ()):
            if part.kind == "column":
                graph.before(steps.present(part), joining)
            elif link["bound"] is not None and _has_index(ctx, part):
                graph.before(joining, steps.present(part))  # else the server would choose what belongs to it


def _child_first(actions: Actions, ctx: Context, part: Key, above: Key) -> bool:
    """Whether a child's column or constraint of its own must be there before its parent's would give it one."""
    if part.kind == "column" and actions.of.get(part) is actions.of.get(above) is Action.ALTER:
        return not_null.comes_before_parents(ctx.old.objects[part], ctx.new.objects[part], ctx)
    return ctx.new.objects[part]["local"]


def _has_index(ctx: Context, part: Key) -> bool:
    return part.kind == "index" or (
        part.kind == "constraint" and ctx.new.objects[part]["type"] in ("primary key", "unique", "exclude")
    )


def _points_out(ctx: Context, part: Key) -> bool:
    return part.kind == "constraint" and ctx.new.objects[part]["type"] == "foreign key"


def _handed_over(ctx: Context, link: Object, other: Object) -> bool:
    """Whether a column that is only inherited comes from another parent now: left alone for a moment, it would stay."""
    if other["of"] == link["of"] or link["bound"] is not None:
        return False
    for column in ctx.new.parts_of(other["child"], "column"):
        above = [column.key._replace(schema=side["of"].schema, name=side["of"].name) for side in (link, other)]
        only_inherited = not column["local"] and column.key in ctx.old.objects
        if only_inherited and above[0] in ctx.old.objects and above[1] in ctx.new.objects:
            return not ctx.old.objects[column.key]["local"]
    return False


def _partition_keys(graph: Graph, steps: Steps, ctx: Context) -> None:
    """A column goes once nothing below is partitioned by it any more."""
    for key in ctx.gone:
        if key.kind != "table" or not ctx.old.objects[key]["partitioned by"]:
            continue
        for column in ctx.old.parts_of(key, "column"):
            if named_in(column.key.part, ctx.old.objects[key]["partitioned by"]):
                for link in ctx.old.parts_of(key, "inheritance"):
                    _column_above(graph, steps, ctx, column.key, link, steps.absent(link.key))


def _column_above(graph: Graph, steps: Steps, ctx: Context, column: Key, link: Object, free: Step | None) -> None:
    above = column._replace(schema=link["of"].schema, name=link["of"].name)
    graph.before(free, steps.absent(above))
    for higher in ctx.old.parts_of(link["of"], "inheritance"):
        _column_above(graph, steps, ctx, column, higher, free)


def _disinheritance(graph: Graph, steps: Steps, actions: Actions, ctx: Context, link: Object) -> None:
    """A partition is detached before anything of it or of its parent changes."""
    child, parent = link["child"], link["of"]
    leaving = steps.absent(link.key)
    for part in ctx.old.parts.get(child, ()):
        above = part._replace(schema=parent.schema, name=parent.name)
        if leaving is None:
            if part.kind in ("column", "constraint") and above in ctx.old.objects:
                graph.before(steps.absent(above), steps.absent(part))
        elif leaving.key == link.key and part.kind != "inheritance":
            graph.before(leaving, steps.absent(part))
            graph.before(leaving, steps.absent(above) if part.kind == "column" else None)
            if actions.of.get(part) is Action.ALTER:
                graph.before(leaving, Step("alter", part))
    if leaving is not None and leaving.key == link.key:
        for other in ctx.new.parts_of(child, "inheritance"):
            if ctx.kept(child) and _handed_over(ctx, link, other):
                graph.before(steps.present(other.key), leaving)
        for part in ctx.new.parts.get(parent, ()):
            if part.kind == "column":
                graph.before(leaving, steps.present(part) if part in ctx.made else None)
        for original, _ in ctx.keys_left_behind.get(child[1:3], ()):
            graph.before(leaving, steps.absent(original))
        for part in ctx.new.parts.get(child, ()):
            if part.kind == "constraint":
                graph.before(leaving, steps.present(part))  # the server leaves foreign keys of that name behind
        for part in ctx.old.parts.get(parent, ()):
            graph.before(leaving, steps.absent(part))
            if actions.of.get(part) is Action.ALTER:
                graph.before(leaving, Step("alter", part))
