"""reserve_ai_tokens: a quota that holds exactly, whoever asks at once; a counter, not a sum."""

from __future__ import annotations

from datetime import datetime

import psycopg
import pytest


def test_the_server_reserves_until_the_quota_and_not_one_token_more(reserve, a_user, value):
    user_id = a_user()
    first = reserve(user_id, 600)
    assert first["allowed"] and first["reservation_id"] is not None
    assert (first["used"], first["remaining"]) == (600, 400)
    assert isinstance(first["resets_at"], datetime) and first["resets_at"] > value("select now()")
    denied = reserve(user_id, 401)
    assert (denied["allowed"], denied["reservation_id"]) == (False, None)
    assert (denied["used"], denied["remaining"]) == (600, 400)
    last = reserve(user_id, 400)
    assert (last["allowed"], last["used"], last["remaining"]) == (True, 1000, 0)
    assert first["resets_at"] == denied["resets_at"] == last["resets_at"]


def test_each_user_has_a_quota_of_their_own(reserve, a_user):
    assert reserve(a_user(), 1000)["allowed"] and reserve(a_user(), 1000)["allowed"]


def test_a_quota_of_nothing_allows_nothing(reserve, a_user):
    answer = reserve(a_user(), 1, quota=0)
    assert (answer["allowed"], answer["used"], answer["remaining"]) == (False, 0, 0)


def test_a_quota_that_shrank_leaves_nothing_and_not_less(reserve, a_user):
    user_id = a_user()
    reserve(user_id, 900)
    answer = reserve(user_id, 1, quota=500)
    assert (answer["allowed"], answer["used"], answer["remaining"]) == (False, 900, 0)


def test_more_tokens_than_an_integer_holds_are_counted(reserve, a_user):
    user_id = a_user()
    quota = 10_000_000_000
    for _ in range(4):
        answer = reserve(user_id, 2_000_000_000, quota=quota)
    assert (answer["used"], answer["remaining"]) == (8_000_000_000, 2_000_000_000)


WINDOWS = ["1 month", "7 days", "1 day", "1 hour"]


@pytest.mark.parametrize("again", [*WINDOWS, "24 hours", "168 hours", "60 minutes"])
def test_each_window_of_a_user_is_counted_by_itself_by_whatever_name(again, reserve, a_user):
    user_id = a_user()
    taken = dict(zip(WINDOWS, (100, 200, 300, 400), strict=True))
    for period, tokens in taken.items():
        assert reserve(user_id, tokens, p_period=period)["used"] == tokens
    used = taken | {"24 hours": 300, "168 hours": 200, "60 minutes": 400}
    denied = reserve(user_id, 1001 - used[again], p_period=again)
    assert (denied["allowed"], denied["used"], denied["remaining"]) == (False, used[again], 1000 - used[again])
    assert reserve(user_id, 1000 - used[again], p_period=again)["used"] == 1000


@pytest.mark.parametrize("shift", ["-1 month", "1 month"])
def test_the_month_before_and_the_month_after_take_nothing_from_this_one(shift, reserve, a_user, db):
    user_id = a_user()
    db.execute(
        "insert into private.ai_usage_counters (user_id, period_start, period_end, period, used) "
        "select %(user)s, (w.period_start at time zone 'UTC' + %(shift)s::interval) at time zone 'UTC', "
        "(w.period_end at time zone 'UTC' + %(shift)s::interval) at time zone 'UTC', '1 month', 1000 "
        "from private.usage_window('1 month', now()) as w",
        {"user": user_id, "shift": shift},
    )
    answer = reserve(user_id, 10)
    assert (answer["allowed"], answer["used"]) == (True, 10)


def test_a_reservation_holds_its_tokens_for_a_quarter_of_an_hour(reserve, a_user, value):
    user_id = a_user()
    for _ in range(2):  # the first one makes the counter, the second finds it
        assert reserve(user_id, 10)["allowed"]
    assert (
        value("select array_agg(distinct expires_at - created_at)::text from private.ai_reservations") == "{00:15:00}"
    )


def test_lost_tokens_come_back_to_the_window_that_they_were_taken_from(reserve, a_user, db):
    user_id, other = a_user(), a_user()
    reserve(other, 500)
    reserve(user_id, 600)
    reserve(user_id, 300, p_period="1 day")
    kept = reserve(user_id, 100, p_period="1 day")
    db.execute(
        "update private.ai_reservations set expires_at = now() where user_id = %s and id <> %s",
        (user_id, kept["reservation_id"]),
    )
    assert reserve(user_id, 900, p_period="1 day")["used"] == 1000
    assert reserve(user_id, 1000)["used"] == 1000
    assert (reserve(other, 501)["allowed"], reserve(other, 500)["allowed"]) == (False, True)


@pytest.mark.parametrize(
    "wrong",
    [
        {"p_user_id": None},
        {"p_tokens": None},
        {"p_tokens": 0},
        {"p_tokens": -1},
        {"p_quota": None},
        {"p_quota": -1},
        {"p_period": None},
        {"p_period": "0 seconds"},
        {"p_period": "-1 month"},
    ],
    ids=str,
)
def test_the_server_is_told_which_argument_of_a_reservation_is_wrong(wrong, serve, a_user, refused):
    right = {"p_user_id": a_user(), "p_tokens": 1, "p_quota": 1000, "p_period": "1 month"}
    [argument] = wrong
    with refused("22023", argument):
        serve("reserve_ai_tokens", **(right | wrong))


def test_an_unknown_user_reserves_and_records_nothing_though_others_are_there(reserve, record, a_user, refused):
    a_user()
    nobody = "00000000-0000-0000-0000-00000000dead"
    with refused("PT404"):
        reserve(nobody, 1)
    with refused("PT404"):
        record(nobody, 1, 1)


def test_a_soft_deleted_user_reserves_and_records_nothing_though_others_are_there(
    reserve, record, a_user, db, refused, value
):
    a_user()
    user_id = a_user()
    held = reserve(user_id, 1)["reservation_id"]
    db.execute("update auth.users set deleted_at = now() where id = %s", (user_id,))
    with refused("PT404"):
        reserve(user_id, 1)
    for reservation in (None, held):
        with refused("PT404"):
            record(user_id, 1, 1, reservation)
    assert value("select count(*) from public.ai_usage where user_id = %s", (user_id,)) == 0


def test_nobody_but_the_server_reserves_or_records(a_user, visitor, member, call, refused, value):
    user_id = a_user()
    for acting in (visitor, lambda: member(user_id)):
        with acting():
            with refused("42501", "reserve_ai_tokens"):
                call("reserve_ai_tokens", p_user_id=user_id, p_tokens=1, p_quota=10**12)
            with refused("42501", "record_ai_usage"):
                call(
                    "record_ai_usage",
                    p_user_id=user_id,
                    p_route="chat",
                    p_model="x",
                    p_input_tokens=0,
                    p_output_tokens=0,
                )
    assert value("select count(*) from public.ai_usage") == 0


def test_reservations_made_at_once_never_overshoot(fresh_database, connect, sign_up_on, race, call_on):
    url = fresh_database()
    user_id = sign_up_on(connect(url))

    def work(connection):
        return [call_on(connection, "reserve_ai_tokens", p_user_id=user_id, p_tokens=7, p_quota=500) for _ in range(15)]

    results = race(url, [work] * 8)
    assert not any(isinstance(each, psycopg.Error) for each in results), results
    answers = [answer for answers in results for answer in answers]
    assert sum(answer["allowed"] for answer in answers) == 500 // 7
    assert max(answer["used"] for answer in answers) == 7 * (500 // 7)


def test_a_heavy_user_costs_no_more_pages_than_a_light_one(fresh_database, connect, sign_up_on):
    """A counter, not a sum: the pages of a reservation do not grow with the rows of ai_usage."""
    owner = connect(fresh_database())
    light, heavy = (sign_up_on(owner) for _ in range(2))
    owner.execute(
        "insert into public.ai_usage (user_id, route, model, input_tokens, output_tokens) "
        "select %s, 'chat', 'm', 1, 1 from generate_series(1, 20000)",
        (heavy,),
    )
    owner.execute("analyze")

    def pages(user_id):
        read = []
        for _ in range(4):  # the first calls fill the session's caches of the catalog
            [[plan]] = owner.execute(
                "explain (analyze, buffers, format json) select * from public.reserve_ai_tokens(%s, 1, 1000000000)",
                (user_id,),
            ).fetchone()
            read.append(plan["Plan"]["Shared Hit Blocks"] + plan["Plan"]["Shared Read Blocks"])
        return min(read)

    assert pages(heavy) <= pages(light) + 4
