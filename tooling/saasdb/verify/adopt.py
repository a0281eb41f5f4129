"""Rows that a trigger made at a signup, taken over by the person whose they are: numbered, filled, turned to a side."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from saasdb.verify import values
from saasdb.verify.inserts import as_text, cast
from saasdb.verify.inventory import Column, Relation, literal, quote
from saasdb.verify.values import MARGINS

if TYPE_CHECKING:
    from saasdb.verify.rows import Attempt, RowMaker


def take_over(maker: RowMaker, attempts: Sequence[Attempt]) -> list[bool]:
    """Of each row whether it was there, and is now remembered as the one that was to be made.

    What needs one statement each is asked in one round trip.
    """
    plain = [_only_statement(maker, attempt) for attempt in attempts]
    answers = iter(maker.try_all([statement for statement in plain if statement]))
    return [
        (bool(statement) and _remembered(maker, attempt, next(answers))) or _take_over(maker, attempt)
        for attempt, statement in zip(attempts, plain, strict=True)
    ]


def _only_statement(maker: RowMaker, attempt: Attempt) -> str:
    """What takes over a row in the first way that it is tried; empty where more than that is done to it."""
    more = any(map(numbered, attempt.relation.columns)) or _filled(maker, attempt)
    where = next(_places(attempt), "")
    return "" if more or not where else _statement(attempt, where, _turns(attempt)[0])


def _take_over(maker: RowMaker, attempt: Attempt) -> bool:
    for where in _places(attempt):
        first = values.made_number(attempt.principal.tag, attempt.relation.name, attempt.label)
        number(maker, attempt.relation, where, first)
        if _filled(maker, attempt):
            _fill(maker, attempt, where)
        for turn in _turns(attempt):
            if _remembered(maker, attempt, maker.try_all([_statement(attempt, where, turn)])[0]):
                return True
    return False


def _filled(maker: RowMaker, attempt: Attempt) -> bool:
    return maker.filling or (not attempt.pinned and attempt.principal.variant is None)


def _places(attempt: Attempt) -> Iterator[str]:
    """Conditions that find the row by each key that is the person's own."""
    known = attempt.known
    for key in attempt.relation.unique if attempt.adopt else ():
        if any(c in known and c not in attempt.pinned for c in key):  # else it finds another's row
            where = " and ".join(f"{quote(c)} = {literal(known[c])}" for c in key if known.get(c) is not None)
            if where:
                yield where


def _statement(attempt: Attempt, where: str, turn: dict[str, str | None]) -> str:
    relation = attempt.relation
    sets = ", ".join(f"{quote(c)} = {cast(relation.column(c), v)}" for c, v in turn.items())
    if not sets:
        return f"select to_jsonb(t.*) from {relation.sql} t where {where}"
    return f"update {relation.sql} t set {sets} where {where} returning to_jsonb(t.*)"


def _remembered(maker: RowMaker, attempt: Attempt, answer: dict[str, Any]) -> bool:
    if answer["state"] != "00000" or not answer.get("row"):
        return False
    relation = attempt.relation
    maker._remember(relation, attempt.principal, attempt.label, answer["row"])
    row = {c: as_text(v) for c, v in answer["row"].items() if not relation.column(c).generated}
    maker.world.recipes.setdefault(relation.oid, row)
    return True


def _turns(attempt: Attempt) -> list[dict[str, str | None]]:
    """What the row is to say: the pinned values, and beside them others that a check may ask for."""
    relation, pinned, options = attempt.relation, attempt.pinned, attempt.options
    first = {c: attempt.known[c] for c in pinned}
    return [first] + [
        {**first, c: v}
        for constraint in relation.constraints
        if constraint.type == "c" and pinned & set(constraint.columns)
        for c in constraint.columns
        if c not in pinned
        for v in [*options[c][:6], *(MARGINS if relation.column(c).category == "D" else ())]
    ]


def _fill(maker: RowMaker, attempt: Attempt, where: str) -> None:
    """Give the empty columns of a trigger's row values that can be recognised, one column at a time."""
    relation, known = attempt.relation, attempt.known
    for column in relation.columns:
        if column.not_null or column.default is not None or column.generated or column.category in "DR":
            continue
        for value in [known[column.name]] if column.name in known else attempt.options[column.name][:5]:
            name = quote(column.name)
            change = f"update {relation.sql} t set {name} = {cast(column, value)}"
            answer = maker.try_all([f"{change} where {where} and {name} is null returning to_jsonb(t.*)"])[0]
            if answer["state"] == "00000":
                break


def number(maker: RowMaker, relation: Relation, where: str, first: int) -> None:
    """Number rows that a trigger made: a sequence goes on from world to world, and so does what copies it."""
    for column in filter(numbered, relation.columns):
        name = quote(column.name)
        rows = f"select ctid as place, row_number() over (order by ctid) - 1 as n from {relation.sql} where {where}"
        change = f"update {relation.sql} t set {name} = {first} + n from ({rows}) x where t.ctid = x.place"
        maker.try_all([f"with changed as ({change} returning 1) select to_jsonb(count(*)) from changed"])


def numbered(column: Column) -> bool:
    """Whether a sequence fills a column that has room for a number that nothing else has."""
    filled = column.identity or (column.default or "").startswith("nextval(")
    return bool(filled) and column.category == "N" and column.base != "int2"
