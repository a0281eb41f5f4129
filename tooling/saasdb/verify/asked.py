"""What a changed body asks of its arguments: constants that it compares them with or that one text alone names.

A limit raised from 100 to 1000 shows at 101, a window of a day made a week at two days ago, a name that may have spaces
now at one with a space, a key of a JSON payload that is trusted at a payload that has it.
"""

from __future__ import annotations

import json
import re

from saasdb.verify.atoms import BOTH, compared_with
from saasdb.verify.inventory import Argument, Function
from saasdb.verify.moments import around, lengths, moment_said
from saasdb.verify.principals import Principal
from saasdb.verify.values import constants_in, shown

MOST_NUMBERS, MOST_WORDS, MOST_KEYS, LONGEST, LARGEST = 4, 6, 12, 20_000, 200_000
ODD_TEXTS = ("A1_", "a b", "-", "ab", "\u00e9", "a@b.c", "../x", "http://x", "<b>")
"""Texts that a pattern takes or does not, whatever it is."""
_SHAPED = {"@": "{}@example.test", "http": "https://{}.test", "/": "a/{}"}
"""What a long text needs where a pattern asks for a mail address, for a link or for a path."""
_KEY = re.compile(r"(?:->>?|\?)\s*'([\w-]+)'")


def asked(function: Function, argument: Argument, caller: Principal, victim: Principal) -> list[tuple[str, str | None]]:
    """Values for one argument of a function whose body differs between two states; none where it does not."""
    halves = function.body.split(BOTH)
    if len(halves) < 2:
        return []
    (strings, numbers), (others, further) = map(constants_in, halves)
    words = [w for w in (*strings, *others) if (w in strings) != (w in others)]
    limits = [n for n in (*numbers, *further) if (n in numbers) != (n in further)][:MOST_NUMBERS]
    if argument.base in ("json", "jsonb"):
        return _objects(function.body, words, limits, caller, victim)
    if argument.category == "N":
        values = [f"{float(n) + d:g}" if "." in n else str(int(n) + d) for n in limits for d in (1, 0, -1)]
    elif argument.category == "D":
        values = around(argument.base, [f"'{word}'" for word in words] + _changed_lines(halves))
        return [(moment_said(value) or value, value) for value in values]
    elif argument.category == "S" and argument.base != "uuid":
        values = compared_with(argument.name, function.body)[:MOST_WORDS]
        values += [w.replace("%", "x") for w in words if len(w) <= 60][:MOST_WORDS]
        sizes = [int(n) + d for n in limits if n.isdigit() and int(n) < LONGEST for d in (0, 1)]
        values += ["x" * size for size in sizes]
        values += ODD_TEXTS if any(re.search(r"[\^\[$\\*+]", word) for word in words) else ()
        shapes = [shape for sign, shape in _SHAPED.items() if sign in function.body]
        shaped = [
            (f"{size} characters as {s}", s.replace("{}", "x" * (size + 2 - len(s)))) for size in sizes for s in shapes
        ]
        return [*((shown(value), value) for value in dict.fromkeys(values)), *shaped]
    elif argument.category == "T":
        changed = [f"'{word}'" for word in words] + _changed_lines(halves)
        values = [f"{length * part // 100} seconds" for length in lengths(changed) for part in (95, 105)]
        values += ["1 month", "1 month 1 day"]
    else:
        return []
    return [(shown(value), value) for value in dict.fromkeys(values)]


def _changed_lines(halves: list[str]) -> list[str]:
    """The lines that one half alone has."""
    one, two = (half.splitlines() for half in halves[:2])
    return [line for line in (*one, *two) if (line in one) != (line in two)]


def _objects(
    body: str, words: list[str], limits: list[str], caller: Principal, victim: Principal
) -> list[tuple[str, str | None]]:
    """Payloads with every key that the body reads, each saying the same: who calls, the victim, a word, an amount."""
    keys = list(dict.fromkeys(_KEY.findall(body)))[:MOST_KEYS]
    said: dict[str, object] = {"the caller": caller.id, "bob's id": victim.id}
    said |= {word: word for word in words[:MOST_WORDS] if word not in keys}
    said |= {number: float(number) if "." in number else int(number) + 1 for number in limits} | {"true": True}
    found = [(f"everything {name}", json.dumps(dict.fromkeys(keys, value))) for name, value in said.items()] * bool(
        keys
    )
    sizes = [int(n) for n in limits if n.isdigit() and 100 <= int(n) <= LARGEST]
    return found + [(f"more than {size} bytes", json.dumps({"note": "x" * size})) for size in sizes]
