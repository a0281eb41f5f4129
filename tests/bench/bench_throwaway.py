"""What a throwaway costs: the first query, a fresh database, a rollback; beside initdb and a copy through WAL.

python tests/bench/bench_throwaway.py [--runs 9]
"""

import argparse
import statistics
import subprocess
import tempfile
import time
from contextlib import ExitStack
from pathlib import Path

import psycopg
from psycopg import sql
from saasdb.apply.declared import load_migrated
from saasdb.files import load
from saasdb.settings import find_project
from saasdb.throwaway import open_server, places
from saasdb.throwaway.binaries import find_binaries


def clock(action):
    begun = time.perf_counter()
    action()
    return (time.perf_counter() - begun) * 1000


def first_query():
    with open_server("embedded", reuse=False) as server, psycopg.connect(server.admin_url) as connection:
        connection.execute("select 1")


def initdb():
    """What every start would cost without the cached data directory."""
    uid, gid = places.server_user()
    with tempfile.TemporaryDirectory(dir="/tmp") as folder:
        Path(folder).chmod(0o777)
        command = [find_binaries().bin / "initdb", "-D", f"{folder}/data", "--no-sync", "-U", "postgres"]
        who = {"user": uid, "group": gid} if places.server_user()[0] != places.os.getuid() else {}
        subprocess.run(command, check=True, capture_output=True, cwd="/", **who)


def main():
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--runs", type=int, default=9)
    runs = options.parse_args().runs
    files = load(find_project())
    took = {}

    def measure(name, action, times=runs):
        took[name] = statistics.median(clock(action) for _ in range(times))

    measure("server up and first query answered", first_query)
    measure("  the same work by initdb alone", initdb, 3)
    with open_server("embedded", reuse=False) as server, ExitStack() as stack:

        def load_once():
            with server.database() as url:
                load_migrated(url, files)

        measure("product loaded into an empty database", load_once)
        template = server.template("bench", lambda url: load_migrated(url, files))

        def clone():
            with server.database(template):
                pass

        measure("fresh copy of it, made and dropped", clone)

        def copy_through_wal():
            with psycopg.connect(server.admin_url, autocommit=True) as admin:
                name = sql.Identifier("bench_wal_log")
                admin.execute(
                    sql.SQL("create database {} template {} strategy wal_log").format(name, sql.Identifier(template))
                )
                admin.execute(sql.SQL("drop database {}").format(name))

        measure("  the same by strategy wal_log", copy_through_wal)
        url = stack.enter_context(server.database(template))
        connection = stack.enter_context(psycopg.connect(url, autocommit=True))

        def rolled_back():
            with connection.transaction(force_rollback=True):
                connection.execute("insert into auth.users (id) values (gen_random_uuid())")

        measure("a signup rolled back", rolled_back, 200)
    print(f"{'':42}{'p50 ms':>9}")
    for name, middle in took.items():
        print(f"{name:42}{middle:9.1f}")


if __name__ == "__main__":
    main()
