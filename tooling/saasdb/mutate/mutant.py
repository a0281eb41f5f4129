"""One way to break one rule."""

from __future__ import annotations

from dataclasses import dataclass

from saasdb.verify.reach import Reach


@dataclass(frozen=True)
class Mutant:
    """A change that weakens (or breaks) one rule.

    Attributes:
        kind: what sort of rule it attacks, e.g. `policy`, `grant`, `guard`; the lines of the report.
        object: e.g. `public.payments`, `function public.current_plan(uuid)`, `bucket avatars`.
        what: the change in words, e.g. `using of "members read…" is true`.
        sql: the statements that make it; DDL is transactional, so undoing it is a rollback.
        reach: what the change can touch, and so what has to be tried.
        names: words that a test of this rule would hold, the most telling first.
        rereads: what must be read from the catalog again: nothing, `grants`, or `everything`.
        shared: whether it writes catalogs that all databases of a server share.
    """

    kind: str
    object: str
    what: str
    sql: tuple[str, ...]
    reach: Reach
    names: tuple[str, ...] = ()
    rereads: str = ""
    shared: bool = False

    @property
    def title(self) -> str:
        """object: what."""
        return f"{self.object}: {self.what}"


def touches(
    tables: set[str] = frozenset(),
    functions: set[str] = frozenset(),
    roles: set[str] | None = None,
    *,
    lifecycle: bool = False,
    calls: bool = True,
) -> Reach:
    """A reach that is nothing but what is named; no roles named means all of them."""
    who = None if roles is None else frozenset(roles)
    return Reach(frozenset(tables), frozenset(functions), who, None, lifecycle, calls)
