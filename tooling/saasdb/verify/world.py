"""The small world that probes act in: users made the way the product makes them, and rows on every side of every rule.

Everything happens inside the caller's transaction. Each user gets a row in every table that leads back to users; for
each value that a predicate tells apart there is one more user who differs in that value alone. So an administrator, a
cancelled plan or an amount above a limit are found without knowing what the schema means.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import psycopg

from saasdb.verify import atoms, hook, objects, values
from saasdb.verify.adopt import number, numbered
from saasdb.verify.deepen import deepen
from saasdb.verify.inventory import Inventory, Relation, literal, quote
from saasdb.verify.principals import Identity, Principal, identity
from saasdb.verify.question import Question
from saasdb.verify.rows import Attempt
from saasdb.verify.variants import Newcomer, VariantMaker

SKIPPED_SCHEMAS = {
    "auth",
    "storage",
    "realtime",
    "vault",
    "supabase_migrations",
    "supabase_functions",
    "extensions",
    "graphql",
    "graphql_public",
    "pgsodium",
    "cron",
    "net",
    "_realtime",
    "pgbouncer",
    "saasdb",
}
"""The platform's own schemas: tried as they are, not filled (users and objects excepted)."""

FROM_BEFORE = 3000
"""Rows of a table that are looked at though they are not the world's own."""


@dataclass
class Row:
    """One row of the world.

    Attributes:
        label: e.g. `bob's` or `public.orders.state=SUCCESS`; the same on every run of the same schema.
        data: its columns, as JSON gives them.
        place: its tableoid and ctid.
    """

    label: str
    data: dict[str, Any]
    place: str


@dataclass
class World:
    """What was built, and what could not be."""

    inventory: Inventory
    identity: Identity
    principals: dict[str, Principal] = field(default_factory=dict)
    rows: dict[int, list[Row]] = field(default_factory=dict)
    recipes: dict[int, dict[str, str | None]] = field(default_factory=dict)
    now: datetime = field(default_factory=lambda: datetime.now(UTC))
    """When the transaction began, as the server says."""
    more: dict[str, list[str]] = field(default_factory=dict)
    """table → texts of another state of the schema, whose constants count as well."""
    problems: dict[str, str] = field(default_factory=dict)
    """object → why a row could not be made."""
    tokens: dict[tuple[str, str], list[tuple[str, str]]] = field(default_factory=dict)
    """(function, argument) → texts whose hash some row holds, each with what a report calls it."""
    fresh: set[str] = field(default_factory=set)
    """Settings that only one of two states reads: who calls is nothing that the API says in them."""
    deeper: set[str] = field(default_factory=set)
    """Labels of the people who act where a changed rule is compared in a deeper world."""
    _owners: dict[int, list[str]] = field(default_factory=dict)

    def owners(self, relation: Relation) -> list[str]:
        """The columns that hold a principal's id, the likeliest owner first."""
        if relation.oid in self._owners:
            return self._owners[relation.oid]
        ids = {principal.id for principal in self.principals.values()}
        found = [
            c.name
            for c in relation.columns
            if any(str(row.data.get(c.name)) in ids for row in self.rows.get(relation.oid, ()))
        ]
        self._owners[relation.oid] = sorted(
            found, key=lambda name: (name not in ("user_id", "owner_id"), found.index(name))
        )
        return self._owners[relation.oid]


class Builder(VariantMaker):
    """Builds a world on one connection."""

    def __init__(
        self,
        connection: psycopg.Connection,
        inventory: Inventory,
        more: dict[str, list[str]] | None = None,
        deep: Question | None = None,
    ):
        super().__init__(connection, inventory, World(inventory, identity(inventory)))
        self.more = self.world.more = more or {}
        self.deep = deep

    def build(self) -> World:
        """Make the users and the rows; what fails is in `problems`."""
        world = self.world
        world.now = self.connection.execute("select now()").fetchone()[0]
        # What the first row of a table had to look like, the others look like at once.
        alice = self._principal("alice")
        others = self._principals(
            [
                ("bob", None, {}),
                ("mate", None, {}),
                ("gone", None, {"deleted": True}),
                ("guest", None, {"anonymous": True}),
            ]
        )
        self.order = self._order()
        for relation in self.order:
            self._row(relation, alice)
            self._insert_all([self._wanted(relation, principal) for principal in others])
            self._shared(relation)
        self.variants()
        self.barred()
        if self.deep:
            deepen(self, self.deep)
        objects.add(self)
        self._soft_delete()
        if self.deep:
            self._refresh()
        self._number_all()
        hook.sign(self)
        self._read_back()
        self.settled = True
        return world

    def sides(self, relation: Relation) -> atoms.Sides:
        """The values that predicates on a table tell apart, in a world that is built."""
        more = self.more.get(relation.title)
        return self._once(("sides", relation.oid), lambda: atoms.sides(self.inventory, relation, more))

    # users ------------------------------------------------------------------------------------------------------

    def _principals(self, wanted: Sequence[Newcomer]) -> list[Principal]:
        """New people, each with a row in the table of users; they sign up in one round trip."""
        world = self.world
        found = []
        for label, _, more in wanted:
            found.append(world.identity.new(label, len(world.principals) + 1, **more))
            world.principals[label] = found[-1]
        if world.identity.users is not None and wanted:
            overrides = (override or {} for _, override, _ in wanted)
            there = self._insert_all([self._user(*each) for each in zip(found, overrides, strict=True)])
            if self.made.get(world.identity.users.oid):
                self.unmade |= {each.label for each, done in zip(found, there, strict=True) if not done}
        return found

    def _user(self, principal: Principal, override: dict[str, str | None]) -> Attempt:
        users = self.world.identity.users
        known = {
            world_column: value
            for world_column, value in {
                world_key(self.world): principal.id,
                "aud": "authenticated",
                "role": "authenticated",
                "email": None if principal.anonymous else principal.email,
                "is_anonymous": str(principal.anonymous).lower(),
                "email_confirmed_at": None if principal.anonymous else "2020-01-01",
                "created_at": "2020-01-01",
                "raw_app_meta_data": '{"provider": "email"}',
                "raw_user_meta_data": json.dumps({"full_name": principal.tag}),
            }.items()
            if (c := users.column(world_column)) and not c.generated and (not c.labels or value in c.labels)
        }
        known = {**known, **override}
        if known.get("email", "") is None and users.column("email").not_null:
            known["email"] = principal.email
        return self._attempt(
            users, principal, principal.label, known, minimal=users.schema == "auth", pinned=set(override)
        )

    # order ------------------------------------------------------------------------------------------------------

    def _order(self) -> list[Relation]:
        users = self.world.identity.users
        pending = [
            r
            for r in self.inventory.tables
            if (r.schema not in SKIPPED_SCHEMAS or (r.policies and r.schema != "storage"))
            and r is not users
            and r.partition_of is None
        ]
        pending += [
            r
            for r in self.inventory.tables
            if r.kind == "r"
            and r.partition_of
            and r not in pending
            and r.schema not in SKIPPED_SCHEMAS
            and r.partition_of not in self.inventory.relations
        ]
        done: list[Relation] = []
        while pending:
            waiting = {r.oid for r in pending}
            free = [
                r
                for r in pending
                if not any(k.type == "f" and k.target in waiting and k.target != r.oid for k in r.constraints)
                and not any(k.target in waiting for k in self.references.unenforced(r).values())
            ]
            done += free or pending[:1]
            pending = [r for r in pending if r not in done]
        return done

    # afterwards ----------------------------------------------------------------------------------------------------

    def _soft_delete(self) -> None:
        users = self.world.identity.users
        if users is not None and users.column("deleted_at"):
            gone = self.world.principals["gone"].id
            self.connection.execute(
                "select pg_temp.saasdb_try(%s)",
                [
                    f"update {users.sql} t set deleted_at = now() "
                    f"where {quote(self.world.identity.key)} = {literal(gone)} returning to_jsonb(t.*)"
                ],
            )

    def _refresh(self) -> None:
        """Materialized views as they would be in a moment; only where locks are taken anyway, to put rules back."""
        for view in self.inventory.relations.values():
            if view.kind == "m" and view.schema not in SKIPPED_SCHEMAS:
                try:
                    with self.connection.transaction():
                        self.connection.execute(f"refresh materialized view {view.sql}")
                except psycopg.Error as error:
                    self.world.problems.setdefault(view.title, str(error).splitlines()[0])

    # reading back -----------------------------------------------------------------------------------------------

    def _number_all(self) -> None:
        """Numbers of their own for what triggers made for people who have no row of that table otherwise."""
        for relation in self.order:
            for column in filter(numbered, relation.columns):
                made = f"age(xmin) <= 0 and {quote(column.name)} < {values.FIRST_NUMBER}"
                number(self, relation, made, values.made_number(relation.title))

    def _read_back(self) -> None:
        for relation in self.inventory.tables:
            labelled = {}
            for row, label in [*self.labels.get(relation.oid, ()), *self.labels.get(relation.partition_of or 0, ())]:
                labelled.setdefault(row_key(relation, row), label)
            query = f"select tableoid::int8 || ctid::text, to_jsonb(t.*) from {relation.sql} t where age(xmin)"
            made, there = f"{query} <= 0", f"{query} > 0 limit {FROM_BEFORE}"  # in this transaction, before it
            fetched = self.connection.execute(f"({made}) union all ({there})").fetchall()
            self.world.rows[relation.oid] = [
                Row(labelled.get(row_key(relation, data)) or self._whose(data), data, place) for place, data in fetched
            ]

    def _whose(self, data: dict[str, Any]) -> str:
        """A label for a row that a trigger made or that was here before."""
        said = {str(value) for value in data.values()}
        owner = next((p.label for p in self.world.principals.values() if p.id in said), None)
        return f"{owner}'s other" if owner else "a row from before"


def world_key(world: World) -> str:
    return world.identity.key


def row_key(relation: Relation, data: dict[str, Any]) -> str:
    return json.dumps([data.get(c) for c in relation.key] if relation.key else data, sort_keys=True)
