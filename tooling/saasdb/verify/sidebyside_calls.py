"""Functions that changed: what a call answers and does otherwise than with the contract's definition.

What calls one at a time cannot show is read from the bodies: a guard or a lock that is gone, SQL put together.
"""

from __future__ import annotations

import re

from saasdb.verify.engine import Observation
from saasdb.verify.findings import Finding, because
from saasdb.verify.functions import Call
from saasdb.verify.inventory import Function
from saasdb.verify.moments import every_length
from saasdb.verify.states import BUT_FOR, EMPTIED

UNIQUE_VIOLATION, CHECK_VIOLATION = "23505", "23514"


def compare(before: Observation, now: Observation, changed: list[str]) -> list[Finding]:
    """Findings of calls that end otherwise than with the contract's definitions."""
    found: dict[tuple[str, str], Finding] = {}
    personas = {c.label: c.persona for c in now.callers}
    unsent = {c.label for c in now.callers if c.forged and not c.plain}
    succeeded: dict[str, bool] = {}
    numbered = _numbered(now)
    functions = {f.title: f for f in now.inventory.functions.values()}
    earlier = {**before.functions.calls, **before.functions.otherwise}
    ties = Ties(earlier, functions, changed, numbered)
    for (caller, title, shown), call in {**now.functions.calls, **now.functions.otherwise}.items():
        succeeded[title] = succeeded.get(title, False) or call.state == "00000"
        other = earlier.get((caller, title, shown))
        if other is None:
            continue
        reached, then = _reached(call, numbered), _reached(other, numbered)
        more = reached - then
        if (
            call.state == other.state
            and call.effects == other.effects
            and _result(call, numbered) == _result(other, numbered)
            and reached == then
        ):
            continue
        if EMPTIED in shown and _less(call, other) and not _refused_in_words(call, shown):
            continue  # rows without those that they refer to: a join may find less there
        if ties.explain(caller, title, call, other):
            continue
        if _no_answer(call, other) and _odd(functions[title], call):
            continue  # nobody was promised an answer to that
        if call.state == CHECK_VIOLATION and other.state == "00000" and _ODD_NUMBER.search(call.statement):
            continue  # a number that no ordinary client gives, and that a check now takes for none
        if caller in unsent and _no_type(call, other):
            continue  # claims that nobody is given, and that no type takes: refused earlier or later
        if caller in unsent and other.state[:2] == "22" and call.empty and not call.effects:
            continue  # or answered with nothing
        refused = call.state != "00000" and other.state != "00000" and not more
        if refused and (_like(other.state, call.state) or _odd(functions[title], call)):
            continue
        spot = (title, personas.get(caller, caller))
        if spot in found and not (call.reached and found[spot].kind != "leak"):
            continue
        kind = (
            "leak"
            if more or (call.state == "00000" and other.state != "00000")
            else ("outage" if other.state == "00000" and call.state != "00000" else "changed")
        )
        found[spot] = Finding(
            kind,
            f"function {title}",
            personas.get(caller, caller),
            "execute",
            says=_call(other),
            decided_by=because(changed, title),
            happened=f"{caller} ({shown}): {_call(call)}"[:300],
            statement=call.statement[:400],
        )
    for title in changed:
        name = title.removeprefix("function ")
        if title.startswith("function ") and not any(key[0] == name for key in found):
            told = _lost(before.definitions.get(title, ""), _with_new_helpers(before, now, title))
            if told:
                found[name, ""] = Finding(
                    "changed", title, says="as the contract's definition", happened=told, decided_by=(title,)
                )
        if title.startswith("function ") and succeeded.get(name) is False and not any(key[0] == name for key in found):
            found[name, ""] = Finding(
                "unproven",
                title,
                says="as the contract's definition",
                happened="its body changed and no call succeeded",
                decided_by=(title,),
            )
    return list(found.values())


_GUARDS = {
    "asks who is calling": r"\bauth\.(uid|jwt|role|email)\(|request\.jwt",
    "locks the rows that it reads": r"\bfor (no key )?update\b|\bfor share\b|advisory",
    "asks whether the caller is an administrator": r"\b\w*admin\w*\(",
    "takes the writes of others into account": r"\bon conflict\b",
    "makes up what nobody can guess": r"\b(gen_random_\w+|uuid_generate_v\d|uuidv\d|random)\(",
}
_INSTEAD = {"takes the writes of others into account": r"\bunique_violation\b"}
"""What guards as well, in other words: without it a key refuses all the same."""


_POWERS = {
    "changes settings of the session": r"\bset_config\(|\bset\s+(local\s+|session\s+)?(role|session)\b",
    "writes files or reaches outside": r"\blo_export|pg_read_|pg_write_|dblink|http_|copy\s+.*\bto\b",
}


_EXECUTE = re.compile(r"\bexecute\b(?!\s+(function|procedure))")
_QUOTED = re.compile(
    r"\s*(?:format\(\s*'(?:[^'%]|''|%(?:\d+\$)?[li%])*'(?:[^()]|\((?:[^()]|\([^()]*\))*\))*\)|'(?:[^']|'')*')"
    r"\s*(?:;|using\b|into\b|loop\b)"
)
"""SQL made of nothing but its own text and what `format` quotes as a literal or a name; values are handed over."""


def _puts_together(text: str) -> bool:
    """Whether a body runs SQL that texts from elsewhere are part of."""
    return any(not _QUOTED.match(text, place.end()) for place in _EXECUTE.finditer(text))


def _with_new_helpers(before: Observation, now: Observation, title: str) -> str:
    """A function's text and those of functions that it did not call before: a guard may have moved into one."""
    old, new = before.definitions.get(title, ""), now.definitions.get(title, "")
    if not new:  # gone: what it did is done by its callers, or under another name
        return "\n".join(text for each, text in now.definitions.items() if before.definitions.get(each) != text)
    helpers = [f for f in now.inventory.functions.values() if _calls(new, f) and not _calls(old, f)]
    return "\n".join([new, *(now.definitions.get(f"function {f.title}", "") for f in helpers)])


def _calls(text: str, function: Function) -> bool:
    # As it was written: with or without its schema, in capitals or not.
    name = rf"(?<![\w.])(?:{re.escape(function.schema)}\.)?{re.escape(function.name)}\s*\("
    return bool(re.search(name, text, re.IGNORECASE))


def _lost(old: str, new: str) -> str:
    """What a body stopped or began to do that calls one at a time cannot show: guards, locks, SQL put together."""
    old, new = (re.sub(r"--[^\n]*|/\*.*?\*/", "", text, flags=re.S).lower() for text in (old, new))
    for what, pattern in _GUARDS.items():
        kept = f"{pattern}|{_INSTEAD[what]}" if what in _INSTEAD else pattern
        if re.search(pattern, old) and not re.search(kept, new):
            return f"no longer {what}"
    for what, pattern in _POWERS.items():
        if re.search(pattern, new) and not re.search(pattern, old):
            return f"now {what}"
    if _puts_together(new) and not _puts_together(old):
        return "now runs SQL that it puts together"
    for cap in _CAP.findall(re.sub(r"'(?:[^']|'')*'", "''", old)):
        if not re.search(rf"(?<![\w.]){cap}(?![\w.])", new):
            return f"no longer stops at {cap}"
    if apart := {*every_length(old)} ^ {*every_length(new)}:
        return f"has another window of time ({', '.join(f'{seconds} s' for seconds in sorted(apart))})"
    return ""


_CAP = re.compile(r"\blimit\b[^;]{0,60}?\b(?:least\([^;]*?)?(?<![\w.])(\d{2,})(?![\w.])")
"""How many rows a body answers at most, be it asked for more: no world has so many."""


def _less(call: Call, other: Call) -> bool:
    return other.state == "00000" and not call.effects and (call.state != "00000" or call.empty)


def _refused_in_words(call: Call, shown: str) -> bool:
    """Whether the project's own refusal ended a call about the last one of a kind."""
    return BUT_FOR in shown and call.state.startswith("P")


def _no_type(call: Call, other: Call) -> bool:
    """Whether one of two calls ended at a claim that no type takes, and the other answered nothing."""
    one, two = (call, other) if call.state[:2] == "22" else (other, call)
    return one.state[:2] == "22" and not two.effects and (two.state != "00000" or two.empty)


def _result(call: Call, numbered: re.Pattern[str] | None) -> str:
    if call.state != "00000":
        return ""
    said = re.sub(r"\b\d{9,}\b", "<number>", call.result)
    return numbered.sub(r"\1<number>", said) if numbered else said


def _numbered(seen: Observation) -> re.Pattern[str] | None:
    """Finds the numbers that a sequence gives out: it goes on from state to state, rolled back or not."""
    names = {
        column.name
        for relation in seen.inventory.tables
        for column in relation.columns
        if column.identity or "nextval(" in (column.default or "")
    }
    # A row's `id` is answered as `event_id`, too; the rows of the world have larger numbers than these.
    number = r'(?:\d+|"[^"<]*\d[^"<]*")'  # or part of a text: INV000042
    return re.compile(rf'("(?:\w*_)?(?:{"|".join(map(re.escape, sorted(names)))})": ){number}') if names else None


def _reached(call: Call, numbered: re.Pattern[str] | None) -> frozenset[str]:
    return frozenset(numbered.sub(r"\1<number>", text) for text in call.reached) if numbered else call.reached


class Ties:
    """Tells answers that differ in which of many rows come first: where rows tie, a LIMIT takes any of them."""

    _CUTS = re.compile(r"\b(limit|fetch first|fetch next)\b", re.IGNORECASE)
    _MANY = 10

    def __init__(
        self,
        earlier: dict[tuple[str, str, str], Call],
        functions: dict[str, Function],
        changed: list[str],
        numbered: re.Pattern[str] | None,
    ):
        self.cut = {
            title: f"function {title}" in changed for title, f in functions.items() if self._CUTS.search(f.body)
        }
        self.numbered = numbered
        self.shown: dict[tuple[str, str], set[str]] = {}
        for (caller, title, _), call in earlier.items():
            if title in self.cut and call.state == "00000":
                self.shown.setdefault((caller, title), set()).update(self._rows(call))

    def explain(self, caller: str, title: str, call: Call, other: Call) -> bool:
        """Whether both answers are equally long and all rows of the new one are among what the caller saw before."""
        if title not in self.cut or not call.state == other.state == "00000" or call.effects != other.effects:
            return False
        rows, then = self._rows(call), self._rows(other)
        if len(rows) != len(then):
            return False
        is_changed = self.cut[title]
        if not is_changed and (len(rows) >= self._MANY or (call.reached and other.reached)):
            return True  # one stranger or another: who sees strangers here sees them as before
        return set(rows) <= self.shown[caller, title]

    def _rows(self, call: Call) -> list[str]:
        return _result(call, self.numbered).strip().splitlines()


_ODD_SIZE = 5000
_ODD_NUMBER = re.compile(r"'(?:0|-\d+|32767|2000000001|2147483647)'::")


def _no_answer(call: Call, other: Call) -> bool:
    """Whether a call is refused that did nothing before, or answers nothing (a null, a falsehood) in another way."""
    refused = call.state != "00000" or (call.empty and other.empty and not call.effects)
    return refused and other.state == "00000" and not other.effects


def _odd(function: Function, call: Call) -> bool:
    """Whether a call says what no ordinary client does: null for an argument that must be given, or far too much."""
    texts = re.findall(r"'(?:[^']|'')*'", call.statement)
    cells = re.sub(r"'(?:[^']|'')*'", "''", call.statement).partition(f"{function.sql}(")[2].split(", ")
    needed = cells[: len(function.arguments) - function.defaults]
    return any(cell.startswith("null::") for cell in needed) or any(len(text) > _ODD_SIZE for text in texts)


def _like(old: str, new: str) -> bool:
    """Whether two refusals are of one kind: a missing right and a missing row are not.

    What only a key refuses now, because such a row is there, was refused by a rule before, which would let others pass.
    """
    return old == new or (old[:2] == new[:2] and new != UNIQUE_VIOLATION)


def _call(call: Call) -> str:
    text = " ".join((call.effects or call.result).split())
    return f"{call.state} {text}"[:160].strip()
