"""Bearer tokens that a table keeps as hashes: rows whose token is known, so that a function that takes it can succeed.

`where token_hash = encode(sha256(p_token::bytea), 'hex')` finds nothing for any made-up row. The expression is read
from the body and evaluated for the text that the caller will pass.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import psycopg

from saasdb.verify.inventory import Function, Inventory, Relation, literal
from saasdb.verify.values import own_text

_HASHES = (
    r"(?:pg_catalog\.|extensions\.|public\.)?(?:encode|sha224|sha256|sha384|sha512|md5|digest|convert_to|lower|btrim)"
)
_COMPARED = re.compile(rf"\b(\w+)\s*=\s*(?=(?:{_HASHES})\s*\()", re.IGNORECASE)
_CALLED = re.compile(r"([\w.]+)\s*\(")


def hashed(inventory: Inventory, relation: Relation) -> Iterator[tuple[str, Function, str, str]]:
    """(column, function, its argument, the expression) wherever a body compares a column with a hash of an argument."""
    for function in inventory.functions.values():
        if not re.search(rf"\b{re.escape(relation.name)}\b", function.body):
            continue
        for match in _COMPARED.finditer(function.body):
            expression = _balanced(function.body, match.end())
            harmless = all(re.fullmatch(_HASHES, name, re.IGNORECASE) for name in _CALLED.findall(expression))
            named = [a.name for a in function.arguments if a.name and re.search(rf"\b{a.name}\b", expression)]
            if relation.column(match[1]) and harmless and len(named) == 1:
                yield match[1], function, named[0], expression


def value_for(connection: psycopg.Connection, tag: str, argument: str, expression: str) -> str | None:
    """What the column holds for the text that a caller with this tag passes; None where it cannot be computed."""
    said = literal(own_text(tag, argument)) + "::text"
    try:
        with connection.transaction():
            query = "select (" + re.sub(rf"\b{argument}\b", lambda _: said, expression) + ")::text"
            return connection.execute(query.replace("%", "%%")).fetchone()[0]
    except psycopg.Error:
        return None


def _balanced(text: str, start: int) -> str:
    """The call that begins at `start`, up to the bracket that closes it."""
    depth = 0
    for place in range(text.index("(", start), len(text)):
        depth += (text[place] == "(") - (text[place] == ")")
        if depth == 0:
            return text[start : place + 1]
    return ""
