"""The contract as values. What is not in it is denied."""

from __future__ import annotations

from dataclasses import dataclass, field

COMMANDS = ("select", "insert", "update", "delete")
ROWS = ("none", "own", "all", "mixed")
"""Words for row sets; anything else in their place is an SQL predicate.

none: the statement is permitted and reaches no row. own: rows whose owner column is the caller's id. all: every row.
mixed: neither word nor predicate says it; the frozen definitions at the end of the contract do.
"""
CALLS = ("own", "all", "fails")
"""Words for functions: reaches at most the caller's own rows, others' too, or is refused whatever is passed."""


@dataclass(frozen=True)
class Cell:
    """What one persona may do to one table with one command.

    Attributes:
        rows: a word of `ROWS` or an SQL predicate over the table's columns, e.g. `published`.
        columns: the columns that it may name, or None for all.
        moves: changes of a reference to somebody else's value that are meant to work, e.g. `team_id to bob's`.
    """

    rows: str
    columns: frozenset[str] | None = None
    moves: frozenset[str] = frozenset()

    @property
    def is_predicate(self) -> bool:
        return self.rows not in ROWS


@dataclass(frozen=True)
class Persona:
    """Who acts.

    Attributes:
        name: e.g. `member`.
        role: the database role that the API switches to.
        table, where: for a persona that is told by a row of theirs, e.g. admins: `public.user_roles`, `role = 'admin'`.
    """

    name: str
    role: str
    table: str = ""
    where: str = ""


@dataclass
class TableContract:
    """One table or view: what it is for, and its cells by persona and command."""

    title: str
    purpose: str = ""
    written_by: str = ""
    read_by: str = ""
    owner: str = ""
    cells: dict[str, dict[str, Cell]] = field(default_factory=dict)
    slow: dict[str, str] = field(default_factory=dict)
    """persona → how its reading is known to be slow, e.g. `scan`."""
    unproven: str = ""
    """Why no row of it can be made, when none can."""

    def cell(self, persona: str, command: str) -> Cell | None:
        return self.cells.get(persona, {}).get(command)


@dataclass
class FunctionContract:
    """One function: the word by persona; who is not named may not call it."""

    title: str
    purpose: str = ""
    personas: dict[str, str] = field(default_factory=dict)
    security: str = ""
    """`definer` when it may run as its owner; empty when it must not."""
    unproven: str = ""


@dataclass
class Contract:
    """Everything that a contract file states.

    Attributes:
        source: the file's name, for messages.
        grants: object → privilege → roles, for what is no table and no function.
        facts: object → phrases (`saasdb.verify.facts`).
        owners: schema → the role that owns what lies in it; empty when any but a client role may.
        gives: what an ordinary signup must give: `table.column` → value.
        decides: columns that a user's own metadata may decide.
        definitions: object → its frozen SQL.
    """

    source: str
    personas: dict[str, Persona] = field(default_factory=dict)
    tables: dict[str, TableContract] = field(default_factory=dict)
    functions: dict[str, FunctionContract] = field(default_factory=dict)
    grants: dict[str, dict[str, set[str]]] = field(default_factory=dict)
    facts: dict[str, set[str]] = field(default_factory=dict)
    owners: dict[str, str] = field(default_factory=dict)
    gives: dict[str, str] = field(default_factory=dict)
    decides: set[str] = field(default_factory=set)
    definitions: dict[str, str] = field(default_factory=dict)
    platform: set[str] = field(default_factory=set)
    """Schemas that belong to others: only what the contract names in them is held."""
    lines: dict[str, int] = field(default_factory=dict)

    def line(self, title: str) -> str:
        """`file:line` of an object in the contract, or the file."""
        found = self.lines.get(title)
        return f"{self.source}:{found}" if found else self.source

    def is_new(self, title: str, column: str) -> bool:
        """Whether the columns of a table are frozen here and this one is not among them."""
        known = self.definitions.get(f"columns of {title}", "").splitlines()
        return bool(known) and not any(line.startswith(f"{column}: ") for line in known)
