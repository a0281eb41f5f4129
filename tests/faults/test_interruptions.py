"""Cut off half way: by a signal, by the server, by a second applier, by a full disk."""

import os
import resource
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import psycopg
import pytest
from command_line import assert_one_clear_error

SLOW = "-- slow: long enough to be cut off.\n\ncreate table public.half (id int);\nselect pg_sleep(30);\n"


@pytest.fixture
def slow_apply(library, empty_url):
    """An apply that hangs in its last migration, and a wait until it does."""
    (library / "schema" / "migrations" / "20260103000000_slow.sql").write_text(SLOW)
    command = [sys.executable, "-m", "saasdb", "apply", "--url", empty_url, "--project", str(library)]
    with (
        subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, preexec_fn=hears_ctrl_c
        ) as process,
        psycopg.connect(empty_url, autocommit=True) as watcher,
    ):
        wait_until(lambda: sleepers(watcher))
        yield process, watcher
        process.kill()


def hears_ctrl_c():
    """In a child before it begins: what a shell runs in the background is born deaf to it."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def sleepers(watcher):
    return watcher.execute(
        "select count(*) from pg_stat_activity where datname = current_database() and query like '%pg_sleep(30)%'"
        " and application_name = 'saasdb apply' and state = 'active'"
    ).fetchone()[0]


def wait_until(condition, seconds=20):
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it did not come to pass"
        time.sleep(0.02)


def assert_two_whole_migrations(watcher):
    assert watcher.execute("select count(*) from saasdb.migrations").fetchone() == (2,)
    assert watcher.execute("select to_regclass('public.half')").fetchone() == (None,)


def test_ctrl_c_rolls_the_open_migration_back_and_says_so(slow_apply):
    process, watcher = slow_apply
    process.send_signal(signal.SIGINT)
    _, said = process.communicate(timeout=20)
    assert process.returncode == 2
    assert "error: Interrupted" in said and "Traceback" not in said
    wait_until(lambda: not sleepers(watcher))
    assert_two_whole_migrations(watcher)


def test_a_killed_apply_leaves_whole_migrations_and_no_lock(slow_apply, saasdb, library, empty_url):
    process, watcher = slow_apply
    process.kill()
    process.communicate(timeout=20)
    watcher.execute(
        "select pg_terminate_backend(pid) from pg_stat_activity where application_name like 'saasdb apply%'"
        " and datname = current_database()"
    )
    wait_until(lambda: not sleepers(watcher))
    assert_two_whole_migrations(watcher)
    (library / "schema" / "migrations" / "20260103000000_slow.sql").write_text("-- slow: no more.\n\nselect 1;\n")
    wait_until(lambda: saasdb("apply", "--url", empty_url, "--project", library).returncode == 0)


def test_a_lost_connection_is_said_to_be_lost(slow_apply):
    process, watcher = slow_apply
    watcher.execute(
        "select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'saasdb apply'"
        " and datname = current_database()"
    )
    _, said = process.communicate(timeout=20)
    assert process.returncode == 2
    assert said.count("error:") == 1 and "Traceback" not in said
    assert_two_whole_migrations(watcher)


def test_a_second_applier_is_refused_while_the_first_is_at_work(slow_apply, saasdb, library, empty_url):
    done = saasdb("apply", "--url", empty_url, "--project", library)
    assert done.returncode == 2
    assert "Somebody else is applying" in done.stderr


def test_a_lock_that_somebody_holds_ends_the_step_in_time_and_names_the_remedy(saasdb, library, empty_url):
    assert saasdb("apply", "--url", empty_url, "--project", library).returncode == 0
    (library / "schema" / "migrations" / "20260103000000_add_isbn.sql").write_text(
        "-- add_isbn: on the back.\n\nalter table public.books add column isbn text;\n"
    )
    with psycopg.connect(empty_url) as reader:
        reader.execute("select count(*) from public.books")
        done = saasdb("apply", "--lock-timeout", "100ms", "--url", empty_url, "--project", library)
    assert done.returncode == 2
    assert "55P03" in done.stderr and "--lock-timeout" in done.stderr


def test_a_reader_that_has_seen_enough_changes_no_verdict(saasdb, library, empty_url):
    assert saasdb("apply", "--url", empty_url, "--project", library).returncode == 0
    command = [sys.executable, "-m", "saasdb", "status", "--url", empty_url, "--project", str(library)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        process.stdout.close()  # before anything is written: the first line finds the pipe broken
        assert process.stderr.read() == ""
    assert process.returncode == 0


@pytest.fixture
def home():
    """A folder for servers whose path is short enough for a socket and open to the server's user."""
    folder = Path(tempfile.mkdtemp(prefix="saasdb-fault-", dir="/tmp"))
    folder.chmod(0o711)
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


def test_a_throwaway_that_finds_no_room_says_so_and_leaves_nothing(library, home):
    done = subprocess.run(
        [sys.executable, "-m", "saasdb", "up", "--project", str(library)],
        capture_output=True,
        text=True,
        timeout=60,
        env={**os.environ, "SAASDB_HOME": str(home)},
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (1_000_000, 1_000_000)),
    )
    assert_one_clear_error(done)
    assert list(home.iterdir()) == []


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT])
def test_a_throwaway_is_gone_however_its_owner_ends(library, home, how):
    with subprocess.Popen(
        [sys.executable, "-m", "saasdb", "up", "--seed", "none", "--project", str(library)],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        # As on a machine that says nothing of buffers: the URL must come through a pipe all the same.
        env={**{k: v for k, v in os.environ.items() if k != "PYTHONUNBUFFERED"}, "SAASDB_HOME": str(home)},
        preexec_fn=hears_ctrl_c,
    ) as process:
        url = process.stdout.readline().strip()
        psycopg.connect(url).close()
        process.send_signal(how)
        process.wait(20)
    wait_until(lambda: not list(home.glob("run-*")))
    with pytest.raises(psycopg.OperationalError):
        psycopg.connect(url)
