"""Where the project's SQL lies and what the environment says of the target and the engine."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from saasdb.errors import SaasdbError

ROOMS = ("schema", "functions", "triggers", "policies", "seeds")
"""The folders of a project. `schema` must be there; the others may be missing."""


@dataclass(frozen=True)
class Project:
    """A folder that holds the rooms of DESIGN: schema, functions, triggers, policies, seeds."""

    root: Path
    packaged: bool = False
    """True when this is the SQL that the installed package carries, not a folder of the user's."""

    def room(self, *parts: str) -> Path:
        return self.root.joinpath(*parts)


def find_project(start: Path | None = None) -> Project:
    """The project at `start`, `SAASDB_PROJECT`, or the nearest folder above that looks like one.

    Without any, the SQL that the package carries, so that `pip install saasdb` is the whole product.

    Raises:
        SaasdbError: `start` (or `SAASDB_PROJECT`) was given and is not a project.
    """
    given = start or (Path(os.environ["SAASDB_PROJECT"]) if os.environ.get("SAASDB_PROJECT") else None)
    if given is not None:
        if not given.joinpath("schema").is_dir():
            raise SaasdbError(
                "This folder is not a saasdb project: it has no schema/ folder",
                where=str(given),
                todo="Name the folder that holds schema/, functions/, triggers/ and policies/, or run `saasdb init`.",
            )
        return Project(given.resolve())
    here = Path.cwd()
    for folder in (here, *here.parents):
        if _looks_like_a_project(folder):
            return Project(folder)
    return Project(_packaged_sql(), packaged=True)


def _looks_like_a_project(folder: Path) -> bool:
    schema = folder / "schema"
    return schema.is_dir() and any((schema / part).is_dir() for part in ("tables", "migrations"))


def _packaged_sql() -> Path:
    package = Path(__file__).parent
    for folder in (package / "sql", package.parent.parent):  # a wheel · a checkout
        if _looks_like_a_project(folder):
            return folder
    raise SaasdbError(
        "No project found, and this installation carries no SQL",
        where=str(Path.cwd()),
        todo="Run saasdb inside a project, or reinstall it with `pip install --force-reinstall saasdb`.",
    )


def target_url(url: str | None) -> str | None:
    """`--url`, else `DATABASE_URL`, else nothing."""
    return url or os.environ.get("DATABASE_URL") or None
