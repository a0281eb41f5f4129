"""Users who differ from the others in one value that some rule tells apart, and have everything else that others have.

So an administrator, a cancelled plan or an amount above a limit are found without knowing what the schema means.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from saasdb.verify import atoms, values
from saasdb.verify.inserts import as_text, cast
from saasdb.verify.inventory import Relation, quote
from saasdb.verify.principals import ADMINLIKE, Principal
from saasdb.verify.rows import RowMaker
from saasdb.verify.values import addresses_in

MOST_VARIANTS, MOST_NEW = 64, 32
Difference = tuple[Relation, dict[str, str | None]]
"""A table and the values in which a row of it differs from an ordinary one."""
Newcomer = tuple[str, dict[str, str | None] | None, dict[str, Any]]
"""A principal to be: label, what differs in the row of the table of users, further attributes (see `Identity.new`)."""
BARS = {"deleted_at": "2020-01-01", "banned_until": "2099-01-01", "is_anonymous": "true"}
"""Columns of the users table that say that somebody is not, or no longer, to be served."""


class VariantMaker(RowMaker):
    """Makes the variants, on top of the rows of ordinary users; `order` and `more` are the builder's."""

    def texts_about(self, relation: Relation) -> list[str]:
        """What decides over rows of a table, in this state and the other, in one order: both make the same world."""
        return sorted({*atoms.texts_about(self.inventory, relation), *self.more.get(relation.title, ())})

    def variants(self) -> None:
        """One more user for each value that a predicate tells apart, with everything an ordinary user has."""
        wanted: list[Difference] = []
        new: list[Difference] = []
        users = self.world.identity.users
        for relation in [*([users] if users else []), *self.order]:
            found = atoms.sides(self.inventory, relation, self.more.get(relation.title))
            base = self.made.get(relation.oid, {}).get("alice", {})
            for column, options in found.columns.items():
                if relation is users and column in (
                    self.world.identity.key,
                    "email",
                    "is_anonymous",
                    "raw_user_meta_data",
                ):
                    continue
                if relation is users and users.schema == "auth" and not self._asked(column):
                    continue  # a platform's table has many columns, and few that a product knows
                for value in options:
                    if as_text(base.get(column)) != value:
                        at = new if (column, value) in found.new else wanted
                        at.append((relation, {column: value}))
        # What one state alone tells apart comes first: of all the others there may be too many.
        found = _first(self._allowed(new), self._allowed(wanted))
        for with_a_role in (True, False):
            self._variants([item for item in found if _has_a_role(item) is with_a_role])
        for address in self._addresses() if users and users.column("email") else ():
            principal = self._principal(f"at {address}", variant=(users.title, "email", address), address=address)
            for relation in self.order:
                self._row(relation, principal)
        for relation in [*([users] if users and users.schema != "auth" else []), *self.order]:
            base = {c: as_text(v) for c, v in self.made.get(relation.oid, {}).get("alice", {}).items()}
            two = atoms.pairs(self.inventory, relation, base, self.more.get(relation.title))
            self._variants(self._allowed([(relation, override) for override in two]))

    def _allowed(self, wanted: list[Difference]) -> list[Difference]:
        """Without the values that a check of the column alone refuses, or that a reference finds nothing for."""
        asked, statements = [], []
        for number, (relation, override) in enumerate(wanted):
            for name, value in override.items():
                one = f"select {cast(relation.column(name), value)} as {quote(name)}"
                for key in (k for k in relation.constraints if k.columns == (name,)):
                    if key.type == "c" and key.expression:
                        refused = f"not coalesce(({key.expression}), true)"
                    elif key.type == "f" and value is not None and key.target in self.inventory.relations:
                        there, named = self.inventory.relations[key.target].sql, quote(key.target_columns[0])
                        refused = f"not exists (select from {there} o where o.{named} = t.{quote(name)})"
                    else:
                        continue
                    asked.append(number)
                    statements.append(f"select to_jsonb({refused}) from ({one}) t")
        answers = self.try_all(statements)
        refused = {n for n, answer in zip(asked, answers, strict=True) if answer["state"] != "00000" or answer["row"]}
        return [item for number, item in enumerate(wanted) if number not in refused]

    def _asked(self, column: str) -> bool:
        """Whether some rule that knows the users table names a column of it."""
        users = self.world.identity.users
        return any(re.search(rf"\b{re.escape(column)}\b", text) for text in self.texts_about(users))

    def _principal(self, label: str, override: dict[str, str | None] | None = None, **more: Any) -> Principal:
        return self._principals([(label, override, more)])[0]

    def _variant(self, relation: Relation, override: dict[str, str | None]) -> None:
        """A user who differs from the others in these columns of one table."""
        self._variants([(relation, override)])

    def _variants(self, wanted: Sequence[Difference]) -> None:
        """Such users, made table by table: the rows of all of them in one round trip."""
        users = self.world.identity.users
        newcomers: list[Newcomer] = []
        for relation, override in wanted:
            variant = (relation.title, *next(iter(override.items())))
            user = override if relation is users else None
            newcomers.append((f"{relation.title}.{values.said(override)}", user, {"variant": variant}))
        people = list(zip(self._principals(newcomers), wanted, strict=True))
        near = {
            principal.label: self.order
            if relation is users or principal.variant[2] in ADMINLIKE
            else self._related(relation)
            for principal, (relation, _) in people
        }
        for other in self.order:
            here = [(p, override if other is r else None) for p, (r, override) in people if other in near[p.label]]
            there = self._insert_all([self._wanted(other, principal, override) for principal, override in here])
            for (principal, override), made in zip(here, there, strict=True):
                if override and not made and principal.label not in self.made.get(other.oid, {}):
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
            # A guest is one by a claim as well; the other columns are read from the table of users.
            asked = self._asked(column) or (column == "is_anonymous" and self._named(column))
            for principal in told if users.column(column) and asked else ():
                title, name, role = principal.variant
                label = f"{principal.label} and {users.title}.{column} set"
                barred = self._principal(label, {column: value}, variant=principal.variant, barred=True)
                for relation in self.order:
                    self._row(relation, barred, {name: role} if relation.title == title else {})

    def _named(self, word: str) -> bool:
        """Whether some rule of any table names a word, or a function that a rule may ask."""
        texts = {text for r in self.order for text in self.texts_about(r)}
        texts |= {f.body for f in self.inventory.functions.values() if f.schema not in ("auth", "storage")}
        return any(re.search(rf"\b{word}\b", text) for text in texts)

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


def _first(new: list[Difference], wanted: list[Difference]) -> list[Difference]:
    """At most `MOST_VARIANTS`: lists and flags first (what roles and plans are), then a turn for each column.

    New ones come on top and take nobody's place: the contract's words were found among the others. Those with a role
    begin, so that they are there to write what a guard lets nobody else write.
    """
    turns: dict[tuple[int, str], int] = {}
    ranked = []
    for relation, override in wanted:
        ((name, value),) = override.items()
        column = relation.column(name)
        turn = turns[relation.oid, name] = turns.get((relation.oid, name), -1) + 1
        few = column.category == "B" or value in column.listed
        ranked.append((0 if few else 1 + turn, len(ranked), (relation, override)))
    rest = [item for _, _, item in sorted(ranked, key=lambda r: r[:2])][:MOST_VARIANTS]
    return sorted([*new[:MOST_NEW], *rest], key=lambda item: not _has_a_role(item))


def _has_a_role(item: Difference) -> bool:
    return bool((ADMINLIKE - {"true"}) & set(item[1].values()))
