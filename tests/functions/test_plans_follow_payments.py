"""The plan follows the payments that stand: what was paid counts, in order, and what was paid back no longer does."""

from __future__ import annotations

from datetime import timedelta


def test_two_payments_of_one_plan_follow_each_other(an_order, value):
    first = an_order()
    end = "select current_period_end from public.subscriptions where user_id = %s"
    first.report("SUCCESS", 1)
    once = value(end, (first.user_id,))
    second = an_order(first.user_id)
    assert second.report("SUCCESS", 2)["plan_activated"]
    assert timedelta(days=28) <= value(end, (first.user_id,)) - once <= timedelta(days=31)


def test_a_refund_of_the_second_payment_leaves_what_the_first_one_paid_for(an_order, value):
    first = an_order()
    end = "select current_period_end from public.subscriptions where user_id = %s"
    first.report("SUCCESS", 1)
    once = value(end, (first.user_id,))
    second = an_order(first.user_id)
    second.report("SUCCESS", 2)
    second.report("REFUNDED", 3)
    assert first.plan == "PRO"
    assert abs(value(end, (first.user_id,)) - once) < timedelta(seconds=1)


def test_a_refund_of_the_third_payment_leaves_two_months(an_order, value):
    orders = [an_order()]
    orders += [an_order(orders[0].user_id) for _ in range(2)]
    for minute, order in enumerate(orders):
        order.report("SUCCESS", minute)
    orders[2].report("REFUNDED", 9)
    left = value(
        "select current_period_end - current_period_start from public.subscriptions where user_id = %s",
        (orders[0].user_id,),
    )
    assert timedelta(days=59) <= left <= timedelta(days=62)


def test_a_refund_does_not_bring_back_a_period_that_is_over(an_order, db, row):
    old = an_order(plan="BASIC")
    old.report("SUCCESS", 1)
    db.execute("update public.payments set activated_at = now() - interval '2 months' where id = %s", (old.id,))
    new = an_order(old.user_id)
    new.report("SUCCESS", 2)
    new.report("REFUNDED", 3)
    assert new.plan == "FREE"
    subscription = row("select * from public.subscriptions where user_id = %s", (old.user_id,))
    assert (subscription["plan"], subscription["status"], subscription["current_period_end"]) == (
        "FREE",
        "ACTIVE",
        None,
    )


def test_a_refund_of_an_upgrade_gives_back_the_plan_that_was_paid_before(an_order):
    basic = an_order(plan="BASIC")
    basic.report("SUCCESS", 1)
    ultimate = an_order(basic.user_id, plan="ULTIMATE")
    ultimate.report("SUCCESS", 2)
    assert ultimate.plan == "ULTIMATE"
    ultimate.report("REFUNDED", 3)
    assert basic.plan == "BASIC"


def test_a_refund_of_an_old_payment_does_not_take_the_plan_that_another_one_pays(an_order):
    old = an_order(plan="BASIC")
    old.report("SUCCESS", 1)
    new = an_order(old.user_id, plan="ULTIMATE")
    new.report("SUCCESS", 2)
    old.report("REFUNDED", 3)
    assert new.plan == "ULTIMATE"


def test_two_orders_of_one_user_paid_at_once_both_count(fresh_database, connect, sign_up_on, race, call_on):
    url = fresh_database()
    owner = connect(url)
    user_id = sign_up_on(owner)
    server = connect(url, "service_role")
    orders = [
        call_on(server, "create_payment", p_user_id=user_id, p_provider="doku", p_plan="BASIC", p_amount=50_000)
        for _ in range(4)
    ]

    def pay(order):
        return lambda connection: call_on(
            connection,
            "apply_payment_event",
            p_provider="doku",
            p_external_id=order["external_id"],
            p_status="SUCCESS",
            p_amount=50_000,
            p_occurred_at="now",
        )

    answers = race(url, [pay(order) for order in orders])
    assert all(answer["plan_activated"] for answer in answers)
    [left] = owner.execute(
        "select current_period_end - now() from public.subscriptions where user_id = %s", (user_id,)
    ).fetchone()
    assert timedelta(days=4 * 28 - 1) < left
