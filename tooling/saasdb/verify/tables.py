"""What callers can do with tables and views, found by doing it: read, add, change, move, remove, row by row."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from saasdb.verify import atoms, values
from saasdb.verify.callers import Caller
from saasdb.verify.inventory import Inventory, Relation, literal, quote
from saasdb.verify.reach import EVERYTHING, Reach
from saasdb.verify.runner import REFUSED, Answer, Probe, Runner
from saasdb.verify.world import Builder, World, cast, hostile_names

WRITES = {"insert", "update"}
GUARD_OFF = {"storage.allow_delete_query": "true"}
"""What Supabase's storage service sets before it deletes rows; harmless elsewhere."""


@dataclass(frozen=True)
class Seen:
    """The outcome of one attempt: SQLSTATE, the labels of the rows reached, and what the database said."""

    state: str
    rows: frozenset[str] = frozenset()
    message: str = ""
    statement: str = field(default="", compare=False)

    @property
    def ok(self) -> bool:
        return self.state == "00000"

    @property
    def passed(self) -> bool:
        """Whether access control let it through, be it that a key or a check then stopped it."""
        return self.state in ("00000", "23505", "23503")


@dataclass
class TableView:
    """Everything seen on tables.

    Attributes:
        columns: (role, table, command) → columns that the role may name.
        read: (caller, table) → rows seen.
        changed: (caller, table, column) → rows changed by an unfiltered update of that column.
        moved: (caller, table, "column to value") → the outcome of changing a column to a telling value.
        added: (caller, table, kind of row) → the outcome of an insert.
        removed: (caller, table) → rows removed by an unfiltered delete.
    """

    columns: dict[tuple[str, str, str], frozenset[str]] = field(default_factory=dict)
    read: dict[tuple[str, str], Seen] = field(default_factory=dict)
    changed: dict[tuple[str, str, str], Seen] = field(default_factory=dict)
    moved: dict[tuple[str, str, str], Seen] = field(default_factory=dict)
    added: dict[tuple[str, str, str], Seen] = field(default_factory=dict)
    removed: dict[tuple[str, str], Seen] = field(default_factory=dict)


class TableProbes:
    """Tries everything on every table for every caller."""

    def __init__(self, runner: Runner, builder: Builder, callers: list[Caller], reach: Reach = EVERYTHING):
        self.reach = reach
        self.runner, self.builder, self.world = runner, builder, builder.world
        self.inventory: Inventory = builder.inventory
        self.callers = callers
        self.seen = TableView()
        self.rows_tried: dict[tuple[str, str, str], dict[str, str | None]] = {}
        self._texts: dict[tuple[int, tuple[str, ...]], dict[str, list[str]]] = {}

    def observe(self) -> TableView:
        self._columns()
        self._read()
        self._change()
        self._add()
        self._remove()
        return self.seen

    def targets(self) -> list[Relation]:
        return [r for r in self.inventory.relations.values() if r.kind in "rpvmf" and self.reach.table(r.title)]

    def tables(self) -> list[Relation]:
        return [r for r in self.inventory.tables if self.reach.table(r.title)]

    # columns ----------------------------------------------------------------------------------------------------

    def _columns(self) -> None:
        """Which columns a role may read, add and change: tried on no row at all."""
        jobs, probes = [], []
        for role in dict.fromkeys(caller.role for caller in self.callers):
            for relation in self.targets():
                for column in relation.columns:
                    name = quote(column.name)
                    for command, statement in (
                        ("select", f"select {name} from {relation.sql} limit 0"),
                        ("insert", f"insert into {relation.sql} ({name}) select null::{column.type} where false"),
                        ("update", f"update {relation.sql} set {name} = default where false"),
                    ):
                        if command != "select" and relation.kind not in "rpv":
                            continue
                        if column.generated or (column.identity and command == "insert"):
                            statement = (
                                f"insert into {relation.sql} ({name}) select null::{column.type} where false"
                                if command == "insert"
                                else statement
                            )
                            if command == "insert":
                                statement = statement.replace(") select", ") overriding system value select")
                            if column.generated and command == "insert":
                                continue
                        jobs.append((role, relation.title, command, column.name))
                        probes.append(Probe(role, {}, statement))
        allowed: dict[tuple[str, str, str], set[str]] = {}
        for (role, title, command, column), answer in zip(jobs, self.runner.run(probes), strict=True):
            may = allowed.setdefault((role, title, command), set())
            if answer.state not in (REFUSED, "55000", "0A000", "42P17"):
                may.add(column)
        self.seen.columns = {key: frozenset(may) for key, may in allowed.items()}

    def _may(self, role: str, relation: Relation, command: str) -> list[str]:
        may = self.seen.columns.get((role, relation.title, command), frozenset())
        return [column.name for column in relation.columns if column.name in may]

    # reading ----------------------------------------------------------------------------------------------------

    def _read(self) -> None:
        jobs, probes = [], []
        for caller in self.callers:
            for relation in self.targets():
                columns = self._may(caller.role, relation, "select")
                if not columns:
                    self.seen.read[caller.label, relation.title] = Seen(REFUSED, message="permission denied")
                    continue
                shape = ", ".join(quote(c) for c in columns)
                statement = f"select row({shape})::text as x from {relation.sql}"
                jobs.append((caller, relation, tuple(columns)))
                probes.append(Probe(caller.role, caller.settings, statement, rows=True))
        for (caller, relation, columns), answer in zip(jobs, self.runner.run(probes), strict=True):
            statement = f"select {', '.join(columns)} from {relation.title}"
            if not answer.ok:
                seen = Seen(answer.state, message=answer.message, statement=statement)
            else:
                rows = frozenset(self._labels(relation, columns, [row["x"] for row in answer.rows]))
                seen = Seen("00000", rows, statement=statement)
            self.seen.read[caller.label, relation.title] = seen

    def _labels(self, relation: Relation, columns: tuple[str, ...], found: list[str]) -> list[str]:
        known = self._known(relation, columns)
        used: dict[str, int] = {}
        labels = []
        for text in found:
            names = known.get(text, [])
            place = used.get(text, 0)
            used[text] = place + 1
            if place < len(names):
                labels.append(names[place])
        return labels

    def _known(self, relation: Relation, columns: tuple[str, ...]) -> dict[str, list[str]]:
        """Text of a row → its labels, as the connection's own role sees it."""
        key = (relation.oid, columns)
        if key not in self._texts:
            shape = ", ".join(quote(c) for c in columns)
            known: dict[str, list[str]] = {}
            if relation.kind in "rp":
                labels = {row.place: row.label for row in self.world.rows.get(relation.oid, ())}
                query = f"select tableoid::int8 || ctid::text, row({shape})::text from {relation.sql} order by 1"
                for place, text in self.runner.connection.execute(query):
                    known.setdefault(text, []).append(labels.get(place, "a row from before"))
            else:
                answer = self.runner.run(
                    [Probe(None, {}, f"select row({shape})::text as x from {relation.sql}", rows=True)]
                )[0]
                for row in answer.rows or ():
                    known.setdefault(row["x"], []).append(self._whose(row["x"]))
            self._texts[key] = known
        return self._texts[key]

    def _whose(self, text: str) -> str:
        """A label for a view's row: whose data it shows."""
        shown = [p.label for p in self.world.principals.values() if p.tag in text or p.id in text]
        if not shown:
            shown = sorted({label for key, label in self._row_keys() if key in text})
        return f"{' and '.join(shown)}'s data" if shown else "data of nobody"

    def _row_keys(self) -> list[tuple[str, str]]:
        """Telling keys of rows (UUIDs and made-up numbers) and whose rows they are."""
        if not hasattr(self, "_keys"):
            self._keys = [
                (str(value), row.label)
                for oid, rows in self.world.rows.items()
                for row in rows
                for name in self.inventory.relations[oid].key
                if len(str(value := row.data.get(name))) >= 10
            ]
        return self._keys

    # changing ---------------------------------------------------------------------------------------------------

    def _places(self, relation: Relation) -> str:
        return f"select coalesce(jsonb_agg(tableoid::int8 || ctid::text), '[]') from {relation.sql}"

    def _reached(self, relation: Relation, answer: Answer) -> frozenset[str]:
        left = set(answer.after or ())
        return frozenset(row.label for row in self.world.rows.get(relation.oid, ()) if row.place not in left)

    def _change(self) -> None:
        jobs, probes = [], []
        for caller in self.callers:
            for relation in self.tables():
                for place, name in enumerate(self._may(caller.role, relation, "update")):
                    column = relation.column(name)
                    # Who differs in one value alone cannot have other columns: one tells which rows they reach.
                    if column.generated or (place > 1 and not _tells(caller)):
                        continue
                    value = self._fresh(relation, caller, name)
                    statement = f"update {relation.sql} set {quote(name)} = {cast(column, value)}"
                    jobs.append((self.seen.changed, caller, relation, name, statement))
                    probes.append(
                        Probe(caller.role, {**caller.settings, **GUARD_OFF}, statement, after=self._places(relation))
                    )
                    for shown, other in self._telling(relation, caller, name):
                        statement = f"update {relation.sql} set {quote(name)} = {cast(column, other)}"
                        jobs.append((self.seen.moved, caller, relation, f"{name} to {shown}", statement))
                        probes.append(
                            Probe(
                                caller.role, {**caller.settings, **GUARD_OFF}, statement, after=self._places(relation)
                            )
                        )
        for (where, caller, relation, name, statement), answer in zip(jobs, self.runner.run(probes), strict=True):
            rows = self._reached(relation, answer) if answer.ok else frozenset()
            where[caller.label, relation.title, name] = Seen(answer.state, rows, answer.message, statement)

    def _fresh(self, relation: Relation, caller: Caller, name: str) -> str | None:
        """A value that the column takes: for a reference the caller's own, else one like the world's."""
        column = relation.column(name)
        principal = caller.principal or self.world.principals["alice"]
        links = self.builder._links(relation, principal, None)
        if name in links:
            return links[name]
        recipe = self.world.recipes.get(relation.oid, {}).get(name)
        options = self.builder._options(relation, principal, "changed")[name]
        place = self.builder.choice.get(relation.oid, {}).get(name, 0)
        chosen = options[min(place, len(options) - 1)]
        if column.labels or column.category in "BD":
            return recipe if recipe is not None else chosen
        return chosen

    def _telling(self, relation: Relation, caller: Caller, name: str) -> list[tuple[str, str | None]]:
        """Values that must be tried one by one: somebody else's id, nobody's, and each side of each predicate."""
        if caller.label not in ("alice", "visitor", "service") and not (caller.principal and caller.principal.variant):
            return []
        principal = caller.principal or self.world.principals["alice"]
        column = relation.column(name)
        found: list[tuple[str, str | None]] = []
        bob = self.builder._links(relation, self.world.principals["bob"], None)
        if name in bob and bob[name] != self.builder._links(relation, principal, None).get(name):
            found.append(("bob's", bob[name]))
            if not column.not_null:
                found.append(("null", None))
        if caller.label != "alice":
            return found
        if column.category == "S" and name not in bob:
            other = self.world.principals["bob"]
            found += [
                (f"bob's {n}", text)
                for n, text in (
                    ("id", other.id),
                    ("path", f"{other.id}/avatar"),
                    ("path in capitals", f"{other.id}/AVATAR"),
                )
            ]
            found += [
                ("something long", "x" * 5000),
                ("markup", "<script>alert(1)</script>"),
                ("a script link", "javascript:alert(1)"),
                ("nothing", ""),
            ]
        if relation.title == "storage.objects" and name == "name":
            found += [
                (f"<bob> {n}", text) for n, text in enumerate(hostile_names(self.world.principals["bob"].id, [])[:14])
            ]
        sides = atoms.sides(self.inventory, relation, self.builder.more.get(relation.title, ()))
        found += [(str(value), value) for value in sides.columns.get(name, ())]
        if column.category == "N":
            found += [("-1", "-1"), ("0", "0"), ("a large number", "2000000001" if column.base != "int2" else "32767")]
        return found

    # adding -----------------------------------------------------------------------------------------------------

    def _add(self) -> None:
        jobs, probes = [], []
        for caller in self.callers:
            for relation in self.tables():
                may = self._may(caller.role, relation, "insert")
                if not may:
                    continue
                for kind, chosen in self._rows_to_add(relation, caller, set(may)):
                    names = [name for name in chosen if name in may]
                    cells = ", ".join(cast(relation.column(name), chosen[name]) for name in names)
                    head = f"insert into {relation.sql} ({', '.join(map(quote, names))})"
                    statement = f"{head} values ({cells})" if names else f"insert into {relation.sql} default values"
                    jobs.append((caller, relation, kind, statement))
                    self.rows_tried[caller.label, relation.title, kind] = {name: chosen[name] for name in names}
                    probes.append(Probe(caller.role, caller.settings, statement))
        for (caller, relation, kind, statement), answer in zip(jobs, self.runner.run(probes), strict=True):
            self.seen.added[caller.label, relation.title, kind] = Seen(
                answer.state, frozenset(), answer.message, statement
            )

    def _rows_to_add(
        self, relation: Relation, caller: Caller, may: set[str]
    ) -> list[tuple[str, dict[str, str | None]]]:
        """Rows by kind: the caller's own, somebody else's in each reference, nobody's, and each side of each predicate."""
        world = self.world
        principal = caller.principal or world.principals["alice"]
        bob = world.principals["bob" if principal.label != "bob" else "alice"]
        own, others = (self.builder._links(relation, p, None) for p in (principal, bob))
        base: dict[str, str | None] = {}
        options = self.builder._options(relation, principal, f"added by {caller.label}")
        choice = self.builder.choice.get(relation.oid, {})
        recipe = world.recipes.get(relation.oid, {})
        for column in relation.columns:
            if column.generated or column.identity or column.name in own:
                continue
            if (column.not_null and column.default is None) or (
                column.name in recipe and recipe[column.name] is not None and column.default is None
            ):
                place = choice.get(column.name, 0)
                base[column.name] = options[column.name][min(place, len(options[column.name]) - 1)]
        rows = [("own", {**base, **own})]
        if any(own.get(c) != others.get(c) for c in others):
            rows.append(("another's", {**base, **others}))
        if len([c for c in others if own.get(c) != others.get(c)]) > 1:
            rows += [
                (f"own with another's {c}", {**base, **own, c: others[c]})
                for c in others
                if own.get(c) != others.get(c)
            ]
        rows += [(f"own with no {c}", {**base, **own, c: None}) for c in own if not relation.column(c).not_null]
        if relation.title == "storage.objects":
            rows = []
            for bucket in [
                row.data["id"] for row in world.rows.get(self.inventory.relation("storage.buckets").oid, ())
            ][:4]:
                if caller.label in ("alice", "visitor") or (caller.plain is False and caller.persona == "visitor"):
                    for who, named in (("own", principal), ("another's", bob)):
                        rows += [
                            (
                                f"{bucket}/{name.replace(named.id, f'<{who}>').replace(named.id.upper(), f'<{who.upper()}>')}",
                                {"bucket_id": bucket, "name": name},
                            )
                            for name in hostile_names(named.id, self._words(relation))
                        ]
                else:
                    rows += [
                        (f"{bucket}/<{who}>/avatar", {"bucket_id": bucket, "name": f"{named.id}/avatar"})
                        for who, named in (("own", principal), ("another's", bob))
                    ]
            return rows
        if caller.label in ("alice", "visitor"):
            sides = atoms.sides(self.inventory, relation, self.builder.more.get(relation.title, ()))
            rows += [
                (f"own with {c} = {value}", {**base, **own, c: value})
                for c, found in sides.columns.items()
                if c in may
                for value in found
            ]
        return rows

    def _words(self, relation: Relation) -> list[str]:
        texts = [*atoms.texts_about(self.inventory, relation), *self.builder.more.get(relation.title, ())]
        return [s.strip("/%") for s in values.constants_in("\n".join(texts))[0] if re.fullmatch(r"[\w%./-]{1,40}", s)]

    # removing ---------------------------------------------------------------------------------------------------

    def _remove(self) -> None:
        jobs, probes = [], []
        for caller in self.callers:
            for relation in self.tables():
                statement = f"delete from {relation.sql}"
                jobs.append((caller, relation, statement))
                probes.append(
                    Probe(caller.role, {**caller.settings, **GUARD_OFF}, statement, after=self._places(relation))
                )
        for (caller, relation, statement), answer in zip(jobs, self.runner.run(probes), strict=True):
            rows = self._reached(relation, answer) if answer.ok else frozenset()
            self.seen.removed[caller.label, relation.title] = Seen(answer.state, rows, answer.message, statement)


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


def _tells(caller: Caller) -> bool:
    variant = caller.principal.variant if caller.principal else None
    return caller.plain and (variant is None or variant[2] in ADMINLIKE)


def whole(relation: Relation, world: World) -> frozenset[str]:
    """The labels of all rows of a table."""
    return frozenset(row.label for row in world.rows.get(relation.oid, ()))


def owned(relation: Relation, world: World, column: str, principal_id: str) -> frozenset[str]:
    """The labels of the rows whose `column` holds this principal."""
    return frozenset(row.label for row in world.rows.get(relation.oid, ()) if str(row.data.get(column)) == principal_id)


def as_condition(column: str, value: str | None) -> str:
    return f"{quote(column)} is null" if value is None else f"{quote(column)} = {literal(value)}"
