"""The options that several verbs share, each written once."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from saasdb.errors import SaasdbError
from saasdb.settings import target_url

Url = Annotated[
    str | None,
    typer.Option("--url", metavar="URL", help="The database. Default: DATABASE_URL.", show_default=False),
]
ProjectFolder = Annotated[
    Path | None,
    typer.Option("--project", metavar="DIR", help="The folder with schema/ in it. Default: found from here upwards."),
]
Engine = Annotated[
    str | None,
    typer.Option("--engine", metavar="NAME", help="The throwaway server: embedded, docker or url.", show_default=False),
]
Image = Annotated[str | None, typer.Option("--image", metavar="NAME", help="The image of engine docker.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON, for scripts.")]


def needed_url(url: str | None, verb: str) -> str:
    """The target of a verb that never works on a throwaway.

    Raises:
        SaasdbError: neither `--url` nor `DATABASE_URL` is there.
    """
    found = target_url(url)
    if not found:
        raise SaasdbError(
            f"`saasdb {verb}` needs a database",
            todo="Pass --url postgresql://… or set DATABASE_URL. `saasdb up` starts a throwaway and prints its URL.",
        )
    return found
