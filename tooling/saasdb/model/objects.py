"""One object of a database and the name by which two databases are compared."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from saasdb.model.privileges import Grant


class Key(NamedTuple):
    """The identity of an object: the same in every database that has it, unlike an oid.

    Attributes:
        kind: what it is, in Postgres's own words, e.g. `table`, `column`, `foreign key`'s `constraint`.
        schema: the schema it (or the table that it is part of) lies in; empty for what lies in none.
        name: its name, or the name of the table or domain that it is part of.
        part: what tells it apart below `name`: a column, constraint or trigger name, or a function's argument types.
    """

    kind: str
    schema: str
    name: str
    part: str = ""

    def __str__(self) -> str:
        place = f"{self.schema}.{self.name}" if self.schema else self.name
        if self.kind in ROUTINES:
            return f"{self.kind} {place}({self.part})"
        return f"{self.kind} {self.part} of {place}" if self.part else f"{self.kind} {place}"


ROUTINES = frozenset({"function", "procedure", "aggregate"})
"""Kinds whose `part` is a list of argument types."""

RELATIONS = frozenset({"table", "foreign table", "view", "materialized view", "sequence", "index", "composite type"})
"""Kinds that share one namespace in a schema, beside each other."""

TABLE_PARTS = frozenset({"column", "default", "constraint", "index", "trigger", "rule", "policy", "inheritance"})
"""Kinds that go when their table goes."""


@dataclass(slots=True)
class Object:
    """One object as the catalogs describe it. Nobody but the reader changes it.

    It is not `frozen`, which would make each five times as dear, and a large database has a million.

    Attributes:
        key: its identity.
        fields: its definition, as values that are equal exactly when the definitions are.
        owner: the role that owns it, where a role can.
        acl: every privilege held on it, the built-in defaults written out, in order; None where there are none.
        comment: what `comment on` says.
        labels: security labels, provider → label.
        parent: the object that it is part of and goes with.
    """

    key: Key
    fields: Mapping[str, Any]
    owner: str | None = None
    acl: tuple[Grant, ...] | None = None
    comment: str | None = None
    labels: Mapping[str, str] = field(default_factory=dict)
    parent: Key | None = None

    def __getitem__(self, name: str) -> Any:
        return self.fields[name]

    def get(self, name: str) -> Any:
        """A field, or None where this kind of object has none of that name."""
        return self.fields.get(name)
