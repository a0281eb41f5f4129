"""The lock that a statement takes on a table that is there, and for how long: from the manual, "Explicit Locking"."""

from __future__ import annotations

import re
from typing import NamedTuple

from saasdb.plan.statement import Statement


class Lock(NamedTuple):
    """What others feel of a statement.

    Attributes:
        mode: the table lock, e.g. `ACCESS EXCLUSIVE`; empty when it takes none on a table that others use.
        length: how long it is held, in words.
    """

    mode: str
    length: str


_MOMENT, _SCAN, _REWRITE = "a moment", "while it reads the table", "while it writes the table anew"

_RULES: tuple[tuple[str, Lock], ...] = (
    (r"create (unique )?index concurrently", Lock("SHARE UPDATE EXCLUSIVE", "while it reads the table twice")),
    (r"drop index concurrently", Lock("SHARE UPDATE EXCLUSIVE", "until the last transaction that uses it ends")),
    (r"create (unique )?index", Lock("SHARE", _SCAN)),
    (r"drop index", Lock("ACCESS EXCLUSIVE", _MOMENT)),
    (r"alter table .* validate constraint", Lock("SHARE UPDATE EXCLUSIVE", _SCAN)),
    (r"alter table .* add constraint .* using index", Lock("ACCESS EXCLUSIVE", _MOMENT)),
    (r"alter table .* add constraint .* foreign key .* not valid", Lock("SHARE ROW EXCLUSIVE", _MOMENT)),
    (r"alter table .* add constraint .* foreign key", Lock("SHARE ROW EXCLUSIVE", _SCAN)),
    (r"alter table .* add constraint .* not valid", Lock("ACCESS EXCLUSIVE", _MOMENT)),
    (r"alter table .* add constraint", Lock("ACCESS EXCLUSIVE", _SCAN)),
    (r"alter table .* add column .* (generated always as|stored)", Lock("ACCESS EXCLUSIVE", _REWRITE)),
    (r"alter table .* set not null", Lock("ACCESS EXCLUSIVE", _SCAN)),
    (r"alter table .* alter column .* type", Lock("ACCESS EXCLUSIVE", _REWRITE)),
    (r"alter table .* set (logged|unlogged|access method|tablespace)", Lock("ACCESS EXCLUSIVE", _REWRITE)),
    (r"alter table .* (attach|detach) partition", Lock("SHARE UPDATE EXCLUSIVE", _SCAN)),
    (r"alter table .* alter column .* set (statistics|\()", Lock("SHARE UPDATE EXCLUSIVE", _MOMENT)),
    (r"alter table", Lock("ACCESS EXCLUSIVE", _MOMENT)),
    (r"drop table", Lock("ACCESS EXCLUSIVE", _MOMENT)),
    (r"create (or replace )?(constraint )?trigger", Lock("SHARE ROW EXCLUSIVE", _MOMENT)),
    (r"(drop trigger|create policy|alter policy|drop policy|create rule|drop rule)", Lock("ACCESS EXCLUSIVE", _MOMENT)),
    (r"(drop|alter|create or replace) (materialized )?view", Lock("ACCESS EXCLUSIVE", _MOMENT)),
)
_COMPILED = tuple((re.compile(pattern, re.IGNORECASE | re.DOTALL), lock) for pattern, lock in _RULES)


def lock_of(statement: Statement) -> Lock:
    """The lock of one statement on what it is about."""
    for pattern, lock in _COMPILED:
        if pattern.match(statement.sql):
            return lock
    return Lock("", "")
