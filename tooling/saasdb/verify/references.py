"""What a row refers to: its own person, and what is theirs."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

import psycopg

from saasdb.verify.inventory import Constraint, Inventory, Relation, quote
from saasdb.verify.principals import Principal
from saasdb.verify.values import FIRST_NUMBER, UUID

if TYPE_CHECKING:
    from saasdb.verify.world import World

_OWNERLIKE = re.compile(
    r"^(user|owner|account|author|creator|member|profile|actor|customer|person|sender)(_?(id|uid|uuid))?$|_by(_id)?$"
)


class References:
    """Finds the values of a row's references.

    Args:
        made: by table, the first row of each person; it grows while rows are made.
    """

    def __init__(
        self,
        connection: psycopg.Connection,
        inventory: Inventory,
        world: World,
        made: Mapping[int, Mapping[str, dict[str, Any]]],
    ):
        self.connection, self.inventory, self.world, self.made = connection, inventory, world, made
        self._twins: dict[tuple[str, str], Constraint] | None = None
        self._unenforced: dict[int, dict[str, Constraint]] = {}
        self._from_before: dict[int, dict[str, Any]] = {}

    def of(self, relation: Relation, principal: Principal, others: Principal | None = None) -> dict[str, str | None]:
        """Foreign keys and other references: to the principal, and to what is theirs (or of `others`)."""
        links: dict[str, str | None] = {}
        users = self.world.identity.users
        for constraint in relation.constraints:
            if constraint.type != "f":
                continue
            if users is not None and constraint.target == users.oid:
                links |= dict.fromkeys(constraint.columns, principal.id)
                continue
            whose = (others or principal).label
            rows = self.made.get(constraint.target, {})
            if self._leads_to_people(constraint, rows) and self._exists(constraint, principal):
                links |= dict.fromkeys(constraint.columns, principal.id)
                continue
            row = (
                rows.get(whose) or rows.get(principal.label) or next(iter(rows.values()), None) or self._any(constraint)
            )
            if row:
                for column, target in zip(constraint.columns, constraint.target_columns, strict=True):
                    if constraint.target != relation.oid:
                        links[column] = None if row.get(target) is None else str(row[target])
        for column in relation.columns:
            if column.name in links or column.identity or column.generated:
                continue
            if column.base == self.world.identity.base and column.base == "uuid" and _OWNERLIKE.search(column.name):
                links[column.name] = principal.id
            elif column.category == "S" and "email" in column.name:
                links[column.name] = principal.email
            elif column.category == "S" and re.fullmatch(r"(owner|user)_id", column.name):
                links[column.name] = principal.id
        for name, twin in self.unenforced(relation).items():
            rows = self.made.get(twin.target, {})
            row = rows.get((others or principal).label) or rows.get(principal.label)
            if name not in links and row and row.get(twin.target_columns[0]) is not None:
                links[name] = str(row[twin.target_columns[0]])
        return links

    def unenforced(self, relation: Relation) -> dict[str, Constraint]:
        """Columns named and typed like a reference of other tables: a journal keeps what it names, without a key."""
        if relation.oid in self._unenforced:
            return self._unenforced[relation.oid]
        users = self.world.identity.users
        if self._twins is None:
            self._twins = {
                (k.columns[0], table.column(k.columns[0]).base): k
                for table in self.inventory.tables
                for k in table.constraints
                if k.type == "f" and len(k.columns) == 1 and (users is None or k.target != users.oid)
            }
        referring = {c for k in relation.constraints if k.type in "fp" for c in k.columns}
        found = {c.name: self._twins.get((c.name, c.base)) for c in relation.columns if c.name not in referring}
        twins = {name: twin for name, twin in found.items() if twin is not None and twin.target != relation.oid}
        return self._unenforced.setdefault(relation.oid, twins)

    def _leads_to_people(self, constraint: Constraint, rows: Mapping[str, dict[str, Any]]) -> bool:
        """Whether a reference leads to rows that are people: their key is the user's, as that of a profile is."""
        label, row = next(iter(rows.items()), ("", {}))
        keys = [str(row.get(target)) for target in constraint.target_columns]
        return bool(row) and keys == [self.world.principals[label].id]

    def _exists(self, constraint: Constraint, principal: Principal) -> bool:
        table, key = self.inventory.relations[constraint.target].sql, quote(constraint.target_columns[0])
        query = f"select exists (select from {table} where {key}::text = %s)"
        return self.connection.execute(query, [principal.id]).fetchone()[0]

    def _any(self, constraint: Constraint) -> dict[str, Any] | None:
        """A row from before: of a list that everybody refers to."""
        target = self.inventory.relations.get(constraint.target)
        if target is None:
            return None
        if constraint.target not in self._from_before:
            found = self.connection.execute(f"select to_jsonb(t.*) from {target.sql} t limit 1").fetchone()
            if not found:
                return None
            self._from_before[constraint.target] = found[0]
        return self._from_before[constraint.target]


def most_referred(people: set[str], rows: Iterable[tuple[Relation, Mapping[str, Any]]]) -> list[str]:
    """The id that the most of some rows refer to, or none.

    Words come last: a plan or a code is named in many rows, too, and is nobody's own place.

    Args:
        people: ids that do not count.
    """
    counted: Counter[str] = Counter()
    for relation, row in rows:
        refers = {column for k in relation.constraints if k.type == "f" for column in k.columns}
        counted.update(str(row[column]) for column in refers if row.get(column) is not None)
    found = [value for value, _ in counted.most_common() if value not in people]
    # What a sequence gave is another number in another world.
    found = [value for value in found if not value.isdigit() or int(value) >= FIRST_NUMBER]
    return sorted(found, key=lambda value: not (value.isdigit() or UUID.fullmatch(value)))[:1]
