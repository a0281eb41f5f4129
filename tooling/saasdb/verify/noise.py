"""What differs between two runs of the same statement: random keys, codes and numbers, which mean nothing.

A function that makes an API key answers differently every time it is called. Two states are compared by what their
functions answer, so what varies by itself is found by asking again, and is masked.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

_TOKEN = re.compile(r"[\w+/=.-]+")
VARIES = "<varies>"
LONG = 12
"""From so many characters on a word is no accident: where it stands twice, it is masked alike."""


def mask(texts: Sequence[str]) -> str:
    """The first of several texts of the same statement, with every word that is not the same in all of them masked."""
    first, words = texts[0], [_TOKEN.findall(text) for text in texts]
    if all(text == first for text in texts):
        return first
    if len({len(found) for found in words}) > 1:
        return VARIES
    alike = iter([len(set(same)) == 1 for same in zip(*words, strict=True)])
    seen: dict[str, str] = {}

    def shown(match: re.Match[str]) -> str:
        if next(alike):
            return match[0]
        return seen.setdefault(match[0], f"<varies {len(seen) + 1}>") if len(match[0]) >= LONG else VARIES

    return _TOKEN.sub(shown, first)
