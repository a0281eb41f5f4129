"""What is to be done to a database, decided from its ledger and the files alone: no database is asked here."""

from __future__ import annotations

from dataclasses import dataclass, field

from saasdb.apply.objects import CodeObject, recorded
from saasdb.apply.target import Target
from saasdb.errors import SaasdbError
from saasdb.files import CHECKSUMS, Files, Migration, SqlFile, chain
from saasdb.ledger import Ledger


@dataclass(frozen=True)
class Step:
    """One file to run.

    Attributes:
        kind: `platform`, `migration` or `code`; `gone` for a code file that was removed.
        reason: why, in words: `new`, `changed`, `removed`, `drifted`.
    """

    kind: str
    path: str
    reason: str
    file: SqlFile | None = None
    made_before: tuple[CodeObject, ...] = ()
    """What the file had made when it ran last, from the ledger."""


@dataclass(frozen=True)
class Plan:
    """The steps in the order in which they run."""

    platform: tuple[Step, ...] = ()
    migrations: tuple[Step, ...] = ()
    code: tuple[Step, ...] = ()
    skipped: tuple[str, ...] = field(default=())
    """What was left alone on purpose, and why."""

    @property
    def steps(self) -> tuple[Step, ...]:
        return (*self.platform, *self.migrations, *self.code)


def make_plan(files: Files, ledger: Ledger, target: Target, drifted: frozenset[str] = frozenset()) -> Plan:
    """Compare files and ledger.

    Args:
        drifted: code files whose objects were changed by hand since; they are applied again.

    Raises:
        SaasdbError: the history was edited, is out of order, or the files are older than the database.
    """
    check_frozen(files)
    check_history(files, ledger)
    done = {row.version for row in ledger.migrations}
    return Plan(
        platform=_platform(files, ledger, target),
        migrations=tuple(
            Step("migration", each.path, "new", each) for each in files.migrations if each.version not in done
        ),
        code=_code(files, ledger, drifted),
        skipped=_skipped(files, ledger, target),
    )


def platform_is_ours(files: Files, ledger: Ledger, target: Target) -> bool:
    """Whether `schema/platform/` may run: `auth.users` is not there yet, or it was made by these files."""
    return not target.has_users or any(file.path in ledger.code for file in files.platform)


def _platform(files: Files, ledger: Ledger, target: Target) -> tuple[Step, ...]:
    return _changed("platform", files.platform, ledger) if platform_is_ours(files, ledger, target) else ()


def _skipped(files: Files, ledger: Ledger, target: Target) -> tuple[str, ...]:
    if files.platform and not platform_is_ours(files, ledger, target):
        return ("schema/platform/: auth.users is somebody else's here",)
    return ()


def _code(files: Files, ledger: Ledger, drifted: frozenset[str]) -> tuple[Step, ...]:
    steps = _changed("code", files.code, ledger, drifted)
    known = {file.path for file in (*files.code, *files.platform)}
    gone = tuple(
        Step("gone", path, "removed", made_before=recorded(row.objects))
        for path, row in ledger.code.items()
        if path not in known and not path.startswith(("schema/platform/", "seeds/"))
    )
    return (*steps, *gone)


def _changed(
    kind: str, files: tuple[SqlFile, ...], ledger: Ledger, drifted: frozenset[str] = frozenset()
) -> tuple[Step, ...]:
    steps = []
    for file in files:
        applied = ledger.code.get(file.path)
        if applied is None:
            steps.append(Step(kind, file.path, "new", file))
        elif applied.checksum != file.checksum:
            steps.append(Step(kind, file.path, "changed", file, recorded(applied.objects)))
        elif file.path in drifted:
            steps.append(Step(kind, file.path, "drifted", file, recorded(applied.objects)))
    return tuple(steps)


def check_frozen(files: Files) -> None:
    """Hold the migrations to schema/migrations/CHECKSUMS, where there is one.

    Raises:
        SaasdbError: a frozen migration was edited, removed or has something new before it, or a new one is not frozen.
    """
    if not files.frozen:
        return
    links = chain(files.migrations)
    for name in files.frozen:
        if name not in links:
            raise SaasdbError(
                "A frozen migration is gone", where=f"schema/migrations/{name}", todo="Restore it from version control."
            )
    for name, link in links.items():
        if name not in files.frozen:
            newer = [each for each in files.frozen if each > name]
            if newer:
                raise SaasdbError(
                    f"The migration comes before {newer[0]}, which is frozen",
                    where=f"schema/migrations/{name}",
                    todo="Give it a later timestamp: history only grows at its end.",
                )
            raise SaasdbError(
                "The migration is not frozen yet",
                where=f"schema/migrations/{name}",
                todo=f"Run `saasdb apply --freeze`, which adds it to {CHECKSUMS}, and commit both.",
            )
        if link != files.frozen[name]:
            raise SaasdbError(
                "The migration was edited after it was frozen",
                where=f"schema/migrations/{name}",
                todo="Restore it from version control and write a new migration instead.",
            )


def check_history(files: Files, ledger: Ledger) -> None:
    """Hold the migrations to what the database says was applied to it.

    Raises:
        SaasdbError: an applied migration was edited, is missing or broke off, or a new one is older than the newest.
    """
    by_version: dict[str, Migration] = {each.version: each for each in files.migrations}
    for row in ledger.migrations:
        migration = by_version.get(row.version)
        if migration is None:
            raise SaasdbError(
                "The database has a migration that these files lack",
                where=f"{row.file}, applied {row.applied_at:%Y-%m-%d %H:%M} by {row.applied_by}",
                todo="Check out the version of the files that has it: yours are older than the database.",
            )
        if migration.checksum != row.checksum:
            raise SaasdbError(
                "The migration was edited after it was applied",
                where=f"{migration.path}, applied {row.applied_at:%Y-%m-%d %H:%M} by {row.applied_by}",
                todo="Restore it from version control and write a new migration instead.",
            )
        if row.took_ms is None:
            raise SaasdbError(
                "The migration runs outside a transaction and broke off half way",
                where=migration.path,
                todo="Look at what it left (e.g. an invalid index), undo that, then"
                f" `delete from saasdb.migrations where version = '{row.version}'` and apply again.",
            )
    if ledger.migrations:
        newest = ledger.migrations[-1].version
        done = {row.version for row in ledger.migrations}
        for migration in files.migrations:
            if migration.version < newest and migration.version not in done:
                raise SaasdbError(
                    f"The migration is older than {by_version[newest].stem}, which is applied already",
                    where=migration.path,
                    todo="Give it a later timestamp: every database must run the same history in the same order.",
                )
