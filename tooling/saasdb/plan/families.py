"""The order among a table, what it inherits from, and its partitions with their indexes."""

from __future__ import annotations

from collections.abc import Iterator

from saasdb.model import Key, Object
from saasdb.plan.actions import Action, Actions, named_in
from saasdb.plan.graph import Graph, Step
from saasdb.plan.rivals import rivals
from saasdb.plan.steps import Steps
from saasdb.render import not_null
from saasdb.render.context import Context


def add_family_edges(graph: Graph, steps: Steps, actions: Actions, ctx: Context) -> None:
    """Everything that orders the steps of tables that inherit, and of those that they inherit from."""
    for link in ctx.new.objects.values():
        if link.key.kind == "inheritance":
            _inheritance(graph, steps, actions, ctx, link)
    for link in ctx.old.objects.values():
        if link.key.kind == "inheritance":
            _disinheritance(graph, steps, actions, ctx, link)
    _partition_keys(graph, steps, ctx)


def wholes(key: Key, ctx: Context) -> Iterator[Key]:
    """The indexes and keys of partitioned tables that a partition's is a part of: it goes with the first that goes."""
    above = ctx.old.objects[key].get("of") if key.kind in ("index", "constraint") else None
    if above is not None:
        yield above
        yield from wholes(above, ctx)


def _inheritance(graph: Graph, steps: Steps, actions: Actions, ctx: Context, link: Object) -> None:
    """A partition is whole before it is attached; its indexes are tied to the partitioned ones after that."""
    child, parent = link["child"], link["of"]
    joining = steps.present(link.key)
    identity = link["bound"] is not None and any(part["identity"] for part in ctx.new.parts_of(parent, "column"))
    if joining is not None and identity:
        for higher in ctx.new.parts_of(parent, "inheritance"):
            graph.before(steps.present(higher.key), joining)  # attached, a table hands no identity on to its partitions
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
        tied_later = identity and _has_index(ctx, part) and _top(part, ctx) in ctx.made
        if part in alone:
            graph.before(joining, there)
        elif joins and not tied_later and part.kind in ("column", "constraint", "index") and not _points_out(ctx, part):
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
            if not identity:
                for higher in ctx.new.parts_of(ctx.new.objects[tied].parent, "inheritance"):
                    graph.before(attach, steps.present(higher.key))  # an index is valid, and matches, once it is whole
            for other in ctx.new.needed_by.get(tied, ()):
                if other.kind == "constraint" and ctx.new.objects[other]["type"] == "foreign key":
                    graph.before(attach, steps.present(other))
    if joining is not None:
        for part in ctx.new.parts.get(parent, ()):
            if part.kind == "column":
                graph.before(steps.present(part), joining)
            elif link["bound"] is None or not _has_index(ctx, part):
                continue
            elif not identity or _top(part, ctx) in ctx.made:
                graph.before(joining, steps.present(part))  # else the server would choose what belongs to it


def _top(part: Key, ctx: Context) -> Key:
    """The index of the whole family of partitions that an index is, in the end, a part of; or itself."""
    above = ctx.new.objects[part].get("of")
    return part if above is None else _top(above, ctx)


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
