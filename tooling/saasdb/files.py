"""The project's SQL files, read once: what lies in which room, in the order it runs, with checksums."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from saasdb.errors import SaasdbError
from saasdb.settings import Project

_MIGRATION = re.compile(r"^(?P<version>\d{14})_(?P<what>[a-z0-9_]+)\.sql$")
_HEAD = re.compile(r"^-- (?P<key>[a-z]+): *(?P<value>.*)$")


@dataclass(frozen=True)
class SqlFile:
    """One file of SQL.

    Attributes:
        path: relative to the project, with forward slashes: its name in the ledger and in every message.
        text: its content with LF line ends.
    """

    path: str
    text: str

    @cached_property
    def checksum(self) -> str:
        """SHA-256 in hex of the text; line ends do not count, so a Windows checkout has the same one."""
        return hashlib.sha256(self.text.encode()).hexdigest()

    @cached_property
    def head(self) -> dict[str, str]:
        """The `-- key: value` lines that the file starts with, e.g. `locks`, `transaction`."""
        found: dict[str, str] = {}
        for line in self.text.splitlines():
            if not line.startswith("--"):
                break
            match = _HEAD.match(line)
            if match:
                found.setdefault(match["key"], match["value"].strip())
        return found

    @property
    def stem(self) -> str:
        return self.path.rsplit("/", 1)[-1].removesuffix(".sql")


@dataclass(frozen=True)
class Migration(SqlFile):
    """One step forward; frozen once written."""

    @property
    def version(self) -> str:
        """The UTC timestamp in its name: 14 digits."""
        return self.stem[:14]

    @property
    def transactional(self) -> bool:
        """False for a file whose head says `-- transaction: none` (e.g. `create index concurrently`)."""
        return self.head.get("transaction", "one") != "none"


@dataclass(frozen=True)
class Files:
    """Everything that the project's rooms hold."""

    project: Project
    platform: tuple[SqlFile, ...] = ()
    schema: tuple[SqlFile, ...] = ()
    tables: tuple[SqlFile, ...] = ()
    migrations: tuple[Migration, ...] = ()
    functions: tuple[SqlFile, ...] = ()
    triggers: tuple[SqlFile, ...] = ()
    buckets: tuple[SqlFile, ...] = ()
    policies: tuple[SqlFile, ...] = ()
    frozen: dict[str, str] = field(default_factory=dict)
    """What schema/migrations/CHECKSUMS says: file name → chained checksum."""

    @property
    def code(self) -> tuple[SqlFile, ...]:
        """The code lane in the order in which it runs."""
        return (*self.functions, *self.triggers, *self.buckets, *self.policies)

    @cached_property
    def content_hash(self) -> str:
        """One hash over every file that makes the database what it is."""
        total = hashlib.sha256()
        for file in (*self.platform, *self.schema, *self.tables, *self.migrations, *self.code):
            total.update(f"{file.path} {file.checksum}\n".encode())
        return total.hexdigest()


def load(project: Project) -> Files:
    """Read the project's rooms.

    Raises:
        SaasdbError: a file cannot be read, is not UTF-8, or a migration is misnamed or has a twin.
    """
    migrations = tuple(
        Migration(file.path, file.text) for file in read_folder(project, "schema/migrations") if _named(file)
    )
    _refuse_twins(migrations)
    return Files(
        project=project,
        platform=read_folder(project, "schema/platform"),
        schema=tuple(
            read_file(project, f"schema/{name}.sql")
            for name in ("schemas", "types")
            if project.room("schema", f"{name}.sql").is_file()
        ),
        tables=read_folder(project, "schema/tables"),
        migrations=migrations,
        functions=(*read_folder(project, "functions/private"), *read_folder(project, "functions/public")),
        triggers=read_folder(project, "triggers"),
        buckets=read_folder(project, "schema/buckets"),
        policies=read_folder(project, "policies"),
        frozen=read_checksums(project),
    )


def read_folder(project: Project, room: str) -> tuple[SqlFile, ...]:
    """The `.sql` files directly in a room, in name order; empty when there is no such folder."""
    folder = project.room(*room.split("/"))
    if not folder.is_dir():
        return ()
    return tuple(read_file(project, f"{room}/{path.name}") for path in sorted(folder.glob("*.sql")))


def read_file(project: Project, path: str) -> SqlFile:
    """One file of the project.

    Raises:
        SaasdbError: it cannot be read or is not UTF-8.
    """
    return SqlFile(path, read_text(project.room(*path.split("/")), path))


def read_text(place: Path, name: str | None = None) -> str:
    """A text file's content with LF line ends and without a byte order mark.

    Raises:
        SaasdbError: it cannot be read, is not UTF-8, or holds a NUL byte.
    """
    name = name or str(place)
    try:
        raw = place.read_bytes()
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        raise SaasdbError(
            f"The file is not UTF-8: byte 0x{raw[error.start]:02x}",
            where=f"{name}:{line}",
            todo="Save it as UTF-8.",
        ) from error
    except OSError as error:
        raise SaasdbError(
            f"The file cannot be read: {error.strerror}", where=name, todo="Check that it is there and readable."
        ) from error
    if "\0" in text:
        raise SaasdbError(
            "The file holds a NUL byte, which no SQL may",
            where=f"{name}:{text.count(chr(10), 0, text.index(chr(0))) + 1}",
            todo="Save it as plain UTF-8 text.",
        )
    return text.replace("\r\n", "\n")


def _named(file: SqlFile) -> bool:
    if not _MIGRATION.match(file.path.rsplit("/", 1)[-1]):
        raise SaasdbError(
            "A migration's name is `<UTC timestamp>_<what>.sql`, 14 digits and then lower case words",
            where=file.path,
            todo="Rename it, e.g. 20261122093000_add_invoice_number.sql.",
        )
    return True


def _refuse_twins(migrations: tuple[Migration, ...]) -> None:
    seen: dict[str, str] = {}
    for migration in migrations:
        if migration.version in seen:
            raise SaasdbError(
                f"Two migrations have the timestamp {migration.version}",
                where=f"{seen[migration.version]} and {migration.path}",
                todo="Give the newer one a later timestamp.",
            )
        seen[migration.version] = migration.path


# -- the chain of frozen migrations -----------------------------------------------------------------------------------

CHECKSUMS = "schema/migrations/CHECKSUMS"


def chain(migrations: tuple[Migration, ...]) -> dict[str, str]:
    """File name → checksum chained over everything before it: a change anywhere changes every line below."""
    link, links = "", {}
    for migration in migrations:
        link = hashlib.sha256(f"{link}{migration.checksum}".encode()).hexdigest()
        links[f"{migration.stem}.sql"] = link
    return links


def read_checksums(project: Project) -> dict[str, str]:
    """What the CHECKSUMS file says: file name → chained checksum, in order."""
    place = project.room(*CHECKSUMS.split("/"))
    if not place.is_file():
        return {}
    found = {}
    for number, line in enumerate(read_text(place, CHECKSUMS).splitlines(), 1):
        if not line.strip():
            continue
        parts = line.split()
        if len(parts) != 2:
            raise SaasdbError(
                "A line of CHECKSUMS is `<checksum>  <file>`",
                where=f"{CHECKSUMS}:{number}",
                todo="Restore the file from version control; `saasdb apply --freeze` adds new migrations to it.",
            )
        found[parts[1]] = parts[0]
    return found


def write_checksums(project: Project, links: dict[str, str]) -> None:
    """Write the CHECKSUMS file anew."""
    text = "".join(f"{link}  {name}\n" for name, link in links.items())
    project.room(*CHECKSUMS.split("/")).write_text(text)
