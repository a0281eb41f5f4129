"""Lists of conditions that the server prints as they are and reads again otherwise.

`between` and comparisons of rows are stored as an AND (or OR) that stands first in another one. Read again from its own
printout, that becomes one flat list: a state that was written by hand and its own dump would differ for ever.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache

from saasdb.compare.arrays import cast_each, cast_whole
from saasdb.compare.unnamed import kept_unnamed, unnamed

_NESTED = re.compile(r"\(\(.*\)\s(?:AND|OR)\s", re.DOTALL)
_TOKEN = re.compile(
    r"""'(?:[^']|'')*' | "(?:[^"]|"")*" | (?P<tag>\$\w*\$).*?(?P=tag)
    | [()] | \s(?P<word>AND|OR)\s | [^'"$()\s]+ | .""",
    re.DOTALL | re.VERBOSE,
)
_BARE_VALUES = re.compile(r"""'(?:[^']|'')*'|"(?:[^"]|"")*"|(?P<tag>\$\w*\$).*?(?P=tag)|\( VALUES """, re.DOTALL)
_WORDS = (" AND ", " OR ")


@lru_cache(maxsize=4096)
def settled(text: str) -> str:
    """The text with every list that stands first in a list of its kind made part of it, as the server's parser does.

    Casts around arrays go to their elements, constants lose a name that is just their type's, and `values` look alike
    whether or not they were read as a subquery. What is inside of quotes, a function's body for one, stays as it is.
    """
    if "( VALUES " in text:
        text = _BARE_VALUES.sub(lambda match: "(VALUES " if match[0] == "( VALUES " else match[0], text)
    return cast_each(_rewritten(unnamed(text), lambda first: first[1:-1]))


@lru_cache(maxsize=4096)
def held_apart(text: str) -> str:
    """The text with a cast behind every such list, which says nothing but keeps the server's parser from opening it."""
    return cast_whole(_rewritten(kept_unnamed(text), lambda first: f"{first}::boolean"))


def _rewritten(text: str, how: Callable[[str], str]) -> str:
    if not _NESTED.search(text):
        return text
    stack: list[list[str]] = [[]]
    for match in _TOKEN.finditer(text):
        token = match[0]
        if token == "(":
            stack.append([])
        elif token == ")" and len(stack) > 1:
            group = _group(stack.pop(), how)
            stack[-1].append(f"({group})")
        else:
            stack[-1].append(f" {match['word']} " if match["word"] else token)
    return "(".join("".join(pieces) for pieces in stack)


def _group(pieces: list[str], how: Callable[[str], str]) -> str:
    """A group's inside, its first member rewritten where that is a list of the same kind."""
    words = {piece for piece in pieces if piece in _WORDS}
    if len(words) == 1:
        word = words.pop()
        place = pieces.index(word)
        first = "".join(pieces[:place]).strip()
        if first.startswith("(") and first.endswith(")") and _joined_by(first[1:-1]) == word:
            return "".join([how(first), *pieces[place:]])
    return "".join(pieces)


def _joined_by(text: str) -> str | None:
    """The word between the members of a list; None where there is none, or two kinds, or it is not one group."""
    depth, found = 0, set()
    for match in _TOKEN.finditer(text):
        token = match[0]
        depth += (token == "(") - (token == ")")
        if depth < 0:
            return None
        if depth == 0 and match["word"]:
            found.add(f" {match['word']} ")
    return found.pop() if len(found) == 1 else None
