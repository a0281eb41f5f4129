"""What rendering one object may have to know of the two databases around it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

from saasdb.model import Database, Key, Object


@dataclass
class Context:
    """The two states and what the planner decided.

    Attributes:
        safe: whether tables may hold rows and be in use: indexes concurrently, constraints first not valid.
        made: objects that are created (or dropped and created again).
        gone: objects that are dropped (or dropped and created again).
        apart: defaults that cannot stand in their `create table`, since what they call needs the table.
        retyped: types and columns' types that are made anew under the same name.
        emptied: columns whose values of a row type are put aside while that changes.
        loose: types that must stay, under another name, until the last column has left them, and functions, until the
            last row has left the table that is partitioned by them: key → that name.
    """

    old: Database
    new: Database
    safe: bool = False
    made: frozenset[Key] = frozenset()
    gone: frozenset[Key] = frozenset()
    apart: frozenset[Key] = frozenset()
    loose: Mapping[Key, str] = field(default_factory=dict)
    copied: frozenset[Key] = frozenset()
    emptied: frozenset[Key] = frozenset()

    @property
    def major(self) -> int:
        return self.new.major

    @cached_property
    def _constraint_names(self) -> dict[tuple[str, str], set[Key]]:
        found: dict[tuple[str, str], set[Key]] = defaultdict(set)
        for database in (self.old, self.new):
            for key, item in database.objects.items():
                if key.kind == "constraint":
                    found[key.schema, key.part].add(item.parent)
                elif key.kind == "column" and (item.get("not null") or {}).get("name"):
                    found[key.schema, item["not null"]["name"]].add(item.parent)
        return found

    @cached_property
    def attached(self) -> dict[Key, list[Key]]:
        """A partitioned index (or key) of the old state → the partitions' indexes and keys that are parts of it."""
        found: dict[Key, list[Key]] = defaultdict(list)
        for key, item in self.old.objects.items():
            if key.kind in ("index", "constraint") and item.get("of"):
                found[item["of"]].append(key)
        return found

    @cached_property
    def keys_left_behind(self) -> dict[tuple[str, str], list[tuple[Key, str]]]:
        """A partition's schema and name → the foreign keys from above that it keeps when it is detached, by name."""
        found: dict[tuple[str, str], list[tuple[Key, str]]] = defaultdict(list)
        for key, item in self.old.objects.items():
            if key.kind == "constraint" and item.get("clones"):
                for table, name in item["clones"].items():
                    found[table].append((key, name))
        return found

    @cached_property
    def _names(self) -> set[tuple[str, str]]:
        return {key[1:3] for database in (self.old, self.new) for key in database.objects}

    def aside(self, schema: str, name: str) -> str:
        """What a thing is called while its successor takes over its name: free before and after, at most 63 bytes."""
        for suffix in ("__before", *(f"__before_{number}" for number in range(2, 100))):
            found = name.encode()[: 63 - len(suffix)].decode(errors="ignore") + suffix
            if (schema, found) not in self._names:
                return found
        raise AssertionError(f"a hundred things are called {name}__before")

    def holders_of(self, schema: str, name: str) -> set[Key]:
        """The tables that have a constraint of this name, before or after."""
        return self._constraint_names.get((schema, name), set())

    def kept(self, key: Key) -> bool:
        """Whether an object is there before and after and is never dropped in between."""
        return key in self.new.objects and key in self.old.objects and key not in self.made

    def kept_partition(self, table: Key) -> bool:
        """Whether a table is a partition of the same parent before and after."""
        return any(link["bound"] is not None and link.key in self.old.objects for link in self.parents(table))

    def default_of(self, column: Key) -> Object | None:
        """A column's default that stands in its definition."""
        key = column._replace(kind="default")
        return None if key in self.apart else self.new.objects.get(key)

    def parents(self, table: Key) -> list[Object]:
        """How a table inherits, in order."""
        return sorted(self.new.parts_of(table, "inheritance"), key=lambda item: item["number"])

    def has_heirs(self, table: Key) -> bool:
        """Whether other tables inherit from this one before and after, not as its partitions."""
        return any(
            item["of"] == table and item["bound"] is None and self.kept(key)
            for key, item in self.new.objects.items()
            if key.kind == "inheritance"
        )

    def columns_above(self, column: Object) -> list[tuple[Object, Object]]:
        """The columns that this one is inherited from, before and after, of tables that stay its table's parents."""
        found = []
        for link in self.parents(column.parent):
            above = column.key._replace(schema=link["of"].schema, name=link["of"].name)
            if self.kept(link.key) and above in self.old.objects and above in self.new.objects:
                found.append((self.old.objects[above], self.new.objects[above]))
        return found

    def given_by_parent(self, part: Key, table: Key) -> bool:
        """Whether a column or constraint arrives by itself from a table that its own inherits from."""
        return any(
            part._replace(schema=link["of"].schema, name=link["of"].name) in self.new.objects
            for link in self.parents(table)
            if self.kept(link.key) or (table in self.made and link["bound"] is None)
        )

    @cached_property
    def _heirs(self) -> dict[Key, list[Key]]:
        """A table of the old state → the tables that inherit from it then and after (partitions are none)."""
        found: dict[Key, list[Key]] = defaultdict(list)
        for key, link in self.old.objects.items():
            if key.kind == "inheritance" and link["bound"] is None and self.kept(key):
                found[link["of"]].append(link["child"])
        return found

    def left_to_heirs(self, part: Key) -> bool:
        """Whether a column or constraint that goes stays with a table that had it only from here."""
        for heir in self._heirs.get(self.old.objects[part].parent, ()):
            same = part._replace(schema=heir.schema, name=heir.name)
            was, now = self.old.objects.get(same), self.new.objects.get(same)
            if was is None or was["local"] or not was["inherited"]:
                continue
            if self.left_to_heirs(same) if now is None else not (same in self.gone or now["inherited"]):
                return True
        return False

    def taken_by_parent(self, part: Key, table: Key) -> bool:
        """Whether a column or constraint leaves by itself when the one that it was inherited from is dropped."""
        return any(
            link.key in self.old.objects
            and (above := part._replace(schema=link["of"].schema, name=link["of"].name)) in self.old.objects
            and above in self.gone
            and not self.left_to_heirs(above)
            for link in self.old.parts_of(table, "inheritance")
            if link.key in self.new.objects and link.key not in self.gone
        )
