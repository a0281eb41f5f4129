"""What reading and comparing a database costs, beside one `pg_dump --schema-only` of it, and migra if it is installed.

python tests/bench/bench_diff.py [--tables 1000 10000] [--rounds 5]
"""

import argparse
import os
import re
import resource
import shutil
import statistics
import subprocess
import sys
import time
from pathlib import Path

import psycopg
from saasdb import catalog
from saasdb.compare import compare
from saasdb.plan import plan
from saasdb.throwaway import open_server
from saasdb.throwaway import pg_dump as dump
from saasdb.undisturbed import undisturbed

DUMP = "pg_dump --schema-only, one database"


def fill(connection, tables):
    """Tables with what tables have: eight columns, a key, two checks, an index, a foreign key, a policy, a comment."""
    for start in range(0, tables, 200):
        parts = []
        for n in range(start, min(start + 200, tables)):
            parts.append(f"""
create table t{n} (id bigint generated always as identity primary key, a text not null default 'x' check (a <> ''),
    b integer check (b > 0), c timestamptz not null default now(), d jsonb, e numeric(12, 2), f uuid,
    up bigint references t{n // 2} (id) on delete cascade);
create index t{n}_up_idx on t{n} (up) where up is not null;
alter table t{n} enable row level security;
create policy own on t{n} for select using (f is not null);
comment on table t{n} is 'table number {n}';
grant select on t{n} to public;""")
        connection.execute("".join(parts))


def clock(action):
    begun = time.perf_counter()
    action()
    return time.perf_counter() - begun


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--tables", type=int, nargs="+", default=[1000])
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--peak", nargs=2, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.peak:
        compare(*read(*options.peak))
        print(_peak_memory())
        return
    for tables in options.tables:
        with open_server(reuse=False) as server, server.database() as one, server.database() as two:
            measure(tables, options.rounds, server, one, two)


def measure(tables, rounds, server, one, two):
    for url in (one, two):
        with psycopg.connect(url, autocommit=True) as connection:
            fill(connection, tables)
    with psycopg.connect(two, autocommit=True) as connection:
        connection.execute("alter table t0 add column extra text; drop policy own on t1")
        connection.execute("grant insert on t2 to public")
    variants = _variants(one, two, dump.find(server.major))
    times = {name: [] for name in variants}
    for _ in range(rounds):
        for name, action in variants.items():
            times[name].append(clock(action))
    print(f"{tables:,} tables, {server.label}, median of {rounds} rounds, load {os.getloadavg()[0]:.1f}")
    first = statistics.median(times[DUMP])
    for name, found in times.items():
        middle = statistics.median(found)
        print(f"  {name:<45} {middle * 1000:>9.0f} ms   {middle / first:>5.2f}")
    peak = subprocess.run([sys.executable, __file__, "--peak", one, two], capture_output=True, text=True, check=True)
    print(f"  {'read both and compare, peak memory':<45} {peak.stdout.strip():>9} MB", flush=True)


def read(*urls):
    """What catalog.read makes of each database; several at once."""
    connections = [psycopg.connect(url, autocommit=True) for url in urls]
    try:
        return catalog.read_together(connections)
    finally:
        for connection in connections:
            connection.close()


def _peak_memory():
    """Of this process, in MB. Linux hands a parent's `ru_maxrss` down, so its own count is read there."""
    status = Path("/proc/self/status")
    if status.exists():
        return int(re.search(r"VmHWM:\s+(\d+) kB", status.read_text())[1]) // 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 2**20


def _variants(one, two, pg_dump):
    before = read(one)[0]

    def read_and_compare(*urls):
        with undisturbed():
            found = read(*urls)
            compare(found[0] if len(urls) == 2 else before, found[-1])

    def all_of_it():
        with undisturbed():
            plan(compare(*read(one, two)))

    found = {
        DUMP: lambda: dump.finish(dump.start(pg_dump, one)),
        "read one": lambda: read(one),
        "read one, compare with one that is there": lambda: read_and_compare(two),
        "read both, compare": lambda: read_and_compare(one, two),
        "read both, compare, plan": all_of_it,
    }
    if migra := shutil.which("migra"):
        found["migra, both databases"] = lambda: subprocess.run(
            [migra, "--unsafe", one, two], capture_output=True, check=False
        )
    return found


if __name__ == "__main__":
    main()
