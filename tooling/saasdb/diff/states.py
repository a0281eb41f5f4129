"""A state, loaded: its model, and the database it was read from."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass

import psycopg
from psycopg import sql

from saasdb import catalog
from saasdb.apply import target
from saasdb.diff import roles, script
from saasdb.diff.words import Word
from saasdb.model import Database, Key
from saasdb.throwaway import Server


@dataclass
class State:
    """One side of a diff.

    Attributes:
        word: how it was asked for.
        url: the database that holds it.
        database: what was read from there.
        roles: the server's roles once it was loaded.
        subscribed: whether it has (or gets, while it is worked on) a subscription.
        live: whether the database is the user's own, on which nothing may be tried.
    """

    word: Word
    url: str
    database: Database
    roles: roles.Roles
    live: bool = False
    subscribed: bool = False


@contextmanager
def opened(
    word: Word, server: Callable[[], Server], project: Callable[[], object], skip_schemas: tuple[str, ...] = ()
) -> Iterator[State]:
    """Load a state: into a throwaway database, or by reading a live one.

    Args:
        server: gives the throwaway server; only called when one is needed.
        project: gives the project's files; only called for `declared` and `migrated`.

    Raises:
        SaasdbError: a file fails, the project does, or the database does not answer.
    """
    with ExitStack() as stack:
        if word.kind == "url":
            url = word.text
        elif word.kind == "files":
            url = stack.enter_context(server().database())
        else:
            url = stack.enter_context(server().database(_template(word, server(), project())))
        with connect(url) as connection:
            _load(connection, word)
            database = catalog.read(connection, skip_schemas=skip_schemas)
            found = roles.snapshot(connection)
        state = State(word, url, database, found, live=word.kind == "url")
        state.subscribed = any(key.kind == "subscription" for key in database.objects)
        try:
            yield state
        finally:
            if state.subscribed and not state.live:
                _forget_subscriptions(url)


def connect(url: str) -> psycopg.Connection:
    """An autocommit connection.

    Raises:
        SaasdbError: the database does not answer; without its password.
    """
    connection = target.connect(url, application_name="saasdb diff", autocommit=True)
    _hush(connection)
    return connection


def _hush(connection: psycopg.Connection) -> None:
    connection.execute("set client_min_messages = error")


def _load(connection: psycopg.Connection, word: Word) -> None:
    """Run a state's files, and leave the session as it was before them."""
    for place in word.files:
        script.run_file(connection, place)
    if word.files:
        connection.rollback()  # of a transaction that a file left open
        connection.execute("discard all")
        _hush(connection)


def platform(server: Server, files: object) -> frozenset[Key]:
    """What a project's stand-in for a hosting platform makes."""
    from saasdb.apply.declared import load_migrated, template_key

    name = server.template(template_key(files, "platform"), lambda url: load_migrated(url, files, upto=""))
    with connect(server.url(name)) as connection:
        return frozenset(catalog.read(connection).objects)


def _template(word: Word, server: Server, files: object) -> str:
    from saasdb.apply.declared import load_declared, load_migrated, template_key

    load = load_declared if word.text == "declared" else load_migrated
    return server.template(template_key(files, word.text), lambda url: load(url, files))


def _forget_subscriptions(url: str) -> None:
    """A database with a subscription cannot be dropped."""
    with connect(url) as connection:
        for (name,) in connection.execute(
            "select subname from pg_subscription s join pg_database d on d.oid = subdbid"
            " where datname = current_database()"
        ).fetchall():
            subscription = sql.Identifier(name)
            connection.execute(sql.SQL("alter subscription {} disable").format(subscription))
            connection.execute(sql.SQL("alter subscription {} set (slot_name = none)").format(subscription))
            connection.execute(sql.SQL("drop subscription {}").format(subscription))
