"""What predicates of a contract say of each row, for each caller: on rows that are there and on rows tried."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import TYPE_CHECKING

from saasdb.verify.inventory import Relation, literal, quote
from saasdb.verify.moments import moment_sql
from saasdb.verify.runner import Probe, Runner

if TYPE_CHECKING:
    from saasdb.verify.engine import Observation

Row = dict[str, str | None]
Wanted = Iterable[tuple[Relation, str]]


def evaluate(runner: Runner, seen: Observation, wanted: set[tuple[str, str, str]]) -> None:
    """Evaluate predicates as the connection's own role with each caller's claims, on rows there and rows tried."""
    tables = {title: r for title, _, _ in wanted if (r := seen.inventory.relation(title)) and r.kind in "rp"}
    # Of the rows that are there a predicate says the same whatever the command.
    there = sorted({(t, p) for t, c, p in wanted if c != "insert" and t in tables})
    tried = sorted({(t, p) for t, c, p in wanted if c == "insert" and t in tables})
    _there(runner, seen, [(tables[title], predicate) for title, predicate in there])
    _tried(runner, seen, [(tables[title], predicate) for title, predicate in tried])


def _there(runner: Runner, seen: Observation, wanted: Wanted) -> None:
    jobs = [(relation, predicate, caller) for relation, predicate in wanted for caller in seen.callers]
    probes = [
        Probe(
            None,
            caller.settings,
            f"select tableoid::int8 || ctid::text as x from {relation.sql} where {predicate}",
            rows=True,
        )
        for relation, predicate, caller in jobs
    ]
    for (relation, predicate, caller), answer in zip(jobs, runner.run(probes), strict=True):
        if answer.ok:
            places = {row["x"] for row in answer.rows}
            rows = frozenset(row.label for row in seen.world.rows.get(relation.oid, ()) if row.place in places)
            seen.evaluated[caller.label, relation.title, predicate] = rows


def _tried(runner: Runner, seen: Observation, wanted: Wanted) -> None:
    """All that a caller tried to add to a table in one statement; one by one where a predicate fails on any of it."""
    rows: dict[tuple[str, str], dict[str, Row]] = {}
    for (label, title, kind), row in seen.probes.rows_tried.items():
        rows.setdefault((label, title), {})[kind] = row
    jobs = [
        (relation, predicate, caller, tuple(rows[caller.label, relation.title]))
        for relation, predicate in wanted
        for caller in seen.callers
        if (caller.label, relation.title) in rows
    ]
    for _ in ("all at once", "one by one"):
        probes = []
        for relation, predicate, caller, kinds in jobs:
            found = rows[caller.label, relation.title]
            statement = holds_for(predicate, relation, [found[kind] for kind in kinds])
            probes.append(Probe(None, caller.settings, statement, rows=True))
        failed = []
        for (relation, predicate, caller, kinds), answer in zip(jobs, runner.run(probes), strict=True):
            if answer.ok:
                for kind, said in zip(kinds, answer.rows, strict=True):
                    seen.would_add[caller.label, relation.title, predicate, kind] = bool(said["x"])
            elif len(kinds) > 1:
                failed += [(relation, predicate, caller, (kind,)) for kind in kinds]
        jobs = failed


def holds_for(predicate: str, relation: Relation, rows: Iterable[Row]) -> str:
    """A query that says in order whether a predicate holds for each of some rows that are not in the table."""
    values = f"jsonb_populate_recordset(null::{relation.sql}, jsonb_build_array({', '.join(map(_said, rows))}))"
    return f"select ({predicate}) as x from {values} as {quote(relation.name)}"


def _said(row: Row) -> str:
    moments = {name: moment for name, value in row.items() if value and (moment := moment_sql(value))}
    said = literal(json.dumps({name: value for name, value in row.items() if name not in moments})) + "::jsonb"
    return said + "".join(f" || jsonb_build_object({literal(name)}, {moment})" for name, moment in moments.items())
