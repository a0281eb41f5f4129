"""Texts that a table keeps in a form of its own: rows whose text is known, so that a function that takes it succeeds.

`where token_hash = encode(sha256(p_token::bytea), 'hex')` finds nothing for any made-up row, and neither does
`where code = upper(trim(p_code))`. The expression is read from the body and evaluated for the text that the caller
will pass.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import psycopg

from saasdb.verify.inventory import Function, Inventory, Relation, literal
from saasdb.verify.values import own_text

_HASHES = (
    r"(?:pg_catalog\.|extensions\.|public\.)?(?:encode|sha224|sha256|sha384|sha512|md5|digest|convert_to"
    r"|lower|upper|initcap|[lrb]?trim|replace|regexp_replace|translate)"
)
_MADE = re.compile(
    rf"(?:\b(?P<into>\w+)(?:\s+(?:text|bytea|citext|varchar))?\s*:?=\s*)?(?P<call>\b{_HASHES}\s*\()", re.IGNORECASE
)
_CALLED = re.compile(r"([\w.]+)\s*\(")


def hashed(inventory: Inventory, relation: Relation) -> Iterator[tuple[str, Function, str, str]]:
    """(column, function, its argument, the expression) wherever a body compares a column with what an argument becomes.

    `column = made(argument)`, the other way round, or by way of a variable: `v := made(argument); … column = v`.
    """
    for function in inventory.functions.values():
        if not re.search(rf"\b{re.escape(relation.name)}\b", function.body):
            continue
        for match in _MADE.finditer(function.body):
            expression = _balanced(function.body, match.start("call"))
            harmless = all(re.fullmatch(_HASHES, name, re.IGNORECASE) for name in _CALLED.findall(expression))
            named = [a.name for a in function.arguments if a.name and re.search(rf"\b{a.name}\b", expression)]
            if harmless and len(named) == 1:
                into, rest = match["into"], function.body[match.start("call") + len(expression) :]
                columns = re.findall(r"\A\s*=\s*(?:\w+\.)?(\w+)", rest)
                if into:
                    columns += [into, *re.findall(rf"\b(\w+)\s*=\s*{into}\b", rest)]
                    columns += re.findall(rf"\b{into}\s*=\s*(?:\w+\.)?(\w+)", rest)
                for column in dict.fromkeys(columns):
                    if relation.column(column):
                        yield column, function, named[0], expression


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
