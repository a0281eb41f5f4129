"""`saasdb verify`: prove the access contract by trying, or write down the one that a database implements."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from enum import StrEnum
from importlib import import_module
from pathlib import Path
from threading import Thread
from typing import TYPE_CHECKING, Annotated

import typer

from saasdb.cli import app
from saasdb.cli.options import AsJson, Engine, Image, ProjectFolder, Url
from saasdb.errors import FOUND, SaasdbError

if TYPE_CHECKING:
    import psycopg


class Format(StrEnum):
    """What findings are written as."""

    text = "text"
    json = "json"
    junit = "junit"
    sarif = "sarif"
    github = "github"


@app.command()
def verify(
    url: Url = None,
    contract: Annotated[
        Path | None, typer.Option("--contract", metavar="FILE", help="Default: policies/access.toml of the project.")
    ] = None,
    suggest: Annotated[
        bool, typer.Option("--suggest", help="Print the contract that the database implements today.")
    ] = False,
    copy: Annotated[
        bool, typer.Option("--copy", help="Only read the database: prove on a throwaway copy of its schema.")
    ] = False,
    form: Annotated[Format, typer.Option("--format", help="How findings are written.")] = Format.text,
    as_json: AsJson = False,
    html: Annotated[
        Path | None, typer.Option("--html", metavar="FILE", help="Also write the matrix as one page for a browser.")
    ] = None,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Findings only, no matrix.")] = False,
    engine: Engine = None,
    image: Image = None,
    project: ProjectFolder = None,
) -> None:
    """Prove the access contract: every persona x object x command x column, by trying. Nothing that is tried stays."""
    from saasdb.report.messages import note
    from saasdb.settings import target_url
    from saasdb.undisturbed import undisturbed

    target = target_url(url)
    if html and not html.absolute().parent.is_dir():
        raise SaasdbError("The page has no folder to lie in", where=str(html.parent), todo="Make the folder first.")
    with undisturbed(), _database(target, copy, engine, image, project, note) as connection:
        if suggest:
            _suggest(connection, note)
        else:
            _verify(connection, contract, project, Format.json if as_json else form, quiet, html, note)


def _suggest(connection: psycopg.Connection, note) -> None:
    from saasdb.contract.write import dump
    from saasdb.report.messages import out
    from saasdb.verify.run import check_rights
    from saasdb.verify.suggest import suggest

    check_rights(connection, None)
    found, remarks = suggest(connection, note)
    out(dump(found, remarks).rstrip("\n"))


def _verify(
    connection: psycopg.Connection,
    file: Path | None,
    folder: Path | None,
    form: Format,
    quiet: bool,
    html: Path | None,
    note,
) -> None:
    from saasdb.contract import load
    from saasdb.report import verify as report
    from saasdb.settings import find_project
    from saasdb.verify.places import with_places
    from saasdb.verify.run import verify

    project = None
    if file is None or folder is not None:
        project = find_project(folder)
        file = file or project.room("policies", "access.toml")
    said = load(file)
    verdict = verify(connection, said, note)
    verdict = with_places(verdict, project)
    report.show(verdict, form.value, quiet=quiet)
    if html:
        from saasdb.report.verify_html import page

        html.write_text(page(verdict), encoding="utf-8")
        note(f"the matrix for a browser: {html}")
    if not verdict.agrees:
        raise typer.Exit(FOUND)


@contextmanager
def _database(
    target: str | None, copy: bool, engine: str | None, image: str | None, folder: Path | None, note
) -> Iterator[psycopg.Connection]:
    """What to prove on: the target, a throwaway copy of its schema, or a throwaway with the project applied."""
    from saasdb.verify.connect import connected

    # What is needed once the database is there is loaded while it is waited for.
    Thread(target=import_module, args=("saasdb.verify.run",), daemon=True).start()
    if target and not copy:
        from saasdb.verify.size import crowded

        with connected(target) as connection:
            table = crowded(connection)
            if not table:
                yield connection
                return
        note(f"{table} holds too many rows to try everything on them")
    with _throwaway(target, engine, image, folder, note) as url, connected(url) as connection:
        yield connection


@contextmanager
def _throwaway(target: str | None, engine: str | None, image: str | None, folder: Path | None, note) -> Iterator[str]:
    """The URL of a throwaway with the target's schema, or with this project applied."""
    from saasdb.throwaway import open_server

    with open_server(engine, image=image, reuse=not target) as server:
        if target:
            from saasdb.verify.copy import copied

            note("proving on a throwaway copy of the schema; the database itself is only read")
            with copied(target, server) as url:
                yield url
            return
        from saasdb.apply.declared import load_migrated, template_key
        from saasdb.files import load
        from saasdb.settings import find_project

        note("no database given: proving on a throwaway with this project applied")
        files = load(find_project(folder))
        template = server.template(template_key(files, "migrated"), lambda url: load_migrated(url, files))
        with server.database(template) as url:
            yield url
