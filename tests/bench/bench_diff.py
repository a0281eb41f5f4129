"""What reading and comparing a database costs, beside one `pg_dump --schema-only` of it (and migra, where installed).

python tests/bench/bench_diff.py [--tables 1000] [--rounds 5]
"""

import argparse
import importlib.util
import statistics
import subprocess
import time

import psycopg
from saasdb import catalog
from saasdb.compare import compare
from saasdb.diff import dump
from saasdb.plan import plan
from saasdb.throwaway import open_server


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
    parser.add_argument("--tables", type=int, default=1000)
    parser.add_argument("--rounds", type=int, default=5)
    options = parser.parse_args()
    with open_server(reuse=False) as server, server.database() as one, server.database() as two:
        for url in (one, two):
            with psycopg.connect(url, autocommit=True) as connection:
                fill(connection, options.tables)
        with psycopg.connect(two, autocommit=True) as connection:
            connection.execute("alter table t0 add column extra text; drop policy own on t1")
            connection.execute("grant insert on t2 to public")
        variants = _variants(one, two, dump.find(server.major))
        times = {name: [] for name in variants}
        for _ in range(options.rounds):
            for name, action in variants.items():
                times[name].append(clock(action))
        first = statistics.median(times["pg_dump --schema-only, one database"])
        print(f"{options.tables:,} tables, {server.label}, median of {options.rounds} rounds")
        for name, found in times.items():
            middle = statistics.median(found)
            print(f"  {name:<45} {middle * 1000:>9.0f} ms   {middle / first:>5.2f}")


def _variants(one, two, pg_dump):
    def read(url):
        with psycopg.connect(url, autocommit=True) as connection:
            return catalog.read(connection)

    before, after = read(one), read(two)
    found = {
        "pg_dump --schema-only, one database": lambda: dump.finish(dump.start(pg_dump, one)),
        "read, one database": lambda: read(one),
        "compare, two models": lambda: compare(before, after),
        "plan": lambda: plan(compare(before, after)),
        "read both, compare and plan": lambda: plan(compare(read(one), read(two))),
    }
    if importlib.util.find_spec("migra"):
        found["migra, both databases"] = lambda: subprocess.run(
            ["migra", "--unsafe", one, two], capture_output=True, check=False
        )
    return found


if __name__ == "__main__":
    main()
