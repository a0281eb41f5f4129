"""A view's query where what the server prints is not what it was.

For `values (…)` with columns that have names of their own Postgres prints `select column1 as a from (values (1))
"*VALUES*"`. Read again, that is a select from a subquery: the same rows, but another query, and printed in another way.
The marks of a `cycle` clause are printed with a cast, which that clause has no place for.
"""

from __future__ import annotations

import re

_COLUMN = r'(?:"\*VALUES\*"\.)?column\d+(?: AS (?:"(?:[^"]|"")*"|\w+))?'
_SELECT = re.compile(rf"SELECT {_COLUMN}(?:,\s+{_COLUMN})*\s+FROM \(VALUES ")
_ALIAS = ') "*VALUES*"'
_TEXT = r"('(?:[^']|'')*')::([a-z][a-z ]*)"
_MARKS = re.compile(rf"( SET (?:\w+|\"(?:[^\"]|\"\")*\") TO ){_TEXT} DEFAULT {_TEXT}( USING )")
_TOKEN = re.compile(r"""'(?:[^']|'')*'|"(?:[^"]|"")*"|[()]|[^'"()]+""")


def marks_again(query: str) -> str:
    """The query with the two marks of every `cycle` clause as that clause takes them: the type in front."""
    return _MARKS.sub(r"\1\3 \2 DEFAULT \5 \4\6", query)


def values_again(query: str) -> str | None:
    """The query with every such select at its top written as the `values` that it is; None where there is none."""
    found, at = [], 0
    for match in _SELECT.finditer(query):
        start = query.index("VALUES ", match.end() - len("VALUES "))
        end = _closing(query, start)
        if match.start() < at or _depth(query[: match.start()]) > 0 or query[end : end + len(_ALIAS)] != _ALIAS:
            continue
        found += [query[at : match.start()], query[start:end]]
        at = end + len(_ALIAS)
    return "".join([*found, query[at:]]) if found else None


def _closing(text: str, start: int) -> int:
    """Where the parenthesis that encloses `start` is closed."""
    depth = 0
    for match in _TOKEN.finditer(text, start):
        depth += (match[0] == "(") - (match[0] == ")")
        if depth < 0:
            return match.start()
    return len(text)


def _depth(text: str) -> int:
    tokens = _TOKEN.findall(text)
    return tokens.count("(") - tokens.count(")")
