"""Calls of changed functions in a second state of the world: a list is empty, one row or all are on another side.

Also with one person alone who has a role, and once a limit was reached. Only where two states are compared.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable, Iterator

from saasdb.verify import atoms, shifted, values
from saasdb.verify.callers import Caller
from saasdb.verify.functions import FunctionProbes, Job, Tried, most_often
from saasdb.verify.inserts import as_text
from saasdb.verify.inventory import Function, Relation
from saasdb.verify.principals import Principal
from saasdb.verify.question import calling, tables_in
from saasdb.verify.runner import Probe
from saasdb.verify.states import BUT_FOR, EMPTIED, NEW, at, emptying, filling, shifting
from saasdb.verify.whom import asked_about, asked_in, got_further, leaders, main_and_leaders, servers, starts
from saasdb.verify.world import Builder

MOST_CALLS, FEW_CALLS, MOST_LAST, MOST_TWICE, MOST_SIDES = 16, 2, 8, 3, 4
MOST_LISTED, MOST_SHIFTED, MOST_PAIRS, MOST_TURNED = 12, 12, 16, 2


Turn = tuple[Function, Caller, str, Relation, str, str, str]
"""Function, caller, what a report says of the call, the table, the statement, its arguments, what empties the table."""
_COUNTED = re.compile(r"\bcount\(|\bsum\(|\bexists\b", re.IGNORECASE)
"""How a body asks what there is already."""
_STANDS_IN = re.compile(r"\bcoalesce\(\s*(?:\w+\.)?(\w+)\s*,")


def observe(functions: FunctionProbes, builder: Builder, changed: list[str]) -> None:
    asked = [(f, text) for f in functions.world.inventory.functions.values() if (text := asked_in(functions, f))]
    kinds = (_with_the_last, _on_two_sides, _shifted, _without, _filled, _turned)
    turns = [
        *_emptied(functions, changed),
        *(turn for kind in kinds for function, text in asked for turn in kind(functions, builder, function, text)),
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
        who = main_and_leaders(functions.callers, got_further(functions, function))
        odd = [c for c in functions.callers if c.forged and c not in who]
        for other in tables_in(inventory, "\n".join(asked)):
            for caller in [*who, *odd]:
                most = FEW_CALLS if caller in odd or function.title not in bodies else MOST_CALLS
                for shown, statement, cells in functions.wanted(function, caller, most):
                    state = f"{shown} {EMPTIED} {other.title}"
                    yield function, caller, state, other, statement, cells, emptying(other)


def _with_the_last(functions: FunctionProbes, _: Builder, function: Function, text: str) -> Iterator[Turn]:
    """Calls about the last one with a role: who must stay, or may act."""
    for leader, other, state, before in the_last(functions, text):
        person, acting = leader.principal, [leader, *servers(functions.callers)]
        for caller in (c for c in acting if functions.may_call(function, c)):
            for shown, cells in functions.arguments.calls(function, person, person, MOST_LAST):
                yield function, caller, f"{shown} {state}", other, function.call(cells), cells, before


def the_last(functions: FunctionProbes, text: str) -> Iterator[tuple[Caller, Relation, str, str]]:
    """Those with a role, alone on the list that gives it or alone with that role, where a text names the list.

    Yields:
        Who, the list, what a report says of it, what removes the others.
    """
    for leader in leaders(functions.callers):
        person, (title, column, value) = leader.principal, leader.principal.variant
        for other in (r for r in tables_in(functions.world.inventory, text) if r.title == title):
            rows = functions.world.rows.get(other.oid, ())
            own = [row.place for row in rows if row.label == person.label]
            ordinary = [row.place for row in rows if as_text(row.data.get(column)) != value]
            for left, who in ((own, person.label), (own + ordinary, f"{person.label} and those without a role")):
                if own:
                    yield leader, other, f"{EMPTIED} {title} {BUT_FOR} {who}", emptying(other, left)


def _on_two_sides(functions: FunctionProbes, builder: Builder, function: Function, text: str) -> Iterator[Turn]:
    """Calls about people who differ in a second table as well: a plan that is not the one that the paid order is for.

    The second row is changed for the call alone: people for all such pairs would be many.
    """
    if function.title in functions.view.skipped:
        return
    acting = [*servers(functions.callers), *leaders(functions.callers)]
    for person in asked_about(functions, text):
        own = [c for c in functions.callers if c.label == person.label]
        for other, label, before in _second_sides(functions, builder, text, person):
            for caller in (c for c in [*own, *acting] if functions.may_call(function, c)):
                for shown, cells in functions.arguments.calls(function, person, person, MOST_TWICE):
                    state = f"{shown} for {person.label} and {label}"
                    yield function, caller, state, other, function.call(cells), cells, before


def _shifted(functions: FunctionProbes, builder: Builder, function: Function, text: str) -> Iterator[Turn]:
    """The calls that did something, with every row of a short list on one side: no plan is on sale, all are retired."""
    inventory, rows = functions.world.inventory, functions.world.rows
    lists = [r for r in tables_in(inventory, text) if r.key and len(rows.get(r.oid, ())) <= MOST_LISTED]
    every = [(r, side) for r in lists for side in shifted.missing(builder, r)]
    sides = [(r, side) for r, side in every if all(atoms.named(column, text) for column in side)]
    for caller, starts_of in starts(functions, function).items() if sides else ():
        for shown in starts_of:
            statement = functions.view.calls[caller.label, function.title, shown].statement
            for other, side in sides[:MOST_SHIFTED]:
                state = f"{shown} with {other.title}.{values.said(side)} everywhere"
                yield function, caller, state, other, statement, statement, shifting(other, side)


def _without(functions: FunctionProbes, _: Builder, function: Function, text: str) -> Iterator[Turn]:
    """Calls where a column is null in every row for which a text has something else stand in: a number for a name."""
    stands_in = set(_STANDS_IN.findall(text))
    callers = [c for c in functions.callers if c.main and functions.may_call(function, c)] if stands_in else ()
    for other in tables_in(functions.world.inventory, text):
        keyed = {column for key in other.constraints if key.type in "fp" for column in key.columns}
        for column in (c for c in other.columns if c.name in stands_in - keyed and not c.not_null and not c.generated):
            side = {column.name: None}
            for caller in callers:
                for shown, statement, cells in functions.wanted(function, caller, FEW_CALLS):
                    state = f"{shown} with {other.title}.{values.said(side)} everywhere"
                    yield function, caller, state, other, statement, cells, shifting(other, side)


def _filled(functions: FunctionProbes, builder: Builder, function: Function, text: str) -> Iterator[Turn]:
    """Calls until a limit is reached, and once more with what they made on one side: revoked keys do not count."""
    if function.volatile != "v" or not _COUNTED.search(text):
        return
    tables = tables_in(functions.world.inventory, text)
    sides = [(other, side) for other in tables for side in shifted.asked_sides(builder, other, text)]
    for caller, starts_of in starts(functions, function).items():
        for shown in starts_of[:1] if caller.principal else ():
            call = functions.view.calls[caller.label, function.title, shown]
            full = filling(call.statement, most_often(function.body))
            for other, side in ((other, side) for other, side in sides if other.title in call.effects):
                state = f"{shown} once full of {other.title}.{values.said(side)}"
                before = f"{full}; {shifting(other, side, NEW)}"
                yield function, caller, state, other, call.statement, call.statement, before


def _turned(functions: FunctionProbes, builder: Builder, function: Function, text: str) -> Iterator[Turn]:
    """Calls about a row that is on one side in two columns at once: an event that was processed, and long ago."""
    inventory, rows = functions.world.inventory, functions.world.rows
    alice, bob = (functions.world.principals[label] for label in ("alice", "bob"))
    acting = [c for c in functions.callers if c.main and c.role != "anon" and functions.may_call(function, c)]
    for other in tables_in(inventory, text) if acting else ():
        places = [row.place for row in rows.get(other.oid, ()) if row.label in ("alice", "bob")]
        sides = shifted.asked_sides(builder, other, text)
        pairs = ({**one, **two} for one, two in itertools.combinations(sides, 2) if one.keys() != two.keys())
        for side in itertools.islice(pairs, MOST_PAIRS) if places else ():
            before = shifting(other, side, " or ".join(map(at, places)))
            for caller in acting:
                for shown, cells in functions.arguments.calls(function, caller.principal or alice, bob, MOST_TURNED):
                    state = f"{shown} with {other.title}.{values.said(side)}"
                    yield function, caller, state, other, function.call(cells), cells, before


def _second_sides(
    functions: FunctionProbes, builder: Builder, text: str, person: Principal
) -> Iterator[tuple[Relation, str, str]]:
    """(table, label, statement) of each list or flag of another table that a text names, as it could be otherwise."""
    found = []
    for other in tables_in(functions.world.inventory, text):
        row = next((r for r in functions.world.rows.get(other.oid, ()) if r.label == person.label), None)
        if row is None or (person.variant and other.title == person.variant[0]):
            continue
        for name, options in builder.sides(other).columns.items():
            column = other.column(name)
            told = (column.listed or column.category == "B") and re.search(rf"\b{re.escape(name)}\b", text)
            for value in options if told else ():
                if value is not None and as_text(row.data.get(name)) != value:
                    side = {name: value}
                    found.append((other, f"{other.title}.{values.said(side)}", shifting(other, side, at(row.place))))
    return iter(found[:MOST_SIDES])


def _calls_it(function: Function, title: str) -> bool:
    return f"{title.partition('(')[0]}(" in function.body
