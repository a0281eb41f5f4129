"""record_ai_usage: what a call used, in the ledger and in the counters; a reservation is settled once."""

from __future__ import annotations

import pytest


def test_recording_settles_a_reservation_for_what_was_really_used(reserve, record, a_user, serve):
    user_id = a_user()
    reservation = reserve(user_id, 900)["reservation_id"]
    usage = record(user_id, 100, 200, reservation)
    assert (usage["user_id"], usage["input_tokens"], usage["output_tokens"]) == (user_id, 100, 200)
    assert (usage["route"], usage["model"]) == ("chat", "gpt-5")
    assert serve("ai_usage_status", p_user_id=user_id)["used"] == 300
    assert reserve(user_id, 700)["allowed"]


def test_a_call_that_used_more_than_it_reserved_is_booked_in_full(reserve, record, a_user, serve):
    user_id = a_user()
    reservation = reserve(user_id, 100)["reservation_id"]
    record(user_id, 500, 400, reservation)
    assert serve("ai_usage_status", p_user_id=user_id)["used"] == 900
    assert not reserve(user_id, 101)["allowed"] and reserve(user_id, 100)["allowed"]


def test_usage_without_a_reservation_counts_as_well(record, reserve, a_user):
    user_id = a_user()
    record(user_id, 500, 400)
    answer = reserve(user_id, 101)
    assert (answer["allowed"], answer["used"]) == (False, 900)


def test_a_reservation_gives_its_tokens_back_once(reserve, record, a_user):
    """What was used is booked whatever became of the reservation; only the first booking settles it."""
    user_id = a_user()
    kept = reserve(user_id, 300)["reservation_id"]
    settled = reserve(user_id, 500)["reservation_id"]
    record(user_id, 100, 0, settled)
    record(user_id, 100, 0, settled)
    answer = reserve(user_id, 501)
    assert kept is not None and (answer["allowed"], answer["used"]) == (False, 500)


def test_nobody_settles_somebody_elses_reservation(reserve, record, a_user, serve):
    mine, other = a_user(), a_user()
    reservation = reserve(mine, 1000)["reservation_id"]
    record(other, 1, 1, reservation)
    assert not reserve(mine, 1)["allowed"]
    assert serve("ai_usage_status", p_user_id=other)["used"] == 2


def test_tokens_of_a_call_that_never_came_back_can_be_used_again(reserve, record, a_user, db):
    user_id = a_user()
    lost = reserve(user_id, 900)["reservation_id"]
    assert not reserve(user_id, 200)["allowed"]
    db.execute("update private.ai_reservations set expires_at = now() where id = %s", (lost,))
    answer = reserve(user_id, 200)
    assert (answer["allowed"], answer["used"]) == (True, 200)
    record(user_id, 50, 50, lost)  # it comes back after all: booked, and nothing is given back a second time
    assert reserve(user_id, 701)["used"] == 300


@pytest.mark.parametrize(
    "wrong",
    [
        {"p_user_id": None},
        {"p_route": None},
        {"p_route": ""},
        {"p_route": "r" * 10_000},
        {"p_model": None},
        {"p_model": ""},
        {"p_model": "m" * 10_000},
        {"p_input_tokens": None},
        {"p_input_tokens": -1},
        {"p_output_tokens": None},
        {"p_output_tokens": -1},
    ],
    ids=lambda wrong: str(wrong)[:40],
)
def test_the_server_is_told_which_argument_of_a_record_is_wrong(wrong, serve, a_user, refused, value):
    right = {
        "p_user_id": a_user(),
        "p_route": "chat",
        "p_model": "gpt-5",
        "p_input_tokens": 1,
        "p_output_tokens": 1,
    }
    [argument] = wrong
    with refused("22023", argument):
        serve("record_ai_usage", **(right | wrong))
    assert value("select count(*) from public.ai_usage") == 0


def test_reserving_and_recording_at_once_lose_no_token(fresh_database, connect, sign_up_on, race, call_on):
    url = fresh_database()
    user_id = sign_up_on(connect(url))

    def work(connection):
        for _ in range(10):
            held = call_on(connection, "reserve_ai_tokens", p_user_id=user_id, p_tokens=50, p_quota=10**9)
            call_on(
                connection,
                "record_ai_usage",
                p_user_id=user_id,
                p_route="chat",
                p_model="m",
                p_input_tokens=3,
                p_output_tokens=4,
                p_reservation_id=held["reservation_id"],
            )

    assert race(url, [work] * 6) == [None] * 6
    server = connect(url, "service_role")
    assert call_on(server, "ai_usage_status", p_user_id=user_id)["used"] == 6 * 10 * 7


def test_every_change_of_a_counter_is_a_hot_update(fresh_database, connect, sign_up_on, call_on):
    owner = connect(fresh_database())
    user_id = sign_up_on(owner)
    for _ in range(150):
        held = call_on(owner, "reserve_ai_tokens", p_user_id=user_id, p_tokens=5, p_quota=10**9)
        call_on(
            owner,
            "record_ai_usage",
            p_user_id=user_id,
            p_route="chat",
            p_model="m",
            p_input_tokens=1,
            p_output_tokens=1,
            p_reservation_id=held["reservation_id"],
        )
    owner.execute("select pg_stat_force_next_flush()")
    updates, hot = owner.execute(
        "select n_tup_upd, n_tup_hot_upd from pg_stat_user_tables where relid = 'private.ai_usage_counters'::regclass"
    ).fetchone()
    assert updates >= 300 and hot == updates
