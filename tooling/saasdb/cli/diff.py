"""`saasdb diff`: the difference between any two states, as a review, as SQL, as JSON, or as the next migration."""

from __future__ import annotations

from typing import Annotated

import typer

from saasdb.cli import app
from saasdb.cli.options import AsJson, Engine, ProjectFolder
from saasdb.errors import FOUND, SaasdbError

State = Annotated[
    str | None, typer.Argument(metavar="STATE", help="declared, migrated, a URL, a .sql file or a folder of them.")
]


@app.command()
def diff(
    from_state: State = None,
    to_state: State = None,
    as_sql: Annotated[bool, typer.Option("--sql", help="Print the statements from the first to the second.")] = False,
    as_json: AsJson = False,
    write: Annotated[
        str | None, typer.Option("--write", metavar="NAME", help="Write migrated → declared as the next migration.")
    ] = None,
    rename: Annotated[
        list[str] | None, typer.Option("--rename", metavar="OLD=NEW", help="table=table or table.column=column.")
    ] = None,
    allow_drop: Annotated[bool, typer.Option("--allow-drop", help="Rows may be lost.")] = False,
    fast: Annotated[bool, typer.Option("--fast", help="Plain statements: nobody uses the database.")] = False,
    safe: Annotated[bool, typer.Option("--safe", help="Statements for a database in use, whatever FROM is.")] = False,
    no_proof: Annotated[bool, typer.Option("--no-proof", help="Do not try the statements on a copy.")] = False,
    skip_schema: Annotated[
        list[str] | None, typer.Option("--skip-schema", metavar="SCHEMA", help="Leave a schema alone.")
    ] = None,
    engine: Engine = None,
    project: ProjectFolder = None,
) -> None:
    """The difference between two states, proven: exit 0 none, 1 they differ, 2 it could not be told."""
    if fast and safe:
        raise SaasdbError("--fast and --safe are opposites", todo="Give one of them.")
    if write is not None and (from_state or to_state):
        raise SaasdbError("--write goes from migrated to declared", todo="Leave FROM and TO out.")
    if write is None and not (from_state and to_state):
        raise SaasdbError(
            "Two states are needed",
            todo="Run e.g. `saasdb diff migrated declared`, or `saasdb diff before.sql after.sql`.",
        )
    from saasdb.diff import Options, run
    from saasdb.report import diff as report

    options = Options(
        safe=False if fast else True if safe else None,
        allow_drop=allow_drop,
        prove=not no_proof,
        skip_schemas=tuple(skip_schema or ()),
        renames=tuple(rename or ()),
        engine=engine,
        project=project,
    )
    if write is not None:
        from saasdb.diff.migration import write_next

        raise typer.Exit(FOUND if report.written(write_next(write, options)) else 0)
    outcome = run.diff(from_state, to_state, options)
    report.notes(outcome)
    if as_sql:
        report.as_sql(outcome)
    elif as_json:
        report.as_json(outcome)
    else:
        report.as_text(outcome)
    if not outcome.equal:
        raise typer.Exit(FOUND)
