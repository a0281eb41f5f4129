"""Rows changed one at a time: a statement on all rows fails where one of them is refused, and shows no more.

Only where two states are compared, in the deeper world: a sent invoice must not be made paid, whatever the trigger says
of the drafts beside it. And whether a policy or a key ends a statement is decided by the row that it comes to first.
"""

from __future__ import annotations

from collections.abc import Iterator

from saasdb.verify import values
from saasdb.verify.callers import Caller
from saasdb.verify.inserts import said
from saasdb.verify.inventory import Relation, literal, quote
from saasdb.verify.runner import REFUSED
from saasdb.verify.tables import TableProbes
from saasdb.verify.world import Row
from saasdb.verify.writes import WriteProbes

MOST_ROWS, MOST_REFUSED, MOST_OF_A_SERVER, MOST_VALUES = 16, 6, 12, 6
GONE = "gone"
"""How a report calls the removal of one row."""


def observe(tables: TableProbes) -> None:
    """Fill `alone` of the view."""
    jobs, probes = [], []
    for relation in (r for r in tables.tables if r.key):
        for caller in (c for c in tables.callers if c.plain and not c.forged):
            refused = list(_refused(tables, relation, caller))
            changes = list(_changes(tables, relation, caller)) if relation.triggers else []
            for place, row in enumerate(_reached(tables, relation, caller) if refused or changes else ()):
                where = " and ".join(f"{quote(c)} = {literal(str(row.data[c]))}" for c in relation.key)
                for shown, change in [*changes, *(refused if place < MOST_REFUSED else ())]:
                    probe = tables.write(caller, relation, f"{change} where {where}")
                    jobs.append((caller, relation, f"{shown} of {row.label}"))
                    probes.append(probe)
    answers = tables.attempts([relation for _, relation, _ in jobs], probes)
    for (caller, relation, shown), answer, probe in zip(jobs, answers, probes, strict=True):
        tables.seen.alone[caller.label, relation.title, shown] = tables.outcome(relation, answer, probe.statement)


def _reached(tables: TableProbes, relation: Relation, caller: Caller) -> list[Row]:
    """Rows that the caller sees, those of other people's first: unlike one's own they are of every kind.

    A server sees all rows: of these one of each kind, as it is called.
    """
    read = tables.seen.read.get((caller.label, relation.title))
    rows = [row for row in tables.world.rows.get(relation.oid, ()) if read and row.label in read.rows]
    if caller.principal is None:
        kinds = (row for row in rows if row.label in tables.world.principals)
        return [row for row in kinds if row.label.startswith(f"{relation.title}.")][:MOST_OF_A_SERVER]
    return sorted(rows, key=lambda row: row.label == caller.label)[:MOST_ROWS]


def _refused(tables: TableProbes, relation: Relation, caller: Caller) -> Iterator[tuple[str, str]]:
    """The changes of all rows at once that did not succeed."""
    for (label, title, shown), seen in (*tables.seen.changed.items(), *tables.seen.moved.items()):
        if (label, title) == (caller.label, relation.title) and not seen.ok:
            yield shown, seen.statement


def _changes(tables: TableProbes, relation: Relation, caller: Caller) -> Iterator[tuple[str, str]]:
    """Every value that a rule tells apart, or any other, in every column that may be changed; and the row gone."""
    sides, writes = tables.builder.sides(relation).columns, WriteProbes(tables)
    for name in tables.may(caller.role, relation, "update"):
        if relation.column(name).generated:
            continue
        for value in sides.get(name, ())[:MOST_VALUES] or [writes.fresh(relation, caller, name)]:
            change = f"update {relation.sql} set {quote(name)} = {said(relation.column(name), value)}"
            yield f"{name} to {values.shown(value)}", change
    removed = tables.seen.removed.get((caller.label, relation.title))
    if removed is not None and removed.state != REFUSED:
        yield GONE, f"delete from {relation.sql}"
