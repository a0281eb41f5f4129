"""Constants that a subquery selects without a name, which the server reads again with the name of their type.

`exists (select null …)` is printed as `( SELECT NULL::text …)`. Read from there, the column is called `text` and is
printed with that name: a condition that was written by hand and its own dump would differ for ever.
"""

from __future__ import annotations

import re

_TYPE = r"""(?:double\ precision | character\ varying | bit\ varying
    | time(?:stamp)?(?:\(\d\))?\ with(?:out)?\ time\ zone
    | (?:\w+ | "(?:[^"]|"")*")(?:\.(?:\w+ | "(?:[^"]|"")*"))?)(?:\(\d+(?:,\d+)?\))?(?:\[\])*"""
_SELECTED = rf"""(?P<head>\b(?:SELECT\ (?:DISTINCT\ )?|RETURNING\ )|,\n\s+)
    (?P<value>(?:E?'(?:[^']|'')*' | NULL | \(-?[\d.]+\))::(?P<type>{_TYPE}))"""
_QUOTED = r"""'(?:[^']|'')*' | "(?:[^"]|"")*" | (?P<tag>\$\w*\$).*?(?P=tag)"""
_FLAGS = re.DOTALL | re.VERBOSE
_NAMED = re.compile(rf"""{_SELECTED}\ AS\ (?P<name>\w+|"(?:[^"]|"")*")(?=[,\n);]|$) | {_QUOTED}""", _FLAGS)
_BARE = re.compile(rf"""{_SELECTED}(?=[\n);]|,\n|$) | {_QUOTED}""", _FLAGS)

_SHORT = {
    "integer": "int4",
    "bigint": "int8",
    "smallint": "int2",
    "boolean": "bool",
    "double precision": "float8",
    "real": "float4",
    "character": "bpchar",
    "character varying": "varchar",
    "bit varying": "varbit",
    "timestamp with time zone": "timestamptz",
    "timestamp without time zone": "timestamp",
    "time with time zone": "timetz",
    "time without time zone": "time",
}
"""Types that are printed under another name than their own, by which a column is called."""


def unnamed(text: str) -> str:
    """The text without the names that constants have from their type alone."""
    return _NAMED.sub(_stripped, text) if "::" in text and ("SELECT " in text or "RETURNING " in text) else text


def kept_unnamed(text: str) -> str:
    """The text with the name that stands for none behind constants that have none. The server does not print it."""
    return _BARE.sub(_named, text) if "::" in text and ("SELECT " in text or "RETURNING " in text) else text


def _stripped(match: re.Match) -> str:
    if match["value"] is None:
        return match[0]
    kind = re.sub(r"\(\d+(?:,\d+)?\)|\[\]", "", match["type"])
    own = _SHORT.get(kind) or re.split(r"\.(?![^\"]*\"$)", kind)[-1]
    return match["head"] + match["value"] if match["name"].strip('"') == own.strip('"') else match[0]


def _named(match: re.Match) -> str:
    return match[0] if match["value"] is None else f'{match[0]} AS "?column?"'
