"""Inside pytest: many mutants in one session, each around the tests that might notice it.

Starting pytest costs more than most tests do. So a session is kept, the likeliest test is run first, and the first one
that fails ends the matter. Tests on one connection run inside a transaction that holds the mutant and is rolled back;
tests with databases of their own (`fresh_database`) clone a database that holds it.
"""

from __future__ import annotations

import inspect
import json
import os
import re
import time
from collections import Counter, defaultdict, deque
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import psycopg

OFTEN, RECENT = 4, 3
"""How many tests are tried before those that name the object: those that killed most, and last in the same kind."""

WEIGHTS = (4, 3, 2, 2, 1, 1)
"""What the names of a mutant are worth where a test holds them, the most telling first."""

LONGEST = "20s"
"""A statement that runs longer on a mutant fails its test."""

Holding = Callable[[list[str]], AbstractContextManager[None]]
"""A block in which the tests meet a schema that these statements changed; no statement is the sound schema."""


class Relevance:
    """How much each test seems to be about what a mutant changes: by its own text, and by the fixtures that it uses."""

    def __init__(self, items: list[Any]) -> None:
        self._own: dict[str, str] = {}
        self._fixtures: dict[str, list[Any]] = {}
        for item in items:
            stem = Path(str(item.path)).stem
            self._own[item.nodeid] = f"{stem} {stem} {item.nodeid}\n{inspect.getsource(item.function)}"
            found = [definitions[-1] for definitions in item._fixtureinfo.name2fixturedefs.values()]
            self._fixtures[item.nodeid] = [each.func for each in found if each.baseid]  # the project's, no plugin's
        self._uses = Counter(func for found in self._fixtures.values() for func in found)

    def scores(self, names: list[str]) -> dict[str, float]:
        """A number for each test, 0 where nothing names the object; the first name is the most telling."""
        # A fixture that every other test uses says little of any of them.
        shared = {func: _score(inspect.getsource(func), names) / count for func, count in self._uses.items()}
        return {
            test: _score(text, names) + sum(shared[func] for func in self._fixtures[test])
            for test, text in self._own.items()
        }


class History:
    """Who killed before: what noticed one mutant is the likeliest to notice its like."""

    def __init__(self) -> None:
        self._kills: Counter[str] = Counter()
        self._recent: dict[str, deque[str]] = defaultdict(lambda: deque(maxlen=RECENT))

    def add(self, kind: str, test: str) -> None:
        """Remember a kill."""
        self._kills[test] += 1
        recent = self._recent[kind]
        if test in recent:
            recent.remove(test)
        recent.appendleft(test)

    def first(self, kind: str) -> list[str]:
        """The tests to begin with, the likeliest first."""
        often = [test for test, count in self._kills.most_common(OFTEN) if count > 1]
        return list(dict.fromkeys([*self._recent[kind], *often]))


def loop(session: Any, holding: Holding, first: Callable[[Callable[[Any], bool], list[Any]], set[str]]) -> None:
    """Try the mutants of the file `SAASDB_MUTANTS`, a JSON list of [number, kind, [sql, …], [name, …]].

    `SAASDB_TESTS` says which tests get them: those `naming` what was changed, or the `others`.

    Each answer is one line in the file `SAASDB_FATES`: a JSON list of the number, the test that failed or "", how many
    tests were run, and how many seconds that took.

    Args:
        first: runs before everything; gives the tests that say nothing.
    """
    from _pytest.runner import runtestprotocol

    items, relevance = session.items, Relevance(session.items)
    # "The next test" of every test: one that needs the session's fixtures and no others, so only these stay.
    onward = SimpleNamespace(listchain=lambda: [session])
    runs = 0

    def fails(item: Any) -> bool:
        nonlocal runs
        runs += 1
        return any(report.failed for report in runtestprotocol(item, log=False, nextitem=onward))

    ignored = first(fails, items)
    history = History()
    jobs = json.loads(Path(os.environ["SAASDB_MUTANTS"]).read_text(encoding="utf-8"))
    naming = os.environ["SAASDB_TESTS"] == "naming"
    with open(os.environ["SAASDB_FATES"], "a", encoding="utf-8") as out:
        for number, kind, statements, names in jobs:
            runs, began = 0, time.monotonic()
            ahead = {test: place for place, test in enumerate(history.first(kind))}
            scores = relevance.scores(names)
            chosen = [i for i in items if (scores[i.nodeid] > 0) == naming or (naming and i.nodeid in ahead)]
            ranked = sorted(chosen, key=lambda item: (ahead.get(item.nodeid, len(ahead)), -scores[item.nodeid]))
            killer = _killer(holding, statements, ranked, fails, ignored)
            if killer:
                history.add(kind, killer)
            out.write(json.dumps([number, killer, runs, round(time.monotonic() - began, 3)]) + "\n")
            out.flush()
    session._setupstate.teardown_exact(None)


def on_one_connection(session: Any, connection: Callable[[], psycopg.Connection]) -> None:
    """The loop for tests on the fixture `db`: a mutant is a transaction, its tests are savepoints below it.

    Args:
        connection: gives the connection of the fixture `db` once a test has used it.
    """

    @contextmanager
    def holding(statements: list[str]) -> Iterator[None]:
        with connection().transaction(force_rollback=True):
            connection().execute(f"set local statement_timeout = '{LONGEST}'")
            for statement in statements:
                connection().execute(statement)
            yield

    def first(fails: Callable[[Any], bool], items: list[Any]) -> set[str]:
        return {item.nodeid for item in items[:1] if fails(item)}  # the first one makes the connection

    loop(session, holding, first)


def on_clones(session: Any, use: Callable[[str], None]) -> None:
    """The loop for tests with databases of their own, which are then clones of one that holds the mutant.

    Args:
        use: says of which database `fresh_database` makes its clones from now on.
    """
    from saasdb.throwaway import Server

    server, sound = Server(os.environ["SAASDB_SERVER_URL"]), os.environ["SAASDB_TEMPLATE"]
    os.environ["PGOPTIONS"] = f"{os.environ.get('PGOPTIONS', '')} -c statement_timeout={LONGEST}"

    @contextmanager
    def holding(statements: list[str]) -> Iterator[None]:
        if not statements:
            yield
            return
        with server.database(sound) as url:
            with psycopg.connect(url, autocommit=True, application_name="saasdb mutate") as connection:
                for statement in statements:
                    connection.execute(statement)
                use(connection.info.dbname)
            try:
                yield
            finally:
                use(sound)

    loop(session, holding, lambda fails, items: set())


def _killer(
    holding: Holding, statements: list[str], items: list[Any], fails: Callable[[Any], bool], ignored: set[str]
) -> str:
    """The test that fails with the mutant, passes without it, and fails with it again."""

    def first_failing(tests: list[Any], sql: list[str]) -> int | None:
        with holding(sql):
            return next((place for place, item in enumerate(tests) if fails(item)), None)

    left = [item for item in items if item.nodeid not in ignored]
    while (place := first_failing(left, statements)) is not None:
        test, left = left[place], left[place + 1 :]
        # Both again by itself: `now()` stands still in a transaction, a test may fail because much went before it, and
        # one that fails now and then has noticed nothing.
        if first_failing([test], []) is not None:
            ignored.add(test.nodeid)
        elif first_failing([test], statements) is not None:
            return test.nodeid
    return ""


def _score(text: str, names: list[str]) -> int:
    return sum(
        weight * min(len(re.findall(rf"(?<![a-z]){re.escape(name)}", text)), 5)
        for weight, name in zip(WEIGHTS, names, strict=False)
        if len(name) > 2
    )
