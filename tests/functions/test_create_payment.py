"""create_payment: an order that waits for its gateway; everything but the price comes from the database."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest

ORDER = {"p_provider": "midtrans", "p_plan": "PRO", "p_amount": 150_000}


@pytest.fixture
def create(serve):
    return lambda user_id, **changed: serve("create_payment", p_user_id=user_id, **(ORDER | changed))


def test_the_server_gets_a_pending_payment_of_the_users_subscription(create, a_user, value, row):
    user_id = a_user()
    payment = create(user_id)
    assert payment == row("select * from public.payments")
    assert (payment["user_id"], payment["provider"], payment["plan"]) == (user_id, "midtrans", "PRO")
    assert (payment["amount"], payment["currency"], payment["status"]) == (150_000, "IDR", "PENDING")
    assert payment["subscription_id"] == value("select id from public.subscriptions where user_id = %s", (user_id,))
    assert payment["metadata"] == {} and payment["paid_at"] is None
    assert payment["expires_at"] - payment["created_at"] == timedelta(hours=24)


def test_the_server_chooses_when_the_order_ends_and_what_it_remembers(create, a_user):
    payment = create(a_user(), p_expires_in="90 minutes", p_metadata={"promo": "LEBARAN"}, p_provider="doku")
    assert payment["expires_at"] - payment["created_at"] == timedelta(minutes=90)
    assert (payment["metadata"], payment["provider"]) == ({"promo": "LEBARAN"}, "doku")


def test_an_order_number_fits_both_gateways_and_cannot_be_guessed(create, a_user):
    user_id = a_user()
    numbers = [create(user_id)["external_id"] for _ in range(50)]
    assert len(set(numbers)) == 50
    assert all(re.fullmatch(r"[A-Za-z0-9]{20,30}", number) for number in numbers)
    shared = len(set.intersection(*({*enumerate(number)} for number in numbers)))
    assert shared <= 6, "order numbers share so much that one tells the next"


def test_creating_an_order_gives_nobody_a_plan(create, a_user, serve):
    user_id = a_user()
    create(user_id)
    assert serve("current_plan", p_user_id=user_id) == "FREE"


@pytest.mark.parametrize(
    "wrong",
    [
        {"p_provider": None},
        {"p_plan": None},
        {"p_plan": "FREE"},
        {"p_amount": None},
        {"p_amount": 0},
        {"p_amount": -1},
        {"p_amount": 1_000_000_000_000},
        {"p_currency": None},
        {"p_currency": "IDRX"},
        {"p_currency": "idr"},
        {"p_expires_in": None},
        {"p_expires_in": "0 seconds"},
        {"p_expires_in": "-1 hour"},
        {"p_expires_in": "100 years"},
        {"p_metadata": None},
    ],
    ids=str,
)
def test_the_server_is_told_which_argument_is_wrong(wrong, create, a_user, refused, value):
    [argument] = wrong
    user_id = a_user()
    with refused("22023", argument):
        create(user_id, **wrong)
    assert value("select count(*) from public.payments") == 0


def test_metadata_is_an_object(create, a_user, refused):
    with refused("22023", "p_metadata"):
        create(a_user(), p_metadata="[1, 2]")


def test_the_largest_amount_of_both_gateways_is_accepted(create, a_user):
    assert create(a_user(), p_amount=999_999_999_999)["amount"] == 999_999_999_999


def test_an_order_needs_a_user_who_exists(create, refused):
    for nobody in (None, "00000000-0000-0000-0000-00000000dead"):
        with refused("PT404", "p_user_id"):
            create(nobody)


def test_a_deleted_user_orders_nothing(create, a_user, db, refused):
    user_id = a_user()
    db.execute("update auth.users set deleted_at = now() where id = %s", (user_id,))
    with refused("PT404"):
        create(user_id)


def test_nobody_but_the_server_creates_a_payment(visitor, member, a_user, call, refused, value):
    user_id = a_user()
    for acting in (visitor(), member(user_id)):
        with acting, refused("42501", "create_payment"):
            call("create_payment", p_user_id=user_id, **ORDER)
    assert value("select count(*) from public.payments") == 0


def test_orders_made_at_once_all_have_numbers_of_their_own(fresh_database, connect, sign_up_on, race, call_on):
    url = fresh_database()
    user_id = sign_up_on(connect(url))

    def work(connection):
        return [call_on(connection, "create_payment", p_user_id=user_id, **ORDER)["external_id"] for _ in range(20)]

    numbers = [number for numbers in race(url, [work] * 6) for number in numbers]
    assert len(numbers) == len(set(numbers)) == 120
