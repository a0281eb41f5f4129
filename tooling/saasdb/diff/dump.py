"""The second opinion: what `pg_dump` says of two databases."""

from __future__ import annotations

import re

from saasdb.compare.changes import sorted_statistics
from saasdb.compare.settled import settled
from saasdb.statements import split

_WITH = re.compile(r"\bWITH \((\w[\w.]*=[^()]*)\)")
_TABLE = re.compile(
    r"^create (?:unlogged |foreign )*table\b|^create type .* as \(|^alter operator family .* add$",
    re.IGNORECASE | re.MULTILINE,
)
_PUBLISHED = re.compile(r"^(ALTER PUBLICATION .* ADD TABLE (?:ONLY )?[^(]*)\(([^()]*)\)(?= WHERE|$)")
"""Columns that a publication lists are printed in their table's order, which means nothing."""


def statements(text: str) -> list[str]:
    """A dump as a set of statements that can be compared: sorted, columns in name order, without settings."""
    found = []
    for statement in split(text):
        if statement.meta:
            continue
        body = "\n".join(line for line in statement.text.splitlines() if not line.startswith("--")).strip()
        if body.startswith(("SET ", "SELECT pg_catalog.set_config")):
            continue
        body = _WITH.sub(lambda match: f"WITH ({', '.join(sorted(match[1].split(', ')))})", body)
        body = _PUBLISHED.sub(lambda match: f"{match[1]}({', '.join(sorted(match[2].split(', ')))})", body)
        body = settled(sorted_statistics(body))
        found.append(_sorted_columns(body) if _TABLE.match(body) else body)
    return sorted(found)


def _sorted_columns(body: str) -> str:
    lines = body.splitlines()
    inner = [number for number, line in enumerate(lines) if line.startswith("    ")]
    if not inner:
        return body
    first, last = inner[0], inner[-1]
    middle = sorted(line.rstrip(" ,") for line in lines[first : last + 1])
    return "\n".join([*lines[:first], *middle, *lines[last + 1 :]])
