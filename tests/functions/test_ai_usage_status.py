"""ai_usage_status: what a user has used in the window that runs, and when it ends."""

from __future__ import annotations

from datetime import timedelta

import pytest


def test_members_see_their_own_usage_and_when_it_resets(reserve, record, a_user, member, call):
    user_id = a_user()
    record(user_id, 10, 20)
    resets_at = reserve(user_id, 5)["resets_at"]
    with member(user_id):
        answer = call("ai_usage_status")
    assert answer["used"] == 30, "what is under way is not used yet"
    assert answer["period_end"] == resets_at
    assert timedelta(days=28) <= answer["period_end"] - answer["period_start"] <= timedelta(days=31)


def test_a_user_who_never_asked_has_used_nothing(a_user, an_admin, member, call):
    user_id = a_user()
    with member(an_admin()):
        assert call("ai_usage_status", p_user_id=user_id)["used"] == 0


@pytest.mark.parametrize("period", ["1 hour", "1 day", "7 days"])
def test_a_shorter_period_is_counted_by_itself(period, reserve, a_user, serve, value):
    user_id = a_user()
    answer = reserve(user_id, 700, p_period=period)
    assert answer["allowed"] and not reserve(user_id, 700, p_period=period)["allowed"]
    serve(
        "record_ai_usage",
        p_user_id=user_id,
        p_route="chat",
        p_model="m",
        p_input_tokens=600,
        p_output_tokens=100,
        p_reservation_id=answer["reservation_id"],
    )
    status = serve("ai_usage_status", p_user_id=user_id, p_period=period)
    assert status["used"] == 700 and status["period_end"] == answer["resets_at"]
    assert status["period_start"] <= value("select now()") < status["period_end"]
    assert status["period_end"] - status["period_start"] == value("select %s::interval", (period,))
