"""What predicates of a contract say of each row, for each caller: on rows that are there and on rows tried."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from saasdb.verify.inventory import Relation, literal, quote
from saasdb.verify.moments import moment_sql
from saasdb.verify.runner import Probe, Runner

if TYPE_CHECKING:
    from saasdb.verify.engine import Observation


def evaluate(runner: Runner, seen: Observation, wanted: set[tuple[str, str, str]]) -> None:
    """Evaluate predicates as the connection's own role with each caller's claims, on rows there and rows tried."""
    jobs, probes = [], []
    # Of the rows that are there a predicate says the same whatever the command.
    for title, command, predicate in sorted({(t, c if c == "insert" else "", p) for t, c, p in wanted}):
        relation = seen.inventory.relation(title)
        if relation is None or relation.kind not in "rp":
            continue
        for caller in seen.callers:
            if command != "insert":
                jobs.append((caller.label, relation, predicate, ""))
                statement = f"select tableoid::int8 || ctid::text as x from {relation.sql} where {predicate}"
                probes.append(Probe(None, caller.settings, statement, rows=True))
                continue
            for (label, name, kind), row in seen.probes.rows_tried.items():
                if label == caller.label and name == title:
                    jobs.append((label, relation, predicate, kind))
                    probes.append(Probe(None, caller.settings, holds_for(predicate, relation, row), rows=True))
    for (label, relation, predicate, kind), answer in zip(jobs, runner.run(probes), strict=True):
        if not answer.ok:
            continue
        if kind:
            seen.would_add[label, relation.title, predicate, kind] = bool(answer.rows and answer.rows[0]["x"])
        else:
            places = {row["x"] for row in answer.rows}
            rows = frozenset(row.label for row in seen.world.rows.get(relation.oid, ()) if row.place in places)
            seen.evaluated[label, relation.title, predicate] = rows


def holds_for(predicate: str, relation: Relation, row: dict[str, str | None]) -> str:
    """A query that says whether a predicate holds for a row that is not in the table."""
    moments = {name: moment for name, value in row.items() if value and (moment := moment_sql(value))}
    said = literal(json.dumps({name: value for name, value in row.items() if name not in moments})) + "::jsonb"
    said += "".join(f" || jsonb_build_object({literal(name)}, {moment})" for name, moment in moments.items())
    values = f"select (jsonb_populate_record(null::{relation.sql}, {said})).*"
    return f"select ({predicate}) as x from ({values}) as {quote(relation.name)}"
