"""Doing what the plan says: one transaction a migration, one for all code files, a lock against a second applier."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import psycopg

from saasdb import ledger as ledgers
from saasdb.apply.code import run_code
from saasdb.apply.execute import execute_file
from saasdb.apply.objects import record, recorded
from saasdb.apply.plan import Plan, Step, make_plan
from saasdb.apply.status import drifted_files
from saasdb.apply.target import Target, connect, examine
from saasdb.errors import SaasdbError, without_password
from saasdb.files import Files, Migration

_LOCK_KEY = 0x5AA5DB
"""The advisory lock of every apply, of any project: one applier a database."""

Progress = Callable[[str, str], None]
"""Called with a step's path and its outcome: `begins`, or how long it took."""


def look(url: str, files: Files, *, adopt: bool = False) -> tuple[Plan, Target]:
    """The plan for a database, nothing done.

    Raises:
        SaasdbError: not reachable, a wrong history, or a database that does not look like a target.
    """
    with connect(url) as connection:
        return _plan(connection, files, adopt)


def apply(
    url: str,
    files: Files,
    *,
    lock_timeout: str = "5s",
    adopt: bool = False,
    progress: Progress = lambda path, what: None,
) -> Plan:
    """Bring the database at `url` up to date.

    Args:
        lock_timeout: how long a statement waits for a lock before the step is rolled back; Postgres' own notation.
        adopt: go on although the database has tables and neither a ledger nor Supabase's `auth.users`.

    Returns:
        what was done; an empty plan when there was nothing to do.

    Raises:
        SaasdbError: refused before anything was done, or a step failed: that step is rolled back and those before stay.
    """
    with _only_applier(url), connect(url, application_name="saasdb apply") as connection:
        plan, target = _plan(connection, files, adopt)
        if not plan.steps:
            return plan
        try:
            _run(connection, plan, lock_timeout, progress)
        except psycopg.Error as error:
            raise SaasdbError(
                f"{str(error).strip().splitlines()[0]}",
                where=f"database {target.database}",
                todo="The step is rolled back. Run `saasdb status`, then apply again.",
            ) from error
        return plan


def _plan(connection: psycopg.Connection, files: Files, adopt: bool) -> tuple[Plan, Target]:
    try:
        target = examine(connection)
        ledger = ledgers.read(connection)
        drifted = drifted_files(connection, ledger)
    except psycopg.errors.InsufficientPrivilege as error:
        raise SaasdbError(
            f"This role may not read the ledger: {error.diag.message_primary}",
            where=without_password(connection.info.dsn),
            todo="Connect as the role that applied before: it owns schema saasdb.",
        ) from error
    if not ledger.exists:
        _refuse_strangers(target, adopt)
    plan = make_plan(files, ledger, target, frozenset(drifted))
    if plan.steps and not target.may_create:
        raise SaasdbError(
            f"Role {target.user} may not create schemas in this database",
            where=f"database {target.database}",
            todo=f"Connect as the database's owner, or `grant create on database {target.database} to {target.user}`.",
        )
    connection.rollback()
    return plan, target


def _refuse_strangers(target: Target, adopt: bool) -> None:
    if target.tables and not target.has_users and not adopt:
        raise SaasdbError(
            f"This database has {target.tables} tables, no ledger of saasdb and no auth.users: is it the right one?",
            where=f"database {target.database}",
            todo="Check the URL. If it is the right one, pass --adopt.",
        )


@contextmanager
def _only_applier(url: str) -> Iterator[None]:
    """Hold the lock in a transaction of its own: that holds through a pooler in transaction mode too."""
    with connect(url, application_name="saasdb apply lock") as guard:
        guard.execute("set local idle_in_transaction_session_timeout = 0")
        # Sent without parameters: a parameter keeps a portal, the portal a snapshot, and `create index concurrently`
        # waits for every snapshot of the database, so the migration would wait for its own lock.
        if not guard.execute(f"select pg_try_advisory_xact_lock({_LOCK_KEY})").fetchone()[0]:
            raise SaasdbError(
                f"Somebody else is applying to this database{_who(guard)}",
                where=f"database {guard.info.dbname}",
                todo="Wait for it to end, then run `saasdb status`.",
            )
        yield


def _who(guard: psycopg.Connection) -> str:
    row = guard.execute(
        "select a.pid, a.usename, to_char(a.xact_start at time zone 'UTC', 'HH24:MI:SS')"
        " from pg_locks as l join pg_stat_activity as a on a.pid = l.pid"
        " where l.locktype = 'advisory' and l.objid = %s and l.database = (select oid from pg_database where datname ="
        " current_database()) and l.granted limit 1",
        [_LOCK_KEY],
    ).fetchone()
    return f" (process {row[0]}, role {row[1]}, since {row[2]} UTC)" if row else ""


def _run(connection: psycopg.Connection, plan: Plan, lock_timeout: str, progress: Progress) -> None:
    if plan.platform:
        _begin(connection, lock_timeout)
        _together(connection, plan.platform, progress)
    for step in plan.migrations:
        _begin(connection, lock_timeout)
        _migrate(connection, step.file, progress)
    if plan.code:
        _begin(connection, lock_timeout)
        _code(connection, plan.code, progress)


def _begin(connection: psycopg.Connection, lock_timeout: str) -> None:
    """Open a transaction with its own settings (a pooler forgets those of the session) and the ledger in it."""
    connection.execute(
        "select set_config('lock_timeout', %s, true), set_config('statement_timeout', '0', true),"
        " set_config('idle_in_transaction_session_timeout', '0', true)",
        [lock_timeout],
    )
    ledgers.create(connection)


def _together(connection: psycopg.Connection, steps: tuple[Step, ...], progress: Progress) -> None:
    for step in steps:
        progress(step.path, "begins")
        begun = time.monotonic()
        execute_file(connection, step.file)
        ledgers.set_code(connection, step.path, step.file.checksum, [])
        progress(step.path, f"{(time.monotonic() - begun) * 1000:.0f} ms")
    connection.commit()


def _migrate(connection: psycopg.Connection, migration: Migration, progress: Progress) -> None:
    progress(migration.path, "begins")
    begun = time.monotonic()
    if not migration.transactional:
        ledgers.add_migration(connection, migration.version, migration.path, migration.checksum, None)
        connection.commit()
    execute_file(connection, migration, transactional=migration.transactional)
    took = round((time.monotonic() - begun) * 1000)
    ledgers.add_migration(connection, migration.version, migration.path, migration.checksum, took)
    connection.commit()
    progress(migration.path, f"{took} ms")


def _code(connection: psycopg.Connection, steps: tuple[Step, ...], progress: Progress) -> None:
    touched = {step.path: step.made_before for step in steps}
    others = [row for path, row in ledgers.read(connection).code.items() if path not in touched]
    kept = {each.key for row in others for each in recorded(row.objects)}  # it stays, whoever else had once made it
    files = [step.file for step in steps if step.file]
    begun = time.monotonic()
    progress(f"{len(steps)} code files", "begins")
    made = run_code(connection, files, touched, kept)
    for file in files:
        ledgers.set_code(connection, file.path, file.checksum, [record(each) for each in made[file.path]])
    for step in steps:
        if step.kind == "gone":
            ledgers.remove_code(connection, step.path)
    connection.commit()
    for step in steps:
        if step.reason != "new":
            progress(step.path, step.reason)
    progress(f"{len(steps)} code files in one transaction", f"{(time.monotonic() - begun) * 1000:.0f} ms")
