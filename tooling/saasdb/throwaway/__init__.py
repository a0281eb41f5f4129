"""A Postgres to try things on: started in a blink, gone without a trace.

`open_server` is the whole interface; the engines lie beside this file, one module each.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager

from saasdb.errors import SaasdbError
from saasdb.throwaway.server import Server

ENGINES = ("embedded", "docker", "url")

__all__ = ["ENGINES", "Server", "open_server"]


@contextmanager
def open_server(
    engine: str | None = None,
    *,
    url: str | None = None,
    image: str | None = None,
    reuse: bool = True,
) -> Iterator[Server]:
    """A throwaway server for the length of the `with` block.

    Args:
        engine: `embedded` (a PostgreSQL from a wheel, or the one in `SAASDB_PG_BIN`), `docker` (testcontainers) or
            `url` (a server that is given). Default: `SAASDB_ENGINE`, else `embedded`.
        url: engine `url` only: a role that may create databases. Default: `SAASDB_SERVER_URL`.
        image: engine `docker` only. Default: `SAASDB_IMAGE`, else the official image.
        reuse: whether a server that `saasdb up --detach` started may be used.

    Raises:
        SaasdbError: the engine is unknown, not installed, or does not start.
    """
    engine = engine or os.environ.get("SAASDB_ENGINE") or "embedded"
    if engine == "embedded":
        from saasdb.throwaway import embedded

        with embedded.started(reuse=reuse) as server:
            yield server
    elif engine == "docker":
        from saasdb.throwaway import docker

        with docker.started(image) as server:
            yield server
    elif engine == "url":
        from saasdb.throwaway import given

        with given.opened(url) as server:
            yield server
    else:
        raise SaasdbError(f"There is no engine called {engine!r}", todo=f"Use one of: {', '.join(ENGINES)}.")
