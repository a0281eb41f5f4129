"""The signup trigger against four plain inserts: one user at a time, and many in one statement.

python tests/bench/bench_signup.py [--url URL] [--rounds 7] [--users 100000]
"""

from __future__ import annotations

import psycopg
from measure import arguments, product, race, seconds_of, table

USERS = """insert into auth.users (id, email, raw_user_meta_data, created_at)
select md5('bench ' || n)::uuid, 'bench' || n || '@example.com', '{"full_name": "Ayu Lestari"}', now()
from generate_series(%(first)s::int, %(last)s::int) as n"""
PLAIN = (
    """insert into public.profiles (user_id, full_name, created_at, updated_at)
    select md5('bench ' || n)::uuid, 'Ayu Lestari', now(), now()
    from generate_series(%(first)s::int, %(last)s::int) as n""",
    """insert into public.user_roles (user_id, created_at, updated_at)
    select md5('bench ' || n)::uuid, now(), now() from generate_series(%(first)s::int, %(last)s::int) as n""",
    """insert into public.subscriptions (user_id, current_period_start, created_at, updated_at)
    select md5('bench ' || n)::uuid, now(), now(), now() from generate_series(%(first)s::int, %(last)s::int) as n""",
)


def many(connection: psycopg.Connection, users: int, *, with_trigger: bool) -> float:
    """Seconds for `users` sign-ups in one statement, rolled back."""
    span = {"first": 1, "last": users}
    with connection.transaction(force_rollback=True):
        if not with_trigger:
            connection.execute("alter table auth.users disable trigger _100_provision_new_users")
        return seconds_of(
            lambda: [connection.execute(each, span) for each in (USERS, *(() if with_trigger else PLAIN))]
        )


def one_by_one(connection: psycopg.Connection, users: int, *, with_trigger: bool) -> float:
    """Microseconds a sign-up, each a transaction of its own, rolled back; the plain way sends four statements."""

    def signups() -> None:
        for n in range(users):
            with connection.transaction(force_rollback=True):
                for each in (USERS, *(() if with_trigger else PLAIN)):
                    connection.execute(each, {"first": n, "last": n}, prepare=True)

    trigger = "enable" if with_trigger else "disable"
    connection.execute(f"alter table auth.users {trigger} trigger _100_provision_new_users")
    try:
        return seconds_of(signups) / users * 1e6
    finally:
        connection.execute("alter table auth.users enable trigger _100_provision_new_users")


def main() -> None:
    options = arguments(__doc__.splitlines()[0], users={"type": int, "default": 100_000})
    with product(options.url) as url, psycopg.connect(url, autocommit=True) as connection:
        for title, unit, measure, count in (
            (f"{options.users:,} users in one statement", "s", many, options.users),
            ("one user at a time", "µs", one_by_one, 300),
        ):
            results = race(
                {
                    "four plain inserts": lambda m=measure, n=count: m(connection, n, with_trigger=False),
                    "the signup trigger": lambda m=measure, n=count: m(connection, n, with_trigger=True),
                },
                options.rounds,
            )
            table(title, results, unit, more_is_better=False)


if __name__ == "__main__":
    main()
