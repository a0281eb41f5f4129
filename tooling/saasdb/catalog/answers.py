"""Many queries sent at once: the server works on the next while what it said to the last is taken apart here."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from itertools import chain
from types import TracebackType

import psycopg
from psycopg import errors, generators
from psycopg.adapt import Transformer
from psycopg.pq import ConnStatus, ExecStatus
from psycopg.pq.abc import PGresult

_AT_ONCE = 500
"""Rows between two looks at what has come: a server that cannot send on stops working."""


class Answers:
    """The answers to queries, one after the other in the order in which they were asked.

    A context manager, inside a transaction. psycopg's own pipeline waits for every answer before it gives out the
    first, which is the opposite of what this is for; so libpq's is used, which psycopg wraps.

    Args:
        connection: an open connection on which nothing else happens until the block ends.
        queries: statements without parameters.
        meanwhile: called every few hundred rows while an answer is gone through.
    """

    def __init__(self, connection: psycopg.Connection, queries: Sequence[str], meanwhile: Callable[[], None]):
        self._connection = connection
        self._queries = queries
        self._meanwhile = meanwhile
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

    def next(self) -> Callable[[], Iterator[tuple]]:
        """The next answer as it came; called, it gives the rows, as often as it is called.

        Raises:
            psycopg.Error: the query failed.
        """
        (result,) = self._connection.wait(generators.fetch_many(self._pgconn))
        if result.status != ExecStatus.TUPLES_OK:
            raise errors.error_from_result(result, encoding=self._connection.info.encoding)
        return partial(self._rows, result)

    def _rows(self, result: PGresult) -> Iterator[tuple]:
        return chain.from_iterable(self._portions(result))

    def _portions(self, result: PGresult) -> Iterator[list[tuple]]:
        transformer = Transformer(self._connection)
        transformer.set_pgresult(result)
        for start in range(0, result.ntuples, _AT_ONCE):
            self._meanwhile()
            yield transformer.load_rows(start, min(start + _AT_ONCE, result.ntuples), tuple)

    def take_in(self) -> None:
        """Take what has come off the wire, without waiting."""
        if self._pgconn.status == ConnStatus.OK:
            self._pgconn.consume_input()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Read what is left, so that the connection can be used again."""
        if self._pgconn.status != ConnStatus.OK:
            return
        while True:
            results = self._connection.wait(generators.fetch_many(self._pgconn))
            if results and results[0].status == ExecStatus.PIPELINE_SYNC:
                break
        self._pgconn.exit_pipeline_mode()
