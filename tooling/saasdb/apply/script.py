"""The plan as a script for psql, for a DBA who wants to read every statement and run it by hand."""

from __future__ import annotations

import json
from collections.abc import Mapping

from psycopg import sql

from saasdb import __version__, ledger
from saasdb.apply.code import drop_statement
from saasdb.apply.objects import CodeObject, record
from saasdb.apply.plan import Plan, Step

_HEAD = """\
-- saasdb {version}: run with  psql -X -v ON_ERROR_STOP=1 -f THIS_FILE DATABASE_URL
-- Each migration is a transaction with its row in the ledger; the code files are one transaction together.
-- What each code file makes was found out on a throwaway and is recorded with it, so that `saasdb status` knows it.
\\set ON_ERROR_STOP on
set lock_timeout = '5s';
"""


def script(plan: Plan, made: Mapping[str, tuple[CodeObject, ...]]) -> str:
    """The whole plan as text; an empty plan is a comment that says so.

    Args:
        made: what each code file makes, as a rehearsal saw it.
    """
    if not plan.steps:
        return "-- saasdb: nothing is pending"
    parts = [_HEAD.format(version=__version__), "begin;", ledger.CREATE, ledger.SHUT_OUT_SCRIPT, "commit;"]
    if plan.platform:
        parts += ["begin;", *(_code(step, ()) for step in plan.platform), "commit;"]
    for step in plan.migrations:
        parts += ["begin;", _migration(step), "commit;"] if step.file.transactional else [_migration(step)]
    if plan.code:
        parts += ["begin;", "set local check_function_bodies = off;"]
        parts += [_code(step, made.get(step.path, ())) for step in plan.code]
        parts += [_leftovers(plan, made), "commit;"]
    return "\n".join(parts)


def _title(step: Step) -> str:
    return f"\n-- {'-' * 20} {step.path} ({step.reason})"


def _migration(step: Step) -> str:
    row = sql.SQL(
        "insert into saasdb.migrations (version, file, checksum, took_ms, tool_version) values ({}, {}, {}, 0, {});"
    ).format(*map(sql.Literal, (step.file.version, step.path, step.file.checksum, __version__)))
    return f"{_title(step)}\n{step.file.text.rstrip()}\n{row.as_string(None)}"


def _code(step: Step, made: tuple[CodeObject, ...]) -> str:
    if step.file is None:
        forget = sql.SQL("delete from saasdb.code where file = {};").format(sql.Literal(step.path))
        return f"{_title(step)}\n{forget.as_string(None)}"
    drops = [drop_statement(each).as_string(None) + ";" for each in step.made_before if each.kind == "policy"]
    row = sql.SQL(
        "insert into saasdb.code (file, checksum, objects, tool_version) values ({}, {}, {}, {}) on conflict (file)"
        " do update set checksum = excluded.checksum, objects = excluded.objects, applied_at = default,"
        " applied_by = default, tool_version = excluded.tool_version;"
    ).format(
        *map(sql.Literal, (step.path, step.file.checksum, json.dumps([record(each) for each in made]), __version__))
    )
    return "\n".join((_title(step), *drops, step.file.text.rstrip(), row.as_string(None)))


def _leftovers(plan: Plan, made: Mapping[str, tuple[CodeObject, ...]]) -> str:
    kept = {each.key for objects in made.values() for each in objects}
    old = (each for step in plan.code for each in step.made_before if each.key not in kept)
    drops = (drop_statement(each) for each in sorted(old, key=lambda each: each.drop_order))
    return "\n".join(f"{drop.as_string(None)};" for drop in drops if drop)
