"""What a database has, what it lacks, and what was changed in it by hand since."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass

import psycopg

from saasdb import ledger as ledgers
from saasdb.apply.objects import CodeObject, current
from saasdb.apply.plan import make_plan
from saasdb.apply.target import connect, examine
from saasdb.errors import SaasdbError
from saasdb.files import Files
from saasdb.ledger import Ledger


@dataclass(frozen=True)
class MigrationLine:
    """One migration: `applied`, `pending`, `edited`, `missing here` or `broke off`."""

    file: str
    state: str
    applied: str = ""
    by: str = ""
    took: str = ""


@dataclass(frozen=True)
class Report:
    """Everything that `saasdb status` says."""

    database: str
    migrations: tuple[MigrationLine, ...]
    code: tuple[tuple[str, str], ...]
    drift: tuple[Drift, ...]
    problems: tuple[str, ...]

    @property
    def clean(self) -> bool:
        """Nothing pending, edited or drifted."""
        return not (self.code or self.drift or self.problems or any(m.state != "applied" for m in self.migrations))

    @property
    def summary(self) -> str:
        if self.clean:
            return f"database {self.database} is up to date"
        waiting = sum(line.state == "pending" for line in self.migrations)
        return (
            f"database {self.database}: {waiting} migrations pending, {len(self.code)} code files to apply,"
            f" {len(self.drift)} objects drifted, {len(self.problems)} problems"
        )

    def as_json(self) -> dict:
        """Plain values for `--json`."""
        return {**asdict(self), "clean": self.clean}


def status(url: str, files: Files) -> Report:
    """Compare the database at `url` with its ledger and the files; takes no lock that anybody feels.

    Raises:
        SaasdbError: it cannot be reached or its ledger may not be read.
    """
    with connect(url, application_name="saasdb status") as connection:
        try:
            target = examine(connection)
            ledger = ledgers.read(connection)
            drift = find_drift(connection, ledger)
        except psycopg.errors.InsufficientPrivilege as error:
            raise SaasdbError(
                f"This role may not read the ledger: {error.diag.message_primary}",
                where=f"database {connection.info.dbname}",
                todo="Connect as the role that applied: it owns schema saasdb.",
            ) from error
    problems, code = [], ()
    try:
        plan = make_plan(files, ledger, target, frozenset(each.path for each in drift))
        code = tuple((step.path, step.reason) for step in (*plan.platform, *plan.code))
    except SaasdbError as error:
        problems.append(f"{error.what} ({error.where}). {error.todo}")
    return Report(target.database, tuple(_migrations(files, ledger)), code, drift, tuple(problems))


def _migrations(files: Files, ledger: Ledger) -> Iterator[MigrationLine]:
    applied = {row.version: row for row in ledger.migrations}
    here = {each.version: each for each in files.migrations}
    for version in sorted({*applied, *here}):
        row, migration = applied.get(version), here.get(version)
        if row is None:
            yield MigrationLine(migration.stem, "pending")
            continue
        state = "applied"
        if migration is None:
            state = "missing here"
        elif migration.checksum != row.checksum:
            state = "edited"
        elif row.took_ms is None:
            state = "broke off"
        took = "" if row.took_ms is None else f"{row.took_ms} ms"
        name = row.file.rsplit("/", 1)[-1].removesuffix(".sql")
        yield MigrationLine(name, state, f"{row.applied_at:%Y-%m-%d %H:%M}", row.applied_by, took)


@dataclass(frozen=True)
class Drift:
    """One object of a code file that is no longer what the file made."""

    path: str
    object: str
    what: str
    """`changed by hand` or `dropped by hand`."""


def find_drift(connection: psycopg.Connection, ledger: Ledger) -> tuple[Drift, ...]:
    """Compare what the ledger remembers of every code object with what the catalog says now."""
    now = {each.key: each for each in current(connection)}
    found = []
    for path, row in ledger.code.items():
        for values in row.objects:
            each = CodeObject(**values)
            held = now.get(each.key)
            if held is None:
                found.append(Drift(path, str(each), "dropped by hand"))
            elif held.differs(each):
                found.append(Drift(path, str(each), "changed by hand"))
    return tuple(found)


def drifted_files(connection: psycopg.Connection, ledger: Ledger) -> set[str]:
    """The code files of which something was changed or dropped by hand."""
    return {drift.path for drift in find_drift(connection, ledger)}
