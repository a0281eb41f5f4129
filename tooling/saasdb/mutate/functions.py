"""Functions with a guard gone, the pinned path gone, or run as somebody else."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from saasdb.mutate.guards import weakened
from saasdb.mutate.mutant import Mutant, touches
from saasdb.verify.inventory import Function, Inventory
from saasdb.verify.reach import Reach


def mutants(inventory: Inventory, functions: Iterable[Function]) -> Iterator[Mutant]:
    """Every mutant of these functions."""
    refusing = _refusing(inventory)
    for function in functions:
        reach = reached(inventory, function)
        alter = f"alter {'procedure' if function.kind == 'p' else 'function'} {function.sql}({function.identity})"
        title = f"function {function.title}"
        names = (function.name, *callers(inventory, function))
        if any(setting.startswith("search_path=") for setting in function.config):
            what, words = "its search path is not pinned", (function.name, "search_path")
            yield Mutant("search path", title, what, (f"{alter} reset search_path",), touches(), words, "everything")
        mode = "security invoker" if function.definer else "security definer"
        yield Mutant("security mode", title, f"it is {mode}", (f"{alter} {mode}",), reach, names, "everything")
        if function.language != "plpgsql" or not function.definition or function.source not in function.definition:
            continue
        for what, body in weakened(function.source, refusing - {function.name, f"{function.schema}.{function.name}"}):
            sql = function.definition.replace(function.source, body, 1)
            yield Mutant("guard", title, what, (sql,), reach, names)


def callers(inventory: Inventory, function: Function) -> list[str]:
    """The names of what calls a function, the nearest first: functions, and the tables whose triggers these are."""
    found: list[str] = []
    near, known = [function], {function.oid}
    while near:
        pattern = re.compile("|".join(rf"\b{re.escape(f'{f.schema}.{f.name}')}\s*\(" for f in near))
        oids = {f.oid for f in near}
        found += [r.name for r in inventory.tables if any(t.function in oids for t in r.triggers)]
        near = [f for f in inventory.functions.values() if f.oid not in known and pattern.search(f.body)]
        known |= {f.oid for f in near}
        found += [f.name for f in near]
    return list(dict.fromkeys(found))


def reached(inventory: Inventory, function: Function) -> Reach:
    """What calls a function: other functions by name, policies and triggers, and through these the tables."""
    names = {f"{function.schema}.{function.name}"}
    titles = {function.title}
    oids = {function.oid}
    while True:
        pattern = re.compile(rf"\b({'|'.join(map(re.escape, sorted(names)))})\s*\(")
        more = [f for f in inventory.functions.values() if f.oid not in oids and pattern.search(f.body)]
        if not more:
            break
        names |= {f"{f.schema}.{f.name}" for f in more}
        titles |= {f.title for f in more}
        oids |= {f.oid for f in more}
    tables = {
        r.title
        for r in inventory.tables
        if any(t.function in oids for t in r.triggers)
        or any(pattern.search(text) for p in r.policies for text in (p.using, p.check) if text)
    }
    users = {r.title for r in inventory.tables if r.schema == "auth"}
    return Reach(frozenset(tables - users), frozenset(titles), lifecycle=bool(tables & users))


def _refusing(inventory: Inventory) -> set[str]:
    """Functions that raise, or call one that does: a bare `perform` of one is a guard."""
    found = [f for f in inventory.functions.values() if re.search(r"\braise\s+exception\b", f.body, re.I)]
    return {name for f in found for name in (f.name, f"{f.schema}.{f.name}")}
