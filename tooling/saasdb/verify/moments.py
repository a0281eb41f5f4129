"""Moments near now: what a window of time lets in, such as the last seven days, or a code that is valid for an hour.

A moment is written `now-3420s` until a statement is made of it, so that a report calls it the same in every run.
"""

from __future__ import annotations

import re

_UNITS = {
    "second": 1,
    "sec": 1,
    "minute": 60,
    "min": 60,
    "hour": 3600,
    "day": 86400,
    "week": 604800,
    "month": 2629800,
    "mon": 2629800,
    "year": 31557600,
}
_MOMENT = re.compile(r"now([+-]\d+)s")
_LENGTH = re.compile(r"(\d+(?:\.\d+)?)\s*(second|sec|minute|min|hour|day|week|month|mon|year)s?\b", re.IGNORECASE)
_CLOCK = re.compile(r"\b(\d+):(\d\d):(\d\d)\b")
_MADE = re.compile(r"\b(second|sec|min|hour|day|week|month|year)s\s*=>\s*(\d+)", re.IGNORECASE)
_TRUNCATED = re.compile(r"date_trunc\(\s*'(minute|hour|day|week|month|year)'", re.IGNORECASE)
_DATES = re.compile(r"(?:current_date|now\(\)::date)\s*[-+]\s*(\d+)", re.IGNORECASE)
_STRING = re.compile(r"'((?:[^']|'')*)'")
MOST_LENGTHS = 3


def around(base: str, texts: list[str]) -> list[str]:
    """Moments just within and just outside each window of time that the texts name, before and after now.

    Args:
        base: the column's base type; only dates and timestamps have moments.
    """
    if base not in ("timestamptz", "timestamp", "date"):
        return []
    return [f"now{sign}{length * part // 100}s" for length in lengths(texts) for part in (95, 105) for sign in "-+"]


def lengths(texts: list[str]) -> list[int]:
    """The shortest lengths of time that the texts name, in seconds."""
    return sorted({length for text in texts for length in every_length(text)})[:MOST_LENGTHS]


def moment_sql(value: str) -> str | None:
    """The expression for a moment; None for every other value."""
    match = _MOMENT.fullmatch(value)
    return f"(now() + interval '{match[1]} seconds')" if match else None


def moment_said(value: str) -> str | None:
    """How a report calls a moment, e.g. `57 minutes ago`; None for every other value."""
    if not (match := _MOMENT.fullmatch(value)):
        return None
    seconds = int(match[1])
    size, unit = next((size, unit) for unit, size in reversed(_SAID) if abs(seconds) >= 2 * size or size == 1)
    return f"{abs(seconds) // size} {unit}s {'ago' if seconds < 0 else 'from now'}"


_SAID = [(unit, _UNITS[unit]) for unit in ("second", "minute", "hour", "day")]


def every_length(text: str) -> list[int]:
    """Every length of time in a text, in seconds."""
    found = []
    for string in _STRING.findall(text):
        length = sum(float(n) * _UNITS[unit.lower()] for n, unit in _LENGTH.findall(string))
        length += sum(int(h) * 3600 + int(m) * 60 + int(s) for h, m, s in _CLOCK.findall(string))
        found.append(int(length))
    found += [int(n) * _UNITS[unit.lower()] for unit, n in _MADE.findall(text)]
    found += [_UNITS[unit.lower()] for unit in _TRUNCATED.findall(text)]
    found += [int(n) * _UNITS["day"] for n in _DATES.findall(text)]
    return [length for length in found if length > 0]
