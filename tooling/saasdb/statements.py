"""Cutting a script into statements, as psql does: quotes, comments, dollar quotes, atomic bodies, COPY data.

Only where a script must be sent piece by piece; a file that may run in one transaction is sent whole.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

_TOKEN = re.compile(
    r"""
      (?P<line>--[^\n]*)
    | (?P<open>/\*)
    | (?P<escaped>\b[eE]'(?:[^'\\]|\\.|'')*(?:'|\Z))
    | (?P<string>'(?:[^']|'')*(?:'|\Z))
    | (?P<name>"(?:[^"]|"")*(?:"|\Z))
    | (?P<dollar>(?<![A-Za-z0-9_$])\$(?:[A-Za-z_\x80-\U0010ffff][A-Za-z0-9_\x80-\U0010ffff]*)?\$)
    | (?P<meta>^[ \t]*\\[^\n]*)
    | (?P<word>[A-Za-z_\x80-\U0010ffff][A-Za-z0-9_$\x80-\U0010ffff]*)
    | (?P<mark>[();])
    """,
    re.VERBOSE | re.MULTILINE,
)
_COMMENT_EDGE = re.compile(r"/\*|\*/")
_COPY_IN = re.compile(r"\bfrom\s+stdin\b", re.IGNORECASE)


@dataclass(frozen=True)
class Statement:
    """One statement of a script.

    Attributes:
        text: without the closing semicolon; comments that stand before it are part of it.
        line: the 1-based line on which its first word stands.
        data: the lines after a `copy … from stdin`, without the closing `\\.`; None for every other statement.
        meta: whether it is a psql command (`\\set …`), which no server understands.
    """

    text: str
    line: int
    data: str | None = None
    meta: bool = False


def split(script: str) -> list[Statement]:
    """The statements of a script, in order; comments alone are no statement.

    A quote, comment or dollar quote that is never closed runs to the end of the script: the server then says so.
    """
    return list(_Splitter(script))


class _Splitter:
    def __init__(self, script: str):
        self.script = script
        self.start = 0
        self.at = 0

    def __iter__(self):
        self._begin(0)
        while token := _TOKEN.search(self.script, self.at):
            kind, self.at = token.lastgroup, token.end()
            if kind == "open":
                self._skip_comment()
            elif kind == "line":
                continue
            elif kind == "meta":
                if self.first is None:
                    yield Statement(token[0].strip(), self._line(token.start()), meta=True)
                    self._begin(token.end())
            else:
                if token[0] != ";" and self.first is None:
                    self.first = token.start()
                if kind == "dollar":
                    end = self.script.find(token[0], self.at)
                    self.at = len(self.script) if end < 0 else end + len(token[0])
                elif kind == "word":
                    self._word(token[0].lower())
                elif kind == "mark" and (statement := self._mark(token)):
                    yield statement
        if self.first is not None:
            yield self._statement(len(self.script))

    def _begin(self, at: int) -> None:
        self.start = at
        self.first: int | None = None
        self.parentheses = 0
        self.blocks = 0  # open `begin atomic` and `case`, both closed by `end`
        self.words: list[str] = []

    def _skip_comment(self) -> None:
        depth = 1
        while depth and (edge := _COMMENT_EDGE.search(self.script, self.at)):
            depth += 1 if edge[0] == "/*" else -1
            self.at = edge.end()
        if depth:
            self.at = len(self.script)

    def _word(self, word: str) -> None:
        if (word == "atomic" and self.words and self.words[-1] == "begin") or (self.blocks and word == "case"):
            self.blocks += 1
        elif self.blocks and word == "end":
            self.blocks -= 1
        self.words = [*self.words[-1:], word]

    def _mark(self, token: re.Match[str]) -> Statement | None:
        if token[0] == "(":
            self.parentheses += 1
        elif token[0] == ")":
            self.parentheses = max(self.parentheses - 1, 0)
        elif not self.parentheses and not self.blocks:
            statement = self._statement(token.start()) if self.first is not None else None
            if statement and statement.data is None:
                self._begin(self.at)
            elif statement:
                return self._copy(statement)
            else:
                self._begin(self.at)
            return statement
        return None

    def _statement(self, end: int) -> Statement:
        text = self.script[self.start : end].strip()
        body = self.script[self.first : end]
        copies = body[:4].lower() == "copy" and _COPY_IN.search(body) is not None
        return Statement(text, self._line(self.first or 0), data="" if copies else None)

    def _copy(self, statement: Statement) -> Statement:
        """What stands between the statement's own line and the line `\\.` is data, not SQL."""
        begin = self.script.find("\n", self.at) + 1 or len(self.script)
        end = re.compile(r"^\\\.[ \t]*$", re.MULTILINE).search(self.script, begin)
        stop = end.start() if end else len(self.script)
        self.at = end.end() if end else len(self.script)
        self._begin(self.at)
        return Statement(statement.text, statement.line, data=self.script[begin:stop])

    def _line(self, position: int) -> int:
        return self.script.count("\n", 0, position) + 1
