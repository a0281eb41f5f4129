"""Many queries sent at once: the server works on the next while what it said to the last is taken apart here."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from types import TracebackType

import psycopg
from psycopg import errors, generators
from psycopg.adapt import Transformer
from psycopg.pq import ExecStatus
from psycopg.pq.abc import PGresult


class Answers:
    """The answers to queries, one after the other in the order in which they were asked.

    A context manager, inside a transaction. psycopg's own pipeline waits for every answer before it gives out the
    first, which is the opposite of what this is for; so libpq's is used, which psycopg wraps.

    Args:
        connection: an open connection on which nothing else happens until the block ends.
        queries: statements without parameters.
    """

    def __init__(self, connection: psycopg.Connection, queries: Sequence[str]):
        self._connection = connection
        self._queries = queries
        self._pgconn = connection.pgconn
        self._transformer = Transformer(connection)

    def __enter__(self) -> Answers:
        encoding = self._connection.info.encoding
        self._pgconn.enter_pipeline_mode()
        for query in self._queries:
            self._pgconn.send_query_params(query.encode(encoding), None)
            self._pgconn.send_flush_request()
        self._pgconn.pipeline_sync()
        self._connection.wait(generators.send(self._pgconn))
        return self

    def next(self) -> list[tuple]:
        """The rows of the next answer.

        Raises:
            psycopg.Error: the query failed.
        """
        return self.next_later()()

    def next_later(self) -> Callable[[], list[tuple]]:
        """The next answer as it came; its rows are made when they are asked for.

        Raises:
            psycopg.Error: the query failed.
        """
        (result,) = self._connection.wait(generators.fetch_many(self._pgconn))
        if result.status != ExecStatus.TUPLES_OK:
            raise errors.error_from_result(result, encoding=self._connection.info.encoding)
        return partial(self._rows, result)

    def _rows(self, result: PGresult) -> list[tuple]:
        self._transformer.set_pgresult(result)
        return self._transformer.load_rows(0, result.ntuples, tuple)

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Read what is left, so that the connection can be used again."""
        if self._pgconn.status != psycopg.pq.ConnStatus.OK:
            return
        while True:
            results = self._connection.wait(generators.fetch_many(self._pgconn))
            if results and results[0].status == ExecStatus.PIPELINE_SYNC:
                break
        self._pgconn.exit_pipeline_mode()
