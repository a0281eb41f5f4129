"""Rows that a trigger refuses or rewrites, made all the same: they are there, once somebody who may has made them.

A locked document, a post that was published by a moderator, a row that was last changed years ago: what a guard keeps
people from writing is what other rules then decide over. So the server and those with a role are asked to write it
first; only what nobody may write is set past the triggers, and never a reference, whose own trigger keeps it whole.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import psycopg

from saasdb.verify.helpers import without_triggers
from saasdb.verify.inserts import as_text, cast
from saasdb.verify.inventory import Relation, quote
from saasdb.verify.principals import ADMINLIKE

if TYPE_CHECKING:
    from saasdb.verify.rows import RowMaker

REFUSALS = ("P0", "42", "28")
"""Classes of SQLSTATE that a trigger refuses with; what a key or check refuses has its own repairs."""
MOST_WRITERS = 4


def insert_past(maker: RowMaker, relation: Relation, chosen: dict[str, str | None], pinned: set[str]) -> Any:
    """The row with its pinned values, or None: inserted by who may, or inserted without them and then changed."""
    for settings in _writers(maker):
        with acting(maker.connection, settings):
            answer = maker.try_insert(relation, chosen)
        if answer["state"] == "00000" and answer.get("row"):
            return hold(maker, relation, answer["row"], {c: chosen[c] for c in pinned})
    answer = maker.try_insert(relation, {c: v for c, v in chosen.items() if c not in pinned})
    if answer["state"] != "00000" or not answer.get("row"):
        return None
    return hold(maker, relation, answer["row"], {c: chosen[c] for c in pinned})


def hold(maker: RowMaker, relation: Relation, row: dict[str, Any], wanted: Mapping[str, str | None]) -> dict[str, Any]:
    """The row, with what a trigger made of these values put right where that can be done."""
    wrong = {c: v for c, v in wanted.items() if as_text(row.get(c)) != v and relation.column(c).base != "json"}
    if not wrong or not relation.key:
        return row
    sets = ", ".join(f"{quote(c)} = {cast(relation.column(c), v)}" for c, v in wrong.items())
    differs = " or ".join(f"{quote(c)} is distinct from {cast(relation.column(c), v)}" for c, v in wrong.items())
    key = " and ".join(f"{quote(c)} = {cast(relation.column(c), as_text(row[c]))}" for c in relation.key)
    statement = f"update {relation.sql} t set {sets} where {key} and ({differs}) returning to_jsonb(t.*)"
    keyed = {c for k in relation.constraints if k.type in "fp" for c in k.columns}
    for settings in _writers(maker):
        with acting(maker.connection, settings):
            answer = maker.try_all([statement])[0]
        if answer["state"] == "00000" and answer.get("row") is None:
            return row
        row = answer.get("row") or row
    if not keyed & set(wrong):
        with without_triggers(maker.connection) as off:
            answer = maker.try_all([statement])[0] if off else {}
        row = answer.get("row") or row
    return row


def _writers(maker: RowMaker) -> Iterator[dict[str, str]]:
    """The settings of who may write more than others: the server, then people with a role."""
    world = maker.world
    yield {}
    yield world.identity.as_caller("service_role", None)
    led = [p for p in world.principals.values() if p.variant and p.variant[2] in ADMINLIKE - {"true"} and not p.barred]
    for principal in led[:MOST_WRITERS]:
        yield world.identity.as_caller("authenticated", principal)


@contextmanager
def acting(connection: psycopg.Connection, settings: Mapping[str, str]) -> Iterator[None]:
    for name, value in settings.items():
        connection.execute("select set_config(%s, %s, true)", [name, value])
    yield
    for name in settings:
        connection.execute("select set_config(%s, '', true)", [name])
