"""Inside pytest: many mutants in one session, each in a transaction around the tests that might notice it.

Starting pytest costs more than most tests do. So a session is kept: a mutant is applied on the connection of the
fixture `db`, whose tests are savepoints below it, the likeliest test first, and rolled back when one fails.
"""

from __future__ import annotations

import inspect
import json
import os
import re
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import psycopg

OFTEN = 8
"""How many of the tests that killed most are tried before those that name the object."""

LONGEST = "20s"
"""A statement that runs longer on a mutant fails its test."""


def loop(session: Any, connection: Callable[[], psycopg.Connection]) -> None:
    """Try the mutants of the file `SAASDB_MUTANTS`, a JSON list of [number, [sql, …], [name, …]].

    Each answer is one line in the file `SAASDB_FATES`: a JSON list of the number and the test that failed, or "".

    Args:
        connection: gives the connection of the fixture `db` once a test has used it.
    """
    from _pytest.runner import runtestprotocol

    items, texts = session.items, {item.nodeid: _text(item) for item in session.items}

    onward = SimpleNamespace(
        listchain=lambda: [session]
    )  # "the next test": all but the session's fixtures is torn down

    def fails(item: Any) -> bool:
        return any(report.failed for report in runtestprotocol(item, log=False, nextitem=onward))

    ignored = {item.nodeid for item in items[:1] if fails(item)}  # the first one makes the connection
    kills: Counter[str] = Counter()
    with open(os.environ["SAASDB_FATES"], "a", encoding="utf-8") as out:
        for number, statements, names in json.loads(Path(os.environ["SAASDB_MUTANTS"]).read_text(encoding="utf-8")):
            # What has killed several before (a test over all functions, say) is the likeliest to do it again.
            often = {test for test, count in kills.most_common(OFTEN) if count > 1}
            ranked = sorted(items, key=lambda item: (item.nodeid not in often, -_score(texts[item.nodeid], names)))
            killer = _killer(connection(), statements, ranked, fails, ignored)
            kills[killer] += bool(killer)
            out.write(json.dumps([number, killer]) + "\n")
            out.flush()
    session._setupstate.teardown_exact(None)


def _killer(
    connection: psycopg.Connection,
    statements: list[str],
    items: list[Any],
    fails: Callable[[Any], bool],
    ignored: set[str],
) -> str:
    """The test that fails with the mutant and passes without it."""

    def first_failing(tests: list[Any], mutated: bool) -> int | None:
        with connection.transaction(force_rollback=True):
            connection.execute(f"set local statement_timeout = '{LONGEST}'")
            for statement in statements if mutated else ():
                connection.execute(statement)
            return next((place for place, item in enumerate(tests) if fails(item)), None)

    left = [item for item in items if item.nodeid not in ignored]
    while (place := first_failing(left, mutated=True)) is not None:
        test, left = left[place], left[place + 1 :]
        # Both again by itself: `now()` stands still in a transaction, and a test may fail because much went before it.
        if first_failing([test], mutated=False) is not None:
            ignored.add(test.nodeid)
        elif first_failing([test], mutated=True) is not None:
            return test.nodeid
    return ""


def _text(item: Any) -> str:
    """What a test is about: its file, its name, its parameters and its body."""
    return f"{Path(str(item.path)).stem} {Path(str(item.path)).stem} {item.nodeid}\n{inspect.getsource(item.function)}"


def _score(text: str, names: list[str]) -> int:
    """How much a test seems to be about an object; the first name is the most telling."""
    return sum(
        weight * min(len(re.findall(rf"(?<![a-z]){re.escape(name)}", text)), 5)
        for weight, name in zip((4, 3, 1, 1, 1, 1), names, strict=False)
        if len(name) > 2
    )
