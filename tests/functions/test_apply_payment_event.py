"""apply_payment_event: the payment state machine, one line for each state, event and order of time.

From the gateways: SUCCESS outranks PENDING, FAILED and EXPIRED; only a refund or the reversal (a newer FAILED) leaves
SUCCESS; REFUNDED is final; PENDING never follows anything; an older event never undoes a newer one; a plan is
activated once for a payment, however often the gateway says that it is paid.
"""

from __future__ import annotations

from datetime import timedelta

import pytest

# what the gateway said before, what it says now, at which minute -> status, changed, activated, the plan in force
MOVES = [
    # from a new order
    ([], ("PENDING", 1), ("PENDING", False, False, "FREE")),
    ([], ("SUCCESS", 1), ("SUCCESS", True, True, "PRO")),
    ([], ("FAILED", 1), ("FAILED", True, False, "FREE")),
    ([], ("EXPIRED", 1), ("EXPIRED", True, False, "FREE")),
    ([], ("REFUNDED", 1), ("REFUNDED", True, False, "FREE")),
    # a failed attempt is not the end: the buyer tries again on the same page
    ([("FAILED", 1)], ("PENDING", 2), ("FAILED", False, False, "FREE")),
    ([("FAILED", 1)], ("FAILED", 2), ("FAILED", False, False, "FREE")),
    ([("FAILED", 1)], ("SUCCESS", 2), ("SUCCESS", True, True, "PRO")),
    ([("FAILED", 1)], ("EXPIRED", 2), ("EXPIRED", True, False, "FREE")),
    ([("FAILED", 1)], ("REFUNDED", 2), ("REFUNDED", True, False, "FREE")),
    # nor is an expiry that was reported before the money came
    ([("EXPIRED", 1)], ("PENDING", 2), ("EXPIRED", False, False, "FREE")),
    ([("EXPIRED", 1)], ("EXPIRED", 2), ("EXPIRED", False, False, "FREE")),
    ([("EXPIRED", 1)], ("SUCCESS", 2), ("SUCCESS", True, True, "PRO")),
    ([("EXPIRED", 1)], ("REFUNDED", 2), ("REFUNDED", True, False, "FREE")),
    # paid: capture then settlement is one payment; PENDING and EXPIRED come too late
    ([("SUCCESS", 1)], ("SUCCESS", 2), ("SUCCESS", False, False, "PRO")),
    ([("SUCCESS", 1)], ("PENDING", 2), ("SUCCESS", False, False, "PRO")),
    ([("SUCCESS", 2)], ("PENDING", 1), ("SUCCESS", False, False, "PRO")),
    ([("SUCCESS", 1)], ("EXPIRED", 2), ("SUCCESS", False, False, "PRO")),
    # the reversal: a settlement that turns into a denial, minutes later; the money goes back, so does the plan
    ([("SUCCESS", 1)], ("FAILED", 3), ("FAILED", True, False, "FREE")),
    # a failed first attempt that is reported after the paid second one is no reversal
    ([("SUCCESS", 3)], ("FAILED", 1), ("SUCCESS", False, False, "PRO")),
    # the denial overtook the settlement that it reverses: the older SUCCESS must not bring the plan
    ([("FAILED", 3)], ("SUCCESS", 1), ("FAILED", False, False, "FREE")),
    # expiry is the gateway's clock, not money going back: an older SUCCESS still pays
    ([("EXPIRED", 3)], ("SUCCESS", 1), ("SUCCESS", True, True, "PRO")),
    # refunds and chargebacks
    ([("SUCCESS", 1)], ("REFUNDED", 2), ("REFUNDED", True, False, "FREE")),
    ([("REFUNDED", 2)], ("SUCCESS", 1), ("REFUNDED", False, False, "FREE")),
    ([("SUCCESS", 1), ("REFUNDED", 2)], ("SUCCESS", 3), ("REFUNDED", False, False, "FREE")),
    ([("SUCCESS", 1), ("REFUNDED", 2)], ("FAILED", 3), ("REFUNDED", False, False, "FREE")),
    ([("SUCCESS", 1), ("REFUNDED", 2)], ("PENDING", 3), ("REFUNDED", False, False, "FREE")),
    ([("SUCCESS", 1), ("REFUNDED", 2)], ("REFUNDED", 3), ("REFUNDED", False, False, "FREE")),
    # the reversed order is paid again within the same session
    ([("SUCCESS", 1), ("FAILED", 3)], ("PENDING", 4), ("FAILED", False, False, "FREE")),
    ([("SUCCESS", 1), ("FAILED", 3)], ("SUCCESS", 2), ("FAILED", False, False, "FREE")),
    # … and the money comes back: the period that it had bought counts again, it is not bought a second time
    ([("SUCCESS", 1), ("FAILED", 3)], ("SUCCESS", 4), ("SUCCESS", True, False, "PRO")),
    ([("SUCCESS", 1), ("FAILED", 3)], ("EXPIRED", 4), ("EXPIRED", True, False, "FREE")),
    ([("SUCCESS", 1), ("FAILED", 3)], ("REFUNDED", 4), ("REFUNDED", True, False, "FREE")),
    # two words of one moment: paid outranks failed, and a failure of the same moment is no reversal
    ([("FAILED", 1)], ("SUCCESS", 1), ("SUCCESS", True, True, "PRO")),
    ([("SUCCESS", 1)], ("FAILED", 1), ("SUCCESS", False, False, "PRO")),
    ([("FAILED", 2)], ("EXPIRED", 1), ("FAILED", False, False, "FREE")),
    ([("EXPIRED", 1)], ("FAILED", 2), ("EXPIRED", False, False, "FREE")),
]


def sentence(move):
    history, event, _ = move
    return "-".join(f"{status}@{minute}" for status, minute in [*history, event])


@pytest.mark.parametrize(("history", "event", "expected"), MOVES, ids=map(sentence, MOVES))
def test_the_gateways_word_moves_the_order_as_the_money_moves(history, event, expected, an_order):
    order = an_order()
    for status, minute in history:
        order.report(status, minute)
    answer = order.report(*event)
    assert answer["payment_id"] == order.id
    assert (answer["status"], answer["changed"], answer["plan_activated"], order.plan) == expected
    assert order.status == expected[0]


def test_a_paid_order_starts_a_period_and_keeps_what_the_gateway_said(an_order, row):
    """The gateway's details go where their user cannot read them, and without the signature that others could reuse."""
    order = an_order()
    order.report("SUCCESS", 5, p_details={"transaction_id": "tx-9", "payment_type": "qris", "signature_key": "secret"})
    event = row("select * from private.payment_events where payment_id = %s", (order.id,))
    assert (event["old_status"], event["new_status"]) == ("PENDING", "SUCCESS")
    assert event["details"] == {"transaction_id": "tx-9", "payment_type": "qris"}
    payment = row("select * from public.payments where id = %s", (order.id,))
    assert payment["paid_at"] == order.start + timedelta(minutes=5)
    assert payment["metadata"] == {}
    subscription = row("select * from public.subscriptions where user_id = %s", (order.user_id,))
    assert (subscription["plan"], subscription["status"]) == ("PRO", "ACTIVE")
    assert not subscription["cancel_at_period_end"]
    period = subscription["current_period_end"] - subscription["current_period_start"]
    assert timedelta(days=28) <= period <= timedelta(days=31)


def test_a_plan_is_activated_once_however_often_the_gateway_says_paid(an_order, value):
    order = an_order()
    end = "select current_period_end from public.subscriptions where user_id = %s"
    activated = [order.report("SUCCESS", minute)["plan_activated"] for minute in (1, 1, 2, 3)]
    assert activated == [True, False, False, False]
    once = value(end, (order.user_id,))
    order.report("SUCCESS", 60)
    assert value(end, (order.user_id,)) == once


@pytest.mark.parametrize("status", ["PENDING", "SUCCESS", "FAILED", "EXPIRED", "REFUNDED"])
@pytest.mark.parametrize("amount", [149_999, 150_001, 1])
def test_an_amount_that_is_not_the_orders_changes_nothing(status, amount, an_order, refused):
    order = an_order()
    with refused("PT422", f"{amount} IDR"):
        order.report(status, 1, p_amount=amount)
    assert (order.status, order.plan) == ("PENDING", "FREE")


def test_a_currency_that_is_not_the_orders_changes_nothing(an_order, refused):
    order = an_order()
    with refused("PT422", "USD"):
        order.report("SUCCESS", 1, p_details={"currency": "USD"})
    assert (order.status, order.plan) == ("PENDING", "FREE")
    assert order.report("SUCCESS", 1, p_details={"currency": "IDR"})["plan_activated"]


def test_an_unknown_order_is_an_error_and_not_a_new_row(an_order, refused, value):
    order = an_order()
    with refused("PT404"):
        order.report("SUCCESS", 1, p_external_id="NEVERHEARDOF")
    with refused("PT404"):
        order.report("SUCCESS", 1, p_provider="doku")
    assert value("select count(*) from public.payments") == 1
    assert (order.status, order.plan) == ("PENDING", "FREE")


@pytest.mark.parametrize(
    "wrong",
    [
        {"p_provider": None},
        {"p_external_id": None},
        {"p_status": None},
        {"p_amount": None},
        {"p_occurred_at": None},
        {"p_details": None},
        {"p_details": "[]"},
    ],
    ids=str,
)
def test_the_server_is_told_which_argument_is_wrong(wrong, an_order, refused):
    [argument] = wrong
    order = an_order()
    with refused("22023", argument):
        order.report("SUCCESS", 1, **wrong)
    assert (order.status, order.plan) == ("PENDING", "FREE")


def test_a_gateway_whose_clock_runs_seven_hours_ahead_is_still_believed(an_order, value):
    """Midtrans sends no zone: read as UTC, Jakarta's time lies seven hours in the future."""
    order = an_order()
    for hours, status in [(7, "SUCCESS"), (7, "REFUNDED")]:
        ahead = value("select now() + %s * interval '1 hour'", (hours,))
        assert order.report(status, p_occurred_at=ahead)["changed"]
    assert value("select paid_at <= clock_timestamp() from public.payments where id = %s", (order.id,))


@pytest.mark.parametrize("when", ["infinity", "2999-01-01"])
def test_an_event_from_the_far_future_does_not_outrank_all_that_follows(when, an_order, value):
    order = an_order()
    order.report("FAILED", p_occurred_at=when)
    assert order.report("SUCCESS", p_occurred_at=value("select clock_timestamp()"))["changed"]
    assert order.plan == "PRO"


def test_nobody_but_the_server_reports_a_payment(an_order, visitor, member, call, refused):
    order = an_order()
    for acting in (visitor(), member(order.user_id)):
        with acting, refused("42501", "apply_payment_event"):
            call(
                "apply_payment_event",
                p_provider="midtrans",
                p_external_id=order.number,
                p_status="SUCCESS",
                p_amount=150_000,
                p_occurred_at="now",
            )
    assert (order.status, order.plan) == ("PENDING", "FREE")


def test_a_payment_of_a_user_who_was_deleted_is_still_booked(an_order, db):
    order = an_order()
    db.execute("delete from auth.users where id = %s", (order.user_id,))
    answer = order.report("SUCCESS", 1)
    assert (answer["status"], answer["plan_activated"]) == ("SUCCESS", False)


def test_many_notifications_at_once_activate_the_plan_once(fresh_database, connect, sign_up_on, race, call_on):
    url = fresh_database()
    user_id = sign_up_on(connect(url))
    server = connect(url, "service_role")
    for _ in range(4):
        order = call_on(server, "create_payment", p_user_id=user_id, p_provider="doku", p_plan="BASIC", p_amount=50_000)
        event = {
            "p_provider": "doku",
            "p_external_id": order["external_id"],
            "p_status": "SUCCESS",
            "p_amount": 50_000,
            "p_occurred_at": "now",
        }
        answers = race(url, [lambda c, event=event: call_on(c, "apply_payment_event", **event)] * 5)
        assert sorted(answer["plan_activated"] for answer in answers) == [False] * 4 + [True]
