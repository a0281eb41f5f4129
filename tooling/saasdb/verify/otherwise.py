"""Changed rules tried in a second state of the world: a table that they ask about is empty.

`or not exists (select from roles where role = 'admin')` opens to everybody where nobody is an administrator, which no
row that one adds can show. Only asked where two states of a rule are compared: the contract's words speak of one world.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from saasdb.verify import shifted
from saasdb.verify.callers import Caller
from saasdb.verify.functions import FunctionProbes, leads
from saasdb.verify.inventory import Function, Inventory, Relation, quote
from saasdb.verify.question import calling
from saasdb.verify.runner import Probe
from saasdb.verify.tables import Seen, TableProbes
from saasdb.verify.writes import WriteProbes

EMPTIED = "with nothing in"
MOST_CALLS, FEW_CALLS, MOST_TABLES, MOST_CALLERS = 16, 2, 4, 4


def observe(tables: TableProbes, functions: FunctionProbes, changed: list[str]) -> None:
    """Fill `otherwise` of both views, for the main callers."""
    _reads(tables, changed)
    if not tables.world.deeper:
        shifted.observe(tables, changed, _who)
    _writes(tables, changed)
    _calls(functions, changed)


def _who(callers: list[Caller], further: Callable[[Caller], bool] = lambda _: False) -> list[Caller]:
    """The main callers, and a few who differ in a role: what is full or forbidden for one is not for another.

    Those of them come first who got `further` than the main callers already.
    """
    leaders = {c.principal.variant[:3]: c for c in reversed(callers) if leads(c)}
    chosen = sorted(reversed(leaders.values()), key=lambda c: not further(c))[:MOST_CALLERS]
    return [c for c in callers if c.main or c in chosen]


def _further(functions: FunctionProbes, function: Function) -> Callable[[Caller], bool]:
    """Whether a caller was answered otherwise than every main caller: stopped by a limit and not at the door."""
    states: dict[str, set[str]] = {}
    for (caller, _), call in functions.view.of(function.title).items():
        states.setdefault(caller, set()).add(call.state)
    usual = {state for c in functions.callers if c.main for state in states.get(c.label, ())}
    return lambda caller: bool(states.get(caller.label, set()) - usual)


def emptying(relation: Relation) -> str:
    """Empties one table and nothing else: neither keys nor triggers are asked."""
    return (
        "set local session_replication_role = replica; "
        f"delete from {relation.sql}; set local session_replication_role = origin"
    )


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


def _calls(functions: FunctionProbes, changed: list[str]) -> None:
    """Changed functions, and those that call one: a helper that nobody may call is asked through them."""
    jobs, probes = [], []
    inventory = functions.world.inventory
    bodies = {f.title: f.body for f in inventory.functions.values() if f"function {f.title}" in changed}
    through = calling(inventory, changed)
    for function in (f for f in inventory.functions.values() if f.title in through):
        asked = [body for title, body in bodies.items() if title == function.title or _calls_it(function, title)]
        who = _who(functions.callers, _further(functions, function))
        odd = [c for c in functions.callers if c.forged and c not in who]
        for other in named(inventory, "\n".join(asked)):
            for caller in [*who, *odd]:
                most = FEW_CALLS if caller in odd or function.title not in bodies else MOST_CALLS
                for shown, statement, cells in functions.wanted(function, caller, most):
                    jobs.append((function, caller, shown, other, statement, cells))
                    rows = function.kind == "f"
                    probe = Probe(caller.role, caller.settings, statement, rows, before=emptying(other), effects=True)
                    probes.append(probe)
    for job, answer in zip(jobs, functions.runner.run(probes), strict=True):
        function, caller, shown, other, statement, cells = job
        if isinstance(answer.after, dict) and other.title in answer.after:
            answer.after[other.title][1] = None  # that its rows are gone is what we did ourselves
        functions.view.otherwise[caller.label, function.title, f"{shown} {EMPTIED} {other.title}"] = functions.outcome(
            caller, answer, statement, cells
        )


def _calls_it(function: Function, title: str) -> bool:
    return f"{title.partition('(')[0]}(" in function.body
