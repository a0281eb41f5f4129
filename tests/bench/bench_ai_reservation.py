"""reserve_ai_tokens against a bare insert into the ledger, and what a quota costs that sums the ledger instead.

python tests/bench/bench_ai_reservation.py [--url URL] [--rounds 7] [--rows 1000000]
"""

from __future__ import annotations

import psycopg
from measure import arguments, pages, pgbench, product, race, table

PEOPLE = 1000
USER = f"\\set n random(1, {PEOPLE})\n"
WHO = "md5('bench ' || :n)::uuid"
INSERT = f"""insert into public.ai_usage (user_id, route, model, input_tokens, output_tokens)
values ({WHO}, 'chat', 'small', 10, 10) returning id;
"""
RESERVE = f"select * from public.reserve_ai_tokens({WHO}, 1, 1000000000);\n"
RECORD = f"select * from public.record_ai_usage({WHO}, 'chat', 'small', 10, 10);\n"
HEAVY = "md5('bench 1')::uuid"


def main() -> None:
    options = arguments(__doc__.splitlines()[0], rows={"type": int, "default": 1_000_000, "help": "of one heavy user"})
    with product(options.url) as url, psycopg.connect(url, autocommit=True) as connection:
        connection.execute(
            "insert into auth.users (id) select md5('bench ' || n)::uuid from generate_series(1, %s) as n", [PEOPLE]
        )
        connection.execute(
            "select public.reserve_ai_tokens(md5('bench ' || n)::uuid, 1, 10) from generate_series(2, %s) as n",
            [PEOPLE],
        )
        results = race(
            {
                "bare ledger insert": lambda: pgbench(url, USER + INSERT),
                "reserve": lambda: pgbench(url, USER + RESERVE),
                "record": lambda: pgbench(url, USER + RECORD),
            },
            options.rounds,
        )
        table(f"one client, {PEOPLE:,} users", results, "calls/s", more_is_better=True)

        # In no order, as it is after a month of other people's calls between one's own.
        connection.execute(
            f"""insert into public.ai_usage (user_id, route, model, input_tokens, output_tokens, created_at)
            select case when n %% 10 = 0 then {HEAVY} else md5('bench ' || n %% {PEOPLE} + 1)::uuid end,
            'chat', 'small', 10, 10, date_trunc('month', now(), 'UTC') + n * interval '1 microsecond'
            from generate_series(1, %s::bigint * 10) as n""",
            [options.rows],
        )
        connection.execute("vacuum analyze public.ai_usage")
        total, _ = pages(
            connection,
            f"""select sum(input_tokens + output_tokens) from public.ai_usage
            where user_id = {HEAVY} and created_at >= date_trunc('month', now(), 'UTC')""",
        )
        call, _ = pages(connection, f"select * from public.reserve_ai_tokens({HEAVY}, 1, 1000000000)")
        print(f"\n{options.rows:,} calls of one user this month: a sum reads {total:,} pages, a reservation {call:,}")


if __name__ == "__main__":
    main()
