"""Function bodies in one spelling: `FROM notes` is `from app.notes` where that is what the search path resolves.

What a body asks is read from its text in many places. Policies and views come from the catalog, spelled by PostgreSQL
with every name in full; a body is kept as it was written, by many with keywords in capitals and tables bare.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from saasdb.verify.inventory import Function, Relation

_UNPINNED = ("public",)
"""Where the bare names of a function without a path of its own lead: what the platform's roles have by default."""
_PLAIN = re.compile(r"[a-z_][a-z0-9_$]*")
_QUOTED = re.compile(rf'\A"({_PLAIN.pattern})"\Z')
_AS_IT_IS = re.compile(r"""('(?:[^']|'')*'|"(?:[^"]|"")*"|--[^\n]*|/\*.*?\*/)""", re.DOTALL)
"""What capitals matter in: strings, quoted names. Comments too, lest an apostrophe in one begins a string."""


def resolve(functions: Iterable[Function], relations: Iterable[Relation]) -> None:
    """Give each function the body that is read: words in small letters and without needless quotes, names in full.

    Whether a bare name is a table or a function follows from where it stands.
    """
    functions, relations = list(functions), list(relations)
    tables, calls = _by_schema(relations), _by_schema(functions)
    patterns: dict[tuple[str, ...], _Names] = {}
    for function in functions:
        path = path_of(function)
        if path not in patterns:
            patterns[path] = _Names(path, tables, calls)
        function.body = patterns[path].in_full(_small(function.source))


def path_of(function: Function) -> tuple[str, ...]:
    """The schemas in which a function looks for bare names, in order, without PostgreSQL's own."""
    pinned = next(
        (setting.partition("=")[2] for setting in function.config if setting.startswith("search_path=")), None
    )
    if pinned is None:
        return _UNPINNED
    names = (name.strip().strip('"') for name in pinned.split(","))
    return tuple(name for name in names if name and name not in ("pg_temp", "pg_catalog", "$user"))


def _small(body: str) -> str:
    parts = enumerate(_AS_IT_IS.split(body))
    return "".join((_QUOTED.sub(r"\1", part) if i % 2 else part.lower()) for i, part in parts)


def _by_schema(objects: Iterable[Function] | Iterable[Relation]) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for each in objects:
        found.setdefault(each.schema, set()).add(each.name)
    return found


class _Names:
    """The bare names that one path knows, as patterns."""

    def __init__(self, path: tuple[str, ...], tables: dict[str, set[str]], calls: dict[str, set[str]]):
        self._tables = {name: schema for schema in reversed(path) for name in tables.get(schema, ())}
        self._calls = {name: schema for schema in reversed(path) for name in calls.get(schema, ())}
        self._patterns = []
        if names := _alternatives(self._tables):
            self._patterns += [
                (self._tables, rf"\b(?:from|join|update|only|using|table|truncate)\s+({names})\b(?!\s*[.(])"),
                (self._tables, rf"\binto\s+({names})\b(?!\s*\.)"),
                (self._tables, rf"(?<![\w.\"$])({names})(?=%rowtype|\.\w+%type)"),
                # One of several after FROM: an alias and what ends the item tell it from a column of that name.
                (self._tables, rf",\s*({names})(?=\s+(?:as\s+)?\w+\s*(?:,|\bwhere\b|\bjoin\b|\bset\b))"),
            ]
        if names := _alternatives(self._calls):
            self._patterns.append((self._calls, rf"(?<![\w.\"$])({names})(?=\s*\()"))
        self._patterns = [(known, re.compile(pattern, re.IGNORECASE)) for known, pattern in self._patterns]

    def in_full(self, body: str) -> str:
        for known, pattern in self._patterns:
            body = pattern.sub(lambda match, known=known: _with_schema(match, known), body)
        return body


def _alternatives(names: Iterable[str]) -> str:
    return "|".join(sorted(filter(_PLAIN.fullmatch, names), key=len, reverse=True))


def _with_schema(match: re.Match[str], known: dict[str, str]) -> str:
    name = f"{known[match[1].lower()]}.{match[1].lower()}"
    return match[0][: match.start(1) - match.start()] + name + match[0][match.end(1) - match.start() :]
