"""What a plan will lock and make: found out by doing it on a throwaway, not by reading the SQL."""

from __future__ import annotations

from dataclasses import dataclass

import psycopg

from saasdb.apply.code import run_code
from saasdb.apply.execute import execute_file
from saasdb.apply.objects import CodeObject
from saasdb.apply.plan import Plan
from saasdb.errors import SaasdbError
from saasdb.files import Files
from saasdb.throwaway import open_server

_LOCKS = """
select
    n.nspname || '.' || c.relname,
    (array_agg(l.mode order by array_position(
        array['ShareUpdateExclusiveLock', 'ShareLock', 'ShareRowExclusiveLock', 'ExclusiveLock', 'AccessExclusiveLock'],
        l.mode) desc))[1]
from pg_catalog.pg_locks as l
join pg_catalog.pg_class as c on c.oid = l.relation
join pg_catalog.pg_namespace as n on n.oid = c.relnamespace
where l.pid = pg_catalog.pg_backend_pid() and l.locktype = 'relation' and l.granted and c.relkind in ('r', 'p', 'm')
  and l.database = (select oid from pg_catalog.pg_database where datname = current_database())
  and l.mode not in ('AccessShareLock', 'RowShareLock', 'RowExclusiveLock')
  and n.nspname not in ('pg_catalog', 'saasdb', 'pg_toast') and c.oid = any(%s)
group by 1
order by 1
"""
_TABLES = "select coalesce(array_agg(oid), '{}') from pg_catalog.pg_class where relkind in ('r', 'p', 'm')"

_WORDS = {
    "ShareUpdateExclusiveLock": "share update exclusive",
    "ShareLock": "share",
    "ShareRowExclusiveLock": "share row exclusive",
    "ExclusiveLock": "exclusive",
    "AccessExclusiveLock": "access exclusive",
}
BLOCKS = {
    "share update exclusive": "blocks nothing but other changes to it",
    "share": "blocks writes",
    "share row exclusive": "blocks writes",
    "exclusive": "blocks writes",
    "access exclusive": "blocks reads and writes",
}


@dataclass(frozen=True)
class Rehearsal:
    """What a plan did on a throwaway.

    Attributes:
        locks: path → (table, lock) for every step, on tables that were there before the step.
        made: code file → the objects that it makes.
        problem: why it could not be rehearsed to its end; None when it could.
    """

    locks: dict[str, list[tuple[str, str]]]
    made: dict[str, tuple[CodeObject, ...]]
    problem: SaasdbError | None = None


def rehearse(files: Files, plan: Plan, *, engine: str | None = None, image: str | None = None) -> Rehearsal:
    """Replay the history on a throwaway, do the plan there, and note what it locks and makes."""
    pending = {step.path for step in plan.steps}
    locks: dict[str, list[tuple[str, str]]] = {}
    made: dict[str, tuple[CodeObject, ...]] = {}
    try:
        with (
            open_server(engine, image=image) as server,
            server.database() as url,
            psycopg.connect(url, application_name="saasdb rehearsal") as connection,
        ):
            for file in files.platform:
                execute_file(connection, file)
            connection.commit()
            for migration in files.migrations:
                _watch(connection, migration, pending, locks)
            made = run_code(connection, files.code)
            connection.commit()
            for file in files.code:
                if file.path in pending:
                    before = connection.execute(_TABLES).fetchone()[0]
                    run_code(connection, [file], {file.path: made[file.path]})
                    locks[file.path] = _held(connection, before)
                    connection.rollback()
    except SaasdbError as error:
        return Rehearsal(locks, made, error)
    return Rehearsal(locks, made)


def _watch(connection: psycopg.Connection, migration, pending: set[str], found: dict) -> None:
    if not migration.transactional:
        execute_file(connection, migration, transactional=False)
        return
    before = connection.execute(_TABLES).fetchone()[0]
    execute_file(connection, migration)
    if migration.path in pending:
        found[migration.path] = _held(connection, before)
    connection.commit()


def _held(connection: psycopg.Connection, before: list[int]) -> list[tuple[str, str]]:
    return [(table, _WORDS[mode]) for table, mode in connection.execute(_LOCKS, [before])]
