"""What `pg_dump` sees and our own model does not hold: privileges on system objects and on members of extensions.

The dump's own statement makes up for what is missing, and its opposite for what is too much; both are then proven.
"""

from __future__ import annotations

import re

from saasdb.model import Key
from saasdb.plan import Statement

_TAKEN_OVER = re.compile(r"^(GRANT|REVOKE|COMMENT ON|SECURITY LABEL|ALTER)\b")
_GRANT = re.compile(r"^GRANT (?P<what>.*) TO (?P<whom>[^ ]+|\"[^\"]+\")(?: WITH GRANT OPTION)?$", re.DOTALL)
_REVOKE = re.compile(r"^REVOKE (?P<what>.*) FROM (?P<whom>[^ ]+|\"[^\"]+\")$", re.DOTALL)
_COMMENT = re.compile(r"^(?P<head>COMMENT ON .*? IS) '.*'$", re.DOTALL)


def amend(left: tuple[str, ...]) -> list[Statement] | None:
    """Statements for what a comparison of dumps has left (`- …` too much, `+ …` missing); None if there are none."""
    undone, done = [], []
    for line in left:
        text = line[2:]
        if line.startswith("- "):
            opposite = _opposite(text)
            if opposite is None:
                return None
            undone.append(opposite)
        elif _TAKEN_OVER.match(text):
            done.append(text)
        else:
            return None
    about = Key("database", "", "what only pg_dump sees")
    done.sort(key=lambda text: not text.startswith("REVOKE"))  # taken from a table is taken from its columns
    return [Statement(text, about) for text in (*undone, *done)]


def _opposite(text: str) -> str | None:
    if match := _GRANT.match(text):
        return f"REVOKE {match['what']} FROM {match['whom']}"
    if match := _REVOKE.match(text):
        return f"GRANT {match['what']} TO {match['whom']}"
    if match := _COMMENT.match(text):
        return f"{match['head']} NULL"
    return None
