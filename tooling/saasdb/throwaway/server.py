"""One running server: databases made and dropped, templates loaded once."""

from __future__ import annotations

import hashlib
import itertools
import os
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit, urlunsplit

import psycopg
from psycopg import sql

PREFIX = "saasdb_"
"""Every database that this tool makes on a server begins so; nothing else is ever dropped."""

_numbers = itertools.count(1)


class Server:
    """A server on which databases may be made.

    Args:
        admin_url: a URL of a role that may create databases.
        label: what to call this server in messages, e.g. `embedded PostgreSQL 18.6`.
        version: what it is, e.g. `18.6`, where that is known; else it is asked.
        alone: whether it was started for this caller and goes with him, so that its roles are his to change.
    """

    def __init__(self, admin_url: str, label: str = "", version: str = "", *, alone: bool = False):
        self.admin_url, self.alone = admin_url, alone
        if not version:
            with self._admin() as connection:
                version = connection.info.parameter_status("server_version") or ""
        self.version = version
        self.major = int(re.match(r"\d+", version)[0])
        self.label = label or f"PostgreSQL {self.version}"
        self._kept: set[str] = set()

    def url(self, dbname: str) -> str:
        """The URL of a database of this server."""
        parts = urlsplit(self.admin_url)
        return urlunsplit(parts._replace(path="/" + dbname))

    def _admin(self) -> psycopg.Connection:
        return psycopg.connect(self.admin_url, autocommit=True, application_name="saasdb throwaway")

    @contextmanager
    def database(self, template: str | None = None) -> Iterator[str]:
        """The URL of a fresh database, dropped afterwards unless `keep` was asked for it.

        Args:
            template: the name of a database to copy, as `template()` returned it; without it an empty database.
        """
        name = f"{PREFIX}{os.getpid()}_{next(_numbers)}"
        self.create(name, template)
        try:
            yield self.url(name)
        finally:
            if name not in self._kept:
                self.drop(name)

    def keep(self, url: str) -> None:
        """Do not drop this clone when its `with` block ends: somebody wants to look at it."""
        self._kept.add(urlsplit(url).path.lstrip("/"))

    def create(self, name: str, template: str | None = None) -> None:
        """Make a database by file copy: with fsync off that is faster than copying through WAL."""
        statement = sql.SQL("create database {} template {} strategy file_copy").format(
            sql.Identifier(name), sql.Identifier(template or "template0")
        )
        with self._admin() as connection:
            connection.execute(statement)

    def create_if_missing(self, name: str) -> bool:
        """Make an empty database of that name unless it is there; whether it was made."""
        with self._admin() as connection:
            if connection.execute("select 1 from pg_database where datname = %s", [name]).fetchone():
                return False
        self.create(name)
        return True

    def drop(self, name: str) -> None:
        """Drop a database that this tool made, together with whoever is still connected to it."""
        with self._admin() as connection:
            connection.execute(sql.SQL("drop database if exists {} with (force)").format(sql.Identifier(name)))

    def template(self, key: str, build: Callable[[str], None]) -> str:
        """The name of a database that `build(url)` loaded; built once per key and server, whoever asks first.

        Args:
            key: what the content depends on; any text. Two callers with the same key share one template.
            build: fills the empty database at the URL that it is given. If it raises, nothing is left.
        """
        name = f"{PREFIX}template_{hashlib.sha256(key.encode()).hexdigest()[:16]}"
        with self._admin() as connection:
            connection.execute("select pg_advisory_lock(hashtext(%s))", [name])
            if connection.execute("select 1 from pg_database where datname = %s", [name]).fetchone():
                return name
            draft = f"{name}_draft"
            self.drop(draft)
            self.create(draft)
            try:
                build(self.url(draft))
            except BaseException:
                self.drop(draft)
                raise
            rename = sql.SQL("alter database {} rename to {}")
            connection.execute(rename.format(sql.Identifier(draft), sql.Identifier(name)))
        return name
