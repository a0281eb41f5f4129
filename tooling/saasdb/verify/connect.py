"""One connection to prove on: autocommit, its own transactions rolled back, no statement for ever."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import psycopg

from saasdb.apply.target import connect
from saasdb.errors import SaasdbError

LONGEST = "120s"
"""No probe may run longer: a round trip of probes is cut off, and the verb says so."""


@contextmanager
def connected(url: str) -> Iterator[psycopg.Connection]:
    """A connection for `verify`.

    Raises:
        SaasdbError: the database cannot be reached, or a round of probes was cut off.
    """
    connection = connect(url, application_name="saasdb verify", autocommit=True)
    with connection:
        connection.execute(f"set statement_timeout = '{LONGEST}'")
        connection.execute("set lock_timeout = '10s'")
        try:
            yield connection
        except psycopg.errors.QueryCanceled:
            raise SaasdbError(
                f"A round of probes ran longer than {LONGEST}",
                where=f"database {connection.info.dbname}",
                todo="Prove on a copy of the schema alone: `saasdb verify --copy`.",
            ) from None
        except psycopg.errors.LockNotAvailable:
            raise SaasdbError(
                "Another session holds a lock that a probe needs",
                where=f"database {connection.info.dbname}",
                todo="Prove on a copy of the schema alone: `saasdb verify --copy`.",
            ) from None
