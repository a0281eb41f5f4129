"""Where mutants are tried: one world, one transaction, a savepoint a mutant, and only what the mutant can touch.

The world is built once on the sound schema. A mutant is applied, what it reaches is observed and judged by the contract
as `verify` does it, and rolled back. A look at so little costs a few milliseconds where the whole takes seconds.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import psycopg

from saasdb.contract.model import Contract
from saasdb.errors import SaasdbError
from saasdb.mutate.equivalent import why_equivalent
from saasdb.mutate.mutant import Mutant, touches
from saasdb.verify import definitions, facts, grants, inventory
from saasdb.verify.engine import Comparison, Observation, Wishes, observe
from saasdb.verify.findings import Finding
from saasdb.verify.objects import OTHER_BUCKET
from saasdb.verify.reach import EVERYTHING, Reach
from saasdb.verify.run import beside, judge, predicates
from saasdb.verify.stage import Stage, set_stage
from saasdb.verify.words import group

LONGEST = "20s"
"""A mutant whose probes run longer than this hangs, and so is noticed."""

WIDE = {"policy", "predicate part", "row level security", "grant", "column grant", "execute", "security mode"}
"""Kinds for which it matters who calls: these are tried as everybody at once, the others only if nothing else helps."""


@dataclass(frozen=True)
class Tried:
    """What became of a mutant on the bench: a finding, or a reason why it changes nothing, or neither."""

    finding: Finding | None = None
    equivalent: str = ""


class Bench:
    """Tries mutants on one connection; `close` undoes everything.

    Args:
        connection: autocommit, on a database that nobody else uses.
        without: classes of `saasdb.verify.run.ASSERTIONS` to judge without.

    Raises:
        SaasdbError: the sound schema does not agree with its contract.
    """

    def __init__(self, connection: psycopg.Connection, contract: Contract, without: frozenset[str] = frozenset()):
        self.connection, self.contract, self.without = connection, contract, without
        connection.execute(f"set statement_timeout = '{LONGEST}'")
        self._transaction = connection.transaction(force_rollback=True)
        self._transaction.__enter__()
        self._wishes = Wishes(lambda inv: predicates(contract, inv), lambda inv: beside(contract, inv))
        self.stage: Stage = set_stage(connection, inventory.read(connection))
        self._sound: dict[tuple[Reach, tuple[str, ...]], tuple[Observation, set[tuple[str, ...]]]] = {}
        seen, found = self._observed(self.stage, EVERYTHING, [], None)
        if found and not without:
            raise SaasdbError(
                f"The schema itself does not agree with its contract: {found[0].cell}: {found[0].happened}"[:300],
                where=contract.source,
                todo="Run `saasdb verify` first: mutants say nothing about a contract that does not hold.",
            )
        self._main = self._main_callers(seen)

    def close(self) -> None:
        """Undo everything."""
        self._transaction.__exit__(None, None, None)

    def attack(self, mutant: Mutant, *, wide: bool = False) -> Tried:
        """Look at what a mutant does and undo it: at the catalog, then as a few callers, then as everybody.

        Args:
            wide: whether everybody is asked for every mutant; otherwise only where callers decide (`WIDE`).
        """
        reach = mutant.reach
        tries = [replace(reach, callers=self._main)]
        if mutant.rereads and reach != touches():
            tries.insert(0, touches(roles=reach.roles))
        if (wide or mutant.kind in WIDE) and (reach.tables or reach.functions):
            tries.append(reach)
        try:
            for each in tries:
                tried = self._try(mutant, each, last=each is tries[-1])
                if tried.finding or tried.equivalent:
                    return tried
        except psycopg.errors.QueryCanceled:
            return Tried(Finding("outage", mutant.object, happened=f"a probe ran longer than {LONGEST}"))
        return Tried()

    def _try(self, mutant: Mutant, reach: Reach, *, last: bool) -> Tried:
        changed = self._changed(mutant) if self.contract.definitions else []
        key = (reach, tuple(changed))
        if key not in self._sound:
            seen, found = self._observed(self.stage, reach, changed, None)
            self._sound[key] = seen, {_spot(finding) for finding in found}
        control, known = self._sound[key]
        with self.connection.transaction(force_rollback=True):
            refusal = self._apply(mutant)
            if refusal:
                return Tried(equivalent=refusal)
            _, found = self._observed(self._reread(mutant), reach, changed, control)
            finding = next((finding for finding in found if _spot(finding) not in known), None)
            if finding or not last:
                return Tried(finding)
            return Tried(equivalent=why_equivalent(self.connection, self.stage, mutant))

    def _apply(self, mutant: Mutant) -> str:
        """Make the change; the server's refusal, or nothing."""
        try:
            with self.connection.transaction():
                for statement in mutant.sql:
                    self.connection.execute(statement)
        except psycopg.errors.QueryCanceled:
            raise
        except psycopg.Error as error:
            return f"the server refuses it: {str(error).splitlines()[0]}"[:160]
        return ""

    def _changed(self, mutant: Mutant) -> list[str]:
        """The contract's definitions that the mutant does not fulfil."""
        with self.connection.transaction(force_rollback=True):
            if self._apply(mutant):
                return []
            return definitions.differing(definitions.read(inventory.read(self.connection)), self.contract.definitions)

    def _reread(self, mutant: Mutant) -> Stage:
        stage, connection = self.stage, self.connection
        everything = mutant.rereads == "everything" or self.contract.definitions
        if not mutant.rereads and not everything:
            return stage
        connection.execute("set local search_path = pg_catalog")  # names are read as they were at first: qualified
        stage = replace(stage, grants=grants.read(connection))
        if everything:
            now = inventory.read(connection)
            said = facts.read(connection, now)
            said.pop(f"bucket {OTHER_BUCKET}", None)
            stage = replace(stage, inventory=now, facts=said)
        connection.execute("set local search_path = public")
        return stage

    def _observed(
        self, stage: Stage, reach: Reach, changed: list[str], control: Observation | None
    ) -> tuple[Observation, list[Finding]]:
        seen = observe(stage, changed, self._wishes, reach)
        found, _ = judge(
            self.connection,
            Comparison(seen, control if changed else None, changed, {}),
            self.contract,
            reach,
            self.without,
        )
        return seen, found

    def _main_callers(self, seen: Observation) -> frozenset[str]:
        """One or two callers for each persona; who is one among many ordinary members comes in the second look."""
        found = {caller.label for caller in seen.callers if caller.main or caller.label == "bob"}
        for persona in self.contract.personas.values():
            found |= {caller.label for caller in group(seen, persona, self.contract.personas)[:2]}
        return frozenset(found)


def _spot(finding: Finding) -> tuple[str, ...]:
    return (finding.kind, finding.object, finding.persona, finding.command, finding.column)
