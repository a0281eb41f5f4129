"""`saasdb test`: the project's test suite against a throwaway Postgres."""

from __future__ import annotations

import os
import subprocess
import sys

import typer

from saasdb.cli import app
from saasdb.cli.options import Engine, Image, ProjectFolder
from saasdb.errors import SaasdbError


@app.command(context_settings={"allow_extra_args": True, "ignore_unknown_options": True})
def test(context: typer.Context, engine: Engine = None, image: Image = None, project: ProjectFolder = None) -> None:
    """Run the test suite against a throwaway Postgres; other arguments go to pytest."""
    from importlib.util import find_spec

    from saasdb.settings import find_project

    root = find_project(project).root
    if not (root / "tests").is_dir():
        raise SaasdbError("This project has no tests/ folder", where=str(root), todo="Run saasdb test in a checkout.")
    if find_spec("pytest") is None:
        raise SaasdbError("pytest is not installed", todo="Run `pip install 'saasdb[dev]'`.")
    environment = dict(os.environ)  # the project is the working folder: a test may work on another one
    if engine:
        environment["SAASDB_ENGINE"] = engine
    if image:
        environment["SAASDB_IMAGE"] = image
    done = subprocess.run([sys.executable, "-m", "pytest", *context.args], cwd=root, env=environment)
    # pytest: 0 passed, 1 failures, 5 nothing collected, the rest could not run
    raise typer.Exit({0: 0, 1: 1}.get(done.returncode, 2))
