"""Which rows a plan would lose."""

from __future__ import annotations

from dataclasses import dataclass

import psycopg
from psycopg import sql

from saasdb.model import Key
from saasdb.plan import Plan
from saasdb.plan.actions import Action
from saasdb.render.conversions import base

_MANY = 1_000_000
_STRINGS = frozenset({"text", "character varying"})


@dataclass(frozen=True)
class Stake:
    """Data that a plan would lose.

    Attributes:
        key: the table or column.
        rows: how many rows hold something there; counted up to a million.
        why: what happens to it, in words.
    """

    key: Key
    rows: int
    why: str

    def __str__(self) -> str:
        number = f"more than {_MANY:,}" if self.rows > _MANY else f"{self.rows:,}"
        return f"{self.key}: {self.why}, {number} row{'' if self.rows == 1 else 's'}"


@dataclass(frozen=True)
class Risk:
    """What a plan does to a table or a column that may lose what it holds.

    Attributes:
        column: its name; None when it is the table's rows.
    """

    key: Key
    column: str | None
    why: str


def risky(plan: Plan) -> list[Risk]:
    """Tables and columns that the plan drops or squeezes into a narrower type."""
    found = []
    for key, action in plan.actions.of.items():
        if key.kind == "table" and action is Action.DROP:
            if plan.changes.old.objects[key]["partitioned by"] is None and not _moves_along(plan, key):
                found.append(Risk(key, None, "dropped"))
        elif key.kind == "column":
            found.append(_column(plan, key, action))
    return [risk for risk in found if risk is not None]


def at_stake(connection: psycopg.Connection, risks: list[Risk]) -> list[Stake]:
    """Those of the risks that have rows."""
    found = [Stake(risk.key, _count(connection, risk), risk.why) for risk in risks]
    return [stake for stake in found if stake.rows]


def _moves_along(plan: Plan, table: Key) -> bool:
    """Whether a partition's rows move with those of the table above, which is made anew."""
    above = [link["of"] for link in plan.changes.old.parts_of(table, "inheritance") if link["bound"] is not None]
    return any(plan.actions.of.get(key) is Action.REPLACE or _moves_along(plan, key) for key in above)


def _column(plan: Plan, key: Key, action: Action) -> Risk | None:
    old = plan.changes.old.objects.get(key)
    if old is None or old.parent.kind != "table" or old["generated"] or plan.actions.gone(old.parent):
        return None
    if action in (Action.DROP, Action.REPLACE):
        return Risk(key, key.part, "dropped")
    if key in plan.actions.retyped and _narrows(plan, key):
        new = plan.changes.new.objects[key]
        return Risk(key, key.part, f"{old['type']} becomes {new['type']}")
    return None


def _narrows(plan: Plan, key: Key) -> bool:
    """Whether a conversion may change a value without an error: what Postgres calls an assignment or explicit cast."""
    old, new = plan.changes.old.objects[key], plan.changes.new.objects[key]
    before, after = base(old["type"]), base(new["type"])
    if before == after:
        return before[0] in ("numeric", "timestamp with time zone", "timestamp without time zone") and (
            old["type"] != new["type"] and "(" in new["type"]
        )
    if after[0] in _STRINGS:
        return False
    return plan.changes.new.casts.get((before[0], after[0])) in ("a", "e")


def _count(connection: psycopg.Connection, risk: Risk) -> int:
    where = sql.SQL("where {} is not null").format(sql.Identifier(risk.column)) if risk.column else sql.SQL("")
    query = sql.SQL("select count(*) from (select 1 from only {} {} limit {}) rows").format(
        sql.Identifier(risk.key.schema, risk.key.name), where, sql.Literal(_MANY + 1)
    )
    return connection.execute(query).fetchone()[0]
