"""The plan as a script for psql, for a DBA who wants to read every statement and run it by hand."""

from __future__ import annotations

from psycopg import sql

from saasdb import __version__, ledger
from saasdb.apply.plan import Plan, Step

_HEAD = """\
-- saasdb {version}: run with  psql -X -v ON_ERROR_STOP=1 -f THIS_FILE DATABASE_URL
-- Each migration is a transaction with its row in the ledger; the code files are one transaction together.
-- The objects that code files make are recorded by the next `saasdb apply`, which runs these files once more.
\\set ON_ERROR_STOP on
set lock_timeout = '5s';
"""


def script(plan: Plan) -> str:
    """The whole plan as text; an empty plan is a comment that says so."""
    if not plan.steps:
        return "-- saasdb: nothing is pending"
    parts = [_HEAD.format(version=__version__), "begin;", ledger.CREATE, ledger.SHUT_OUT_SCRIPT, "commit;"]
    if plan.platform:
        parts += ["begin;", *(_step(step) for step in plan.platform), "commit;"]
    for step in plan.migrations:
        parts += [_step(step)] if not step.file.transactional else ["begin;", _step(step), "commit;"]
    if plan.code:
        parts += ["begin;", "set local check_function_bodies = off;", *(_step(step) for step in plan.code), "commit;"]
    return "\n".join(parts)


def _step(step: Step) -> str:
    if step.file is None:
        return f"-- {step.path} was removed: `saasdb apply` drops what it made"
    body = f"\n-- {'-' * 20} {step.path} ({step.reason})\n{step.file.text.rstrip()}\n"
    if step.kind == "migration":
        row = sql.SQL(
            "insert into saasdb.migrations (version, file, checksum, took_ms, tool_version)"
            " values ({}, {}, {}, 0, {}) on conflict (version) do update set took_ms = 0;"
        ).format(*map(sql.Literal, (step.file.version, step.path, step.file.checksum, __version__)))
        return body + row.as_string(None)
    drops = "".join(
        sql.SQL("drop policy if exists {} on {};\n")
        .format(sql.Identifier(each.name), sql.Identifier(each.schema, each.table))
        .as_string(None)
        for each in step.made_before
        if each.kind == "policy"
    )
    return drops + body
