"""`diff --write NAME`: migrated → declared, as the next migration, with a head that says what it locks."""

from __future__ import annotations

import re
import textwrap
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from saasdb.compare import Changes
from saasdb.diff.run import Options, Outcome, diff
from saasdb.errors import SaasdbError
from saasdb.model import Key
from saasdb.plan import Statement
from saasdb.plan.locks import lock_of
from saasdb.throwaway import Server

_NAME = re.compile(r"^[a-z][a-z0-9_]{2,80}$")


def write_next(name: str, options: Options, *, on: Server | None = None) -> Path | None:
    """Write the migration that makes the replayed migrations equal to the declared files.

    Returns:
        The file; None when they are equal already.

    Raises:
        SaasdbError: the name is not one, the project is the installed package's, or the diff fails.
    """
    from saasdb.files import load
    from saasdb.settings import find_project

    if not _NAME.match(name):
        raise SaasdbError(
            "A migration is named in lower-case words with underscores",
            where=name,
            todo="Say what it does, e.g. `saasdb diff --write add_invoice_number`.",
        )
    project = find_project(options.project)
    if project.packaged:
        raise SaasdbError("Here is no project to write to", todo="Run it inside a project, or pass --project.")
    if options.safe is None:
        options = replace(options, safe=True)
    outcome = diff("migrated", "declared", options, on=on)
    if outcome.equal:
        return None
    versions = [migration.version for migration in load(project).migrations]
    stamp = _stamp(max(versions, default="0"))
    place = project.room("schema", "migrations", f"{stamp}_{name}.sql")
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_text(text(f"{stamp}_{name}", outcome))
    return place


def _stamp(last: str) -> str:
    now = datetime.now(UTC).strftime("%Y%m%d%H%M%S")
    return now if now > last else str(int(last) + 1)


def text(stem: str, outcome: Outcome) -> str:
    """The migration's whole text: head, then the statements."""
    statements = outcome.statements
    lines = textwrap.wrap(f"{stem}: {_why(outcome)}.", 117, initial_indent="-- ", subsequent_indent="--     ")
    lines += [f"-- locks: {line}" if not number else f"--     {line}" for number, line in enumerate(_locks(statements))]
    if any(_own_transaction(statement) for statement in statements):
        lines.append("-- transaction: none")
    body = "\n\n".join(f"{statement.sql};" for statement in statements)
    return "\n".join(lines) + f"\n\n{body}\n"


def _own_transaction(statement: Statement) -> bool:
    """What must not share a transaction: it cannot, or its lock would be held far longer than it needs."""
    return statement.alone or statement.commits_before_use or " validate constraint " in statement.sql


def _why(outcome: Outcome) -> str:
    changes = outcome.changes
    words = []
    for verb, keys in (("adds", changes.created), ("drops", changes.dropped), ("changes", tuple(changes.changed))):
        told = [str(key) for key in keys if not _follows(key, keys, changes)]
        if told:
            words.append(f"{verb} {', '.join(told[:4])}{f' and {len(told) - 4} more' if len(told) > 4 else ''}")
    return "; ".join(words) or "privileges and comments"


def _follows(key: Key, keys: tuple[Key, ...], changes: Changes) -> bool:
    """Whether an object is a part of one that is named already."""
    item = changes.new.objects.get(key) or changes.old.objects[key]
    return item.parent in keys if item.parent else False


def _locks(statements: tuple[Statement, ...]) -> list[str]:
    found: dict[tuple[str, str, str], None] = {}
    for statement in statements:
        lock = lock_of(statement)
        if lock.mode:
            key = statement.about
            place = f"{key.schema}.{key.name}" if key.schema else key.name
            found[lock.mode, place, lock.length] = None
    listed = [f"{mode} on {place}, {length}." for mode, place, length in found]
    return listed or ["nothing that exists: everything here is new."]
