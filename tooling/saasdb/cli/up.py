"""`saasdb up` and `saasdb down`: a throwaway database to work on."""

from __future__ import annotations

import signal
from typing import Annotated

import typer

from saasdb.cli import app
from saasdb.cli.options import Engine, Image, ProjectFolder
from saasdb.errors import SaasdbError

DATABASE = "saasdb"


@app.command()
def up(
    detach: Annotated[bool, typer.Option("--detach", "-d", help="Leave it running; `saasdb down` stops it.")] = False,
    seeds: Annotated[
        str, typer.Option("--seed", metavar="SET", help="The seed set to load; `none` for none.")
    ] = "demo",
    users: Annotated[int, typer.Option("--users", metavar="N", min=0, help="This many demo users more.")] = 0,
    engine: Engine = None,
    image: Image = None,
    project: ProjectFolder = None,
) -> None:
    """Start a throwaway Postgres with everything applied and seeded; print its URL as the last line."""
    from saasdb.report.messages import note, out
    from saasdb.settings import find_project

    found = find_project(project)
    if detach:
        if engine not in (None, "embedded"):
            raise SaasdbError(
                f"Engine {engine!r} cannot be left running", todo="Leave out --detach, or use --engine embedded."
            )
        from saasdb.throwaway import embedded

        server = embedded.start_detached()
        note(f"{server.label} is running; `saasdb down` stops it")
        out(_fill(server, found, seeds, users))
        return
    from saasdb.throwaway import open_server

    with open_server(engine, image=image, reuse=False) as server:
        note(f"{server.label}; Ctrl-C stops it and removes everything")
        url = _fill(server, found, seeds, users)
        # Held back before the URL is said: one that comes between a handler and a pause would be slept through.
        ends = {signal.SIGINT, signal.SIGTERM}
        signal.pthread_sigmask(signal.SIG_BLOCK, ends)
        out(url)
        signal.sigwait(ends)
        signal.pthread_sigmask(signal.SIG_UNBLOCK, ends)
        note("stopped")


@app.command()
def down() -> None:
    """Stop the throwaway server that `up --detach` left running."""
    from saasdb.report.messages import out
    from saasdb.throwaway import embedded

    out("stopped" if embedded.stop_detached() else "nothing was running")


def _fill(server, project, seeds: str, users: int) -> str:
    """The database of that server, made or brought up to date; its URL."""
    from saasdb.apply.run import apply
    from saasdb.apply.target import connect
    from saasdb.files import load
    from saasdb.report.progress import bar
    from saasdb.seed.load import is_throwaway, seed

    wanted = dict.fromkeys(["reference"] if project.room("seeds", "reference").is_dir() else [])
    if seeds != "none":
        wanted[seeds] = None
    url = server.url(DATABASE)
    server.create_if_missing(DATABASE)
    apply(url, load(project))
    with connect(url) as connection:
        filled = is_throwaway(connection)
    if not filled:
        for name in wanted:
            with bar(f"seeding {name}") as progress:
                seed(url, project, name, users=users if name == seeds else 0, mark=True, progress=progress)
    return url
