"""Changed rules tried in a second state of the world: a table that they ask about is empty, or lists one person.

`or not exists (select from roles where role = 'admin')` opens to everybody where nobody is an administrator, which no
row that one adds can show; nor can it show what a guard of the last administrator lets through. Only asked where two
states of a rule are compared: the contract's words speak of one world.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator

from saasdb.verify import atoms, shifted, values
from saasdb.verify.callers import Caller
from saasdb.verify.functions import FunctionProbes, Job, Tried
from saasdb.verify.inserts import as_text
from saasdb.verify.inventory import Function, Inventory, Relation, quote
from saasdb.verify.principals import Principal
from saasdb.verify.question import calling
from saasdb.verify.runner import Probe
from saasdb.verify.states import BUT_FOR, EMPTIED, emptying, shifting
from saasdb.verify.tables import Seen, TableProbes
from saasdb.verify.whom import asked_about, asked_in, got_further, leaders, servers, starts
from saasdb.verify.world import Builder
from saasdb.verify.writes import WriteProbes

MOST_CALLS, FEW_CALLS, MOST_LAST, MOST_TWICE, MOST_SIDES, MOST_TABLES, MOST_CALLERS = 16, 2, 8, 3, 4, 4, 4
MOST_LISTED, MOST_SHIFTED = 12, 12


def observe(tables: TableProbes, functions: FunctionProbes, changed: list[str]) -> None:
    """Fill `otherwise` of both views, for the main callers."""
    _reads(tables, changed)
    if not tables.world.deeper:
        shifted.observe(tables, changed, _who)
    _writes(tables, changed)
    _calls(functions, tables.builder, changed)


def _who(callers: list[Caller], further: Callable[[Caller], bool] = lambda _: False) -> list[Caller]:
    """The main callers, and a few who differ in a role: what is full or forbidden for one is not for another."""
    chosen = leaders(callers, MOST_CALLS, further)
    return [c for c in callers if c.main or c in chosen]


def named(inventory: Inventory, text: str) -> list[Relation]:
    """The tables that a body or a predicate names."""
    found = [
        r
        for r in inventory.tables
        if r.partition_of is None and re.search(rf"(?<![\w.]){re.escape(r.schema)}\.{re.escape(r.name)}\b", text)
    ]
    return found[:MOST_TABLES]


def _reads(tables: TableProbes, changed: list[str]) -> None:
    jobs, probes = [], []
    for relation in tables.tables:
        if f"policies of {relation.title}" not in changed:
            continue
        text = "\n".join(tables.builder.texts_about(relation))
        for other in named(tables.inventory, text):
            for caller in _who(tables.callers) if other is not relation else ():
                columns = tuple(tables.may(caller.role, relation, "select"))
                if columns:
                    shape = ", ".join(map(quote, columns))
                    statement = f"select row({shape})::text as x from {relation.sql}"
                    jobs.append((caller, relation, columns, f"{EMPTIED} {other.title}", statement))
                    probes.append(Probe(caller.role, caller.settings, statement, rows=True, before=emptying(other)))
    for (caller, relation, columns, state, statement), answer in zip(jobs, tables.runner.run(probes), strict=True):
        rows = frozenset(tables.labels(relation, columns, [row["x"] for row in answer.rows])) if answer.ok else ()
        seen = Seen(answer.state, frozenset(rows), answer.message, statement)
        tables.seen.otherwise[caller.label, relation.title, state] = seen


def _writes(tables: TableProbes, changed: list[str]) -> None:
    """Rows added where the tables that a changed trigger writes to are empty."""
    functions = {f.oid: f"function {f.title}" for f in tables.inventory.functions.values()}
    for relation in tables.tables:
        acting = {f"triggers of {relation.title}", *(functions.get(t.function, "") for t in relation.triggers)}
        if not acting & set(changed):
            continue
        bodies = [
            text for text in tables.builder.texts_about(relation) if re.search(r"\b(new|old)\.", text, re.IGNORECASE)
        ]
        for other in named(tables.inventory, "\n".join(bodies)):
            if other is not relation:
                WriteProbes(tables).add_without(relation, other, emptying(other))


Turn = tuple[Function, Caller, str, Relation, str, str, str]
"""Function, caller, what a report says of the call, the table, the statement, its arguments, what empties the table."""


def _calls(functions: FunctionProbes, builder: Builder, changed: list[str]) -> None:
    turns = [
        *_emptied(functions, changed),
        *_with_the_last(functions),
        *_on_two_sides(functions, builder),
        *_shifted(functions, builder),
    ]
    others, tries = {}, []
    for function, caller, shown, other, statement, cells, before in turns:
        others[caller.label, function.title, shown] = other
        probe = Probe(caller.role, caller.settings, statement, function.kind == "f", before=before, effects=True)
        tries.append(((function, caller, shown, statement, cells), probe))

    def outcomes(tries: Iterable[tuple[Job, Probe]]) -> Iterator[Tried]:
        tries = list(tries)
        for (job, probe), answer in zip(tries, functions.runner.run([probe for _, probe in tries]), strict=True):
            function, caller, shown, statement, cells = job
            title = others[caller.label, function.title, shown].title
            if isinstance(answer.after, dict) and title in answer.after:
                answer.after[title][1] = None  # that its rows are gone is what we did ourselves
            yield job, probe, functions.outcome(caller, answer, statement, cells)

    functions.keep(list(outcomes(tries)), functions.view.otherwise, outcomes)


def _emptied(functions: FunctionProbes, changed: list[str]) -> Iterator[Turn]:
    """Changed functions, and those that call one: a helper that nobody may call is asked through them."""
    inventory = functions.world.inventory
    bodies = {f.title: f.body for f in inventory.functions.values() if f"function {f.title}" in changed}
    through = calling(inventory, changed)
    for function in (f for f in inventory.functions.values() if f.title in through):
        asked = [body for title, body in bodies.items() if title == function.title or _calls_it(function, title)]
        who = _who(functions.callers, got_further(functions, function))
        odd = [c for c in functions.callers if c.forged and c not in who]
        for other in named(inventory, "\n".join(asked)):
            for caller in [*who, *odd]:
                most = FEW_CALLS if caller in odd or function.title not in bodies else MOST_CALLS
                for shown, statement, cells in functions.wanted(function, caller, most):
                    state = f"{shown} {EMPTIED} {other.title}"
                    yield function, caller, state, other, statement, cells, emptying(other)


def _with_the_last(functions: FunctionProbes) -> Iterator[Turn]:
    """Calls about somebody with a role who is alone on the list that gives it, or alone with that role.

    The last one must stay, or may act.
    """
    inventory = functions.world.inventory
    for function in inventory.functions.values():
        text = asked_in(functions, function)
        for leader in leaders(functions.callers) if text and function.title not in functions.view.skipped else ():
            person, (title, column, value) = leader.principal, leader.principal.variant
            may = [c for c in [leader, *servers(functions.callers)] if functions.may_call(function, c)]
            for other in (r for r in named(inventory, text) if r.title == title):
                rows = functions.world.rows.get(other.oid, ())
                own = [row.place for row in rows if row.label == person.label]
                ordinary = [row.place for row in rows if as_text(row.data.get(column)) != value]
                for left, who in ((own, person.label), (own + ordinary, f"{person.label} and those without a role")):
                    state = f"{EMPTIED} {title} {BUT_FOR} {who}"
                    for caller in may if own else ():
                        for shown, cells in functions.arguments.calls(function, person, person, MOST_LAST):
                            before = emptying(other, left)
                            yield function, caller, f"{shown} {state}", other, function.call(cells), cells, before


def _on_two_sides(functions: FunctionProbes, builder: Builder) -> Iterator[Turn]:
    """Calls about people who differ in a second table as well: a plan that is not the one that the paid order is for.

    The second row is changed for the call alone: people for all such pairs would be many.
    """
    for function in functions.world.inventory.functions.values():
        text = asked_in(functions, function)
        if not text or function.title in functions.view.skipped:
            continue
        acting = [*servers(functions.callers), *leaders(functions.callers)]
        for person in asked_about(functions, text):
            own = [c for c in functions.callers if c.label == person.label]
            for other, label, before in _second_sides(functions, builder, text, person):
                for caller in (c for c in [*own, *acting] if functions.may_call(function, c)):
                    for shown, cells in functions.arguments.calls(function, person, person, MOST_TWICE):
                        state = f"{shown} for {person.label} and {label}"
                        yield function, caller, state, other, function.call(cells), cells, before


def _shifted(functions: FunctionProbes, builder: Builder) -> Iterator[Turn]:
    """The calls that did something, with every row of a short list on one side: no plan is on sale, all are retired."""
    inventory, rows = functions.world.inventory, functions.world.rows
    for function in inventory.functions.values():
        text = asked_in(functions, function)
        lists = [r for r in named(inventory, text) if r.key and len(rows.get(r.oid, ())) <= MOST_LISTED] if text else ()
        every = [(r, side) for r in lists for side in shifted.missing(builder, r)]
        sides = [(r, side) for r, side in every if all(atoms.named(column, text) for column in side)]
        for caller, starts_of in starts(functions, function).items() if sides else ():
            for shown in starts_of:
                statement = functions.view.calls[caller.label, function.title, shown].statement
                for other, side in sides[:MOST_SHIFTED]:
                    state = f"{shown} with {other.title}.{values.said(side)} everywhere"
                    yield function, caller, state, other, statement, statement, shifting(other, side)


def _second_sides(
    functions: FunctionProbes, builder: Builder, text: str, person: Principal
) -> Iterator[tuple[Relation, str, str]]:
    """(table, label, statement) of each list or flag of another table that a text names, as it could be otherwise."""
    found = []
    for other in named(functions.world.inventory, text):
        row = next((r for r in functions.world.rows.get(other.oid, ()) if r.label == person.label), None)
        if row is None or (person.variant and other.title == person.variant[0]):
            continue
        for name, options in builder.sides(other).columns.items():
            column = other.column(name)
            told = (column.listed or column.category == "B") and re.search(rf"\b{re.escape(name)}\b", text)
            for value in options if told else ():
                if value is not None and as_text(row.data.get(name)) != value:
                    side = {name: value}
                    found.append((other, f"{other.title}.{values.said(side)}", shifting(other, side, row.place)))
    return iter(found[:MOST_SIDES])


def _calls_it(function: Function, title: str) -> bool:
    return f"{title.partition('(')[0]}(" in function.body
