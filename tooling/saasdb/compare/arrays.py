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
    (?P<open>\()?ARRAY\[(?P<items>(?:{_QUOTED} | [^'"\[\]])+)\](?(open)\))::(?P<type>[a-z_][a-z_\x20.]*)\[\]""",
    re.DOTALL | re.VERBOSE,
)
# Without parentheses around it only where the server prints as few as it can: for extended statistics.
_ITEM = re.compile(rf"{_QUOTED} | [(),] | [^'\"(),]+", re.VERBOSE)
_TYPED = re.compile(r"::(?P<type>[a-z_][a-z_ .]*)(?:\(\d+\))?$")
_NUMBER = re.compile(r"\d+(?:\.\d*)?(?:e[+-]?\d+)?$")


def cast_each(text: str) -> str:
    """The text with every such cast at the elements, as the server's parser has it."""
    return _ARRAY.sub(_each, text) if "ARRAY[" in text else text


def cast_whole(text: str) -> str:
    """The text with what keeps the cast around the whole: behind `any` none at all, elsewhere the array's own type."""
    return _ARRAY.sub(_whole, text) if "ARRAY[" in text else text


def _each(match: re.Match) -> str:
    items = _items(match["items"]) if match["items"] else []
    if not _own_type(items, match["type"]):
        return match[0]
    each = ", ".join(f"({item})::{match['type']}" if match["open"] else f"{item}::{match['type']}" for item in items)
    return f"{match['any'] or ''}ARRAY[{each}]"


def _whole(match: re.Match) -> str:
    items = _items(match["items"]) if match["items"] else []
    own = _own_type(items, match["type"])
    if not own:
        return match[0]
    if match["any"]:
        return f"{match['any']}ARRAY[{match['items']}]"
    return f"((ARRAY[{match['items']}])::{own}[])::{match['type']}[]"


def _own_type(items: list[str], target: str | None) -> str | None:
    """The array's own type, which every constant in it tells; None where it is the one asked for.

    Of columns alone nothing is told. Then it is `varchar`, the one type that becomes `text` without being asked.
    """
    found = {typed["type"] for item in items if (typed := _TYPED.search(item))}
    if items and all(_NUMBER.match(item) for item in items):
        found = {"integer" if all(item.isdigit() for item in items) else "numeric"}
    if not found and target == "text" and items:
        return "character varying"
    own = found.pop() if len(found) == 1 else None
    return own if own != target else None


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
