"""`saasdb mutate`: break every rule in turn and show that verify and the tests notice."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated
from urllib.parse import urlsplit

import typer

from saasdb.cli import app
from saasdb.cli.options import AsJson, Engine, Image, ProjectFolder, Url
from saasdb.errors import FOUND, SaasdbError


@app.command()
def mutate(
    url: Url = None,
    contract: Annotated[
        Path | None, typer.Option("--contract", metavar="FILE", help="Default: policies/access.toml of the project.")
    ] = None,
    only: Annotated[str, typer.Option("--only", metavar="TEXT", help="Mutants whose rule or object holds TEXT.")] = "",
    workers: Annotated[
        int | None, typer.Option("--workers", metavar="N", min=1, help="How many at once. Default: one a core.")
    ] = None,
    tests: Annotated[bool, typer.Option("--tests/--no-tests", help="Give what verify misses to the tests.")] = True,
    as_json: AsJson = False,
    engine: Engine = None,
    image: Image = None,
    project: ProjectFolder = None,
) -> None:
    """Break every policy, grant, guard, check and trigger in turn; exit 1 when one break is noticed by nobody.

    Always works on throwaway clones: a database that is given is only read.
    """
    from saasdb.contract import load
    from saasdb.mutate.run import mutate as run
    from saasdb.mutate.suite import Suite
    from saasdb.report import mutate as report
    from saasdb.report.progress import bar
    from saasdb.settings import find_project, target_url
    from saasdb.throwaway import open_server

    target = target_url(url)
    if target and contract is None:
        raise SaasdbError(
            "A contract is needed beside a database",
            todo="Write one with `saasdb verify --suggest --url URL > access.toml` and pass --contract access.toml.",
        )
    root = None if target else find_project(project).root
    said = load(contract or find_project(project).room("policies", "access.toml"))
    with open_server(engine, image=image, reuse=not target) as server, _template(server, target, project) as template:
        suite = Suite(root, server, template) if root and tests and (root / "tests").is_dir() else None
        count = workers or min(os.cpu_count() or 1, 4)
        with bar("mutants", lines=True) as advance:
            score = run(server, template, said, only=only, workers=count, suite=suite, advance=advance)
    report.as_json(score) if as_json else report.show(score)
    if score.of(""):
        raise typer.Exit(FOUND)


@contextmanager
def _template(server, target: str | None, folder: Path | None) -> Iterator[str]:
    """The name of a database with the sound schema: this project's, or a copy of the given one's."""
    if target:
        from saasdb.verify.copy import copied

        with copied(target, server) as url:
            yield urlsplit(url).path.lstrip("/")
        return
    from saasdb.apply.declared import load_migrated, template_key
    from saasdb.files import load
    from saasdb.settings import find_project

    files = load(find_project(folder))
    yield server.template(template_key(files, "migrated"), lambda url: load_migrated(url, files))
