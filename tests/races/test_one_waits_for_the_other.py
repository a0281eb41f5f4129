"""Two transactions, step by step: the second begins while the first has not committed, and sees what it did."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor

import psycopg
import pytest
from psycopg.conninfo import make_conninfo

EVENT = {
    "p_provider": "doku",
    "p_event_key": "k",
    "p_external_id": "X1",
    "p_event_type": "settlement",
    "p_payload": {},
}
"""What a gateway sends, as claim_webhook_event takes it."""


@pytest.fixture
def meanwhile():
    """`meanwhile(first, second, work)`: run `work()` on the second connection while the first has not committed.

    When the second waits for the first, or is through without waiting, the first does `last()`, if it is given, and
    commits. Returns what `work` returned and whether it waited.
    """

    def run(first: psycopg.Connection, second: psycopg.Connection, work, last=None):
        with ThreadPoolExecutor(1) as pool:
            running = pool.submit(work)
            waited, deadline = False, time.monotonic() + 10
            while not running.done() and not waited and time.monotonic() < deadline:
                [waited] = first.execute(
                    "select %s = any(pg_blocking_pids(%s))", (first.info.backend_pid, second.info.backend_pid)
                ).fetchone()
            if last:
                last()
            first.commit()
            return running.result(timeout=30), waited

    return run


@pytest.fixture
def two(fresh_database, connect, sign_up_on):
    """(the first server's connection, in a transaction; the second's; the owner's; a user)."""
    url = fresh_database()
    owner = connect(url)
    first, second = connect(url, "service_role"), connect(url, "service_role")
    first.autocommit = False
    return first, second, owner, sign_up_on(owner)


def record(call_on, connection, user_id, tokens=70):
    return call_on(
        connection,
        "record_ai_usage",
        p_user_id=user_id,
        p_route="chat",
        p_model="m",
        p_input_tokens=tokens,
        p_output_tokens=0,
    )


def test_a_first_reservation_counts_usage_that_is_being_recorded(two, meanwhile, call_on):
    first, second, _, user_id = two
    record(call_on, first, user_id)
    answer, waited = meanwhile(
        first,
        second,
        lambda: call_on(second, "reserve_ai_tokens", p_user_id=user_id, p_tokens=31, p_quota=100),
    )
    assert waited and (answer["allowed"], answer["used"]) == (False, 70)


def test_usage_recorded_during_a_first_reservation_is_counted(two, meanwhile, call_on):
    first, second, _, user_id = two
    call_on(first, "reserve_ai_tokens", p_user_id=user_id, p_tokens=10, p_quota=100)
    meanwhile(first, second, lambda: record(call_on, second, user_id))
    answer = call_on(second, "reserve_ai_tokens", p_user_id=user_id, p_tokens=21, p_quota=100)
    assert (answer["allowed"], answer["used"]) == (False, 80)


@pytest.mark.parametrize(
    "deletion", ["delete from auth.users where id = %s", "update auth.users set deleted_at = now() where id = %s"]
)
@pytest.mark.parametrize("counted", [True, False])
def test_usage_that_was_being_recorded_goes_with_its_user(deletion, counted, two, meanwhile, call_on):
    first, second, owner, user_id = two
    if counted:
        call_on(second, "reserve_ai_tokens", p_user_id=user_id, p_tokens=10, p_quota=100)
    record(call_on, first, user_id)
    second.execute("set role supabase_auth_admin")
    meanwhile(first, second, lambda: second.execute(deletion, (user_id,)).rowcount)
    for table in ("public.ai_usage", "private.ai_usage_counters", "private.ai_reservations"):
        assert owner.execute(f"select count(*) from {table}").fetchone() == (0,), table


@pytest.mark.parametrize(
    "deletion", ["delete from auth.users where id = %s", "update auth.users set deleted_at = now() where id = %s"]
)
@pytest.mark.parametrize("counted", [True, False])
def test_nobody_reserves_or_records_for_a_user_who_is_being_deleted(deletion, counted, two, meanwhile, call_on):
    first, second, owner, user_id = two
    if counted:
        call_on(second, "reserve_ai_tokens", p_user_id=user_id, p_tokens=10, p_quota=100)
    first.execute("set role supabase_auth_admin")
    for work in (
        lambda: record(call_on, second, user_id),
        lambda: call_on(second, "reserve_ai_tokens", p_user_id=user_id, p_tokens=1, p_quota=100),
    ):
        first.execute(deletion, (user_id,))
        with pytest.raises(psycopg.Error) as caught:
            meanwhile(first, second, work)
        assert caught.value.sqlstate in {"PT404", "23503"}
    for table in ("public.ai_usage", "private.ai_usage_counters", "private.ai_reservations"):
        assert owner.execute(f"select count(*) from {table}").fetchone() == (0,), table


def test_a_reservation_whose_counter_another_call_made_asks_for_no_lock_of_a_deletion(two, meanwhile, connect, call_on):
    """A deletion holds the user and asks for their AI usage: whoever asks the other way round ends in a deadlock."""
    _, second, owner, user_id = two
    url = make_conninfo(owner.info.dsn, password=owner.info.password or None)
    counting, deleting = connect(url), connect(url)
    counting.autocommit = deleting.autocommit = False
    counting.execute(
        """
        insert into private.ai_usage_counters (user_id, period_start, period_end, period)
        select %s, w.period_start, w.period_end, '1 month' from private.usage_window('1 month', now()) as w
        """,
        (user_id,),
    )
    deleting.execute("select private.lock_ai_usage(%s)", (user_id,))
    second.execute("set lock_timeout = '5s'")
    answer, waited = meanwhile(
        counting, second, lambda: call_on(second, "reserve_ai_tokens", p_user_id=user_id, p_tokens=1, p_quota=100)
    )
    assert waited and (answer["allowed"], answer["used"]) == (True, 1)


def test_the_second_worker_waits_for_the_first_and_leaves_empty_handed(two, meanwhile, call_on):
    first, second, _, _ = two
    assert call_on(first, "claim_webhook_event", **EVENT)["claimed"]
    answer, waited = meanwhile(first, second, lambda: call_on(second, "claim_webhook_event", **EVENT))
    assert waited and (answer["claimed"], answer["attempt"], answer["status"]) == (False, 1, "PROCESSING")


def test_an_admin_who_is_demoted_while_they_wait_changes_no_role(two, meanwhile, call_on, sign_up_on):
    """The check of who asks comes again after the wait: a lost right is not used once more."""
    first, second, owner, demoted = two
    boss, friend = sign_up_on(owner), sign_up_on(owner)
    owner.execute("update public.user_roles set role = 'admin' where user_id = any(%s)", ([demoted, boss],))
    call_on(first, "set_user_role", p_user_id=demoted, p_role="member")
    second.execute("select set_config('request.jwt.claims', %s, false)", (f'{{"sub": "{demoted}"}}',))
    second.execute("set role authenticated")
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        meanwhile(first, second, lambda: call_on(second, "set_user_role", p_user_id=friend, p_role="admin"))
    assert owner.execute("select role from public.user_roles where user_id = %s", (friend,)).fetchone() == ("member",)


def test_a_refund_waits_for_the_payment_that_it_takes_back(two, meanwhile, call_on):
    first, second, _, user_id = two
    order = call_on(second, "create_payment", p_user_id=user_id, p_provider="doku", p_plan="PRO", p_amount=1000)

    def report(connection, status):
        return call_on(
            connection,
            "apply_payment_event",
            p_provider="doku",
            p_external_id=order["external_id"],
            p_status=status,
            p_amount=1000,
            p_occurred_at="now",
        )

    assert report(first, "SUCCESS")["plan_activated"]
    answer, waited = meanwhile(first, second, lambda: report(second, "REFUNDED"))
    assert waited and (answer["status"], answer["changed"]) == ("REFUNDED", True)
    assert call_on(second, "current_plan", p_user_id=user_id) == "FREE"


def test_a_stale_view_of_the_admins_is_refused(two, meanwhile, call_on, sign_up_on):
    """Under repeatable read nobody sees that the other admin is gone: so the second change is refused, not believed."""
    first, second, owner, one = two
    other = sign_up_on(owner)
    owner.execute("update public.user_roles set role = 'admin' where user_id = any(%s)", ([one, other],))
    for connection in (first, second):
        connection.rollback()
        connection.autocommit = False
        connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
        connection.execute("set local role service_role")
        connection.execute("select 1 from public.user_roles")  # the view is taken here
    call_on(first, "set_user_role", p_user_id=one, p_role="member")
    with pytest.raises(psycopg.errors.SerializationFailure):
        meanwhile(first, second, lambda: call_on(second, "set_user_role", p_user_id=other, p_role="member"))
    assert owner.execute("select count(*) from public.user_roles where role = 'admin'").fetchone() == (1,)


def test_a_worker_with_a_stale_view_of_the_events_is_told_to_try_again(two, call_on):
    first, second, _, _ = two
    first.rollback()
    first.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
    first.execute("set local role service_role")
    first.execute("select 1")
    assert call_on(second, "claim_webhook_event", **EVENT)["claimed"]
    with pytest.raises(psycopg.errors.SerializationFailure):
        call_on(first, "claim_webhook_event", **EVENT)


def test_a_worker_whose_event_is_removed_while_it_waits_is_told_to_try_again(two, meanwhile, call_on):
    """It is not told that somebody else holds a claim that nobody holds: the gateway would never send it again."""
    first, second, owner, _ = two
    claim = call_on(second, "claim_webhook_event", **EVENT)
    call_on(second, "fail_webhook_event", p_event_id=claim["event_id"], p_attempt=1, p_error="no answer")
    first.execute("reset role")
    first.execute("select from public.webhook_events where id = %s for update", (claim["event_id"],))
    with pytest.raises(psycopg.errors.SerializationFailure):
        meanwhile(
            first,
            second,
            lambda: call_on(second, "claim_webhook_event", **EVENT),
            last=lambda: first.execute("delete from public.webhook_events where id = %s", (claim["event_id"],)),
        )
    assert owner.execute("select count(*) from public.webhook_events").fetchone() == (0,)
    assert call_on(second, "claim_webhook_event", **EVENT)["claimed"]


def test_a_second_cleaner_leaves_the_plans_that_the_first_is_expiring(two, meanwhile, call_on):
    first, second, owner, user_id = two
    owner.execute(
        "update public.subscriptions set plan = 'PRO', current_period_start = now() - interval '40 days', "
        "current_period_end = now() - interval '9 days' where user_id = %s",
        (user_id,),
    )
    assert call_on(first, "expire_subscriptions") == 1
    answer, waited = meanwhile(first, second, lambda: call_on(second, "expire_subscriptions"))
    assert (answer, waited) == (0, False)


def test_a_cleaner_leaves_the_bucket_that_somebody_is_using(two, meanwhile, call_on):
    """Its window is over, but a call is opening the next one: a removed bucket would forget that call."""
    first, second, owner, _ = two
    owner.execute(
        "insert into public.rate_limit_buckets (key, used, reset_at) values ('k', 5, now() - interval '2 days')"
    )
    limit = {"p_key": "k", "p_limit": 2, "p_window": "1 hour"}
    assert call_on(first, "consume_rate_limit", **limit)["remaining"] == 1
    removed, waited = meanwhile(first, second, lambda: call_on(second, "prune_rate_limits"))
    assert (removed, waited) == (0, False)
    assert call_on(second, "consume_rate_limit", **limit)["remaining"] == 0
