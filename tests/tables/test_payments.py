"""payments: one order; its amount, plan and state are never its user's to say."""

from __future__ import annotations

import itertools

import pytest

SUCCESS = {"status": "SUCCESS", "paid_at": "2026-01-01 00:00:00+00:00"}
ID = "00000000-0000-0000-0000-00000000000a"
RIGHT = [
    {},
    {"provider": "doku"},
    {"plan": "BASIC"},
    {"plan": "ULTIMATE"},
    {"amount": 1},
    {"amount": 999_999_999_999},
    {"external_id": "aZ09" * 7 + "xy"},
    {"external_id": "x"},
    {"user_id": None, "subscription_id": None},
    {"status": "PENDING"},
    {"status": "FAILED"},
    {"status": "EXPIRED"},
    SUCCESS,
    SUCCESS | {"status": "REFUNDED"},
    {"metadata": {"token": "abc"}},
]
WRONG = {
    "payments_pkey": [[{"id": ID}, {"id": ID}]],
    "payments_provider_external_id_key": [[{"external_id": "SAME"}, {"external_id": "SAME"}]],
    "payments_user_id_fkey": [{"user_id": ID}],
    "payments_subscription_id_fkey": [{"subscription_id": ID}],
    "payments_external_id_gateway_check": [
        {"external_id": ""},
        {"external_id": "x" * 31},
        {"external_id": "ORDER-1"},
        {"external_id": "ORDER 1"},
        {"external_id": "ORDER\n"},
        {"external_id": "é"},
        {"external_id": "4f0cb2a8-93d4-4f6a-8f55-0d4a3c2b1a00"},
    ],
    "payments_plan_paid_check": [{"plan": "FREE"}],
    "payments_amount_positive_check": [{"amount": 0}, {"amount": -1}],
    "payments_amount_gateway_check": [{"amount": 1_000_000_000_000}],
    "payments_currency_code_check": [{"currency": "idr"}, {"currency": ""}, {"currency": "IDRX"}, {"currency": "I\n"}],
    "payments_paid_at_status_check": [
        {"status": "SUCCESS"},
        SUCCESS | {"status": "PENDING"},
        SUCCESS | {"status": "FAILED"},
        SUCCESS | {"status": "EXPIRED"},
    ],
    "payments_metadata_object_check": [{"metadata": "[]"}, {"metadata": "null"}, {"metadata": {"a": "x" * 20_000}}],
}
REQUIRED = [
    "id",
    "provider",
    "external_id",
    "plan",
    "amount",
    "currency",
    "status",
    "metadata",
    "created_at",
    "updated_at",
]


@pytest.fixture
def new_row(add):
    numbers = itertools.count()

    def run(user_id, /, **values):
        usual = {
            "user_id": user_id,
            "provider": "midtrans",
            "external_id": f"N{next(numbers)}",
            "plan": "PRO",
            "amount": 150_000,
        }
        return add("payments", **(usual | values))

    return run


def test_the_table_takes_a_row_that_is_right(right, takes):
    takes(right)


def test_the_table_names_the_rule_that_a_row_breaks(rule, wrong, refuses):
    refuses(rule, wrong)


def test_the_table_refuses_a_row_without(required, refuses_null):
    refuses_null(required)


def test_every_rule_of_the_table_is_tried_here(rules_of):
    assert rules_of("public.payments") == (set(WRONG), set(REQUIRED))


def test_one_number_may_be_used_at_both_gateways(new_row, a_user):
    user_id = a_user()
    new_row(user_id, external_id="SAME", provider="midtrans")
    new_row(user_id, external_id="SAME", provider="doku")


STATEMENTS = {
    "select": "select id, amount, status, plan, external_id from public.payments",
    "insert": "insert into public.payments (user_id, provider, external_id, plan, amount, status, paid_at) "
    "values (auth.uid(), 'doku', 'X1', 'ULTIMATE', 1, 'SUCCESS', now())",
    "update": "update public.payments set status = 'SUCCESS', paid_at = now() where true",
}


def test_members_read_their_own_payments_and_no_others_and_change_none(attempts, member, new_row, a_user, value):
    mine, other = a_user(), a_user()
    for user_id in (mine, other, other):
        new_row(user_id)
    assert value("select count(*) from public.payments") == 3
    assert attempts(member(mine), "payments", **STATEMENTS) == {
        "select": 1,
        "insert": "42501",
        "update": "42501",
        "delete": "42501",
        "truncate": "42501",
    }


def test_members_do_not_see_payments_whose_user_is_gone(member, new_row, a_user, rows, acting_as):
    new_row(a_user(), user_id=None)
    statement = STATEMENTS["select"]
    assert len(rows(statement)) == 1
    with member(a_user()):
        assert rows(statement) == []
    with acting_as("authenticated", {"role": "authenticated"}):  # auth.uid() is null
        assert rows(statement) == []


def test_visitors_do_nothing_not_even_with_an_orders_id(attempts, visitor, new_row, a_user):
    new_row(a_user(), id=ID)
    known = STATEMENTS | {"select": f"select status from public.payments where id = '{ID}'"}
    assert set(attempts(visitor(), "payments", **known).values()) == {"42501"}


def test_the_server_neither_invents_payments_nor_moves_them(attempts, server_role, new_row, a_user):
    new_row(a_user())
    outcome = attempts(server_role(), "payments", **STATEMENTS)
    assert outcome.pop("select") == 1
    assert set(outcome.values()) == {"42501"}


def test_the_server_keeps_what_the_checkout_needs_with_the_order(server_role, new_row, a_user, db):
    """A Snap token, a checkout's address: known only after the order, and read by its user."""
    order = new_row(a_user())
    with server_role():
        changed = db.execute(
            'update public.payments set metadata = metadata || \'{"token": "t"}\' where id = %s', (order["id"],)
        )
        assert changed.rowcount == 1


@pytest.mark.parametrize("column", ["amount", "plan", "status", "user_id", "paid_at", "currency", "external_id"])
def test_the_server_does_not_change_what_a_payment_is(column, server_role, new_row, a_user, db, refused):
    new_row(a_user())
    with server_role(), refused("42501", "payments"):
        db.execute(f"update public.payments set {column} = {column} where true")
