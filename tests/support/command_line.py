"""The command as its user runs it, and a small project that is not the product.

Whatever the tooling does, it does for any project with these folders. Loaded for every test through pyproject.toml.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

LIBRARY = Path(__file__).parents[1] / "projects" / "library"


@pytest.fixture
def library(tmp_path):
    """A copy of the project `library` that a test may edit."""
    return Path(shutil.copytree(LIBRARY, tmp_path / "library"))


@pytest.fixture
def empty_url(server):
    """An empty database of the test's own."""
    with server.database() as url:
        yield url


@pytest.fixture
def saasdb():
    """Run the command as its user would; returns the finished process."""

    def run(*arguments, cwd=None, **environment):
        return subprocess.run(
            [sys.executable, "-m", "saasdb", *map(str, arguments)],
            capture_output=True,
            text=True,
            cwd=cwd,
            env={**{k: v for k, v in os.environ.items() if k != "DATABASE_URL"}, **environment},
            timeout=120,
        )

    return run


@pytest.fixture
def psql():
    """Run a script with the real psql that comes with the server."""
    from saasdb.throwaway.binaries import find_binaries

    def run(url, script):
        done = subprocess.run(
            [find_binaries().client("psql"), "-X", "-q", "-v", "ON_ERROR_STOP=1", url],
            input=script,
            capture_output=True,
            text=True,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    return run


def assert_one_clear_error(done, *parts):
    """One error with a remedy, exit code 2, no traceback, no password, and every one of `parts` in it."""
    assert done.returncode == 2, done.stdout + done.stderr
    assert done.stderr.count("error: ") == 1, done.stderr
    assert "Traceback" not in done.stderr
    assert "  do:" in done.stderr
    assert "s3cret" not in done.stdout + done.stderr
    for part in parts:
        assert part in done.stderr
