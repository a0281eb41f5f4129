"""The second opinion: what `pg_dump` says of two databases."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from pathlib import Path

from saasdb.compare.changes import sorted_statistics
from saasdb.compare.settled import settled
from saasdb.errors import SaasdbError, without_password
from saasdb.statements import split

_VERSION = re.compile(r"\b(\d+)[.\w]*\s*$|\b(\d+)\.")
_WITH = re.compile(r"\bWITH \((\w[\w.]*=[^()]*)\)")
_TABLE = re.compile(r"^create (?:unlogged |foreign )*table\b|^create type .* as \(", re.IGNORECASE)


def find(major: int) -> Path | None:
    """A `pg_dump` that can read a server of this major version: the throwaway's own, else the one on the path."""
    places = []
    try:
        from saasdb.throwaway.binaries import find_binaries

        places.append(find_binaries().client("pg_dump"))
    except SaasdbError:
        pass
    on_path = shutil.which("pg_dump")
    if on_path:
        places.append(Path(on_path))
    places += sorted(Path("/usr/lib/postgresql").glob("*/bin/pg_dump"), reverse=True)
    for place in places:
        if place.exists() and _major(place) >= major:
            return place
    return None


def _major(place: Path) -> int:
    from saasdb.throwaway.binaries import version_of

    try:
        if (place.parent / "postgres").exists():  # one package, one version
            return int(version_of(place.parent).split(".")[0])
        done = subprocess.run([place, "--version"], capture_output=True, text=True, check=False)
    except (OSError, ValueError, SaasdbError):
        return 0
    match = re.search(r"(\d+)", done.stdout)
    return int(match[1]) if match else 0


def start(pg_dump: Path, url: str, *arguments: str) -> subprocess.Popen:
    """Start a dump of the schema alone; `finish` waits for it. The password goes by the environment, never by name."""
    from psycopg.conninfo import conninfo_to_dict, make_conninfo

    told = conninfo_to_dict(url)
    password = told.pop("password", None)
    environment = dict(os.environ)
    if password:
        environment["PGPASSWORD"] = str(password)
    return subprocess.Popen(
        [pg_dump, "--schema-only", "--dbname", make_conninfo(**told), *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=environment,
        text=True,
    )


def finish(process: subprocess.Popen) -> str:
    """The dump's text.

    Raises:
        SaasdbError: pg_dump failed.
    """
    out, error = process.communicate()
    if process.returncode != 0:
        said = without_password(error.strip().splitlines()[0] if error.strip() else "no reason given")
        raise SaasdbError(f"pg_dump failed: {said}", todo="Run it by hand to see more, or use --no-proof.")
    return out


def statements(text: str) -> list[str]:
    """A dump as a set of statements that can be compared: sorted, columns in name order, without settings."""
    found = []
    for statement in split(text):
        if statement.meta:
            continue
        body = "\n".join(line for line in statement.text.splitlines() if not line.startswith("--")).strip()
        if body.startswith(("SET ", "SELECT pg_catalog.set_config")):
            continue
        body = _WITH.sub(lambda match: f"WITH ({', '.join(sorted(match[1].split(', ')))})", body)
        body = settled(sorted_statistics(body))
        found.append(_sorted_columns(body) if _TABLE.match(body) else body)
    return sorted(found)


def _sorted_columns(body: str) -> str:
    lines = body.splitlines()
    inner = [number for number, line in enumerate(lines) if line.startswith("    ")]
    if not inner:
        return body
    first, last = inner[0], inner[-1]
    middle = sorted(line.rstrip(",") for line in lines[first : last + 1])
    return "\n".join([*lines[:first], *middle, *lines[last + 1 :]])
