"""Argument lists for function calls: all the caller's own, all the victim's, then one or two of them otherwise."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator

from saasdb.verify.argument_values import Value, Values
from saasdb.verify.asked import asked
from saasdb.verify.inventory import Argument, Function, literal
from saasdb.verify.moments import moment_sql
from saasdb.verify.principals import Principal
from saasdb.verify.server_side import NUMBER
from saasdb.verify.world import World

NAMED = " (named by the change)"
"""Marks a value that is tried only because a body changed."""


class Arguments:
    """Proposes calls of a function for one caller and one victim."""

    def __init__(self, world: World):
        self.values = Values(world)
        self._pools: dict[tuple[str, str, str, str, bool], list[Value]] = {}

    def calls(
        self, function: Function, caller: Principal, victim: Principal, most: int, *, as_ever: bool = False
    ) -> Iterator[tuple[str, str]]:
        """Up to `most` argument lists: (description, SQL), the caller's own plain call first, then the victim's.

        Args:
            as_ever: without the values that are tried because the body changed.
        """
        for values in self._lists(function, caller, victim, most, as_ever):
            yield _shown(function, values)

    def near(
        self, function: Function, caller: Principal, victim: Principal, most: int, shown: str
    ) -> Iterator[tuple[str, str]]:
        """The lists that differ from the one so described in a single argument."""
        base = self._described(function, caller, victim, most, shown)
        for place, argument in enumerate(function.arguments if base else ()):
            pool = self._pools[function.title, argument.name, caller.label, victim.label, False]
            if argument.category == "N" and re.fullmatch(r"-?\d{1,15}", base[place][1] or ""):
                number = int(base[place][1])
                beside = (number - 1, number + 1, number * 2, -number)
                pool = [(f"{base[place][0]} {n - number:+d}", str(n)) for n in beside] + pool
            for value in pool:
                yield _shown(function, [*base[:place], value, *base[place + 1 :]])

    def by_default(
        self, function: Function, caller: Principal, victim: Principal, most: int, shown: str
    ) -> Iterator[tuple[str, str]]:
        """The list so described without its last arguments, as far as they have a default."""
        base = self._described(function, caller, victim, most, shown) or []
        for left in range(len(base) - function.defaults, len(base)) if base else ():
            names, cells = _shown(function, base[:left])
            yield ", ".join([*([names] if left else []), "the rest by default"]), cells

    def same_of(
        self, function: Function, caller: Principal, victim: Principal, most: int, shown: str, other: Principal
    ) -> tuple[str, str] | None:
        """The list so described with what is another person's own, where that one has all of it."""
        base = self._described(function, caller, victim, most, shown)
        next(self._lists(function, other, other, 1))
        found = []
        for argument, (name, _) in zip(function.arguments, base or (), strict=False):
            pool = self._pools[function.title, argument.name, other.label, other.label, False]
            found += [value for value in pool if value[0] == name][:1]
        return _shown(function, found) if base and len(found) == len(base) else None

    def _described(
        self, function: Function, caller: Principal, victim: Principal, most: int, shown: str
    ) -> list[Value] | None:
        lists = self._lists(function, caller, victim, most)
        return next((values for values in lists if _shown(function, values)[0] == shown), None)

    def _lists(
        self, function: Function, caller: Principal, victim: Principal, most: int, as_ever: bool = False
    ) -> Iterator[list[Value]]:
        pools = []
        for argument in function.arguments:
            key = (function.title, argument.name, caller.label, victim.label, as_ever)
            if key not in self._pools or not argument.name:
                pool = self.values.of(function, argument, caller, victim)
                new = [*asked(function, argument, caller, victim), *self.values.of_list(function, argument)]
                new = [] if as_ever else new
                self._pools[key] = [*pool[:2], *((name + NAMED, value) for name, value in new), *pool[2:]]
            pools.append(self._pools[key])
        if not pools:
            yield []
            return
        seen: set[tuple[str | None, ...]] = set()
        for values in itertools.islice(self._combinations(pools), most * 4):
            key = tuple(value for _, value in values)
            if key in seen:
                continue
            seen.add(key)
            yield values
            if len(seen) >= most:
                return

    def numbered(self, function: Function, caller: Principal, victim: Principal) -> str:
        """The caller's own plain arguments with every text another one in each try (`Probe.times`)."""
        cells = []
        for argument in function.arguments:
            _, value = self.values.of(function, argument, caller, victim)[0]
            text = argument.category == "S" and value is not None and argument.base != "uuid"
            cells.append(f"{literal(value + NUMBER)}::{argument.type}" if text else _cast(argument, value))
        return ", ".join(cells)

    def _combinations(self, pools: list[list[Value]]) -> Iterator[list[Value]]:
        own = [pool[0] for pool in pools]
        other = [pool[1] if len(pool) > 1 and pool[1][0].startswith("bob") else pool[0] for pool in pools]
        yield own
        yield other
        # One argument at a time on both, then pairs, then everything.
        for rank in range(1, max(map(len, pools))):
            for base in (other, own):
                for place, pool in enumerate(pools):
                    if rank < len(pool):
                        yield [*base[:place], pool[rank], *base[place + 1 :]]
        yield from (list(values) for values in itertools.product(*(pool[:4] for pool in pools)))
        yield from (list(values) for values in itertools.product(*pools))


def _shown(function: Function, values: list[Value]) -> tuple[str, str]:
    """How a report calls an argument list, and its SQL."""
    cells = [_cast(argument, value) for argument, (_, value) in zip(function.arguments, values, strict=False)]
    if function.variadic and len(cells) == len(function.arguments):
        cells[-1] = f"variadic {cells[-1]}"  # a list where single values may stand
    return ", ".join(name for name, _ in values), ", ".join(cells)


def _cast(argument: Argument, value: str | None) -> str:
    if value is None:
        return f"null::{argument.type}"
    return f"{moment_sql(value) or literal(value)}::{argument.type}"
