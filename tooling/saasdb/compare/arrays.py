"""Arrays that the server prints with a cast around them and reads again with a cast around each element.

`name in ('a', 'b')` over a `varchar` column is stored as an array of `varchar` that becomes one of `text` as a whole.
Its printout says so, and the parser carries that cast into the array: a check written by hand and its own dump would
differ for ever, and no statement made from the printout would lead to what was printed.
"""

from __future__ import annotations

import re

_QUOTED = r"""'(?:[^']|'')*' | "(?:[^"]|"")*" """
_ARRAY = re.compile(
    rf"""{_QUOTED} | (?P<tag>\$\w*\$).*?(?P=tag)
    | (?P<any>\b(?:ANY|ALL)\ \()?
    (?P<open>\()?ARRAY\[(?P<items>(?:{_QUOTED} | [^'"\[\]])+)\](?(open)\))
    ::(?P<type>(?:[a-z_][\w\x20]* | "(?:[^"]|"")*" | \.)+)\[\]""",
    re.DOTALL | re.VERBOSE,
)
# Without parentheses around it only where the server prints as few as it can: for extended statistics.
_ITEM = re.compile(rf"{_QUOTED} | [(),] | [^'\"(),]+", re.VERBOSE)
_WITHOUT_LENGTH = re.compile(r"::[a-z_][\w .]*$|^\d+(?:\.\d*)?(?:e[+-]?\d+)?$")


def cast_each(text: str) -> str:
    """The text with every such cast at the elements, as the server's parser has it."""
    return _ARRAY.sub(_each, text) if "ARRAY[" in text else text


def cast_whole(text: str) -> str:
    """The text with what keeps the cast around the whole.

    Behind `any` that is no cast at all. Elsewhere it is `anyarray`, which changes nothing and which the parser does not
    carry inside; it is not allowed where all elements have one length, as columns may, and these were cast unasked.
    """
    return _ARRAY.sub(_whole, text) if "ARRAY[" in text else text


def _each(match: re.Match) -> str:
    form = "({})::{}" if match["open"] else "{}::{}"
    each = ", ".join(form.format(item, match["type"]) for item in _items(match["items"])) if match["items"] else None
    return match[0] if each is None else f"{match['any'] or ''}ARRAY[{each}]"


def _whole(match: re.Match) -> str:
    if not match["items"]:
        return match[0]
    if match["any"] or not any(_WITHOUT_LENGTH.search(item) for item in _items(match["items"])):
        return f"{match['any'] or ''}ARRAY[{match['items']}]"
    return f"((ARRAY[{match['items']}])::anyarray)::{match['type']}[]"


def _items(text: str) -> list[str]:
    found, depth = [""], 0
    for match in _ITEM.finditer(text):
        token = match[0]
        depth += (token == "(") - (token == ")")
        if token == "," and depth == 0:
            found.append("")
        else:
            found[-1] += token
    return [item.strip() for item in found]
