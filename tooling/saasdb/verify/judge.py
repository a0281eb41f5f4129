"""Compares an observation with a contract, cell by cell, in both directions."""

from __future__ import annotations

from saasdb.contract.model import COMMANDS, Cell, Contract, Persona, TableContract
from saasdb.verify.callers import Caller
from saasdb.verify.findings import CellResult, Finding
from saasdb.verify.inventory import Relation
from saasdb.verify.judge_calls import CallJudge
from saasdb.verify.plans import became
from saasdb.verify.runner import REFUSED
from saasdb.verify.words import DENIED, group, odd

KIND_OF_COMMAND = {"select": "r", "insert": "a", "update": "w", "delete": "d"}


class Judge(CallJudge):
    """Judges tables and functions; grants, facts and signup are in `judge_facts`."""

    def tables(self) -> None:
        for relation in self.seen.inventory.relations.values():
            if not self.reach.table(relation.title):
                continue
            if relation.kind not in "rpvmf" or self._out_of_scope(relation.schema, relation.title):
                continue
            said = self.contract.tables.get(relation.title)
            for persona in self.personas:
                callers = group(self.seen, persona, self.contract.personas)
                for command in COMMANDS:
                    self._cell(relation, said, persona, command, callers)
                self._speed(relation, said, persona)
            if said is not None:
                self._unproven(relation, said)
        self._forms()
        for title, said in self.contract.tables.items():
            if self.seen.inventory.relation(title) is None and said.cells:
                self.findings.append(
                    Finding(
                        "outage",
                        title,
                        says="exists",
                        happened="there is no such table or view",
                        place=self.contract.line(title),
                    )
                )

    def _forms(self) -> None:
        """Other spellings of a command that do more than the plain one: no contract means that."""
        for beyond in self.seen.tables.beyond:
            relation = self.seen.inventory.relation(beyond.table)
            self.findings.append(
                Finding(
                    "leak",
                    beyond.table,
                    beyond.caller.persona,
                    beyond.command,
                    says="no more than the plain command",
                    happened=f"{beyond.caller.label}: {beyond.happened}",
                    decided_by=self._deciding(relation, beyond.command, beyond.caller.role),
                    statement=beyond.statement[:400],
                    place=self.contract.line(beyond.table),
                )
            )

    def _out_of_scope(self, schema: str, title: str) -> bool:
        return schema in self.contract.platform and title not in self.contract.tables

    def _cell(
        self, relation: Relation, said: TableContract | None, persona: Persona, command: str, callers: list[Caller]
    ) -> None:
        expected = cell_for(self.contract, said, persona, command)
        owner = said.owner if said else ""
        found = (
            self.words.insert(callers, relation)
            if command == "insert"
            else self.words.select(callers, relation, owner, command)
        )
        before = len(self.findings)
        base = Finding(
            "leak",
            relation.title,
            persona.name,
            command,
            decided_by=self._deciding(relation, command, persona.role),
            place=self.contract.line(relation.title),
        )
        if expected is None:
            if found.rows != DENIED:
                new = said is None
                self._add(
                    base,
                    kind="new" if new else "leak",
                    says="not in the contract yet" if new else "denied",
                    happened=_shown(found.rows, found.columns),
                    statement=self._statement(relation, command, callers),
                )
        elif found.rows == DENIED:
            self._add(base, kind="outage", says=_said(expected), happened=f"denied: {found.counter}"[:300])
        else:
            others = odd(self.seen, persona, self.contract.personas)
            wrong = self.words.holds(callers, relation, command, expected.rows, owner)
            if wrong:
                kind = "outage" if "does not reach" in wrong or found.rows in ("fails", "none") else "leak"
                self._add(
                    base,
                    kind=kind,
                    says=_said(expected),
                    happened=wrong,
                    statement=self._statement(relation, command, callers),
                )
            elif beyond := self.words.beyond(others, relation, command, expected.rows, owner):
                statement = self._statement(relation, command, callers)
                self._add(base, kind="leak", says=_said(expected), happened=beyond, statement=statement)
            elif command != "delete":
                own = said is not None and said.cell(persona.name, command) is not None
                self._columns(base, relation, expected, found.columns, command, persona.role, borrowed=not own)
            moves = sorted(found.moves - expected.moves) if command == "update" else ()
            for move in (m for m in moves if not self.contract.is_new(relation.title, m.split(" to ")[0])):
                self._add(
                    base,
                    kind="leak",
                    column=move.split(" to ")[0],
                    says="a row stays with its owner",
                    happened=f"could change {move}",
                )
        agrees = len(self.findings) == before
        self.cells.append(
            CellResult(
                relation.title,
                persona.name,
                command,
                _said(expected) if expected else "-",
                _columns(expected),
                agrees,
                self._statement(relation, command, callers),
                _shown(found.rows, found.columns),
                base.decided_by,
            )
        )

    def _columns(
        self,
        base: Finding,
        relation: Relation,
        expected: Cell,
        found: frozenset[str],
        command: str,
        role: str,
        *,
        borrowed: bool,
    ) -> None:
        usable = frozenset(c.name for c in relation.columns if not (c.generated and command != "select"))
        meant = usable if expected.columns is None else expected.columns
        granted = self.seen.tables.columns.get((role, relation.title, command), frozenset())
        missing = meant - found
        if expected.columns is None and command != "select" and found:
            # Identity and guarded columns may refuse, and of a view those that are an expression do.
            missing = missing - granted if relation.kind in "rp" else frozenset()
        for column in sorted(found - meant):
            new = relation.kind in "rp" and self.contract.is_new(relation.title, column)
            kind, says = ("new", "not in the contract yet") if new else ("leak", "denied")
            self._add(base, kind=kind, column=column, says=says, happened="permitted")
        if borrowed:
            # The cell is the role's, whose own callers show the column to work: a grant is to a role, not to a row.
            missing -= granted
        for column in sorted(missing):
            self._add(base, kind="outage", column=column, says="permitted", happened="denied")

    def _speed(self, relation: Relation, said: TableContract | None, persona: Persona) -> None:
        for command in COMMANDS:
            plan = self.seen.plans.get((persona.name, relation.title, command))
            key = persona.name if command == "select" else f"{persona.name}.{command}"
            known = said.slow.get(key, "index") if said else None
            cell = cell_for(self.contract, said, persona, command)
            if plan is None or cell is None or not became(known, plan):
                continue
            if self.plans.get((persona.name, relation.title, command)) == plan:
                continue  # more rows than when the contract was written, and no rule that made it so
            self.findings.append(
                Finding(
                    "slow",
                    relation.title,
                    persona.name,
                    command,
                    says=f"plan: {known}",
                    happened=f"plan: {plan}",
                    decided_by=self._deciding(relation, command, persona.role) + self._helpers(relation),
                    place=self.contract.line(relation.title),
                )
            )

    def _helpers(self, relation: Relation) -> tuple[str, ...]:
        """The functions that its policies call."""
        texts = " ".join(t for p in relation.policies for t in (p.using, p.check) if t)
        named = [f for f in self.seen.inventory.functions.values() if f"{f.schema}.{f.name}(" in texts]
        return tuple(f"function {f.title}" for f in named if f.schema != "auth")

    def _unproven(self, relation: Relation, said: TableContract) -> None:
        if (
            relation.kind in "rp"
            and relation.title in self.seen.problems
            and not said.unproven
            and not self.seen.world.rows.get(relation.oid)
        ):
            self.findings.append(
                Finding(
                    "unproven",
                    relation.title,
                    says="rows can be made",
                    happened=self.seen.problems[relation.title][:300],
                    place=self.contract.line(relation.title),
                )
            )

    def _statement(self, relation: Relation, command: str, callers: list[Caller]) -> str:
        if not callers:
            return ""
        caller, view = callers[0], self.seen.tables
        if command == "select":
            seen = view.read.get((caller.label, relation.title))
        elif command == "delete":
            seen = view.removed.get((caller.label, relation.title))
        else:
            where = view.changed if command == "update" else view.added
            options = [s for (label, title, _), s in where.items() if label == caller.label and title == relation.title]
            seen = next((s for s in options if s.state != REFUSED), options[0] if options else None)
        return seen.statement if seen else f"{command} {relation.title}"

    def _deciding(self, relation: Relation, command: str, role: str) -> tuple[str, ...]:
        """The policies for this command and role, or what stands in their place."""
        if relation.kind in "vmf":
            return (f"grants on {relation.title}",)
        if not relation.rls:
            return ("row level security is off",)
        named = [
            f'policy "{p.name}"'
            for p in relation.policies
            if p.command in (KIND_OF_COMMAND[command], "*") and {"public", role} & set(p.roles)
        ]
        return tuple(named) or ("no policy",)


def cell_for(contract: Contract, said: TableContract | None, persona: Persona, command: str) -> Cell | None:
    """A persona's cell; one that is told by a row has its role's cells where it has none of its own."""
    if said is None:
        return None
    cell = said.cell(persona.name, command)
    if cell is None and persona.table:
        base = next((p for p in contract.personas.values() if p.role == persona.role and not p.table), None)
        cell = said.cell(base.name, command) if base else None
    return cell


def _said(cell: Cell) -> str:
    return f"{cell.rows}{_columns(cell)}"


def _columns(cell: Cell | None) -> str:
    return f" ({', '.join(sorted(cell.columns))})" if cell and cell.columns is not None else ""


def _shown(rows: str, columns: frozenset[str]) -> str:
    return rows if not columns or len(columns) > 6 else f"{rows} ({', '.join(sorted(columns))})"
