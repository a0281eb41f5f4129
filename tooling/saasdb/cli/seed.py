"""`saasdb seed`: load one seed set."""

from __future__ import annotations

from typing import Annotated

import typer

from saasdb.cli import app
from saasdb.cli.options import ProjectFolder, Url, needed_url


@app.command()
def seed(
    set_name: Annotated[str, typer.Argument(metavar="SET", help="A folder of seeds/: reference, demo.")],
    url: Url = None,
    users: Annotated[
        int, typer.Option("--users", metavar="N", min=0, help="demo: this many users more, with all that is theirs.")
    ] = 0,
    mark_throwaway: Annotated[
        bool, typer.Option("--mark-throwaway", help="Mark this database as one that demo data may fill, for good.")
    ] = False,
    project: ProjectFolder = None,
) -> None:
    """Load one seed set; `demo` refuses a database that is not marked throwaway."""
    from saasdb.report.messages import out
    from saasdb.report.progress import bar
    from saasdb.seed.load import seed as load
    from saasdb.settings import find_project

    target = needed_url(url, "seed")
    with bar("seeding") as progress:
        rows = load(target, find_project(project), set_name, users=users, mark=mark_throwaway, progress=progress)
    for table, count in rows.items():
        out(f"{count:>12,}  {table}")
