"""`saasdb doctor`: what this machine and that database have and lack."""

from __future__ import annotations

import typer

from saasdb.cli import app
from saasdb.cli.options import AsJson, ProjectFolder, Url
from saasdb.errors import FOUND
from saasdb.settings import target_url


@app.command()
def doctor(url: Url = None, project: ProjectFolder = None, as_json: AsJson = False) -> None:
    """Say what this machine and that database have and lack."""
    from saasdb.doctor import database, machine
    from saasdb.report.doctor import show

    checks = machine(project)
    target = target_url(url)
    if target:
        checks += database(target)
    show(checks, as_json)
    if any(check.state == "lacks" for check in checks):
        raise typer.Exit(FOUND)
