"""`saasdb apply`: bring a database up to date."""

from __future__ import annotations

from typing import Annotated

import typer

from saasdb.cli import app
from saasdb.cli.options import AsJson, Engine, Image, ProjectFolder, Url, needed_url
from saasdb.errors import FOUND


@app.command()
def apply(
    url: Url = None,
    plan: Annotated[bool, typer.Option("--plan", help="Show each step, its locks and why; do nothing.")] = False,
    print_script: Annotated[bool, typer.Option("--print", help="Print a script for psql instead.")] = False,
    freeze: Annotated[bool, typer.Option("--freeze", help="Only add new migrations to CHECKSUMS.")] = False,
    adopt: Annotated[bool, typer.Option("--adopt", help="Also into a database that has tables of its own.")] = False,
    lock_timeout: Annotated[
        str, typer.Option(metavar="TIME", help="How long to wait for a lock before a step is rolled back.")
    ] = "5s",
    engine: Engine = None,
    image: Image = None,
    project: ProjectFolder = None,
    as_json: AsJson = False,
) -> None:
    """Bring a database up to date: migrations forward, then the code files that differ."""
    from saasdb.files import load
    from saasdb.settings import find_project

    files = load(find_project(project))
    if freeze:
        _freeze(files)
        return
    target = needed_url(url, "apply")
    if plan or print_script:
        _show(target, files, print_script, adopt, engine, image, as_json)
        return
    from saasdb.apply.run import apply as run
    from saasdb.report.apply import Progress, done

    with Progress() as progress:
        finished = run(target, files, lock_timeout=lock_timeout, adopt=adopt, progress=progress)
    done(finished, as_json)


def _show(target, files, print_script, adopt, engine, image, as_json) -> None:
    from saasdb.apply.run import look

    plan, facts = look(target, files, adopt=adopt)
    from saasdb.apply.rehearse import Rehearsal, rehearse

    rehearsal = rehearse(files, plan, engine=engine, image=image) if plan.steps else Rehearsal({}, {})
    if print_script:
        from saasdb.apply.script import script
        from saasdb.report.messages import out

        if rehearsal.problem:
            raise rehearsal.problem
        out(script(plan, rehearsal.made))
        return
    from saasdb.report.apply import show_plan

    show_plan(plan, facts, rehearsal, as_json)
    if plan.steps:
        raise typer.Exit(FOUND)


def _freeze(files) -> None:
    from saasdb.apply.freeze import freeze
    from saasdb.report.messages import out

    added = freeze(files)
    for name in added:
        out(f"frozen  {name}")
    if not added:
        out("nothing to freeze")
