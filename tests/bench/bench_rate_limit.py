"""consume_rate_limit against a bare upsert of the same row: one client on many keys, 32 clients on one key.

The hot key wants a server that waits for its disk (fsync on), as a real one does: pass --url. On a throwaway, which
does not wait, a bare upsert is as quick as a refusal, and the figure says nothing.
"""

from __future__ import annotations

import psycopg
from measure import arguments, pgbench, product, race, table

UPSERT = """insert into public.rate_limit_buckets as b (key, used, reset_at)
values ({key}, 1, now() + interval '1 hour')
on conflict (key) do update set used = b.used + 1, updated_at = now()
returning b.used, b.reset_at;
"""
CALL = "select * from public.consume_rate_limit({key}, {limit}, '1 hour');\n"
RANDOM = "\\set k random(1, 5000)\n"


def main() -> None:
    options = arguments(__doc__.splitlines()[0])
    with product(options.url) as url:
        allowed = race(
            {
                "bare upsert": lambda: pgbench(url, RANDOM + UPSERT.format(key="'bare:' || :k")),
                "allowed call": lambda: pgbench(url, RANDOM + CALL.format(key="'call:' || :k", limit=1_000_000_000)),
                "denied call": lambda: pgbench(url, CALL.format(key="'denied'", limit=1)),
            },
            options.rounds,
        )
        table("one client, 5,000 keys", allowed, "calls/s", more_is_better=True)
        hot = race(
            {
                "bare upsert": lambda: pgbench(url, UPSERT.format(key="'hot'"), clients=32),
                "allowed call": lambda: pgbench(url, CALL.format(key="'hot call'", limit=1_000_000_000), clients=32),
                "denied call": lambda: pgbench(url, CALL.format(key="'denied'", limit=1), clients=32),
            },
            options.rounds,
        )
        table("32 clients, one key", hot, "calls/s", more_is_better=True)
        with psycopg.connect(url) as connection:
            updates, in_place = connection.execute(
                "select n_tup_upd, n_tup_hot_upd from pg_stat_user_tables where relname = 'rate_limit_buckets'"
            ).fetchone()
        print(f"\n{100 * in_place / max(updates, 1):.2f} % of {updates:,} updates touched no index")


if __name__ == "__main__":
    main()
