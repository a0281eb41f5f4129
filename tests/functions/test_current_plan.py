"""current_plan: the plan in force at this moment; a period that ended counts as FREE before anything cleans up."""

from __future__ import annotations

import pytest


def end_period(db, user_id, ended="1 second"):
    db.execute(
        "update public.subscriptions set current_period_start = now() - interval '31 days', "
        "current_period_end = now() - %s::interval where user_id = %s",
        (ended, user_id),
    )


def test_a_new_user_has_the_free_plan(a_user, member, call):
    with member(a_user()):
        assert call("current_plan") == "FREE"


@pytest.mark.parametrize("plan", ["BASIC", "PRO", "ULTIMATE"])
def test_a_customer_has_the_plan_that_was_paid(plan, a_user, paid, member, call, serve):
    user_id = a_user()
    paid(user_id, plan=plan)
    with member(user_id):
        assert call("current_plan") == plan
        assert call("current_plan", p_user_id=user_id) == plan
    assert serve("current_plan", p_user_id=user_id) == plan


def test_a_period_that_ended_counts_as_free_on_read(a_user, paid, db, member, call, row):
    user_id = a_user()
    paid(user_id)
    end_period(db, user_id)
    with member(user_id):
        assert call("current_plan") == "FREE"
    assert row("select plan from public.subscriptions where user_id = %s", (user_id,))["plan"] == "PRO"


def test_an_admin_asks_for_anyones_plan(a_user, an_admin, paid, member, call):
    user_id = a_user()
    paid(user_id)
    with member(an_admin()):
        assert call("current_plan", p_user_id=user_id) == "PRO"
        assert call("current_plan") == "FREE"


def test_the_server_expires_the_periods_that_ended_and_no_others(a_user, paid, db, serve, rows):
    ended, running, free = a_user(), a_user(), a_user()
    for user_id in (ended, running):
        paid(user_id)
    end_period(db, ended)
    assert serve("expire_subscriptions") == 1
    assert serve("expire_subscriptions") == 0
    plans = {
        each["user_id"]: serve("current_plan", p_user_id=each["user_id"])
        for each in rows("select user_id from public.subscriptions")
    }
    assert plans == {ended: "FREE", running: "PRO", free: "FREE"}
    statuses = {each["user_id"]: each["status"] for each in rows("select user_id, status from public.subscriptions")}
    assert statuses == {ended: "EXPIRED", running: "ACTIVE", free: "ACTIVE"}


def test_a_canceled_plan_ends_as_canceled_and_can_be_bought_again(a_user, paid, db, serve, row):
    user_id = a_user()
    paid(user_id)
    serve("cancel_subscription", p_user_id=user_id)
    db.execute("update public.subscriptions set canceled_at = now() - interval '5 days' where user_id = %s", (user_id,))
    end_period(db, user_id)
    assert serve("expire_subscriptions") == 1
    assert row("select status from public.subscriptions where user_id = %s", (user_id,))["status"] == "CANCELED"
    assert serve("current_plan", p_user_id=user_id) == "FREE"
    paid(user_id, plan="BASIC")
    after = row("select * from public.subscriptions where user_id = %s", (user_id,))
    assert (after["plan"], after["status"], after["cancel_at_period_end"]) == ("BASIC", "ACTIVE", False)
    assert after["canceled_at"] is None


def test_nobody_but_the_server_expires_subscriptions(everyone_but, call, refused):
    for _, acting in everyone_but("service"):
        with acting(), refused("42501", "expire_subscriptions"):
            call("expire_subscriptions")


def test_two_workers_expire_each_subscription_once(fresh_database, connect, sign_up_on, race, call_on):
    url = fresh_database()
    owner = connect(url)
    users = [sign_up_on(owner) for _ in range(30)]
    owner.execute(
        "update public.subscriptions set plan = 'PRO', current_period_start = now() - interval '31 days', "
        "current_period_end = now() - interval '1 day' where user_id = any(%s)",
        (users,),
    )

    def work(connection):
        return [call_on(connection, "expire_subscriptions") for _ in range(3)]

    assert sum(map(sum, race(url, [work] * 4))) == 30
