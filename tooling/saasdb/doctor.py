"""What a machine and a database have and lack, each found out by trying."""

from __future__ import annotations

import platform
import shutil
import sys
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from saasdb import __version__
from saasdb.errors import SaasdbError


@dataclass(frozen=True)
class Check:
    """One thing looked at.

    Attributes:
        state: `has`, `lacks` (something will not work) or `without` (an option that is not there).
        do: what to do about it; empty when nothing is.
    """

    subject: str
    state: str
    found: str
    do: str = ""


def machine(project: Path | None = None) -> list[Check]:
    """This machine: Python, the project, the engines, the optional parts."""
    checks = [
        Check("saasdb", "has", f"{__version__} on Python {platform.python_version()}, {sys.platform}"),
        _project(project),
        _binaries(),
        _place(),
        _embedded(),
        _docker(),
    ]
    for package, purpose, extra in (
        ("testcontainers", "--engine docker", "docker"),
        ("pytest", "saasdb test", "dev"),
    ):
        if find_spec(package):
            checks.append(Check(package, "has", f"for {purpose}"))
        else:
            checks.append(Check(package, "without", f"no {purpose}", f"pip install 'saasdb[{extra}]'"))
    return checks


def _project(folder: Path | None) -> Check:
    from saasdb.files import load
    from saasdb.settings import find_project

    try:
        found = find_project(folder)
        files = load(found)
    except SaasdbError as error:
        return Check("project", "lacks", error.what, error.todo or "")
    origin = "the SQL of the package" if found.packaged else str(found.root)
    return Check("project", "has", f"{origin}: {len(files.migrations)} migrations, {len(files.code)} code files")


def _binaries() -> Check:
    from saasdb.throwaway.binaries import find_binaries, said_by

    try:
        found = find_binaries()
        version = said_by(found.bin)
    except SaasdbError as error:
        return Check("PostgreSQL", "lacks", error.what, error.todo or "")
    return Check("PostgreSQL", "has", f"{version} in {found.bin}")


def _place() -> Check:
    from saasdb.throwaway import places

    try:
        folder = places.home()
        free = shutil.disk_usage(folder).free // 2**20
    except (SaasdbError, OSError) as error:
        return Check("room for servers", "lacks", str(error), "Set SAASDB_HOME to a folder with 512 MB free.")
    kind = "memory" if str(folder).startswith("/dev/shm") else "disk"
    if free < 512:
        return Check("room for servers", "lacks", f"{folder}: {free} MB free", "Free 512 MB or set SAASDB_HOME.")
    return Check("room for servers", "has", f"{folder} ({kind}), {free:,} MB free")


def _embedded() -> Check:
    import time

    from saasdb.throwaway import open_server

    begun = time.monotonic()
    try:
        with open_server("embedded", reuse=False) as server:
            return Check("engine embedded", "has", f"{server.label}, started in {time.monotonic() - begun:.2f} s")
    except SaasdbError as error:
        return Check("engine embedded", "lacks", error.what, error.todo or "")


def _docker() -> Check:
    import subprocess

    try:
        done = subprocess.run(
            ["docker", "info", "--format", "{{.ServerVersion}}"], capture_output=True, text=True, timeout=10
        )
    except (OSError, subprocess.TimeoutExpired):
        return Check("engine docker", "without", "docker does not answer", "Only needed for --engine docker.")
    if done.returncode or not done.stdout.strip():
        return Check("engine docker", "without", "no Docker engine runs", "Only needed for --engine docker.")
    return Check("engine docker", "has", f"Docker {done.stdout.strip()}")


_RIGHTS = """
select
    rolsuper, rolcreaterole, rolbypassrls,
    has_database_privilege(current_database(), 'create'),
    has_schema_privilege('public', 'create'),
    to_regclass('auth.users') is not null,
    (select pg_get_userbyid(relowner) from pg_class where oid = to_regclass('auth.users')),
    case when to_regclass('auth.users') is not null then has_table_privilege('auth.users', 'trigger') end,
    case when to_regclass('auth.users') is not null then has_table_privilege('auth.users', 'references') end,
    to_regclass('saasdb.migrations') is not null,
    (select string_agg(rolname, ', ' order by rolname) from pg_roles
     where rolname in ('anon', 'authenticated', 'service_role', 'authenticator'))
from pg_roles where rolname = current_user
"""


def database(url: str) -> list[Check]:
    """That database: whether it answers, who we are there, and what that role may do."""
    from saasdb.apply.target import connect, examine

    try:
        with connect(url, application_name="saasdb doctor") as connection:
            target = examine(connection)
            row = connection.execute(_RIGHTS).fetchone()
    except SaasdbError as error:
        return [Check("database", "lacks", error.what, error.todo or "")]
    superuser, roles, bypass, may_create, in_public, has_users, owner, trigger, references, ledger, api_roles = row
    powers = [word for word, held in (("superuser", superuser), ("createrole", roles), ("bypassrls", bypass)) if held]
    checks = [
        Check("database", "has", f"{target.database} on PostgreSQL {target.version}, {target.tables} tables"),
        Check("role", "has", f"{target.user}{' (' + ', '.join(powers) + ')' if powers else ''}"),
        _right("create schemas", may_create, f"grant create on database {target.database} to {target.user}"),
        _right("create in public", in_public, f"grant create on schema public to {target.user}"),
        Check("API roles", "has", api_roles)
        if api_roles
        else Check("API roles", "without", "none yet: apply makes them"),
    ]
    if has_users:
        checks += [
            Check("auth.users", "has", f"owned by {owner}; schema/platform/ is left out unless saasdb made it"),
            _right("trigger on auth.users", trigger, f"grant trigger on auth.users to {target.user}, as its owner"),
            _right("keys to auth.users", references, f"grant references on auth.users to {target.user}, as its owner"),
        ]
    else:
        checks.append(Check("auth.users", "without", "a plain Postgres: apply makes it from schema/platform/"))
    checks.append(
        Check("ledger", "has", "schema saasdb") if ledger else Check("ledger", "without", "nothing applied yet")
    )
    return checks


def _right(subject: str, held: bool, do: str) -> Check:
    return Check(subject, "has", "yes") if held else Check(subject, "lacks", "not allowed", do)
