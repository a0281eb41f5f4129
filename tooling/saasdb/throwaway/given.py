"""Engine `url`: a server that is given. Databases are made on it and dropped again; nothing else of it is touched."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager

import psycopg

from saasdb.errors import SaasdbError
from saasdb.throwaway.server import Server


@contextmanager
def opened(url: str | None) -> Iterator[Server]:
    """The server at `url` or `SAASDB_SERVER_URL`.

    Raises:
        SaasdbError: no URL, no connection, or the role may not create databases.
    """
    url = url or os.environ.get("SAASDB_SERVER_URL")
    if not url:
        raise SaasdbError(
            "Engine `url` needs a server", todo="Pass --server URL or set SAASDB_SERVER_URL to one that may be used."
        )
    try:
        server = Server(url)
        with psycopg.connect(url) as connection:
            allowed = connection.execute(
                "select rolsuper or rolcreatedb from pg_roles where rolname = current_user"
            ).fetchone()[0]
    except psycopg.OperationalError as error:
        raise SaasdbError(
            f"The given server does not answer: {str(error).strip().splitlines()[-1]}",
            where=url,
            todo="Check host, port, role and password of SAASDB_SERVER_URL.",
        ) from error
    if not allowed:
        raise SaasdbError(
            "The role of the given server may not create databases",
            where=url,
            todo="Use a role with CREATEDB; a throwaway needs a database of its own.",
        )
    yield server
