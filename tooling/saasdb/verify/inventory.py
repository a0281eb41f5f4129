"""What a database holds that access depends on, read from its catalog in a fixed number of queries.

Schemas of PostgreSQL itself and members of extensions are left out; what an extension's members grant is in `facts`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import psycopg
from psycopg.rows import dict_row

from saasdb.verify import lists, queries
from saasdb.verify.resolved import resolve


@dataclass
class Column:
    """One column: its type as Postgres spells it, and what a generator needs to fill it."""

    number: int
    name: str
    type: str
    category: str  # pg_type.typcategory of the base type: N, S, B, D, E, …
    labels: tuple[str, ...]  # of an enum
    not_null: bool
    default: str | None
    identity: str  # '', 'a' (always), 'd' (by default)
    generated: str  # '', 's' (stored), 'v' (virtual)
    base: str  # base type's name, e.g. int8, text
    listed: tuple[str, ...] = ()  # the values it may have where they are few (`saasdb.verify.lists`)
    added: bool = False  # whether a contract with definitions does not know it


@dataclass
class Constraint:
    """One constraint; `type` is pg_constraint.contype."""

    name: str
    type: str
    definition: str
    expression: str | None
    columns: tuple[str, ...]
    target: int
    target_columns: tuple[str, ...]


@dataclass
class Policy:
    """One row-level security policy with its expressions as Postgres deparses them."""

    name: str
    command: str  # r, a, w, d or *
    permissive: bool
    roles: tuple[str, ...]
    using: str | None
    check: str | None


@dataclass
class Trigger:
    """One trigger that is not internal; `enabled` is pg_trigger.tgenabled."""

    name: str
    function: int
    definition: str
    enabled: str


@dataclass
class Relation:
    """A table, partition, view, materialized view, foreign table or sequence."""

    oid: int
    schema: str
    name: str
    kind: str  # r, p, v, m, f, S
    owner: str
    rls: bool
    forced: bool
    options: tuple[str, ...]
    partition_of: int | None
    definition: str | None
    columns: list[Column] = field(default_factory=list)
    constraints: list[Constraint] = field(default_factory=list)
    indexes: list[str] = field(default_factory=list)
    unique: list[tuple[str, ...]] = field(default_factory=list)
    policies: list[Policy] = field(default_factory=list)
    triggers: list[Trigger] = field(default_factory=list)
    turned: frozenset[str] = frozenset()
    """Titles of the functions that a trigger runs in one of two compared states alone, or at other times."""

    @property
    def title(self) -> str:
        """schema.name, as it stands in contracts and findings."""
        return f"{self.schema}.{self.name}"

    @property
    def sql(self) -> str:
        """The quoted, qualified name."""
        return f"{quote(self.schema)}.{quote(self.name)}"

    def column(self, name: str) -> Column | None:
        return next((column for column in self.columns if column.name == name), None)

    @property
    def key(self) -> tuple[str, ...]:
        """The columns of the primary key, or of the first unique index, or nothing."""
        for constraint in self.constraints:
            if constraint.type == "p":
                return constraint.columns
        return self.unique[0] if self.unique else ()


@dataclass
class Argument:
    """One input argument of a function."""

    name: str
    type: str
    base: str
    category: str
    labels: tuple[str, ...]

    def __post_init__(self) -> None:
        # What takes a value of any type is called with a text.
        if self.type in ("anyarray", "anycompatiblearray"):
            self.type, self.base, self.category = "text[]", "_text", "A"
        elif self.type in ("anyelement", "anynonarray", "anycompatible", "anycompatiblenonarray"):
            self.type, self.base, self.category = "text", "text", "S"


@dataclass
class Function:
    """A function, procedure or trigger function of the project (no aggregates, no C)."""

    oid: int
    schema: str
    name: str
    identity: str  # argument types, e.g. "uuid, integer"
    kind: str  # f, p, a, w
    language: str
    definer: bool
    leakproof: bool
    volatile: str
    config: tuple[str, ...]
    owner: str
    returns: str
    returns_set: bool
    source: str
    definition: str | None
    arguments: list[Argument]
    defaults: int
    variadic: bool
    body: str = ""
    """The source with its names in full (`resolved.py`): what is read to learn what a function asks."""

    @property
    def title(self) -> str:
        """schema.name(types), as it stands in contracts and findings."""
        return f"{self.schema}.{self.name}({self.identity})"

    @property
    def sql(self) -> str:
        return f"{quote(self.schema)}.{quote(self.name)}"

    def call(self, cells: str) -> str:
        """The statement that calls it with these arguments."""
        call = f"{self.sql}({cells})"
        if self.kind == "p":
            return f"call {call}"
        if self.returns == "void":
            return f"select from {call}"  # an empty text or a null, as the language has it: nothing either way
        return f"select {call} as result" if self.returns == "record" else f"select * from {call}"


@dataclass
class Inventory:
    """Everything that one reading of the catalog gave."""

    major: int
    relations: dict[int, Relation]
    functions: dict[int, Function]
    domains: dict[str, list[str]]  # type name → check expressions
    roles: frozenset[str]
    above: frozenset[str] = frozenset()
    """Superusers, and the role that proves: what they hold is no grant to anybody."""
    about: dict[int, list[str]] = field(default_factory=dict, compare=False, repr=False)
    """Table → the texts that decide over its rows, as they were found (`atoms.texts_about`)."""

    def relation(self, title: str) -> Relation | None:
        return self._titles.get(title)

    @cached_property
    def _titles(self) -> dict[str, Relation]:
        return {relation.title: relation for relation in reversed(self.relations.values())}

    @property
    def tables(self) -> list[Relation]:
        """What holds rows of its own: tables, partitioned tables, partitions."""
        return [relation for relation in self.relations.values() if relation.kind in "rp"]

    @property
    def views(self) -> list[Relation]:
        return [relation for relation in self.relations.values() if relation.kind in "vmf"]


def quote(name: str) -> str:
    """A quoted identifier, for statements that are put together as text and run by the probe runner."""
    return '"' + name.replace('"', '""') + '"'


def literal(value: str | None) -> str:
    """A quoted literal; None is NULL."""
    if value is None:
        return "null"
    escaped = value.replace("'", "''")
    return "E'" + escaped.replace("\\", "\\\\") + "'" if "\\" in escaped else "'" + escaped + "'"


def read(connection: psycopg.Connection) -> Inventory:
    """Read the catalog of the connected database."""
    with connection.cursor(row_factory=dict_row) as cursor:
        # A search path of nothing makes every deparsed expression name its schemas.
        before = cursor.execute("select current_setting('search_path') as path").fetchone()["path"]
        cursor.execute("select set_config('search_path', 'pg_catalog', false)")
        try:
            return _read(cursor, connection.info.server_version // 10000)
        finally:
            cursor.execute("select set_config('search_path', %s, false)", [before])


def _read(cursor: Any, major: int) -> Inventory:
    relations = {row["oid"]: Relation(**_tuples(row)) for row in cursor.execute(queries.RELATIONS)}
    for row in cursor.execute(queries.COLUMNS):
        relation = relations.get(row.pop("relation"))
        if relation:
            relation.columns.append(Column(**_tuples(row)))
    for kind, query, make in (
        ("constraints", queries.CONSTRAINTS, Constraint),
        ("policies", queries.POLICIES, Policy),
        ("triggers", queries.TRIGGERS, Trigger),
    ):
        for row in cursor.execute(query):
            relation = relations.get(row.pop("relation"))
            if relation:
                getattr(relation, kind).append(make(**_tuples(row)))
    for row in cursor.execute(queries.INDEXES):
        relation = relations.get(row["relation"])
        if relation:
            relation.indexes.append(row["definition"])
            if row["is_unique"] and row["columns"]:
                relation.unique.append(tuple(row["columns"]))
    domains: dict[str, list[str]] = {}
    for row in cursor.execute(queries.DOMAINS):
        domains.setdefault(row["type"], []).append(row["expression"])
    lists.fill(cursor, relations, domains)
    functions = {}
    for row in cursor.execute(queries.FUNCTIONS):
        arguments = [Argument(**_tuples(argument)) for argument in row.pop("arguments") or []]
        functions[row["oid"]] = Function(**_tuples(row), arguments=arguments)
    resolve(functions.values(), relations.values())
    roles = {row["rolname"]: row["above"] for row in cursor.execute(queries.ROLES)}
    above = frozenset(name for name, is_above in roles.items() if is_above)
    return Inventory(major, relations, functions, domains, frozenset(roles), above)


def _tuples(row: dict[str, Any]) -> dict[str, Any]:
    return {key: tuple(value) if isinstance(value, list) else value for key, value in row.items()}
