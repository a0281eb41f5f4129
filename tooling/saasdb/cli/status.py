"""`saasdb status`: what is applied, pending, edited or drifted."""

from __future__ import annotations

import typer

from saasdb.cli import app
from saasdb.cli.options import AsJson, ProjectFolder, Url, needed_url
from saasdb.errors import FOUND


@app.command()
def status(url: Url = None, project: ProjectFolder = None, as_json: AsJson = False) -> None:
    """Show what is applied, pending, edited or drifted."""
    from saasdb.apply.status import status as look
    from saasdb.files import load
    from saasdb.report.apply import show_status
    from saasdb.settings import find_project

    report = look(needed_url(url, "status"), load(find_project(project)))
    show_status(report, as_json)
    if not report.clean:
        raise typer.Exit(FOUND)
