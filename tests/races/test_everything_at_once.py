"""Everything at once: the functions take their locks in one order, so nobody ends in a deadlock or half a change."""

from __future__ import annotations

import threading

import psycopg
import pytest

# What a function may answer when its user is deleted under it: refusals with a meaning, never a crash.
MEANT = {"PT404", "PT409", "42501", "23503"}


def attempt(errors, work):
    try:
        return work()
    except psycopg.Error as error:
        errors.append(error)
        return None


@pytest.fixture
def people(fresh_database, connect, sign_up_on, call_on):
    """A database with 12 users, each with a paid order and two that wait: (its URL, ids, orders)."""
    url = fresh_database()
    owner, server = connect(url), connect(url, "service_role")
    ids = [sign_up_on(owner) for _ in range(12)]
    orders = []
    for user_id in ids:
        for _ in range(3):
            orders.append(
                call_on(server, "create_payment", p_user_id=user_id, p_provider="doku", p_plan="PRO", p_amount=1000)[
                    "external_id"
                ]
            )
    return url, ids, orders


def test_users_are_deleted_while_their_payments_usage_roles_and_plans_move(people, connect, race, call_on):
    url, ids, orders = people
    errors: list[psycopg.Error] = []

    def pay(connection):
        for status in ("SUCCESS", "FAILED", "SUCCESS", "REFUNDED"):
            for order in orders:
                attempt(
                    errors,
                    lambda status=status, order=order: call_on(
                        connection,
                        "apply_payment_event",
                        p_provider="doku",
                        p_external_id=order,
                        p_status=status,
                        p_amount=1000,
                        p_occurred_at="now",
                    ),
                )

    def use(connection):
        for user_id in ids * 4:
            held = attempt(
                errors,
                lambda user_id=user_id: call_on(
                    connection, "reserve_ai_tokens", p_user_id=user_id, p_tokens=5, p_quota=1000
                ),
            )
            attempt(
                errors,
                lambda user_id=user_id, held=held: call_on(
                    connection,
                    "record_ai_usage",
                    p_user_id=user_id,
                    p_route="chat",
                    p_model="m",
                    p_input_tokens=1,
                    p_output_tokens=1,
                    p_reservation_id=held and held["reservation_id"],
                ),
            )

    def manage(connection):
        for user_id in ids * 2:
            for name, arguments in (
                ("set_user_role", {"p_role": "admin"}),
                ("cancel_subscription", {}),
                ("resume_subscription", {}),
                ("set_user_role", {"p_role": "member"}),
            ):
                attempt(
                    errors,
                    lambda user_id=user_id, name=name, arguments=arguments: call_on(
                        connection, name, p_user_id=user_id, **arguments
                    ),
                )

    def expire(connection):
        for _ in range(30):
            attempt(errors, lambda: call_on(connection, "expire_subscriptions"))

    def delete(connection):
        connection.execute("set role supabase_auth_admin")
        for number, user_id in enumerate(ids):
            statement = (
                "delete from auth.users where id = %s"
                if number % 2
                else "update auth.users set deleted_at = now() where id = %s"
            )
            attempt(errors, lambda user_id=user_id, statement=statement: connection.execute(statement, (user_id,)))

    results = race(url, [pay, pay, use, use, manage, expire, delete])
    assert results == [None] * 7, results
    unmeant = {
        (each.sqlstate, each.diag.message_primary, each.diag.context) for each in errors if each.sqlstate not in MEANT
    }
    assert unmeant == set()
    left = connect(url).execute(
        "select (select count(*) from public.profiles), (select count(*) from public.user_roles), "
        "(select count(*) from public.subscriptions), (select count(*) from public.ai_usage), "
        "(select count(*) from private.ai_usage_counters), (select count(*) from private.ai_reservations), "
        "(select count(*) from public.payments where user_id is not null), (select count(*) from public.payments)"
    )
    assert left.fetchone() == (0, 0, 0, 0, 0, 0, 0, len(orders))


def test_sign_ups_go_on_while_the_project_is_applied(server, connect, sign_up_on):
    """A hosted database in use: nobody who signs up meanwhile is refused or left without their rows."""
    from saasdb.apply.execute import execute_file
    from saasdb.apply.run import apply
    from saasdb.files import load
    from saasdb.settings import find_project

    files = load(find_project())
    with server.database() as url:
        with psycopg.connect(url) as connection:
            for file in files.platform:
                execute_file(connection, file)
        stop, made, errors = threading.Event(), [], []

        def sign_up_all_the_time():
            with psycopg.connect(url, autocommit=True) as auth:
                auth.execute("set role supabase_auth_admin")
                while not stop.is_set():
                    attempt(errors, lambda: made.append(sign_up_on(auth, email=None)))

        threads = [threading.Thread(target=sign_up_all_the_time) for _ in range(2)]
        for thread in threads:
            thread.start()
        try:
            while len(made) < 10:
                stop.wait(0.005)
            apply(url, files)
            enough = len(made) + 10
            while len(made) < enough:
                stop.wait(0.005)
        finally:
            stop.set()
            for thread in threads:
                thread.join()
        assert errors == []
        counts = connect(url).execute(
            "select (select count(*) from auth.users), (select count(*) from public.profiles), "
            "(select count(*) from public.subscriptions), (select count(*) from public.user_roles)"
        )
        assert counts.fetchone() == (len(made),) * 4
