"""Many queries sent at once: the server works on the next while what it said to the last is taken apart here."""

from __future__ import annotations

import select
from collections.abc import Callable, Iterator, Sequence
from itertools import chain
from types import TracebackType

import psycopg
from psycopg import capabilities, errors, generators
from psycopg.adapt import Transformer
from psycopg.pq import ConnStatus, ExecStatus
from psycopg.pq.abc import PGresult

_AT_ONCE = 500
"""Rows that are taken apart between two looks at what else has come: a server that cannot send on stops working."""

_IN_PORTIONS = capabilities.has_stream_chunked()
"""Whether libpq (17 or newer; psycopg brings its own) gives out rows before the last of them has come."""


class Answers:
    """The answers to queries, one after the other in the order in which they were asked.

    A context manager, inside a transaction. psycopg's own pipeline waits for every answer before it gives out the
    first, which is the opposite of what this is for; so libpq's is used, which psycopg wraps.

    Args:
        connection: an open connection on which nothing else happens until the block ends.
        queries: statements without parameters.
        together: everybody who has asked something at the same time; what comes for them is taken off the wire too.
    """

    def __init__(self, connection: psycopg.Connection, queries: Sequence[str], together: Sequence[Answers]):
        self._connection = connection
        self._queries = queries
        self._together = together
        self._pgconn = connection.pgconn

    def __enter__(self) -> Answers:
        encoding = self._connection.info.encoding
        self._pgconn.enter_pipeline_mode()
        for query in self._queries:
            self._pgconn.send_query_params(query.encode(encoding), None)
            self._pgconn.send_flush_request()
        self._pgconn.pipeline_sync()
        self._connection.wait(generators.send(self._pgconn))
        return self

    def next(self) -> Iterator[tuple]:
        """The rows of the next answer, as they come. They must be gone through before the one after is asked for.

        Raises:
            psycopg.Error: the query failed.
        """
        if _IN_PORTIONS:
            self._pgconn.set_chunked_rows_mode(_AT_ONCE)
        return chain.from_iterable(self._rows(result) for result in iter(self._result, None))

    def kept(self) -> Callable[[], Iterator[tuple]]:
        """The next answer as it came; called, it gives the rows, as often as it is called.

        Raises:
            psycopg.Error: the query failed.
        """
        results = list(iter(self._result, None))
        return lambda: chain.from_iterable(map(self._rows, results))

    def _result(self) -> PGresult | None:
        """The next portion of an answer; None after the last."""
        while self._pgconn.is_busy():
            waiting = select.poll()
            for each in self._together:
                waiting.register(each._pgconn.socket, select.POLLIN)
            waiting.poll()
            self._take_in()
        result = self._pgconn.get_result()
        if result and result.status not in (ExecStatus.TUPLES_OK, ExecStatus.TUPLES_CHUNK):
            raise errors.error_from_result(result, encoding=self._connection.info.encoding)
        return result

    def _rows(self, result: PGresult) -> Iterator[tuple]:
        return chain.from_iterable(self._portions(result))

    def _portions(self, result: PGresult) -> Iterator[list[tuple]]:
        transformer = Transformer(self._connection)
        transformer.set_pgresult(result)
        for start in range(0, result.ntuples, _AT_ONCE):
            self._take_in()
            yield transformer.load_rows(start, min(start + _AT_ONCE, result.ntuples), tuple)

    def _take_in(self) -> None:
        """Take what has come for anybody off the wire, without waiting."""
        for each in self._together:
            if each._pgconn.status == ConnStatus.OK:
                each._pgconn.consume_input()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Read what is left, so that the connection can be used again."""
        if self._pgconn.status != ConnStatus.OK:
            return
        if kind is KeyboardInterrupt:
            self._connection.cancel_safe()
        while True:
            results = self._connection.wait(generators.fetch_many(self._pgconn))
            if results and results[0].status == ExecStatus.PIPELINE_SYNC:
                break
        self._pgconn.exit_pipeline_mode()
