"""consume_rate_limit: at most `p_limit` in one window, exactly, whoever calls at once; a denial costs nothing."""

from __future__ import annotations

import uuid
from datetime import timedelta

import pytest


def test_the_server_passes_until_the_limit_and_is_then_told_when_to_retry(serve, value):
    answers = [serve("consume_rate_limit", p_key="contact:1", p_limit=3, p_window="1 hour") for _ in range(4)]
    assert [each["allowed"] for each in answers] == [True, True, True, False]
    assert [each["remaining"] for each in answers] == [2, 1, 0, 0]
    assert {each["limit_count"] for each in answers} == {3}
    assert len({each["reset_at"] for each in answers}) == 1
    assert [each["retry_after"] for each in answers[:3]] == [0, 0, 0]
    assert 1 <= answers[3]["retry_after"] <= 3600
    away = answers[3]["reset_at"] - value("select clock_timestamp()")
    assert timedelta(0) < away <= timedelta(hours=1)
    assert abs(away.total_seconds() - answers[3]["retry_after"]) <= 2


def test_the_server_pays_the_cost_of_a_call_and_a_call_that_is_too_dear_takes_nothing(serve):
    def consume(cost):
        return serve("consume_rate_limit", p_key="ai:1", p_limit=5, p_window="1 minute", p_cost=cost)

    assert consume(3)["remaining"] == 2
    denied = consume(3)
    assert (denied["allowed"], denied["remaining"]) == (False, 2)
    last = consume(2)
    assert (last["allowed"], last["remaining"]) == (True, 0)


def test_a_cost_above_the_limit_is_refused_at_once_and_leaves_no_bucket(serve, rows):
    answer = serve("consume_rate_limit", p_key="dear:1", p_limit=5, p_window="1 minute", p_cost=6)
    assert (answer["allowed"], answer["remaining"]) == (False, 5)
    assert rows("select * from public.rate_limit_buckets where key = 'dear:1'") == []


def test_the_server_counts_each_key_by_itself(serve):
    one = serve("consume_rate_limit", p_key="a", p_limit=1, p_window="1 minute")
    other = serve("consume_rate_limit", p_key="b", p_limit=1, p_window="1 minute")
    assert one["allowed"] and other["allowed"]


def test_a_limit_that_was_lowered_holds_for_a_bucket_that_is_already_fuller(serve):
    for _ in range(4):
        serve("consume_rate_limit", p_key="k", p_limit=5, p_window="1 minute")
    answer = serve("consume_rate_limit", p_key="k", p_limit=2, p_window="1 minute")
    assert (answer["allowed"], answer["limit_count"], answer["remaining"]) == (False, 2, 0)


def test_the_server_passes_again_once_the_window_is_over(fresh_database, connect, call_on):
    connection = connect(fresh_database(), "service_role")

    def consume():
        return call_on(connection, "consume_rate_limit", p_key="k", p_limit=1, p_window="0.3 seconds")

    first = consume()
    assert first["allowed"] and not consume()["allowed"]
    connection.execute("select pg_sleep_until(%s::timestamptz + '20 ms')", (first["reset_at"],))
    again = consume()
    assert again["allowed"] and again["reset_at"] > first["reset_at"]


@pytest.mark.parametrize(
    "wrong",
    [
        {"p_key": None},
        {"p_key": ""},
        {"p_key": "k" * 10_000},
        {"p_limit": None},
        {"p_limit": 0},
        {"p_limit": -1},
        {"p_window": None},
        {"p_window": "0 seconds"},
        {"p_window": "-1 hour"},
        {"p_window": "1000 years"},
        {"p_cost": None},
        {"p_cost": 0},
        {"p_cost": -5},
    ],
    ids=str,
)
def test_the_server_is_told_which_argument_is_wrong(wrong, serve, refused, rows):
    right = {"p_key": "k", "p_limit": 5, "p_window": "1 minute", "p_cost": 1}
    [argument] = wrong
    with refused("22023", argument):
        serve("consume_rate_limit", **(right | wrong))
    assert rows("select * from public.rate_limit_buckets where key = 'k'") == []


@pytest.mark.parametrize("key", ["'; drop table x; --", "ključ:日本", "a b\tc", "%s {} $1 \\"])
def test_a_hostile_key_is_only_a_key(key, serve):
    assert serve("consume_rate_limit", p_key=key, p_limit=1, p_window="1 minute")["allowed"]
    assert not serve("consume_rate_limit", p_key=key, p_limit=1, p_window="1 minute")["allowed"]


def test_nobody_but_the_server_burns_a_budget(everyone_but, call, refused, rows):
    for _, acting in everyone_but("service"):
        with acting(), refused("42501", "consume_rate_limit"):
            call("consume_rate_limit", p_key="victim", p_limit=5, p_window="1 minute")
    assert rows("select * from public.rate_limit_buckets where key = 'victim'") == []


def test_exactly_the_limit_passes_when_everyone_calls_at_once(fresh_database, race, call_on):
    limit, callers, calls_each = 25, 8, 10

    def work(connection):
        return [
            call_on(connection, "consume_rate_limit", p_key="hot", p_limit=limit, p_window="1 hour")
            for _ in range(calls_each)
        ]

    answers = [answer for answers in race(fresh_database(), [work] * callers) for answer in answers]
    assert len(answers) == callers * calls_each
    allowed = sorted(answer["remaining"] for answer in answers if answer["allowed"])
    assert allowed == list(range(limit))


def test_one_of_many_first_callers_opens_the_bucket(fresh_database, race, call_on):
    url = fresh_database()
    for round_number in range(5):
        key = f"new:{round_number}"
        answers = race(
            url, [lambda c, key=key: call_on(c, "consume_rate_limit", p_key=key, p_limit=3, p_window="1 hour")] * 6
        )
        assert sum(answer["allowed"] for answer in answers) == 3, answers


def test_a_denied_call_writes_no_wal(fresh_database, connect, call_on, server):
    """Measured by the call's own plan: what other sessions write does not count."""
    connection = connect(fresh_database(), "service_role")
    for _ in range(2):
        call_on(connection, "consume_rate_limit", p_key="hot", p_limit=1, p_window="1 hour")
    [[plan]] = connection.execute(
        "explain (analyze, wal, format json) select * from public.consume_rate_limit('hot', 1, '1 hour')"
    ).fetchone()
    assert plan["Plan"]["WAL Records"] == 0 and plan["Plan"]["WAL Bytes"] == 0
    assert plan["Plan"]["Actual Rows"] == 1


def test_every_allowed_call_on_a_bucket_is_a_hot_update(fresh_database, connect, call_on):
    """One row, one page, no index touched: the bucket never bloats its key's index."""
    url = fresh_database()
    connection = connect(url, "service_role")
    key = f"hot:{uuid.uuid4()}"
    for _ in range(200):
        assert call_on(connection, "consume_rate_limit", p_key=key, p_limit=1000, p_window="1 hour")["allowed"]
    connection.execute("reset role")
    connection.execute("select pg_stat_force_next_flush()")
    updates, hot = connection.execute(
        "select n_tup_upd, n_tup_hot_upd from pg_stat_user_tables where relid = 'public.rate_limit_buckets'::regclass"
    ).fetchone()
    assert updates == 199 and hot == updates
