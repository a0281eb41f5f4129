"""The one exception that a user ever sees: what happened, where, and what to do next."""

from __future__ import annotations

import re

FOUND = 1
"""Exit code: the verb did its work and has something to report."""
FAILED = 2
"""Exit code: the verb could not do its work."""


class SaasdbError(Exception):
    """An error with an answer.

    Args:
        what: what happened, one sentence without a trailing period.
        where: the file and line, database or object that it happened at.
        todo: what to do next, one sentence.
        exit_code: 2 (could not do it) unless the error itself is a finding.
    """

    def __init__(self, what: str, *, where: str | None = None, todo: str | None = None, exit_code: int = FAILED):
        super().__init__(what)
        self.what = without_password(what)
        self.where = without_password(where) if where else None
        self.todo = without_password(todo) if todo else None
        self.exit_code = exit_code

    def __str__(self) -> str:
        lines = [self.what]
        if self.where:
            lines.append(f"  where: {self.where}")
        if self.todo:
            lines.append(f"  do:    {self.todo}")
        return "\n".join(lines)


_URL_PASSWORD = re.compile(r"(?P<head>\b[a-z][a-z0-9+.-]*://[^\s:@/]*):[^\s@]*@", re.IGNORECASE)
_DSN_PASSWORD = re.compile(r"\b(password|sslpassword|passfile)\s*=\s*('(?:[^'\\]|\\.)*'|[^\s&]+)", re.IGNORECASE)


def without_password(text: str) -> str:
    """`text` with every password of a URL or a key=value connection string cut out."""
    text = _URL_PASSWORD.sub(r"\g<head>:***@", text)
    return _DSN_PASSWORD.sub(r"\1=***", text)
