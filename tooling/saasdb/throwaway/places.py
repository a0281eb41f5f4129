"""Where embedded servers live: one folder a user, on tmpfs where there is one; who owns what in it."""

from __future__ import annotations

import fcntl
import os
import pwd
import shutil
import stat
import tempfile
from pathlib import Path

from saasdb.errors import SaasdbError

_ROOM_NEEDED = 512 * 1024 * 1024
_SERVER_USERS = ("postgres", "nobody")


def home() -> Path:
    """This user's folder for servers: `SAASDB_HOME`, else on /dev/shm, else in the temporary folder.

    It is ours alone: a folder of that name that somebody else made is never used.

    Raises:
        SaasdbError: no folder can be made.
    """
    asked = os.environ.get("SAASDB_HOME")
    candidates = [Path(asked)] if asked else [*_tmpfs(), Path(tempfile.gettempdir()) / _name()]
    for folder in candidates:
        try:
            folder.mkdir(mode=0o711, parents=bool(asked), exist_ok=True)
            held = folder.lstat()
        except OSError:
            continue
        ours = stat.S_ISDIR(held.st_mode) and held.st_uid == os.getuid() and not held.st_mode & 0o022
        if ours and (os.getuid() != 0 or others_reach(folder)):
            return folder
    raise SaasdbError(
        "No folder for a throwaway server can be made",
        where=", ".join(map(str, candidates)),
        todo="Set SAASDB_HOME to a folder of your own, with a short path that every user may pass, and 512 MB free.",
    )


def others_reach(folder: Path) -> bool:
    """Whether any user may pass through every folder up to this one: root's server runs as another user."""
    return all(path.stat().st_mode & 0o001 for path in (folder, *folder.parents))


def _name() -> str:
    return f"saasdb-{os.getuid()}"


def _tmpfs() -> list[Path]:
    memory = Path("/dev/shm")
    try:
        if os.access(memory, os.W_OK) and shutil.disk_usage(memory).free >= _ROOM_NEEDED:
            return [memory / _name()]
    except OSError:
        pass
    return []


def server_user() -> tuple[int, int]:
    """Who runs the server, as (uid, gid): ourselves, or for root (which PostgreSQL refuses) `postgres` or `nobody`.

    Raises:
        SaasdbError: we are root and there is neither user.
    """
    if os.getuid() != 0:
        return os.getuid(), os.getgid()
    for name in _SERVER_USERS:
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        return entry.pw_uid, entry.pw_gid
    raise SaasdbError(
        "PostgreSQL refuses to run as root, and this machine has no user `postgres` or `nobody` to run it as",
        todo="Run saasdb as a plain user, or add a user called `postgres`.",
    )


def sweep(folder: Path) -> None:
    """Remove what servers left behind whose supervisor was killed too: their folders hold a lock that is free."""
    for alive in folder.glob("run-*/alive"):
        try:
            handle = os.open(alive, os.O_RDWR)
        except OSError:
            continue
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            continue
        else:
            _kill_server(alive.parent / "data" / "postmaster.pid")
            shutil.rmtree(alive.parent, ignore_errors=True)
        finally:
            os.close(handle)


def _kill_server(pid_file: Path) -> None:
    try:
        pid = int(pid_file.read_text().split()[0])
        command = Path(f"/proc/{pid}/cmdline").read_bytes()
        if str(pid_file.parent).encode() in command:
            os.kill(pid, 3)
    except (OSError, ValueError, IndexError):
        return
