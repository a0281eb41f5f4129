"""What a refused row is to say instead: changed where the refusal points, and nowhere else."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from saasdb.verify import values
from saasdb.verify.inserts import cast
from saasdb.verify.inventory import Column, Relation
from saasdb.verify.values import MARGINS

if TYPE_CHECKING:
    from saasdb.verify.rows import RowMaker

MOST_SINGLE = 80
"""Tries of one changed column each, where a trigger refuses a row, before several columns are changed."""
MOST_TRIES = 160 + MOST_SINGLE
Search = dict[str, Iterator[dict[str, str | None]]]
"""By constraint or SQLSTATE, what is still to be tried."""


def repair(
    maker: RowMaker,
    relation: Relation,
    answer: dict[str, Any],
    chosen: dict[str, str | None],
    options: dict[str, list],
    known: dict[str, str | None],
    pinned: set[str],
    search: Search,
) -> bool:
    """Change `chosen` where the refusal points; False when there is nothing left to change."""
    name = answer.get("constraint") or ""
    if answer["state"] == "23502" and answer.get("column") in options and chosen.get(answer["column"]) is None:
        chosen[answer["column"]] = options[answer["column"]][0]
        return True
    constraint = next((k for k in relation.constraints if k.name == name), None)
    columns = list(constraint.columns) if constraint else []
    if answer["state"][:2] == "22" or not columns:
        columns = [c for c in chosen if c not in known and c not in pinned]
        if "misfits" not in search:
            search["misfits"] = iter(())
            if fitting := _fitting(maker, relation, chosen, columns, options):
                chosen.update(fitting)
                return True
        # What a trigger does not take: try the columns one by one, at first with all others as they were.
        name = answer["state"]
        if name not in search:
            steps = [
                {c: v}
                for c in columns
                for v in [None, *options[c][1:]]
                if not (v is None and relation.column(c).not_null)
            ]
            usual = {c: chosen[c] for c in columns}
            search[name] = itertools.chain([{**usual, **step} for step in steps[:MOST_SINGLE]], [usual], steps)
        step = next(search[name], None)
        if step is None:
            return False
        chosen.update(step)
        return True
    if constraint.type == "f":
        for column in columns:
            if not relation.column(column).not_null and column not in pinned and chosen.get(column) is not None:
                chosen[column] = None
                return True
        return False
    if constraint.type in "pu":
        return False
    free = [c for c in columns if c not in pinned and c not in known and c in options]
    if name not in search:
        pools = [[v for v in _around(options[c], constraint.expression or "", relation.column(c))] for c in free]
        if pinned:  # what begins in the future ends later still, and what ended in the past began earlier
            pools = [
                [*p, *MARGINS] if relation.column(c).category == "D" else p for c, p in zip(free, pools, strict=True)
            ]
        search[name] = (dict(zip(free, combination, strict=True)) for combination in itertools.product(*pools))
    step = next(search[name], None)
    if step is None:
        return False
    chosen.update(step)
    return True


def _fitting(
    maker: RowMaker,
    relation: Relation,
    chosen: dict[str, str | None],
    columns: list[str],
    options: dict[str, list[str | None]],
) -> dict[str, str | None]:
    """For each column whose type or domain does not take its value, the first option that it takes."""
    found: dict[str, str | None] = {}
    for name in columns:
        column = relation.column(name)
        tries = [v for v in dict.fromkeys([chosen[name], *options[name]]) if v is not None]
        taken = maker.try_all([f"select to_jsonb({cast(column, v)})" for v in tries])
        fits = [v for v, answer in zip(tries, taken, strict=True) if answer["state"] == "00000"]
        if fits and tries[0] == chosen[name] != fits[0]:
            found[name] = fits[0]
    return found


def _around(options: list[str | None], expression: str, column: Column) -> list[str | None]:
    """Candidates for a column that a check refused: the check's own constants and their neighbours first."""
    strings, numbers = values.constants_in(expression)
    near = [str(int(float(n)) + d) for n in numbers for d in (0, 1, -1)] if column.category == "N" else list(strings)
    if column.category == "S":
        near += ["x" * int(n) for n in numbers if n.isdigit() and 0 < int(n) < 200]
    return list(dict.fromkeys([*options, *near]))[:40]
