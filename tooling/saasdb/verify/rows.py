"""Rows made by trying: what a constraint refuses is changed where that constraint looks."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import psycopg

from saasdb.verify import atoms, values
from saasdb.verify.adopt import numbered, take_over
from saasdb.verify.guarded import REFUSALS, hold, insert_past
from saasdb.verify.helpers import make
from saasdb.verify.inserts import TRY, insert_sql
from saasdb.verify.inventory import Column, Inventory, Relation
from saasdb.verify.principals import Principal
from saasdb.verify.references import References
from saasdb.verify.repair import MOST_TRIES, Search, repair

if TYPE_CHECKING:
    from saasdb.verify.world import World


@dataclass
class Attempt:
    """One row to be made: what it must hold, what it might, and what is tried now (see `RowMaker._attempt`)."""

    relation: Relation
    principal: Principal
    label: str
    known: dict[str, str | None]
    pinned: set[str]
    adopt: bool
    options: dict[str, list[str | None]]
    chosen: dict[str, str | None]


class RowMaker:
    """Makes one row at a time for a principal, and remembers how."""

    def __init__(self, connection: psycopg.Connection, inventory: Inventory, world: World):
        self.connection, self.inventory, self.world = connection, inventory, world
        self.made: dict[int, dict[str, dict[str, Any]]] = {}
        self.references = References(connection, inventory, world, self.made)
        self.labels: dict[int, list[tuple[dict[str, Any], str]]] = {}
        self.choice: dict[int, dict[str, int]] = {}
        self.filling = False
        """Whether rows that a trigger made for people who differ in a value are filled as everybody's are."""
        self.unmade: set[str] = set()
        """Labels of people whom the users table refused: they have no rows, least of all somebody else's."""
        self._in_capitals: dict[int, frozenset[str]] = {}
        self._adopted: set[int] = set()
        """Tables of which a trigger makes everybody's row."""
        self.settled = False
        """Whether the world is built: from then on what follows from its rows stays as it is."""
        self._settled: dict[tuple[Any, ...], Any] = {}
        make(connection, TRY)

    def links(self, relation: Relation, principal: Principal) -> dict[str, str | None]:
        """The references of a principal's row, in a world that is built."""
        return self._once(("links", relation.oid, principal.label), lambda: self.references.of(relation, principal))

    def options(self, relation: Relation, principal: Principal, label: str) -> dict[str, list[str | None]]:
        """Values for each column of a principal's row, in a world that is built."""
        return self._once(
            ("options", relation.oid, principal.label, label), lambda: self._options(relation, principal, label)
        )

    def _once(self, key: tuple[Any, ...], make: Callable[[], Any]) -> Any:
        if not self.settled:
            return make()
        if key not in self._settled:
            self._settled[key] = make()
        return self._settled[key]

    # rows -------------------------------------------------------------------------------------------------------

    def _row(
        self,
        relation: Relation,
        principal: Principal,
        override: dict[str, str | None] | None = None,
        label: str | None = None,
        others: Principal | None = None,
    ) -> bool:
        return self._insert_all([self._wanted(relation, principal, override, label, others)])[0]

    def _wanted(
        self,
        relation: Relation,
        principal: Principal,
        override: dict[str, str | None] | None = None,
        label: str | None = None,
        others: Principal | None = None,
    ) -> Attempt:
        """A row of a principal's: with their own references, or those of `others`, and what is to differ."""
        known = {**self.references.of(relation, principal, others), **(override or {})}
        return self._attempt(relation, principal, label or principal.label, known, pinned=set(override or ()))

    def _shared(self, relation: Relation) -> None:
        """A second person in the first one's group: `mate` in what belongs to alice."""
        alice, mate = self.world.principals["alice"], self.world.principals["mate"]
        own, shared = self.references.of(relation, mate), self.references.of(relation, mate, alice)
        if own != shared:
            self._row(relation, mate, label="mate in alice's", others=alice)

    def _insert(self, *what: Any, **how: Any) -> bool:
        """Insert one row by trying; arguments as those of `_attempt`."""
        return self._insert_all([self._attempt(*what, **how)])[0]

    def _insert_all(self, attempts: Sequence[Attempt]) -> list[bool]:
        """Insert rows that do not refer to each other: all in one round trip, then those that were refused by trying.

        Returns:
            Of each whether it is there.
        """
        there = {id(each): False for each in attempts}
        wanted = [each for each in attempts if each.principal.label not in self.unmade]
        taken = [each for each in wanted if each.relation.oid in self._adopted]
        there |= {id(each): done for each, done in zip(taken, take_over(self, taken), strict=True)}
        tried = [each for each in wanted if not there[id(each)]]
        answers = self.try_all([insert_sql(each.relation, each.chosen) for each in tried])
        there |= {id(each): self._settle(each, answer) for each, answer in zip(tried, answers, strict=True)}
        return list(there.values())

    def _attempt(
        self,
        relation: Relation,
        principal: Principal,
        label: str,
        known: dict[str, str | None],
        *,
        minimal: bool = False,
        pinned: set[str] = frozenset(),
        adopt: bool = True,
    ) -> Attempt:
        """A row as it is tried first.

        Args:
            known: what the row must hold.
            minimal: whether only what must be given is given.
            pinned: the known columns that this row is made for.
            adopt: whether a row that is already there will do.
        """
        options = self._options(relation, principal, label)
        choice = self.choice.setdefault(relation.oid, {})
        chosen = dict(known)
        for column in relation.columns:
            if column.name in chosen or column.generated or column.identity == "a":
                continue
            needed = column.not_null and column.default is None
            if needed or (not minimal and not _keeps_default(column)):
                place = choice.get(column.name, 0)
                chosen[column.name] = options[column.name][min(place, len(options[column.name]) - 1)]
        for column in relation.columns:
            if column.name in known:
                continue
            if not minimal and numbered(column):
                chosen[column.name] = str(values.made_number(principal.tag, relation.name, label))
        return Attempt(relation, principal, label, known, pinned, adopt, options, chosen)

    def _settle(self, attempt: Attempt, answer: dict[str, Any]) -> bool:
        """What came of a first try; what a constraint refused is changed where that constraint looks, and tried again.

        Returns:
            Whether the row is there.
        """
        relation, principal, label = attempt.relation, attempt.principal, attempt.label
        known, pinned, options, chosen = attempt.known, attempt.pinned, attempt.options, attempt.chosen
        search: Search = {}
        guarded = bool(pinned and relation.triggers)
        for _ in range(MOST_TRIES):
            if answer["state"] == "00000":
                if guarded and answer.get("row"):
                    answer["row"] = hold(self, relation, answer["row"], {c: chosen[c] for c in pinned})
                break
            if guarded and answer["state"].startswith(REFUSALS):
                guarded = False
                if row := insert_past(self, relation, chosen, pinned):
                    answer = {"state": "00000", "row": row}
                    break
            if not repair(self, relation, answer, chosen, options, known, pinned, search):
                break
            answer = self.try_insert(relation, chosen)
        if answer["state"] == "00000" and answer.get("row"):
            self._remember(relation, principal, label, answer["row"])
            free = {c: v for c, v in chosen.items() if c not in known}
            self.choice[relation.oid] |= {c: options[c].index(v) for c, v in free.items() if v in options[c]}
            self.world.recipes.setdefault(relation.oid, {c: v for c, v in chosen.items()})
            return True
        if answer["state"] == "23505" and take_over(self, [attempt])[0]:
            self._adopted.add(relation.oid)
            return True
        if relation.title not in self.world.problems:
            self.world.problems[f"{relation.title}"] = (
                f"{label}: {answer.get('message', 'a trigger swallowed the row')}"
            )
        return False

    def _options(self, relation: Relation, principal: Principal, label: str) -> dict[str, list[str | None]]:
        options = {}
        for column in relation.columns:
            checked = [k.expression for k in relation.constraints if k.expression and column.name in k.columns]
            checked += self.inventory.domains.get(column.type, [])
            strings, numbers = values.constants_in("\n".join(checked))
            found = values.candidates(
                base=column.base,
                category=column.category,
                labels=column.listed,
                tag=principal.tag,
                owner=principal.id,
                seed=f"{relation.name}{column.name}{label}",
                constants=[*strings, *numbers],
            )
            if column.name in self._capitals(relation):
                found.insert(0, found[0].upper())
            options[column.name] = found + ([] if column.not_null else [None])
        return options

    def _capitals(self, relation: Relation) -> frozenset[str]:
        """The columns that are compared with a text in capitals, such as a code as people type it."""
        if relation.oid not in self._in_capitals:
            texts = "\n".join(atoms.texts_about(self.inventory, relation))
            names = {c.name for c in relation.columns if c.category == "S" and not c.listed}
            compared = set(re.findall(r"\b(\w+)\s*=\s*upper\(", texts, re.IGNORECASE))
            self._in_capitals[relation.oid] = frozenset(names & compared)
        return self._in_capitals[relation.oid]

    def try_insert(self, relation: Relation, chosen: dict[str, str | None]) -> dict[str, Any]:
        return self.try_all([insert_sql(relation, chosen)])[0]

    def try_all(self, statements: list[str]) -> list[dict[str, Any]]:
        """What became of each statement, in one round trip; each stays if it succeeds."""
        if not statements:
            return []
        rows = self.connection.execute("select * from pg_temp.saasdb_try_all(%s)", [statements])
        return [row[0] for row in rows]

    def _remember(self, relation: Relation, principal: Principal, label: str, row: dict[str, Any]) -> None:
        self.made.setdefault(relation.oid, {}).setdefault(principal.label, row)
        self.labels.setdefault(relation.oid, []).append((row, label))


def _keeps_default(column: Column) -> bool:
    """Columns that an ordinary row leaves to their default: the product's own starting values."""
    # An empty date says that nothing happened yet: not paid, not deleted, not cancelled.
    if column.default is None and column.category in "DR" and not column.not_null:
        return True
    return (
        column.default is not None
        and (bool(column.labels) or column.category in "BDNR" or column.base == "uuid" or column.category == "S")
        and column.base != "uuid"
    ) or bool(column.identity)
