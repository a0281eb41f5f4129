"""What `verify` has to say: one finding a differing cell."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

KINDS = {
    "leak": "may do what the contract does not list",
    "outage": "may not do what the contract lists",
    "new": "reachable and not in the contract yet",
    "slow": "became slow",
    "changed": "behaves differently from the contract's definition",
    "unproven": "could not be tried",
}


@dataclass(frozen=True)
class Finding:
    """One cell that differs.

    Attributes:
        kind: a key of `KINDS`.
        object: e.g. `public.payments`, `function public.cancel_subscription(uuid)`, `role anon`.
        persona, command, column: which cell; empty where they do not apply.
        says: what the contract says.
        happened: what the database did.
        decided_by: the policies, grants, functions or triggers that decide.
        statement: the SQL that was tried.
        place: file and line of what decides, when the project has it; else of the contract.
    """

    kind: str
    object: str
    persona: str = ""
    command: str = ""
    column: str = ""
    says: str = ""
    happened: str = ""
    decided_by: tuple[str, ...] = ()
    statement: str = ""
    place: str = ""

    @property
    def cell(self) -> str:
        """object · persona · command (column)."""
        what = f"{self.command}{f' ({self.column})' if self.column else ''}"
        return " · ".join(part for part in (self.object, self.persona, what) if part)


@dataclass
class Verdict:
    """All findings, and what was looked at."""

    findings: list[Finding]
    tried: int
    cells: list[CellResult] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    @property
    def agrees(self) -> bool:
        return not self.findings


@dataclass(frozen=True)
class CellResult:
    """One cell of the matrix for a report: what was said, what was seen, whether they agree."""

    object: str
    persona: str
    command: str
    says: str
    columns: str
    agrees: bool
    statement: str = ""
    answer: str = ""
    decided_by: tuple[str, ...] = ()


def because(changed: list[str], title: str) -> tuple[str, ...]:
    """The changed definitions that can be the cause: the object's own, else every changed function and trigger."""
    own = [c for c in changed if re.search(rf"\b{re.escape(title)}(?![\w.])", c)]
    return tuple(own or [c for c in changed if c.startswith(("function", "triggers", "policies", "view"))] or changed)[
        :4
    ]
