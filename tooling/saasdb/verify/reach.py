"""How much of a database one look is about: all of it, or what one change can touch."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Reach:
    """What to try; None is everything.

    Attributes:
        tables: titles, e.g. `public.payments`.
        functions: titles, e.g. `public.current_plan(uuid)`.
        roles: database roles to act as.
        callers: labels of callers to act as, e.g. `alice`.
        beside: titles of tables and functions that are left to others, e.g. the platform's.
        lifecycle: whether signing up and being deleted are tried.
        calls: whether functions are called; otherwise only who may call them is looked up.
    """

    tables: frozenset[str] | None = None
    functions: frozenset[str] | None = None
    roles: frozenset[str] | None = None
    callers: frozenset[str] | None = None
    lifecycle: bool = True
    calls: bool = True
    beside: frozenset[str] = frozenset()

    def table(self, title: str) -> bool:
        return title not in self.beside and (self.tables is None or title in self.tables)

    def function(self, title: str) -> bool:
        return title not in self.beside and (self.functions is None or title in self.functions)

    def caller(self, label: str, role: str) -> bool:
        return self.role(role) and (self.callers is None or label in self.callers)

    def role(self, name: str) -> bool:
        return self.roles is None or name in self.roles


EVERYTHING = Reach()
