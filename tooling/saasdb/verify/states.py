"""Other states of the world, made for one probe alone: a table that is empty, or whose rows are on one side.

Neither keys nor triggers are asked: what is tried is what code does where it finds the world like this.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from saasdb.verify.inserts import cast
from saasdb.verify.inventory import Relation, literal, quote
from saasdb.verify.server_side import NUMBER

EMPTIED, BUT_FOR = "with nothing in", "but for"


def emptying(relation: Relation, but_for: Sequence[str] = ()) -> str:
    """Empties one table but for the rows in these places."""
    spared = ", ".join(map(literal, but_for))
    where = f" where tableoid::int8 || ctid::text not in ({spared})" if but_for else ""
    return _past_rules(f"delete from {relation.sql}{where}")


def shifting(relation: Relation, side: Mapping[str, str | None], which: str = "") -> str:
    """Puts rows on one side: every row, or those that a condition holds for."""
    cells = ", ".join(f"{quote(name)} = {cast(relation.column(name), value)}" for name, value in side.items())
    return _past_rules(f"update {relation.sql} saasdb_t set {cells}" + (f" where {which}" if which else ""))


def at(place: str) -> str:
    """The row in a place."""
    return f"tableoid::int8 || ctid::text = {literal(place)}"


NEW = """not exists (
    select from pg_temp.saasdb_places p where p.relid = saasdb_t.tableoid and p.place = saasdb_t.ctid)"""
"""The rows that were not there when the probes began."""


def filling(statement: str, times: int) -> str:
    """Runs a statement so often, or until it is refused: whatever it is that has a limit, there is no more of it left.

    `NUMBER` in it is another one each time.
    """
    numbered = f"replace({literal(statement)}, {literal(NUMBER)}, n::text)"
    tries = f"for n in 1..{times} loop begin execute {numbered}; exception when others then exit; end; end loop;"
    return f"do {literal(f'begin {tries} end')}"


def _past_rules(statement: str) -> str:
    return f"set local session_replication_role = replica; {statement}; set local session_replication_role = origin"
