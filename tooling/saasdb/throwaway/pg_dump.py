"""`pg_dump` of a schema: found, run beside other work, without what a role may not read or a server cannot have."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from pathlib import Path

import psycopg
from psycopg import sql

from saasdb.errors import SaasdbError, without_password


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


def finish(process: subprocess.Popen, todo: str = "Run it by hand to see more, or use --no-proof.") -> str:
    """The dump's text.

    Raises:
        SaasdbError: pg_dump failed.
    """
    out, error = process.communicate()
    if process.returncode != 0:
        said = without_password(error.strip().splitlines()[0] if error.strip() else "no reason given")
        raise SaasdbError(f"pg_dump failed: {said}", todo=todo)
    return out


_UNREADABLE = """
select 'schema', quote_ident(n.nspname) from pg_namespace n
where n.nspname !~ '^pg_' and not has_schema_privilege(n.oid, 'usage')
union all
select 'table', quote_ident(n.nspname) || '.' || quote_ident(c.relname)
from pg_class c join pg_namespace n on n.oid = c.relnamespace
where c.relkind in ('r', 'p', 'v', 'm', 'f', 'S') and n.nspname <> 'information_schema' and n.nspname !~ '^pg_'
    and has_schema_privilege(n.oid, 'usage') and not has_table_privilege(c.oid, 'select')"""


def left_out(source: psycopg.Connection) -> list[str]:
    """Options that leave out what this connection's role may not read, and so may not dump: a platform's own tables."""
    return [f"--exclude-{kind}={name}" for kind, name in source.execute(_UNREADABLE)]


def missing_extensions(source: psycopg.Connection, into: psycopg.Connection) -> list[str]:
    """Extensions of one database that the other one's server cannot have."""
    there = {name for (name,) in into.execute("select name from pg_available_extensions")}
    return [name for (name,) in source.execute("select extname from pg_extension order by 1") if name not in there]


def fitted(dump: str, into: psycopg.Connection, missing: list[str]) -> str:
    """A dump as the server of `into` can run it.

    Without the extensions that are missing there (what needs none of their members comes through), and without the
    settings at its head that a newer `pg_dump` makes and an older server does not know.
    """
    known = {name for (name,) in into.execute("select name from pg_settings")}
    head, mark, rest = dump.partition("\n-- Name: ")
    head = re.sub(r"^SET (\w+) = .*;$", lambda line: line[0] if line[1] in known else "", head, flags=re.M)
    dump = head + mark + rest
    if not missing:
        return dump
    either = "|".join(re.escape(sql.Identifier(name).as_string()) + "|" + re.escape(name) for name in missing)
    return re.sub(rf"^(CREATE EXTENSION IF NOT EXISTS|COMMENT ON EXTENSION) ({either}) .*;$", "", dump, flags=re.M)
