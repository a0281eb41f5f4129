"""Changed policies tried with every row of their table on one side of what they tell apart.

A table whose keys are all taken (a plan for each value of an enum, the one row of settings) takes no row of another
kind, and of many sides only the first have rows of their own. Only where two states are compared: no contract has a
word for it.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator

from saasdb.verify import atoms, values
from saasdb.verify.callers import Caller
from saasdb.verify.inserts import as_text
from saasdb.verify.inventory import Relation, quote
from saasdb.verify.runner import Probe
from saasdb.verify.states import shifting
from saasdb.verify.tables import Seen, TableProbes
from saasdb.verify.world import Builder, row_key

MOST_SIDES, MOST_ASKED = 16, 8


def observe(tables: TableProbes, changed: list[str], who: Callable[[list[Caller]], list[Caller]]) -> None:
    """Fill `otherwise` of the view for those of the callers that `who` chooses."""
    jobs, probes = [], []
    for relation in (r for r in tables.tables if f"policies of {r.title}" in changed and r.key):
        for side in itertools.islice(missing(tables.builder, relation), MOST_SIDES):
            for caller in who(tables.callers):
                if columns := tuple(tables.may(caller.role, relation, "select")):
                    shape = ", ".join(map(quote, columns))
                    statement = f"select row({shape})::text as x from {relation.sql}"
                    jobs.append((caller, relation, columns, side, f"with {values.said(side)} everywhere", statement))
                    before = shifting(relation, side)
                    probes.append(Probe(caller.role, caller.settings, statement, rows=True, before=before))
    known: dict[tuple, dict[str, str]] = {}
    for (caller, relation, columns, side, state, statement), answer in zip(
        jobs, tables.runner.run(probes), strict=True
    ):
        rows: frozenset[str] = frozenset()
        if answer.ok:
            key = (relation.oid, columns, state)
            if key not in known:
                known[key] = _known(tables, relation, columns, side)
            rows = frozenset(known[key].get(row["x"], "") for row in answer.rows)
        seen = Seen(answer.state, rows, answer.message, statement)
        tables.seen.otherwise[caller.label, relation.title, state] = seen


def missing(builder: Builder, relation: Relation) -> Iterator[dict[str, str | None]]:
    """The sides that no row is on, those in the policies' own words first."""
    rows = builder.world.rows.get(relation.oid, ())
    labels = {row.label for row in rows}
    base = {c: as_text(v) for c, v in next((row.data for row in rows), {}).items()}
    more = builder.more.get(relation.title)
    one = [[{name: value} for value in options] for name, options in builder.sides(relation).columns.items()]
    sides = [side for turn in itertools.zip_longest(*one) for side in turn if side]
    own = "\n".join([*(more or ()), *(text for p in relation.policies for text in (p.using, p.check) if text)])
    sides.sort(key=lambda side: not all(atoms.named(column, own) for column in side))
    for side in [*sides, *atoms.pairs(builder.inventory, relation, base, more)]:
        if f"{relation.title}.{values.said(side)}" not in labels and not set(side) & set(relation.key):
            yield side


def _known(
    tables: TableProbes, relation: Relation, columns: tuple[str, ...], side: dict[str, str | None]
) -> dict[str, str]:
    """Text of a row → its label, with the rows shifted."""
    labels = {row_key(relation, row.data): row.label for row in tables.world.rows.get(relation.oid, ())}
    shape = ", ".join(map(quote, columns))
    connection = tables.runner.connection
    with connection.transaction(force_rollback=True):
        connection.execute(shifting(relation, side))
        found = connection.execute(f"select to_jsonb(t.*), row({shape})::text from {relation.sql} t").fetchall()
    return {text: labels.get(row_key(relation, data), "a row from before") for data, text in found}


def asked_sides(builder: Builder, relation: Relation, text: str) -> Iterator[dict[str, str | None]]:
    """Lists, flags and dates that a text asks about, a turn for each column."""
    keyed = {column for key in relation.constraints if key.type in "fpu" for column in key.columns}
    turns = [
        [{name: value} for value in options if value is None or column.listed or column.category in "BDR"]
        for name, options in builder.sides(relation).columns.items()
        if atoms.named(name, text) and name not in keyed and (column := relation.column(name))
    ]
    return itertools.islice((side for turn in itertools.zip_longest(*turns) for side in turn if side), MOST_ASKED)
