"""Compares the calls that an observation made with a contract: who may call what, and whose rows that reaches."""

from __future__ import annotations

from saasdb.contract.model import Contract, Persona
from saasdb.verify import functions as calls
from saasdb.verify.engine import Observation
from saasdb.verify.findings import CellResult, Finding
from saasdb.verify.reach import EVERYTHING, Reach
from saasdb.verify.words import DENIED, Words, group


class CallJudge:
    """Judges functions; `saasdb.verify.judge` adds the tables."""

    def __init__(
        self,
        seen: Observation,
        contract: Contract,
        reach: Reach = EVERYTHING,
        plans: dict[tuple[str, str, str], str] | None = None,
    ):
        """`plans` are those of the contract's own code in the same world, where that was tried as well."""
        self.seen, self.contract, self.reach, self.plans = seen, contract, reach, plans or {}
        self.personas = [p for p in contract.personas.values() if reach.role(p.role)]
        self.words = Words(seen)
        self.findings: list[Finding] = []
        self.cells: list[CellResult] = []
        self._calls: dict[str, list[tuple[str, calls.Call]]] = {}
        for key, call in seen.functions.calls.items():
            if key not in seen.functions.beyond:
                self._calls.setdefault(key[1], []).append((key[0], call))

    def functions(self) -> None:
        for function in self.seen.inventory.functions.values():
            if not self.reach.function(function.title):
                continue
            if self._out_of_scope(function.schema, "") and function.title not in self.contract.functions:
                continue
            said = self.contract.functions.get(function.title)
            roles = self.seen.functions.execute.get(function.title, set())
            listed = {self.contract.personas[p].role for p in (said.personas if said else ())}
            for persona in self.personas:
                expected = said.personas.get(persona.name) if said else None
                self._call(function.title, said is None, persona, expected, persona.role in roles, listed)
        for title, said in self.contract.functions.items():
            # One that nobody may call does its work elsewhere: whether that is still done is seen there.
            if said.personas and not any(f.title == title for f in self.seen.inventory.functions.values()):
                self.findings.append(
                    Finding(
                        "outage",
                        f"function {title}",
                        says="exists",
                        happened="there is no such function",
                        place=self.contract.line(title),
                    )
                )

    def _call(self, title: str, new: bool, persona: Persona, expected: str | None, may: bool, listed: set[str]) -> None:
        name = f"function {title}"
        base = Finding("leak", name, persona.name, "execute", place=self.contract.line(title))
        labels = {c.label for c in group(self.seen, persona, self.contract.personas)}
        made = [call for caller, call in self._calls.get(title, ()) if caller in labels]
        found = calls.word(made) if may and made else ("own" if may else DENIED)
        before = len(self.findings)
        if expected is None and may and persona.role in listed:
            # Someone else of the same role may; this persona must be refused by the function itself.
            success = next(
                (call for call in made if call.state == "00000" and (call.reached or call.effects)), None
            ) or next((call for call in made if call.state == "00000"), None)
            if success:
                self._add(base, says="refused", happened=f"succeeds{_reached(success)}", statement=success.statement)
        elif expected is None and may and not persona.table:
            worst = next((call for call in made if call.reached), None)
            self._add(
                base,
                kind="new" if new else "leak",
                says="not in the contract yet" if new else "denied",
                happened=f"may call it{_reached(worst)}",
                statement=worst.statement if worst else "",
            )
        elif expected is not None and not may:
            self._add(base, kind="outage", says=expected, happened="permission denied")
        elif expected == "own" and found == "all":
            worst = next(call for call in made if call.reached)
            self._add(base, says="own", happened=f"reaches others{_reached(worst)}", statement=worst.statement)
        elif expected in ("own", "all") and found == "fails" and made:
            self._add(
                base,
                kind="outage",
                says=expected,
                happened=f"every call fails: {made[0].state} {made[0].result.strip()[:160]}",
                statement=made[0].statement,
            )
        elif expected == "fails" and found in ("own", "all") and made:
            self._add(base, says="refused", happened="succeeds")
        self.cells.append(
            CellResult(
                name,
                persona.name,
                "execute",
                expected or "-",
                "",
                len(self.findings) == before,
                made[0].statement if made else "",
                found,
            )
        )

    def _add(self, base: Finding, **more: object) -> None:
        fields = {name: getattr(base, name) for name in base.__dataclass_fields__}
        self.findings.append(Finding(**{**fields, **more}))


def _reached(call: calls.Call | None) -> str:
    return f" and reaches {', '.join(each[:100] for each in sorted(call.reached)[:3])}" if call and call.reached else ""
