"""One statement of a plan and what a reviewer wants to know of it."""

from __future__ import annotations

import re
from dataclasses import dataclass

from saasdb.model import Key

_ALONE = re.compile(r"^(create (unique )?index concurrently|drop index concurrently|reindex .*concurrently)\b", re.I)
_ADD_VALUE = re.compile(r"^alter type \S+ add value\b", re.I)


@dataclass(frozen=True)
class Statement:
    """One statement.

    Attributes:
        sql: its text, without a semicolon at the end.
        about: the object that it makes, alters or drops.
    """

    sql: str
    about: Key

    @property
    def alone(self) -> bool:
        """Whether it cannot run inside a transaction block."""
        return bool(_ALONE.match(self.sql))

    @property
    def commits_before_use(self) -> bool:
        """Whether what it makes can be used only after its transaction has ended."""
        return bool(_ADD_VALUE.match(self.sql))
