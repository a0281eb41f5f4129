"""Users who differ from the others in one value that some rule tells apart, and have everything else that others have.

So an administrator, a cancelled plan or an amount above a limit are found without knowing what the schema means.
"""

from __future__ import annotations

import re

from saasdb.verify import atoms, values
from saasdb.verify.inventory import Relation
from saasdb.verify.rows import RowMaker, as_text
from saasdb.verify.values import addresses_in

MOST_VARIANTS = 64
ADMINLIKE = {
    "admin",
    "owner",
    "superadmin",
    "super_admin",
    "staff",
    "moderator",
    "support",
    "manager",
    "editor",
    "true",
}
"""Values that make somebody more than an ordinary user: who has one is tried as thoroughly as the main callers."""
BARS = {"deleted_at": "2020-01-01", "banned_until": "2099-01-01", "is_anonymous": "true"}
"""Columns of the users table that say that somebody is not, or no longer, to be served."""


class VariantMaker(RowMaker):
    """Makes the variants, on top of the rows of ordinary users; `order` and `more` are the builder's."""

    def variants(self) -> None:
        """One more user for each value that a predicate tells apart, with everything an ordinary user has."""
        wanted = []
        users = self.world.identity.users
        for relation in [*([users] if users else []), *self.order]:
            found = atoms.sides(self.inventory, relation, self.more.get(relation.title, ()))
            base = self.made.get(relation.oid, {}).get("alice", {})
            for column, options in found.columns.items():
                if relation is users and column in (
                    self.world.identity.key,
                    "email",
                    "is_anonymous",
                    "raw_user_meta_data",
                ):
                    continue
                for value in options:
                    if as_text(base.get(column)) != value:
                        wanted.append((relation, column, value))
        for relation, column, value in _first(wanted):
            self._variant(relation, {column: value})
        for address in self._addresses() if users and users.column("email") else ():
            principal = self._principal(f"at {address}", variant=(users.title, "email", address), address=address)
            for relation in self.order:
                self._row(relation, principal)
        for relation in [*([users] if users and users.schema != "auth" else []), *self.order]:
            base = {c: as_text(v) for c, v in self.made.get(relation.oid, {}).get("alice", {}).items()}
            for override in atoms.pairs(self.inventory, relation, base, self.more.get(relation.title, ())):
                self._variant(relation, override)

    def _variant(self, relation: Relation, override: dict[str, str | None]) -> None:
        """A user who differs from the others in these columns of one table."""
        said = ", ".join(f"{column}={values.shown(value)}" for column, value in override.items())
        label = f"{relation.title}.{said}"
        column, value = next(iter(override.items()))
        user = relation is self.world.identity.users
        principal = self._principal(label, override if user else None, variant=(relation.title, column, value))
        near = self.order if value in ADMINLIKE or user else self._related(relation)
        for other in near:
            if other is not relation:
                self._row(other, principal)
            elif not self._row(other, principal, override, label) and principal.label not in self.made.get(
                other.oid, {}
            ):
                self.world.problems.pop(other.title, None)
                self._row(other, principal)

    def _addresses(self) -> list[str]:
        """Addresses that policies and functions look for: whose they are must not decide what they reach."""
        texts = [p.using or "" for r in self.inventory.tables for p in r.policies]
        texts += [p.check or "" for r in self.inventory.tables for p in r.policies]
        texts += [f.body for f in self.inventory.functions.values()] + [t for more in self.more.values() for t in more]
        found = [a for text in set(texts) if "email" in text for a in addresses_in(text, "zqsomebody")]
        return sorted(set(found))[:4]

    def barred(self) -> None:
        """Whoever has an administrator's row and is deleted, banned or anonymous, where a body or policy asks for that.

        One table's predicate alone cannot tell them apart: it takes both rows.
        """
        users = self.world.identity.users
        told = [
            p
            for p in self.world.principals.values()
            if p.variant and (p.variant[2] in ADMINLIKE - {"true"} or re.search("admin|staff", p.variant[1]))
        ]
        for column, value in BARS.items() if users else ():
            asked = users.column(column) and any(
                re.search(rf"\b{column}\b", text) for r in self.order for text in atoms.texts_about(self.inventory, r)
            )
            for principal in told if asked else ():
                title, name, role = principal.variant
                label = f"{principal.label} and {users.title}.{column} set"
                barred = self._principal(label, {column: value}, variant=principal.variant, barred=True)
                for relation in self.order:
                    self._row(relation, barred, {name: role} if relation.title == title else {})

    def _related(self, relation: Relation) -> list[Relation]:
        """The tables that references lead to and from, users apart: where a row of another kind may matter."""
        users = self.world.identity.users
        near = {relation.oid}
        while True:
            more = {
                oid
                for table in self.order
                for k in table.constraints
                if k.type == "f" and {table.oid, k.target} & near and (users is None or k.target != users.oid)
                for oid in (table.oid, k.target)
            }
            if more <= near:
                return [table for table in self.order if table.oid in near]
            near |= more


def _first(wanted: list[tuple[Relation, str, str | None]]) -> list[tuple[Relation, str, str | None]]:
    """At most `MOST_VARIANTS`: enums and flags first (what roles and plans are), then a turn for each column."""
    turns: dict[tuple[int, str], int] = {}
    ranked = []
    for relation, column, value in wanted:
        kind = relation.column(column)
        turn = turns[relation.oid, column] = turns.get((relation.oid, column), -1) + 1
        ranked.append((0 if kind.labels or kind.category == "B" else 1 + turn, len(ranked), (relation, column, value)))
    return [item for _, _, item in sorted(ranked, key=lambda r: r[:2])[:MOST_VARIANTS]]
