"""Sets the stage: the world, the people who act in it, and the loop that tries what they do."""

from __future__ import annotations

from dataclasses import dataclass

import psycopg

from saasdb.verify import atoms, facts, grants
from saasdb.verify.callers import ROLES, Caller, callers
from saasdb.verify.inventory import Inventory
from saasdb.verify.principals import SETTING
from saasdb.verify.question import Question
from saasdb.verify.runner import Runner
from saasdb.verify.world import SKIPPED_SCHEMAS, Builder, World


@dataclass
class Stage:
    """A world on one connection and who acts in it; it can be observed again after something was changed in it."""

    connection: psycopg.Connection
    inventory: Inventory
    builder: Builder
    world: World
    callers: list[Caller]
    runner: Runner
    grants: grants.Grants
    facts: facts.Facts


def set_stage(
    connection: psycopg.Connection, inv: Inventory, other: Inventory | None = None, deep: Question | None = None
) -> Stage:
    """Build the world inside the caller's transaction.

    Args:
        other: a second state whose constants make rows too.
        deep: what there are to be more of them around (`saasdb.verify.deepen`).
    """
    connection.execute("set local search_path = pg_catalog")  # so that every name is read qualified
    connection.execute("set local client_min_messages = notice")
    more = {}
    if other is not None:
        more = {r.title: atoms.texts_about(other, r) for r in other.tables}
    held, said = grants.read(connection), facts.read(connection, inv)
    connection.execute("set local search_path = public")
    builder = Builder(connection, inv, more, deep)
    world = builder.build()
    world.fresh = _fresh(inv, other) if other else set()
    everybody = callers(world, client_roles(inv, held), _texts(inv, other))
    runner = Runner(connection)
    plain = [r for r in inv.tables if r.kind == "r"]
    places = {row.place: row.label for r in plain for row in world.rows.get(r.oid, ())}
    runner.watch([(r.oid, r.sql, r.title) for r in plain], places)
    return Stage(connection, inv, builder, world, everybody, runner, held, said)


def _fresh(*states: Inventory) -> set[str]:
    """The names of settings that some text of one state reads, and not every state."""
    some, sure = [], []
    for inv in states:
        rules = {text for r in inv.tables for p in r.policies for text in (p.using, p.check) if text}
        texts = [[text] for text in rules] + [
            body.split(atoms.BOTH) for body in {f.body for f in inv.functions.values()}
        ]
        names = [[{*SETTING.findall(part)} for part in text] for text in texts]
        some.append(set().union(*(set.union(*each) for each in names)))
        sure.append(set().union(*(set.intersection(*each) for each in names)))  # a body that changed is both states'
    return set.union(*some) - set.intersection(*sure)


def client_roles(inv: Inventory, held: grants.Grants) -> list[str]:
    """The roles to act as: the API's, or, where there are none, whoever holds a grant on a table or function."""
    kinds = ("table", "view", "materialized", "function")
    holders = {
        role
        for title, privileges in held.items()
        if title.startswith(kinds) and not any(f" {schema}." in title for schema in SKIPPED_SCHEMAS | {"pg_catalog"})
        for roles in privileges.values()
        for role in roles
        if role != "PUBLIC"
    }
    api = [role for role in ROLES.values() if role in inv.roles]
    if holders & set(api) or not holders:
        return api
    return sorted(holders)


def _texts(inv: Inventory, other: Inventory | None) -> list[str]:
    found: set[str] = set()
    for each in (inv, other):
        if each is not None:
            found |= {t for r in each.tables for p in r.policies for t in (p.using, p.check) if t}
            found |= {f.body for f in each.functions.values()}
            found |= {r.definition for r in each.views if r.definition}
    return sorted(found)
