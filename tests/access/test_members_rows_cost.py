"""What a member's own rows cost: the pages of the hand-written WHERE, and no table read from end to end."""

from __future__ import annotations

import pytest

STATEMENTS = {
    "profiles": "select * from public.profiles {where}",
    "user_roles": "select * from public.user_roles {where}",
    "subscriptions": "select * from public.subscriptions {where}",
    "payments": "select id, amount, status, created_at from public.payments {where}",
    "payments, the newest": "select id, amount, status from public.payments {where} order by created_at desc limit 20",
    "payments by id": "select id, amount from public.payments {where} {and} id = %(payment)s",
    "ai_usage": "select route, input_tokens, output_tokens from public.ai_usage {where}",
    "ai_usage, the newest": "select route, input_tokens from public.ai_usage {where} order by created_at desc limit 20",
    "payments, counted": "select count(*) from public.payments {where}",
}


@pytest.fixture(scope="module")
def crowd(server, project_template):
    """A clone with 2,000 users, 10,000 payments and 20,000 rows of AI usage: (connection, a member, their payment)."""
    import psycopg

    with server.database(project_template) as url, psycopg.connect(url, autocommit=True) as connection:
        connection.execute(
            "insert into auth.users (id, email) "
            "select gen_random_uuid(), 'u' || n || '@example.test' from generate_series(1, 2000) as n"
        )
        connection.execute(
            "insert into public.payments (user_id, provider, external_id, plan, amount, created_at) "
            "select id, 'doku', md5(id::text || n)::varchar(30), 'PRO', 1000, now() - n * interval '1 day' "
            "from auth.users, generate_series(1, 5) as n order by n, id"
        )
        connection.execute(
            "insert into public.ai_usage (user_id, route, model, input_tokens, output_tokens, created_at) "
            "select id, 'chat', 'm', 1, 1, now() - n * interval '1 hour' "
            "from auth.users, generate_series(1, 10) as n order by n, id"
        )
        connection.execute("vacuum analyze")
        user_id = connection.execute("select user_id from public.payments order by id limit 1").fetchone()[0]
        payment = connection.execute("select id from public.payments where user_id = %s", (user_id,)).fetchone()[0]
        yield connection, user_id, payment


def nodes(plan):
    yield plan
    for below in plan.get("Plans", ()):
        yield from nodes(below)


def explained(connection, statement, parameters):
    for _ in range(2):  # the first run fills the session's caches
        [[answer]] = connection.execute(
            f"explain (analyze, buffers, format json) {statement}", parameters, prepare=False
        ).fetchone()
    plan = answer["Plan"]
    return (
        plan["Shared Hit Blocks"] + plan["Shared Read Blocks"],
        plan["Actual Rows"],
        {each["Node Type"] for each in nodes(plan)},
    )


@pytest.mark.parametrize("name", STATEMENTS)
def test_a_member_reads_the_pages_of_the_hand_written_where(name, crowd):
    connection, user_id, payment = crowd
    known = {"payment": payment, "user": user_id}
    by_hand = STATEMENTS[name].format(where="where user_id = %(user)s", **{"and": "and"})
    by_policy = STATEMENTS[name].format(where="", **{"and": "where"})
    pages, count, _ = explained(connection, by_hand, known)
    connection.execute("select set_config('request.jwt.claims', %s, false)", (f'{{"sub": "{user_id}"}}',))
    connection.execute("set role authenticated")
    try:
        own_pages, own_count, kinds = explained(connection, by_policy, known)
    finally:
        connection.execute("reset role")
        connection.execute("reset request.jwt.claims")
    assert own_count == count > 0
    assert own_pages <= pages, f"{own_pages} pages instead of {pages}"
    assert "Seq Scan" not in kinds


def test_an_admins_newest_lists_read_as_many_pages_as_they_show(crowd):
    """Not the table: a list of 50 costs what an index of the newest costs."""
    connection, user_id, _ = crowd
    lists = connection.execute(
        "select proname from pg_proc where pronamespace = 'public'::regnamespace and proname like 'admin_list_%'"
    ).fetchall()
    connection.execute("update public.user_roles set role = 'admin' where user_id = %s", (user_id,))
    connection.execute("select set_config('request.jwt.claims', %s, false)", (f'{{"sub": "{user_id}"}}',))
    connection.execute("set role authenticated")
    try:
        for (name,) in lists:
            pages, count, _ = explained(connection, f"select * from public.{name}()", None)
            assert pages <= 400 + 4 * count, f"{name} reads {pages} pages for {count} rows"
    finally:
        connection.execute("reset role")
        connection.execute("reset request.jwt.claims")
        connection.execute("update public.user_roles set role = 'member' where user_id = %s", (user_id,))
