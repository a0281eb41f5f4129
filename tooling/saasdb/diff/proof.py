"""The proof: the statements are run on the first state, and what comes out must be the second."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import psycopg

from saasdb import catalog
from saasdb.compare import Changes, compare
from saasdb.diff import dump, roles
from saasdb.diff.owners import Owners
from saasdb.diff.script import run_file
from saasdb.diff.states import State, connect
from saasdb.errors import SaasdbError
from saasdb.model import Database, Key
from saasdb.plan import Statement
from saasdb.throwaway import Server, pg_dump


@dataclass(frozen=True)
class Verdict:
    """What the proof found.

    Attributes:
        left: what still differs by our own reading; empty when proven.
        dump_left: statements of `pg_dump` that only one side has: (`-` the result's, `+` the wanted one's).
        second_opinion: whether `pg_dump` was at hand.
    """

    left: Changes
    dump_left: tuple[str, ...]
    second_opinion: bool

    @property
    def holds(self) -> bool:
        return not self.left and not self.dump_left


def prove(
    url: str,
    new: State,
    statements: list[Statement],
    mine: Owners,
    ignored: frozenset[Key],
    *,
    second_opinion: bool = True,
    skip_schemas: tuple[str, ...] = (),
) -> Verdict:
    """Run the statements on a database in the first state, then read it back.

    Args:
        url: that database; it is in the second state afterwards.
        mine: how its objects' owner is called in the second state.
        ignored: what is no part of the comparison.
        second_opinion: whether `pg_dump` of both sides must agree too, where there is one.

    Raises:
        SaasdbError: a statement fails there.
    """
    with connect(url) as connection:
        same_major = connection.info.server_version // 10000 == new.database.major
        tool = pg_dump.find(new.database.major) if second_opinion and same_major else None
        wanted = pg_dump.start(tool, new.url) if tool else None
        try:
            run(connection, statements)
            got = pg_dump.start(tool, url) if tool else None
            result = mine.seen(catalog.read(connection, skip_schemas=skip_schemas))
            left = compare(result, new.database, ignore=ignored)
        except BaseException:
            if wanted:
                wanted.kill()
                wanted.communicate()
            raise
    if wanted is None or got is None:
        return Verdict(left, (), False)
    texts = [dump.statements(pg_dump.finish(process)) for process in (got, wanted)]
    return Verdict(left, _apart(*texts), True)


def same_dump(old: State, new: State) -> tuple[str, ...]:
    """What `pg_dump` sees of two states that our own reading calls equal."""
    tool = pg_dump.find(max(old.database.major, new.database.major))
    if tool is None or old.database.major != new.database.major:
        return ()
    processes = [pg_dump.start(tool, state.url) for state in (old, new)]
    return _apart(*(dump.statements(pg_dump.finish(process)) for process in processes))


def _apart(got: list[str], expected: list[str]) -> tuple[str, ...]:
    extra, missing = list(got), []
    for statement in expected:
        if statement in extra:
            extra.remove(statement)
        else:
            missing.append(statement)
    return (*(f"- {text}" for text in extra), *(f"+ {text}" for text in missing))


def run(connection: psycopg.Connection, statements: list[Statement]) -> None:
    """Run statements one by one.

    Raises:
        SaasdbError: one fails; with the object that it is about.
    """
    for statement in statements:
        try:
            connection.execute(statement.sql)
        except psycopg.Error as error:
            detail = f" ({error.diag.message_detail})" if error.diag.message_detail else ""
            raise SaasdbError(
                f"A statement of the plan fails on a copy of the first state: {error.diag.message_primary or error}"
                f"{detail} (SQLSTATE {error.sqlstate})",
                where=f"{statement.about}: {statement.sql}",
                todo="Nothing was printed. Make this one change by hand, then run diff again for the rest.",
            ) from error


@contextmanager
def copy(old: State, new: State, server: Server) -> Iterator[str]:
    """A database in the first state that may be changed: the throwaway it was loaded into, or a live one's schema."""
    named = set().union(*(named_roles(state.database) for state in (old, new) if state.live))
    if not old.live:
        with roles.borrowed(server.admin_url, named):
            yield old.url
        return
    import tempfile
    from pathlib import Path

    tool = pg_dump.find(old.database.major)
    if tool is None or old.database.major != server.major:
        raise SaasdbError(
            f"A copy of a PostgreSQL {old.database.major} database cannot be made here "
            f"(the throwaway is {server.major}, pg_dump is {'there' if tool else 'missing'})",
            todo=f"Set SAASDB_PG_BIN to the bin folder of PostgreSQL {old.database.major}, or use --no-proof.",
        )
    with server.database() as url, tempfile.TemporaryDirectory() as folder:
        with connect(old.url) as live, connect(url) as here:
            dumped = pg_dump.finish(pg_dump.start(tool, old.url, *pg_dump.left_out(live)))
            text = pg_dump.fitted(dumped, here, pg_dump.missing_extensions(live, here))
        place = Path(folder) / "the first state.sql"
        place.write_text(text.replace("CREATE SCHEMA public;", ""))
        with roles.borrowed(server.admin_url, named), connect(url) as connection:
            connection.execute("set check_function_bodies = off")
            run_file(connection, place)
            connection.close()
            yield url


def named_roles(database: Database) -> set[str]:
    """Every role that a database's objects name."""
    found = {item.owner for item in database.objects.values() if item.owner}
    for item in database.objects.values():
        for grant in item.acl or ():
            found |= {grant.grantee, grant.grantor}
        if item.key.kind == "policy":
            found |= set(item["roles"])
        if item.key.kind == "default privileges":
            found.add(item.key.name)
    return found - {""}
