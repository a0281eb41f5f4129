"""Engine `docker`: the official image (or `--image`) through testcontainers."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from saasdb.errors import SaasdbError
from saasdb.throwaway.server import Server

DEFAULT_IMAGE = "postgres:18-alpine"
_SETTINGS = ("fsync=off", "synchronous_commit=off", "full_page_writes=off", "max_locks_per_transaction=1024")


@contextmanager
def started(image: str | None = None) -> Iterator[Server]:
    """A container for the length of the block.

    Raises:
        SaasdbError: testcontainers is not installed, Docker does not answer, or the image does not start.
    """
    image = image or os.environ.get("SAASDB_IMAGE") or DEFAULT_IMAGE
    # Ten looks a second for forty seconds: testcontainers' own default sleeps a whole second between two.
    os.environ.setdefault("TC_POOLING_INTERVAL", "0.1")
    os.environ.setdefault("TC_MAX_TRIES", "400")
    try:
        try:
            from testcontainers.community.postgres import PostgresContainer  # its place since 4.15
        except ImportError:
            from testcontainers.postgres import PostgresContainer
    except ImportError as error:
        raise SaasdbError(
            "The docker engine needs testcontainers", todo="Run `pip install 'saasdb[docker]'`."
        ) from error
    container = PostgresContainer(image, username="postgres", dbname="postgres", driver=None)
    command = " ".join(f"-c {setting}" for setting in _SETTINGS)
    try:
        container.with_command(f"postgres {command}").with_tmpfs_mount("/saasdb").with_env(
            "PGDATA", "/saasdb/data"
        ).start()
    except BaseException as error:
        _remove(container)
        if not isinstance(error, Exception):
            raise  # Ctrl-C while it starts
        # the Docker client raises a different class for each thing that can be missing
        raise SaasdbError(
            f"The container did not start: {str(error).strip().splitlines()[0] if str(error).strip() else error!r}",
            where=image,
            todo="Check `docker info` and that the image is there, or leave out `--engine docker`.",
        ) from error
    try:
        yield Server(container.get_connection_url(), f"docker {image}", alone=True)
    finally:
        container.stop()


def _remove(container) -> None:
    """Remove what a failed start left, as far as there is anything and somebody to ask."""
    with suppress(Exception):
        container.stop()
