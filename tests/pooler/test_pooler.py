"""Through a real pgbouncer in transaction mode, as a hosted database is often reached."""

import os
import shutil
import subprocess
import tempfile
import time
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import psycopg
import pytest
from saasdb.apply.run import apply
from saasdb.apply.status import status
from saasdb.errors import SaasdbError
from saasdb.files import load
from saasdb.settings import find_project
from saasdb.throwaway import places

pytestmark = pytest.mark.pooler

CONFIGURATION = """
[databases]
* = host={socket}
[pgbouncer]
unix_socket_dir = {folder}
listen_addr =
listen_port = 6432
auth_type = any
pool_mode = transaction
default_pool_size = 3
ignore_startup_parameters = extra_float_digits
logfile = {folder}/log
pidfile = {folder}/pid
"""


@pytest.fixture
def pooled_url(empty_url):
    """The empty database, reached through pgbouncer."""
    program = shutil.which("pgbouncer") or "/usr/sbin/pgbouncer"
    folder = Path(tempfile.mkdtemp(prefix="saasdb-pooler-", dir="/tmp"))
    parts = urlsplit(empty_url)
    (folder / "ini").write_text(
        CONFIGURATION.format(socket=parse_qs(parts.query)["host"][0], folder=folder).replace("* =", "* = user=postgres")
    )
    uid, gid = places.server_user()
    for path in (folder, folder / "ini"):
        os.chown(path, uid, gid)
    who = {"user": uid, "group": gid, "extra_groups": []} if os.getuid() == 0 else {}
    process = subprocess.Popen(
        [program, "-q", folder / "ini"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, **who
    )
    url = f"postgresql://postgres@{parts.path}?host={folder}&port=6432"
    deadline = time.monotonic() + 10
    while True:
        try:
            psycopg.connect(url).close()
            break
        except psycopg.OperationalError:
            assert time.monotonic() < deadline, (folder / "log").read_text()
            time.sleep(0.05)
    yield url
    process.terminate()
    process.wait()
    shutil.rmtree(folder)


def test_apply_goes_through_a_pooler_in_transaction_mode(library, pooled_url):
    (library / "schema" / "migrations" / "20260103000000_index_titles.sql").write_text(
        "-- index_titles: finds a book by its title.\n-- transaction: none\n\n"
        "create index concurrently books_title_idx on public.books (title);\n"
    )
    files = load(find_project(library))
    apply(pooled_url, files)
    assert status(pooled_url, files).clean
    assert apply(pooled_url, files).steps == ()


def test_a_second_applier_is_refused_through_a_pooler_too(library, pooled_url):
    with psycopg.connect(pooled_url) as first:
        first.execute(f"select pg_advisory_xact_lock({0x5AA5DB})")
        with pytest.raises(SaasdbError, match="else is applying"):
            apply(pooled_url, load(find_project(library)))
