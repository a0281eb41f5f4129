"""prune_rate_limits: windows that ended long ago leave; a window that still counts stays."""

from __future__ import annotations

import pytest


def spend(serve, key, window):
    serve("consume_rate_limit", p_key=key, p_limit=5, p_window=window)


def keys(rows):
    return {each["key"] for each in rows("select key from public.rate_limit_buckets")}


def age(db, key, by):
    """Make a bucket as old as one that was last used `by` ago: its end moves."""
    db.execute(
        "update public.rate_limit_buckets set reset_at = reset_at - %(by)s::interval where key = %(key)s",
        {"by": by, "key": key},
    )


def test_the_server_removes_buckets_that_ended_more_than_a_day_ago(serve, db, rows):
    for key in ("dead", "yesterday", "live"):
        spend(serve, key, "1 hour")
    age(db, "dead", "2 days")
    age(db, "yesterday", "20 hours")
    assert serve("prune_rate_limits") == 1
    assert keys(rows) == {"yesterday", "live"}
    assert serve("prune_rate_limits") == 0


def test_the_server_may_ask_for_a_shorter_memory(serve, db, rows):
    for key in ("ended", "live"):
        spend(serve, key, "1 hour")
    age(db, "ended", "2 hours")
    assert serve("prune_rate_limits", p_older_than="10 minutes") == 1
    assert keys(rows) == {"live"}


def test_a_long_window_that_still_counts_is_never_pruned(serve, db, rows):
    spend(serve, "monthly", "30 days")
    age(db, "monthly", "5 days")
    assert serve("prune_rate_limits", p_older_than="1 second") == 0
    assert keys(rows) == {"monthly"}


@pytest.mark.parametrize("wrong", [None, "-1 day"])
def test_the_server_is_told_that_an_age_is_wrong(wrong, serve, refused):
    with refused("22023", "p_older_than"):
        serve("prune_rate_limits", p_older_than=wrong)


def test_nobody_but_the_server_resets_buckets(everyone_but, call, refused):
    for _, acting in everyone_but("service"):
        with acting(), refused("42501", "prune_rate_limits"):
            call("prune_rate_limits", p_older_than="1 second")


def test_pruning_and_consuming_at_once_lose_no_count(fresh_database, race, call_on):
    """A pruner beside consumers neither fails nor hands anyone a second budget."""
    url = fresh_database()

    def consume(connection):
        return [
            call_on(connection, "consume_rate_limit", p_key="hot", p_limit=30, p_window="1 hour")["allowed"]
            for _ in range(20)
        ]

    def prune(connection):
        return [bool(call_on(connection, "prune_rate_limits", p_older_than="0 seconds")) for _ in range(20)]

    *answers, pruned = race(url, [consume, consume, consume, prune])
    assert sum(map(sum, answers)) == 30 and not any(pruned)
