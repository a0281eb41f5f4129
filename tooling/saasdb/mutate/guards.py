"""The guard clauses of plpgsql functions: `if … then raise … end if`, and calls of functions that only refuse."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from saasdb.mutate.expressions import parts

_TOKEN = re.compile(
    r"""(?P<skip>--[^\n]*|/\*.*?\*/|'(?:[^']|'')*'|"(?:[^"]|"")*"|\$(?P<tag>\w*)\$.*?\$(?P=tag)\$)"""
    r"""|(?P<word>\bend\s+(?:if|loop|case)\b|\b[A-Za-z_]\w*\b)|(?P<mark>;)""",
    re.DOTALL | re.IGNORECASE,
)


@dataclass
class _Branch:
    start: int  # of its IF or ELSIF
    condition: tuple[int, int]
    body: tuple[int, int] = (0, 0)


@dataclass
class _If:
    start: int
    branches: list[_Branch]
    otherwise: int = 0
    end: int = 0


def weakened(body: str, refusing: set[str]) -> Iterator[tuple[str, str]]:
    """Every form of a plpgsql body with one guard gone or weaker, as (what was done, the body).

    Args:
        body: the text between `$$` and `$$`.
        refusing: names of functions that raise, bare and qualified; a bare `perform` of one is a guard too.
    """
    for found in _ifs(body):
        for branch in found.branches:
            if not _only_raises(body[branch.body[0] : branch.body[1]]):
                continue
            condition = body[slice(*branch.condition)]
            shown = " ".join(condition.split())
            yield f"the guard `if {shown}` is gone", _without(body, found, branch)
            for part, form in parts(condition):
                weaker = body[: branch.condition[0]] + f" {form} " + body[branch.condition[1] :]
                yield f"the guard `if {shown}` no longer asks `{part}`", weaker
    for statement in re.finditer(r"\bperform\s+([\w.]+)\s*\([^;]*\);", body, re.IGNORECASE):
        if statement[1].lower() in refusing:
            number = body.count(statement[0], 0, statement.start()) + 1
            what = f"`{' '.join(statement[0].rstrip(';').split())}` is gone" + (f" ({number})" if number > 1 else "")
            yield what, body[: statement.start()] + "null;" + body[statement.end() :]


def _without(body: str, found: _If, branch: _Branch) -> str:
    """The body without one branch; without the whole IF when it has no other."""
    alone = len(found.branches) == 1 and not found.otherwise
    if alone:
        return body[: found.start] + "null;" + body[found.end :]
    never = f" ({body[slice(*branch.condition)]}) and false "
    return body[: branch.condition[0]] + never + body[branch.condition[1] :]


def _only_raises(block: str) -> bool:
    statements = [s for s in re.sub(r"--[^\n]*", "", block).split(";") if s.strip()]
    return (
        bool(statements)
        and re.match(r"\s*raise\b(?!\s+(notice|warning|info|debug|log)\b)", statements[0], re.I) is not None
    )


def _ifs(body: str) -> list[_If]:
    """Every IF statement with its branches; expressions that hold CASE are skipped over."""
    done: list[_If] = []
    open_ifs: list[_If] = []
    pending: str | None = None  # inside a condition, waiting for THEN
    cases = 0
    statement_start = True
    for token in _TOKEN.finditer(body):
        if token["skip"]:
            continue
        if token["mark"]:
            statement_start = True
            continue
        word = re.sub(r"\s+", " ", token["word"].lower())
        if pending:
            cases += (word == "case") - (word == "end" and cases > 0)
            if word == "then" and not cases:
                branch = open_ifs[-1].branches[-1]
                branch.condition = (branch.condition[0], token.start())
                branch.body = (token.end(), 0)
                pending, statement_start = None, True
            continue
        if word == "if" and statement_start:
            open_ifs.append(_If(token.start(), [_Branch(token.start(), (token.end(), 0))]))
            pending = word
        elif word in ("elsif", "elseif") and statement_start and open_ifs:
            _close(open_ifs[-1], token.start())
            open_ifs[-1].branches.append(_Branch(token.start(), (token.end(), 0)))
            pending = word
        elif word == "else" and statement_start and open_ifs:
            _close(open_ifs[-1], token.start())
            open_ifs[-1].otherwise = token.start()
        elif word == "end if" and open_ifs:
            _close(open_ifs[-1], token.start())
            closed = open_ifs.pop()
            closed.end = body.find(";", token.end()) + 1
            done.append(closed)
        statement_start = word in ("begin", "loop", "else", "then", "declare")
    return sorted(done, key=lambda each: each.start)


def _close(found: _If, place: int) -> None:
    last = found.branches[-1]
    if not last.body[1]:
        last.body = (last.body[0], place)
