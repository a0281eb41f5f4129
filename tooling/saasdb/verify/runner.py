"""Runs many statements as many callers in one round trip, each in a subtransaction that is rolled back.

A server-side loop keeps a probe at some fifty microseconds; a client-side savepoint costs five round trips.
"""

from __future__ import annotations

import json
from collections import deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from itertools import islice
from typing import Any

import psycopg

from saasdb.verify.helpers import make
from saasdb.verify.server_side import RUN, WATCH

REFUSED = "42501"
"""SQLSTATE insufficient_privilege: what a missing grant and a failed policy check answer."""


@dataclass(frozen=True)
class Probe:
    """One statement to try.

    Attributes:
        role: the role to be, or None for the connection's own.
        settings: session settings that hold during the statement, e.g. the JWT claims.
        statement: the SQL; must be one statement.
        rows: whether its result rows are wanted (as JSON); otherwise only how many rows it touched.
        before: SQL that runs as the connection's own role beforehand.
        effects: whether `after` is to be what changed in any table (see `watch`).
        most: how many new rows of a table the effects tell of; None is all.
        times: how often in a row the statement is tried, at most: `NUMBER` in it is then 1, 2 and so on. The rows say
            how often it went well, and what ended it.
        after: a query of one text or JSON value that runs as the connection's own role afterwards, before the rollback.
        if_logged: whether `after` is asked only where the statement wrote to the log; its answer is None otherwise.
    """

    role: str | None
    settings: Mapping[str, str]
    statement: str
    rows: bool = False
    before: str | None = None
    times: int | None = None
    after: str | None = None
    if_logged: bool = False
    effects: bool = False
    most: int | None = None


@dataclass(frozen=True)
class Answer:
    """What came back: `state` is 00000 or the SQLSTATE of the refusal."""

    state: str
    message: str = ""
    constraint: str = ""
    rows: Any = None
    count: int = 0
    after: Any = None
    notices: tuple[str, ...] = ()

    @property
    def ok(self) -> bool:
        return self.state == "00000"

    @property
    def refused(self) -> bool:
        return self.state == REFUSED


CHUNK = 150
"""Probes in one round trip: few enough that the growing JSON answer stays cheap to append to."""
AHEAD = 4
"""Round trips that wait for the server while answers are read: it never waits for its caller."""


class Runner:
    """Tries statements on one connection, inside the caller's transaction."""

    def __init__(self, connection: psycopg.Connection):
        self.connection = connection
        self.tried = 0
        self._notices: list[str] = []
        make(connection, RUN)
        connection.add_notice_handler(lambda diagnostic: self._notices.append(diagnostic.message_primary or ""))

    def watch(self, tables: Sequence[tuple[int, str, str]], places: Mapping[str, str]) -> None:
        """Remember every row, so that `Probe(effects=True)` can tell which came, changed and went.

        Args:
            tables: oid, quoted name and title of each table.
            places: the label of each row by its place: tableoid and ctid as one text.
        """
        make(self.connection, WATCH)
        with self.connection.cursor() as cursor:
            with cursor.copy("copy pg_temp.saasdb_watched from stdin") as copy:
                for row in tables:
                    copy.write_row(row)
            with cursor.copy("copy pg_temp.saasdb_places from stdin") as copy:
                for place, label in places.items():
                    oid, _, tid = place.partition("(")
                    copy.write_row((oid, f"({tid}", label))

    def run(self, probes: Iterable[Probe], *, notices: bool = False) -> list[Answer]:
        """Try each probe; nothing of what they do stays."""
        return list(self.stream(probes, notices=notices))

    def stream(self, probes: Iterable[Probe], *, notices: bool = False) -> Iterator[Answer]:
        """As `run`, each answer as soon as it is there: the server works on while the caller makes and reads others.

        The caller may make the probes as it goes; until the last answer nothing else may change the database.
        """
        source = iter(probes)
        with ThreadPoolExecutor(1) as pool:
            under_way: deque[Future[Said]] = deque()
            try:
                while chunk := list(islice(source, CHUNK)):
                    self.tried += len(chunk)
                    under_way.append(pool.submit(self._send, json.dumps(list(_jobs(chunk))), notices))
                    if len(under_way) > AHEAD:
                        yield from _answers(*under_way.popleft().result())
                while under_way:
                    yield from _answers(*under_way.popleft().result())
            finally:
                for each in under_way:
                    each.cancel()

    def _send(self, jobs: str, notices: bool) -> Said:
        said = self._ask(jobs, numbered=False)
        if notices and self._notices:
            # Which probe was it? A number before each costs more than all but a few of them: they are asked again.
            said = self._ask(jobs, numbered=True)
        return said, list(self._notices)

    def _ask(self, jobs: str, *, numbered: bool) -> str:
        self._notices.clear()
        return self.connection.execute("select pg_temp.saasdb_run(%s::jsonb, %s)::text", [jobs, numbered]).fetchone()[0]


Said = tuple[str, list[str]]
"""The answers of one round trip as JSON, and the notices heard meanwhile."""


def _answers(said: str, notices: list[str]) -> Iterator[Answer]:
    raw = json.loads(said)
    heard: list[list[str]] = [[] for _ in raw]
    number = -1
    for message in notices:
        if message.startswith("@saasdb "):
            number = int(message.split()[1])
        elif number >= 0:
            heard[number].append(message)
    for (state, message, constraint, rows, count, after), messages in zip(raw, heard, strict=True):
        yield Answer(state, message, constraint or "", rows, count, after, tuple(messages))


def _jobs(probes: Sequence[Probe]) -> Iterator[dict[str, Any]]:
    """The probes as the server's loop reads them: settings of the caller's own naming only where they change."""
    given: dict[str, str] = {}
    for probe in probes:
        job = _job(probe)
        own = {name: value for name, value in probe.settings.items() if "." in name}
        if own != given:
            job["g"] = given = own
        if len(own) < len(probe.settings):
            job["s"] = {name: value for name, value in probe.settings.items() if name not in own}
        yield job


def _job(probe: Probe) -> dict[str, Any]:
    job: dict[str, Any] = {"q": probe.statement}
    if probe.times:
        job["t"] = probe.times
    elif probe.rows:
        job["q"] = f"select coalesce(jsonb_agg(to_jsonb(saasdb_q)), '[]') from ({probe.statement}) saasdb_q"
        job["w"] = 1
    if probe.role:
        job["r"] = probe.role
    if probe.before:
        job["b"] = probe.before
    if probe.after:
        job["a"] = probe.after
    if probe.if_logged:
        job["l"] = 1
    if probe.effects:
        job["c"] = probe.most
    return job
