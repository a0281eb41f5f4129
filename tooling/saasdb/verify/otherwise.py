"""Changed rules tried in a second state of the world: a table that they ask about is empty, or lists one person.

`or not exists (select from roles where role = 'admin')` opens to everybody where nobody is an administrator, which no
row that one adds can show; nor can it show what a guard of the last administrator lets through. Only asked where two
states of a rule are compared: the contract's words speak of one world.
"""

from __future__ import annotations

import re

from saasdb.verify import limits, otherwise_calls, shifted
from saasdb.verify.functions import FunctionProbes, most_often
from saasdb.verify.inventory import quote
from saasdb.verify.question import tables_in
from saasdb.verify.runner import Probe
from saasdb.verify.states import EMPTIED, emptying
from saasdb.verify.tables import Seen, TableProbes
from saasdb.verify.whom import main_and_leaders
from saasdb.verify.writes import WriteProbes


def observe(tables: TableProbes, functions: FunctionProbes, changed: list[str]) -> None:
    """Fill `otherwise` of both views, for the main callers."""
    _reads(tables, changed)
    if not tables.world.deeper:
        shifted.observe(tables, changed, main_and_leaders)
    _writes(tables, changed)
    otherwise_calls.observe(functions, tables.builder, changed)


def _reads(tables: TableProbes, changed: list[str]) -> None:
    jobs, probes = [], []
    for relation in tables.tables:
        if f"policies of {relation.title}" not in changed:
            continue
        text = "\n".join(tables.builder.texts_about(relation))
        for other in tables_in(tables.inventory, text):
            for caller in main_and_leaders(tables.callers) if other is not relation else ():
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
    """Rows added where the tables that a changed trigger writes to are empty, and until one that counts refuses."""
    functions = {f.oid: f"function {f.title}" for f in tables.inventory.functions.values()}
    for relation in tables.tables:
        acting = {f"triggers of {relation.title}", *(functions.get(t.function, "") for t in relation.triggers)}
        if not acting & set(changed):
            continue
        bodies = [
            text for text in tables.builder.texts_about(relation) if re.search(r"\b(new|old)\.", text, re.IGNORECASE)
        ]
        for other in tables_in(tables.inventory, "\n".join(bodies)):
            if other is not relation:
                WriteProbes(tables).add_without(relation, other, emptying(other))
        if any("count(" in text for text in bodies):
            text = "\n".join(bodies)
            limits.observe(
                tables, relation, most_often(text), list(shifted.asked_sides(tables.builder, relation, text))
            )
