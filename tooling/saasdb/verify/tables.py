"""What callers can do with tables and views, found by doing it: read, add, change, move, remove, row by row."""

from __future__ import annotations

from dataclasses import dataclass, field

from saasdb.verify.callers import Caller
from saasdb.verify.effects import Effects
from saasdb.verify.inserts import said
from saasdb.verify.inventory import Inventory, Relation, quote
from saasdb.verify.reach import EVERYTHING, Reach
from saasdb.verify.runner import REFUSED, Answer, Probe, Runner
from saasdb.verify.world import Builder, World

WRITES = {"insert", "update"}
GUARD_OFF = {"storage.allow_delete_query": "true"}
"""What Supabase's storage service sets before it deletes rows; harmless elsewhere."""
MOST_TOLD = 4
"""New rows that a look at effects tells of, a table: one shows what a trigger does to it."""


@dataclass(frozen=True)
class Seen:
    """The outcome of one attempt: SQLSTATE, the labels of the rows reached, and what the database said."""

    state: str
    rows: frozenset[str] = frozenset()
    message: str = ""
    statement: str = field(default="", compare=False)
    effects: dict[str, tuple[str, frozenset[str]]] = field(default_factory=dict, compare=False)
    """What it did to any table, where the look is one of two that are compared."""
    count: int = field(default=0, compare=False)
    """How many rows; labels say less where rows from before have the same one."""
    heard: str = field(default="", compare=False)
    """Notices that carry somebody's values, where the look is one of two that are compared."""

    @property
    def ok(self) -> bool:
        return self.state == "00000"

    @property
    def passed(self) -> bool:
        """Whether access control let it through, be it that a key or a check then stopped it."""
        return self.state in ("00000", "23505", "23503")


@dataclass(frozen=True)
class Beyond:
    """A form that does more than the plain command.

    Attributes:
        caller, table, command: whose plain command it was measured by.
        statement: the form.
        happened: what it did.
    """

    caller: Caller
    table: str
    command: str
    statement: str
    happened: str


NEVER = ("55000", "0A000", "42P17", "428C9")
"""SQLSTATEs of what nobody may do: write through such a view, or to a column that is always generated."""


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
        beyond: other spellings of a command that did more than the plain one (`saasdb.verify.forms`).
        otherwise: (caller, table, state) → rows seen in another state of the world; only to compare two policies.
        otherwise_added: (caller, table, kind of row and state) → the outcome of an insert in it; to compare triggers.
        alone: (caller, table, "column to value of row") → the outcome of a change of one row (`saasdb.verify.alone`).
    """

    columns: dict[tuple[str, str, str], frozenset[str]] = field(default_factory=dict)
    read: dict[tuple[str, str], Seen] = field(default_factory=dict)
    changed: dict[tuple[str, str, str], Seen] = field(default_factory=dict)
    moved: dict[tuple[str, str, str], Seen] = field(default_factory=dict)
    added: dict[tuple[str, str, str], Seen] = field(default_factory=dict)
    removed: dict[tuple[str, str], Seen] = field(default_factory=dict)
    otherwise: dict[tuple[str, str, str], Seen] = field(default_factory=dict)
    otherwise_added: dict[tuple[str, str, str], Seen] = field(default_factory=dict)
    alone: dict[tuple[str, str, str], Seen] = field(default_factory=dict)
    beyond: list[Beyond] = field(default_factory=list)


class TableProbes:
    """Tries everything on every table for every caller."""

    def __init__(
        self,
        runner: Runner,
        builder: Builder,
        callers: list[Caller],
        reach: Reach = EVERYTHING,
        effects: Effects | None = None,
    ):
        self.effects = effects
        self.runner, self.builder, self.world = runner, builder, builder.world
        self.inventory: Inventory = builder.inventory
        self.callers = callers
        self.relations = [r for r in self.inventory.relations.values() if r.kind in "rpvmf" and reach.table(r.title)]
        self.tables = [r for r in self.relations if r.kind in "rp"]
        self.seen = TableView()
        self.rows_tried: dict[tuple[str, str, str], dict[str, str | None]] = {}
        self._texts: dict[tuple[int, tuple[str, ...]], dict[str, list[str]]] = {}

    def observe(self) -> TableView:
        from saasdb.verify.writes import WriteProbes

        self.columns()
        self._read()
        WriteProbes(self).observe()
        self._remove()
        return self.seen

    # columns ----------------------------------------------------------------------------------------------------

    def columns(self) -> TableView:
        """Which columns a role may read, add and change: tried on no row at all, and once."""
        if self.seen.columns:
            return self.seen
        jobs, probes = [], []
        for role in dict.fromkeys(caller.role for caller in self.callers):
            for relation in self.relations:
                for column in relation.columns:
                    name = quote(column.name)
                    for command, statement in (
                        ("select", f"select {name} from {relation.sql} limit 0"),
                        ("insert", f"insert into {relation.sql} ({name}) select {said(column, None)} where false"),
                        ("update", f"update {relation.sql} set {name} = default where false"),
                    ):
                        if command != "select" and relation.kind not in "rpv":
                            continue
                        if column.generated or (column.identity and command == "insert"):
                            statement = (
                                f"insert into {relation.sql} ({name}) select {said(column, None)} where false"
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
            if answer.state not in (REFUSED, *NEVER):
                may.add(column)
        self.seen.columns = {key: frozenset(may) for key, may in allowed.items()}
        return self.seen

    def may(self, role: str, relation: Relation, command: str) -> list[str]:
        may = self.seen.columns.get((role, relation.title, command), frozenset())
        return [column.name for column in relation.columns if column.name in may]

    # reading ----------------------------------------------------------------------------------------------------

    def _read(self) -> None:
        jobs, probes = [], []
        for caller in self.callers:
            for relation in self.relations:
                columns = self.may(caller.role, relation, "select")
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
                rows = frozenset(self.labels(relation, columns, [row["x"] for row in answer.rows]))
                seen = Seen("00000", rows, statement=statement, count=len(answer.rows))
            self.seen.read[caller.label, relation.title] = seen

    def labels(self, relation: Relation, columns: tuple[str, ...], found: list[str]) -> list[str]:
        known = self.known(relation, columns)
        used: dict[str, int] = {}
        labels = []
        for text in found:
            names = known.get(text, [])
            place = used.get(text, 0)
            used[text] = place + 1
            if place < len(names):
                labels.append(names[place])
            elif not names and relation.kind in "vm":
                # A view that asks who is calling shows its rows to nobody else.
                labels.append(self._whose(text))
        return labels

    def known(self, relation: Relation, columns: tuple[str, ...]) -> dict[str, list[str]]:
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
        shown = [p.label for p in self.world.principals.values() if p.tag in text.lower() or p.id in text]
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

    def write(self, caller: Caller, relation: Relation, statement: str) -> Probe:
        """The probe of a statement that changes rows: which were reached is told by where rows lie afterwards."""
        settings = {**caller.settings, **GUARD_OFF}
        if self.effects:
            return Probe(caller.role, settings, statement, effects=True, most=MOST_TOLD + 1)
        return Probe(caller.role, settings, statement, after=self.places(relation), if_logged=True)

    def outcome(self, relation: Relation, answer: Answer, statement: str) -> Seen:
        rows = self.reached(relation, answer) if answer.ok else frozenset()
        return Seen(answer.state, rows, answer.message, statement, self.told(answer), answer.count, self.heard(answer))

    def attempts(self, relations: list[Relation], probes: list[Probe]) -> list[Answer]:
        """Run the probes; where effects are asked for, one of each table is repeated to learn what varies by itself."""
        answers = self.runner.run(probes, notices=self.effects is not None)
        if self.effects:
            tries = enumerate(zip(relations, answers, strict=True))
            worked = {r.oid: n for n, (r, answer) in tries if self.effects.telling(answer.after)}
            repeated = self.runner.run([probes[n] for n in worked.values()])
            for n, again in zip(worked.values(), repeated, strict=True):
                self.effects.learn(answers[n].after, again.after)
        return answers

    def told(self, answer: Answer) -> dict[str, tuple[str, frozenset[str]]]:
        return self.effects.told(answer.after, MOST_TOLD) if self.effects else {}

    def heard(self, answer: Answer) -> str:
        said = "\n".join(answer.notices)[:500] if self.effects else ""
        plain = self.effects.names.plain(said) if said else ""
        return plain if plain != said else ""

    def places(self, relation: Relation) -> str:
        return f"select coalesce(jsonb_agg(tableoid::int8 || ctid::text), '[]') from {relation.sql}"

    def reached(self, relation: Relation, answer: Answer) -> frozenset[str]:
        if self.effects:
            return self.effects.gone(relation, answer.after)
        if answer.after is None:
            return frozenset()
        left = set(answer.after)
        return frozenset(row.label for row in self.world.rows.get(relation.oid, ()) if row.place not in left)

    # removing ---------------------------------------------------------------------------------------------------

    def _remove(self) -> None:
        """Unfiltered deletes; who shares a role that lacks the privilege is answered by the first of them."""
        first = {caller.role: caller for caller in reversed(self.callers)}
        lacking = {
            (role, relation.title): self.seen.removed[caller.label, relation.title]
            for role, caller in first.items()
            for relation, answer in self._removals([caller])
            if answer.refused and "permission denied for" in answer.message
        }
        for caller in self.callers:
            for relation in self.tables:
                if (caller.role, relation.title) in lacking:
                    self.seen.removed[caller.label, relation.title] = lacking[caller.role, relation.title]
        self._removals(self.callers)

    def _removals(self, callers: list[Caller]) -> list[tuple[Relation, Answer]]:
        jobs = [(c, r) for c in callers for r in self.tables if (c.label, r.title) not in self.seen.removed]
        probes = [self.write(c, r, f"delete from {r.sql}") for c, r in jobs]
        answers = self.attempts([relation for _, relation in jobs], probes)
        for (caller, relation), answer, probe in zip(jobs, answers, probes, strict=True):
            self.seen.removed[caller.label, relation.title] = self.outcome(relation, answer, probe.statement)
        return [(relation, answer) for (_, relation), answer in zip(jobs, answers, strict=True)]


def whole(relation: Relation, world: World) -> frozenset[str]:
    """The labels of all rows of a table."""
    return frozenset(row.label for row in world.rows.get(relation.oid, ()))


def owned(relation: Relation, world: World, column: str, principal_id: str) -> frozenset[str]:
    """The labels of the rows whose `column` holds this principal."""
    return frozenset(row.label for row in world.rows.get(relation.oid, ()) if str(row.data.get(column)) == principal_id)
