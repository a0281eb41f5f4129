"""Members' own rows and the admins' lists, against the hand-written queries, on many rows.

python tests/bench/bench_rows.py [--url URL] [--rounds 7] [--payments 100000] [--ai-usage 1000000]
python tests/bench/bench_rows.py --payments 1000000 --ai-usage 10000000      (some minutes, 2 GB)
"""

from __future__ import annotations

import json

import psycopg
from measure import arguments, pages, product, race, seconds_of, table

ME = "md5('bench 7')::uuid"
LISTS = ("payments", "ai_usage")


def fill(connection: psycopg.Connection, payments: int, ai_usage: int) -> None:
    """Rows of one user in every twenty payments, in no order; keys are not checked, they are right by construction."""
    users = max(payments // 20, 100)
    connection.execute(
        "insert into auth.users (id, created_at) select md5('bench ' || n)::uuid, now() - n * interval '1 minute'"
        " from generate_series(1, %s) as n",
        [users],
    )
    with connection.transaction():
        connection.execute("set local session_replication_role = replica")
        connection.execute(
            """insert into public.payments
            (user_id, provider, external_id, plan, amount, created_at)
            select md5('bench ' || n %% %(users)s)::uuid, 'midtrans', left(md5('order ' || n), 30), 'PRO', 199000,
            now() - n * interval '37 seconds' from generate_series(1, %(rows)s::bigint) as n""",
            {"users": users, "rows": payments},
        )
        connection.execute(
            """insert into public.ai_usage (user_id, route, model, input_tokens, output_tokens, created_at)
            select md5('bench ' || n * 7919 %% %(users)s)::uuid, 'chat', 'small', 10, 10,
            now() - n * interval '3 seconds' from generate_series(1, %(rows)s::bigint) as n""",
            {"users": users, "rows": ai_usage},
        )
    connection.execute("vacuum analyze")


def become(connection: psycopg.Connection, user: str) -> None:
    connection.execute("set role authenticated")
    connection.execute("select set_config('request.jwt.claims', %s, false)", [json.dumps({"sub": user})])


def microseconds(connection: psycopg.Connection, query: str, calls: int = 100) -> float:
    def run() -> None:
        for _ in range(calls):
            connection.execute(query, prepare=True).fetchall()

    return seconds_of(run) / calls * 1e6


def compare(
    title: str, plain: tuple[psycopg.Connection, str], asked: tuple[psycopg.Connection, str], rounds: int
) -> None:
    """Both queries in turn; each pair is a connection and what it sends."""
    results = race({"by hand": lambda: microseconds(*plain), "as asked": lambda: microseconds(*asked)}, rounds)
    table(title, results, "µs", more_is_better=False)
    for name, pair in (("by hand", plain), ("as asked", asked)):
        read, plan = pages(*pair)
        print(f"  {name:<8}  {read:>6,} pages  {plan}")


def main() -> None:
    options = arguments(
        __doc__.splitlines()[0],
        payments={"type": int, "default": 100_000},
        ai_usage={"type": int, "default": 1_000_000},
    )
    with (
        product(options.url) as url,
        psycopg.connect(url, autocommit=True) as owner,
        psycopg.connect(url, autocommit=True) as member,
        psycopg.connect(url, autocommit=True) as admin,
    ):
        fill(owner, options.payments, options.ai_usage)
        user = str(owner.execute(f"select {ME}").fetchone()[0])
        become(member, user)
        for name in LISTS:
            page = "order by created_at desc limit 20"
            compare(
                f"a member's newest 20 of {name}",
                (owner, f"select * from public.{name} where user_id = '{user}' {page}"),
                (member, f"select * from public.{name} {page}"),
                options.rounds,
            )
        with owner.transaction(force_rollback=True):
            owner.execute(
                'alter policy "members read their own payments" on public.payments'
                " using (user_id = (select auth.uid()) or (select private.is_admin()))"
            )
            become(owner, user)
            read, plan = pages(owner, "select * from public.payments")
            print(f"\n'owner or admin' in one policy, a member's payments: {read:,} pages  {plan}")
        owner.execute("reset role")

        owner.execute("update public.user_roles set role = 'admin' where user_id = md5('bench 8')::uuid")
        become(admin, str(owner.execute("select md5('bench 8')::uuid").fetchone()[0]))
        compare(
            "an admin's newest 50 payments",
            (owner, "select * from public.payments order by created_at desc, id desc limit 50"),
            (admin, "select * from public.admin_list_payments()"),
            options.rounds,
        )
        compare(
            "an admin's newest 50 users",
            (
                owner,
                """select p.user_id, u.email, p.full_name, r.role, s.plan, s.current_period_end, p.created_at
                from public.profiles as p
                left join auth.users as u on u.id = p.user_id
                left join public.user_roles as r on r.user_id = p.user_id
                left join public.subscriptions as s on s.user_id = p.user_id
                order by p.created_at desc, p.user_id desc limit 50""",
            ),
            (admin, "select * from public.admin_list_users()"),
            options.rounds,
        )


if __name__ == "__main__":
    main()
