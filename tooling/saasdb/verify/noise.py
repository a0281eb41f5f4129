"""What differs between two runs of the same statement: random keys, codes and numbers, which mean nothing.

A function that makes an API key answers differently every time it is called. Two states are compared by what their
functions answer, so what varies by itself is found by asking again, and is masked.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

_TOKEN = re.compile(r"[\w+/=.-]+")
VARIES = "<varies>"
LONG = 12
"""From so many characters on a word is no accident: it is told how often it stands there, answered and also stored."""


def mask(texts: Sequence[str]) -> str:
    """The first of several texts of the same statement, with every word that is not the same in all of them masked."""
    first, words = texts[0], [_TOKEN.findall(text) for text in texts]
    if all(text == first for text in texts):
        return first
    if len({len(found) for found in words}) > 1:
        return VARIES
    alike = iter([len(set(same)) == 1 for same in zip(*words, strict=True)])
    # Not which one it is: rows that were made by chance are sorted by chance.
    times = Counter(words[0])

    def shown(match: re.Match[str]) -> str:
        word = match[0]
        if next(alike):
            return word
        return f"<varies, {times[word]} times>" if len(word) >= LONG and times[word] > 1 else VARIES

    return _TOKEN.sub(shown, first)
