"""The planner: decisions, their order, and the statements that carry them out."""

from __future__ import annotations

from dataclasses import dataclass, replace

from saasdb.compare import Changes
from saasdb.errors import SaasdbError
from saasdb.model import Database, Key
from saasdb.plan.actions import SUCCEEDED, TYPES, Action, Actions, decide
from saasdb.plan.edges import add_edges
from saasdb.plan.graph import Graph, Step
from saasdb.plan.statement import Statement
from saasdb.plan.steps import Steps
from saasdb.plan.write import Writer
from saasdb.render import registry
from saasdb.render.context import Context


@dataclass(frozen=True)
class Plan:
    """Ordered statements and the decisions behind them."""

    statements: tuple[Statement, ...]
    actions: Actions
    changes: Changes

    def __bool__(self) -> bool:
        return bool(self.statements)


def plan(changes: Changes, *, safe: bool = False) -> Plan:
    """Statements that turn the old state into the new one.

    Args:
        safe: for a database that holds rows and is in use: indexes concurrently, constraints first not valid.

    Raises:
        SaasdbError: something differs that cannot be written as SQL; it is named.
    """
    _refuse_unknown(changes)
    ctx = Context(changes.old, changes.new, safe=safe)
    actions, ctx, order = _laid_out(changes, ctx)
    writer = Writer(actions, ctx)
    statements: list[Statement] = []
    for step in order:
        statements += writer.write(step)
    return Plan((*_preamble(statements, actions, changes), *statements), actions, changes)


def _laid_out(changes: Changes, plain: Context) -> tuple[Actions, Context, list[Step]]:
    """The decisions and the steps in order; what cannot be altered between others is made anew, as far as it must."""
    rebuilt: frozenset[Key] = frozenset()
    while True:
        actions = decide(changes, plain, rebuilt)
        ctx = _informed(plain, actions)
        steps = Steps(actions, ctx)
        positions = {
            Key("column", table.schema, table.name, name): number
            for table, names in ctx.new.column_order.items()
            for number, name in enumerate(names)
        }
        graph = Graph([Step("drop", key) for key in ctx.loose], positions)
        add_edges(graph, steps, actions, ctx)
        order = graph.ordered()
        if graph.in_the_way <= rebuilt:
            return actions, ctx, order
        rebuilt |= graph.in_the_way


def _refuse_unknown(changes: Changes) -> None:
    strange = sorted({str(key) for key in (*changes.created, *changes.dropped) if not registry.known(key)})
    if strange:
        raise SaasdbError(
            f"This cannot be written as SQL yet: {', '.join(strange)}",
            todo="Make this change by hand, then run diff again.",
        )


def _informed(ctx: Context, actions: Actions) -> Context:
    made = frozenset(key for key in actions.of if actions.made(key))
    gone = frozenset(key for key in actions.of if actions.gone(key))
    loose = {
        key: ctx.aside(key.schema, key.name)
        for key, action in actions.of.items()
        if key.kind in SUCCEEDED
        and (action is Action.REPLACE or (action is Action.DROP and _has_successor(key, made)))
        and _holds_values(key, ctx.old, actions)
    }
    emptied = frozenset(actions.emptied)
    copied = frozenset(key for key, action in actions.of.items() if action is Action.REPLACE and key.kind == "table")
    divided_by = {need for table in copied for need in ctx.old.needs.get(table, ()) if need.kind == "function"}
    loose |= {key: ctx.aside(key.schema, key.name) for key in divided_by & gone}
    return replace(ctx, made=made, gone=gone, loose=loose, copied=copied, apart=_apart(ctx.new, made), emptied=emptied)


def _is_copied(table: Key, actions: Actions) -> bool:
    """Whether a table is made anew and takes over its rows."""
    return table.kind == "table" and actions.of.get(table) is Action.REPLACE


def _has_successor(kind: Key, made: frozenset[Key]) -> bool:
    """Whether another kind of type takes over the name."""
    return any(kind._replace(kind=other) in made for other in TYPES)


def _holds_values(kind: Key, old: Database, actions: Actions) -> bool:
    """Whether a column that stays has values of a type, directly or through a type made of it."""
    return any(
        (key.kind == "column" and (not actions.gone(key) or _is_copied(old.objects[key].parent, actions)))
        or (key.kind in TYPES and actions.gone(key) and _holds_values(key, old, actions))
        or _is_copied(key, actions)
        for key in old.needed_by.get(kind, ())
    )


def _apart(new: Database, made: frozenset[Key]) -> frozenset[Key]:
    """Defaults that call what needs their own table, so that they can only be set once that is there."""
    found = set()
    for key in made:
        if key.kind != "default":
            continue
        column = new.objects[key].parent
        table = new.objects[column].parent if column in new.objects else None
        needs = {need for need in new.needs.get(key, ()) if need.kind in ("function", "aggregate") and need in made}
        if needs and _reaches(new, needs, table, made):
            found.add(key)
    return frozenset(found)


def _reaches(new: Database, start: set[Key], goal: Key | None, made: frozenset[Key]) -> bool:
    seen, waiting = set(start), list(start)
    while waiting:
        key = waiting.pop()
        if key == goal:
            return True
        item = new.objects.get(key)
        needs = set(new.needs.get(key, ()))
        if key.kind == "table":
            for part in new.parts.get(key, ()):
                needs |= set(new.needs.get(part, ()))
        if item is not None and item.parent:
            needs.add(item.parent)
        for need in needs - seen:
            if need in made:
                seen.add(need)
                waiting.append(need)
    return False


def _preamble(statements: list[Statement], actions: Actions, changes: Changes) -> list[Statement]:
    """Function bodies may name what comes later; they are checked when all of it is there."""
    for statement in statements:
        key = statement.about
        item = changes.new.objects.get(key) if key.kind in ("function", "procedure") else None
        if item is not None and not item["parsed"] and statement.sql.lower().startswith("create"):
            return [Statement("set check_function_bodies = off", key)]
    return []
