"""What FROM and TO may be: `declared`, `migrated`, a URL, a `.sql` file, a folder of them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from saasdb.errors import SaasdbError, without_password

_URL = re.compile(r"^postgres(ql)?://", re.IGNORECASE)
_DSN = re.compile(r"^\s*\w+\s*=\s*\S")


@dataclass(frozen=True)
class Word:
    """One side of a diff as it was asked for.

    Attributes:
        kind: `project` (declared or migrated), `url`, or `files`.
        text: what was given.
        files: for `files`, what to run, in order.
    """

    kind: str
    text: str
    files: tuple[Path, ...] = ()

    @property
    def label(self) -> str:
        return without_password(self.text)


def parse(text: str) -> Word:
    """What a state word means.

    Raises:
        SaasdbError: it is none of the five forms, or a file or folder that is not there.
    """
    if text in ("declared", "migrated"):
        return Word("project", text)
    if _URL.match(text) or (_DSN.match(text) and not Path(text).exists()):
        return Word("url", text)
    place = Path(text)
    if place.is_dir():
        files = tuple(sorted(place.rglob("*.sql")))
        if not files:
            raise SaasdbError("The folder holds no .sql file", where=text, todo="Name the folder that holds the SQL.")
        return Word("files", text, files)
    if place.is_file() or place.is_fifo() or place.is_char_device():
        return Word("files", text, (place,))
    raise SaasdbError(
        "There is no such state",
        where=text,
        todo="Name `declared`, `migrated`, a URL (postgresql://…), a .sql file that exists, or a folder of them.",
    )
