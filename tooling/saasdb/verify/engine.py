"""Looks at a database: catalog, then a world in a transaction that is rolled back, then every probe.

One observation serves three ends: `--suggest` writes it down, `verify` compares it with the contract, and where code
changed it is made twice, with the contract's frozen code and with today's, and the two are compared.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace

import psycopg

from saasdb.verify import (
    again,
    alone,
    atoms,
    definitions,
    facts,
    forms,
    grants,
    hook_calls,
    inventory,
    measures,
    newborn,
    otherwise,
    plans,
    shadow,
)
from saasdb.verify.callers import Caller
from saasdb.verify.effects import Effects
from saasdb.verify.evaluate import evaluate
from saasdb.verify.functions import FunctionProbes, FunctionView
from saasdb.verify.inventory import Inventory, Relation
from saasdb.verify.lifecycle import Lifecycle, LifecycleProbes
from saasdb.verify.question import Question, calling, concerned
from saasdb.verify.reach import EVERYTHING, Reach
from saasdb.verify.stage import Stage, set_stage
from saasdb.verify.tables import TableProbes, TableView
from saasdb.verify.touched import touched
from saasdb.verify.whom import stand_ins
from saasdb.verify.world import World

Note = Callable[[str], None]
MOST_STAND_INS = 2


@dataclass(frozen=True)
class Wishes:
    """What a look is for.

    Attributes:
        predicates: which (table, command, predicate) to evaluate for every caller.
        beside: the titles of tables and functions that are not to be tried.
    """

    predicates: Callable[[Inventory], set[tuple[str, str, str]]] = lambda _: set()
    beside: Callable[[Inventory], set[str]] = lambda _: set()


@dataclass
class Observation:
    """Everything that one look at one state gave."""

    inventory: Inventory
    grants: grants.Grants
    facts: facts.Facts
    definitions: dict[str, str]
    world: World
    callers: list[Caller]
    tables: TableView
    functions: FunctionView
    lifecycle: Lifecycle
    plans: dict[tuple[str, str, str], str]
    probes: TableProbes
    tried: int
    problems: dict[str, str] = field(default_factory=dict)
    evaluated: dict[tuple[str, str, str], frozenset[str]] = field(default_factory=dict)
    """(caller, table, predicate) → the rows that it holds for."""
    would_add: dict[tuple[str, str, str, str], bool] = field(default_factory=dict)
    """(caller, table, predicate, kind of row) → whether it holds for the row that an insert tried."""
    reach: Reach = EVERYTHING
    born: newborn.Born = field(default_factory=dict)
    """What a new object would be like, where the function of an event trigger changed."""


@dataclass
class Comparison:
    """Today's observation, and beside it the one with the contract's code where that differs.

    Attributes:
        deeper: both once more in a world with more people and rows around what changed (`saasdb.verify.deepen`), the
            contract's first. No word of a contract was found in it: it is only good for comparing the two.
    """

    now: Observation
    frozen: Observation | None
    changed: list[str]
    unrestored: dict[str, str]
    deeper: tuple[Observation, Observation] | None = None


def look(
    connection: psycopg.Connection,
    frozen: dict[str, str] | None = None,
    wishes: Wishes = Wishes(),
    note: Note = lambda _: None,
) -> Comparison:
    """Observe the connected database; leaves it as it was.

    Args:
        connection: autocommit; a role that may become the client roles and skip row level security.
        frozen: the contract's definitions, if it has any.
    """
    connection.execute("select 1")
    with connection.transaction(force_rollback=True):
        now = inventory.read(connection)
        texts = definitions.read(now)
        changed = definitions.differing(texts, frozen or {})
    before: Observation | None = None
    unrestored: dict[str, str] = {}
    other: Inventory | None = None
    if changed:
        note(f"definitions that differ from the contract: {len(changed)}; trying both side by side")
        with connection.transaction(force_rollback=True):
            unrestored = definitions.restore(connection, now, frozen, changed)
            other = inventory.read(connection)
            _join(other, now, frozen)
            stage = set_stage(connection, other, now)
            before = observe(stage, changed, _only_compared(wishes), _reach(changed, now, other), forms_too=False)
    with connection.transaction(force_rollback=True):
        seen = observe(set_stage(connection, now, other), changed, wishes)
    return Comparison(seen, before, changed, unrestored)


def look_deeper(
    connection: psycopg.Connection,
    comparison: Comparison,
    frozen: dict[str, str],
    open_to_question: list[str],
    wishes: Wishes,
) -> tuple[Observation, Observation] | None:
    """Compare both states once more, in a world with more people and rows around the given changed definitions."""
    now, other, changed = comparison.now.inventory, comparison.frozen.inventory, comparison.changed
    deep = concerned(open_to_question, now, other)
    if not deep.tables:
        return None
    further = _further(comparison.frozen, calling(other, open_to_question))
    with connection.transaction(force_rollback=True):
        definitions.restore(connection, now, frozen, changed)
        before = _observe_deeper(connection, other, changed, now, wishes, deep, open_to_question, further)
    with connection.transaction(force_rollback=True):
        return before, _observe_deeper(connection, now, changed, other, wishes, deep, open_to_question, further)


def _further(seen: Observation, titles: set[str]) -> set[str]:
    """Labels of a few who did what no main caller could by calling a function: they act in the deeper world, too."""
    found = [stand_ins(seen.functions, seen.callers, title)[:MOST_STAND_INS] for title in sorted(titles)]
    return {caller.principal.label for callers in found for caller in callers if caller.principal}


def _join(one: Inventory, two: Inventory, frozen: dict[str, str]) -> None:
    """Give each function that differs both bodies, in both states: the constants of either make the rows of both.

    So do the lists of either: who has a role is there, too, where the check that listed the roles is gone. A column
    that the contract does not know is given in both where it must be in one; what it holds nobody was promised.
    """
    for relation in one.tables:
        twin = two.relation(relation.title)
        text = frozen.get(f"columns of {relation.title}", "")
        known = {line.partition(": ")[0] for line in text.splitlines()}
        for column in relation.columns:
            if twin and (same := twin.column(column.name)):
                column.listed = same.listed = tuple(dict.fromkeys((*column.listed, *same.listed)))
                column.added = same.added = bool(known) and column.name not in known
                column.not_null |= same.not_null and column.added
        if twin:
            differing = _running(one, relation) ^ _running(two, twin)
            relation.turned = twin.turned = frozenset(title for title, *_ in differing)
    others = {function.title: function for function in two.functions.values()}
    for function in one.functions.values():
        other = others.get(function.title)
        if other is not None and other.body != function.body:
            function.body = other.body = atoms.BOTH.join(sorted((function.body, other.body)))
    one.about.clear(), two.about.clear()


def _running(inventory: Inventory, relation: Relation) -> set[tuple[str, str, str]]:
    """Titles of the functions that a table's triggers run, each with when it does."""
    on = [t for t in relation.triggers if t.function in inventory.functions]
    return {(inventory.functions[t.function].title, t.definition, t.enabled) for t in on}


def _reach(changed: list[str], *states: Inventory) -> Reach:
    """What the contract's state is tried on: where the two states can differ."""
    titles = touched(changed, *states)
    return Reach(tables=titles, functions=titles)


def _only_compared(wishes: Wishes) -> Wishes:
    """Without what only the contract's words are judged by."""
    return replace(wishes, predicates=lambda _: set())


def _observe_deeper(
    connection: psycopg.Connection,
    inv: Inventory,
    changed: list[str],
    other: Inventory,
    wishes: Wishes,
    deep: Question,
    open_to_question: list[str],
    further: set[str],
) -> Observation:
    stage = set_stage(connection, inv, other, deep)
    stage.world.deeper |= further
    people = {None, *stage.world.deeper}
    who = {c.label for c in stage.callers if (c.principal and c.principal.label) in people and not c.forged}
    calls = calling(inv, open_to_question)
    reach = replace(
        _reach(open_to_question, inv, other),
        callers=frozenset(who),
        functions=frozenset(calls),
        lifecycle=False,
        calls=bool(calls),
    )
    return observe(stage, changed, _only_compared(wishes), reach, forms_too=False, plans_too=False)


def observe(
    stage: Stage,
    changed: list[str],
    wishes: Wishes | Callable[[Inventory], set],
    reach: Reach = EVERYTHING,
    *,
    forms_too: bool = True,
    plans_too: bool = True,
) -> Observation:
    """Try everything within `reach` as everybody within it.

    Args:
        wishes: a bare function says the predicates to evaluate.
        forms_too: whether the other spellings of commands and shadowed names are looked at as well.
        plans_too: whether it is looked at what the policies cost.
    """
    wishes = wishes if isinstance(wishes, Wishes) else Wishes(wishes)
    inv, runner = stage.inventory, stage.runner
    reach = replace(reach, beside=reach.beside | wishes.beside(inv))
    everybody = [caller for caller in stage.callers if reach.caller(caller.label, caller.role)]
    # Only a state that is compared with another is asked what its triggers did: the words of a contract do not say it.
    effects = Effects(stage.world) if changed else None
    tables = TableProbes(runner, stage.builder, everybody, reach, effects)
    # Before anything is written: what rolled back probes leave behind makes a table look larger than it is.
    planned = plans.observe(stage.connection, inv, everybody, tables.columns(), reach) if plans_too else {}
    counted = measures.observe(runner, stage.world, everybody, tables.columns(), reach) if planned else {}
    seen = tables.observe()
    if forms_too:
        seen.beyond = forms.observe(tables, whole=reach.tables is None)
    names = {title.removeprefix("function ") for title in changed if title.startswith("function ")}
    functions = FunctionProbes(runner, stage.world, everybody, names, reach)
    called = functions.observe()
    hook_calls.observe(functions)
    if forms_too:
        called.shadowed = shadow.observe(functions, stage.facts)
    if changed:
        otherwise.observe(tables, functions, changed)
    if stage.world.deeper:
        alone.observe(tables)
        again.observe(functions)
    events = LifecycleProbes(runner, stage.world, functions, compared=bool(changed))
    lifecycle = events.observe() if reach.lifecycle else Lifecycle()
    planned = plans.with_counts(planned, measures.of_those_who_reach(counted, everybody, seen))
    texts, problems = definitions.read(inv), dict(stage.world.problems)
    observation = Observation(
        inv,
        stage.grants,
        stage.facts,
        texts,
        stage.world,
        everybody,
        seen,
        called,
        lifecycle,
        planned,
        tables,
        0,
        problems,
        reach=reach,
        born=newborn.observe(stage.connection, inv, changed),
    )
    evaluate(runner, observation, {each for each in wishes.predicates(inv) if reach.table(each[0])})
    observation.tried = runner.tried
    return observation
