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
        beside: titles of tables and functions that are left to others, e.g. the platform's.
        lifecycle: whether signing up and being deleted are tried.
    """

    tables: frozenset[str] | None = None
    functions: frozenset[str] | None = None
    roles: frozenset[str] | None = None
    lifecycle: bool = True
    beside: frozenset[str] = frozenset()

    def table(self, title: str) -> bool:
        return title not in self.beside and (self.tables is None or title in self.tables)

    def function(self, title: str) -> bool:
        return title not in self.beside and (self.functions is None or title in self.functions)

    def role(self, name: str) -> bool:
        return self.roles is None or name in self.roles


EVERYTHING = Reach()
