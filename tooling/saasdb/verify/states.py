"""Other states of the world, made for one probe alone: a table that is empty, or whose rows are on one side.

Neither keys nor triggers are asked: what is tried is what code does where it finds the world like this.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from saasdb.verify.inserts import cast
from saasdb.verify.inventory import Relation, literal, quote

EMPTIED, BUT_FOR = "with nothing in", "but for"


def emptying(relation: Relation, but_for: Sequence[str] = ()) -> str:
    """Empties one table but for the rows in these places."""
    spared = ", ".join(map(literal, but_for))
    where = f" where tableoid::int8 || ctid::text not in ({spared})" if but_for else ""
    return _past_rules(f"delete from {relation.sql}{where}")


def shifting(relation: Relation, side: Mapping[str, str | None], place: str | None = None) -> str:
    """Puts every row, or the one in a place, on one side."""
    cells = ", ".join(f"{quote(name)} = {cast(relation.column(name), value)}" for name, value in side.items())
    where = f" where tableoid::int8 || ctid::text = {literal(place)}" if place else ""
    return _past_rules(f"update {relation.sql} set {cells}{where}")


def _past_rules(statement: str) -> str:
    return f"set local session_replication_role = replica; {statement}; set local session_replication_role = origin"
