"""What one pair costs from the command line, process start and proof included, beside two `pg_dump`s and migra.

python tests/bench/bench_pairs.py [--pairs 60]

A throwaway is kept running for it, in a folder of its own; the pairs are spread over the folders of tests/diff.
"""

import argparse
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import psycopg

CASES = Path(__file__).parents[1] / "diff"
DIFF = f"saasdb diff before after --sql, {os.cpu_count()} cores"


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--pairs", type=int, default=60)
    options = parser.parse_args()
    folders = sorted(place.parent for place in CASES.glob("*/before.sql"))
    folders = [folder for folder in folders if "subscription" not in folder.name]  # it keeps its database from going
    chosen = folders[:: max(len(folders) // options.pairs, 1)][: options.pairs]
    with tempfile.TemporaryDirectory(prefix="saasdb-", dir="/dev/shm" if os.path.isdir("/dev/shm") else None) as home:
        os.chmod(home, 0o711)  # a server that root starts runs as another user
        os.environ["SAASDB_HOME"] = home
        from saasdb.throwaway import embedded

        server = embedded.start_detached()
        try:
            measure(chosen, server)
        finally:
            embedded.stop_detached()


def measure(folders, server):
    from saasdb.throwaway import pg_dump as dump

    pg_dump = dump.find(server.major)
    migra = shutil.which("migra")
    times = {}
    refused = []
    for folder in folders:
        files = folder / "before.sql", folder / "after.sql"
        code = clock(times, DIFF, lambda files=files: saasdb(*files))
        if code == 2:
            refused.append(folder.name)
            continue
        with server.database() as one, server.database() as two:
            for url, place in zip((one, two), files, strict=True):
                load(url, place)
            urls = (one, two)
            clock(times, "pg_dump --schema-only of both", lambda urls=urls: [dumped(pg_dump, url) for url in urls])
            if migra:
                clock(times, "migra of both, loaded already", lambda urls=urls: run([migra, "--unsafe", *urls]))
    print(
        f"{len(folders)} pairs, {server.label}, load {os.getloadavg()[0]:.1f}; refused: {', '.join(refused) or 'none'}"
    )
    for name, found in times.items():
        found.sort()
        middle, high = statistics.median(found), found[int(len(found) * 0.9)]
        print(f"  {name:<45} median {middle * 1000:>6.0f} ms   nine in ten below {high * 1000:>6.0f} ms")


def clock(times, name, action):
    begun = time.perf_counter()
    result = action()
    times.setdefault(name, []).append(time.perf_counter() - begun)
    return result


def saasdb(before, after):
    command = [sys.executable, "-m", "saasdb", "diff", str(before), str(after), "--sql", "--allow-drop"]
    return run(command)


def dumped(pg_dump, url):
    from saasdb.throwaway import pg_dump as dump

    return dump.finish(dump.start(pg_dump, url))


def load(url, place):
    from saasdb.diff.script import run_file

    with psycopg.connect(url, autocommit=True) as connection:
        run_file(connection, place)


def run(command):
    return subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False).returncode


if __name__ == "__main__":
    main()
