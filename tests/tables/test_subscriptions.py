"""subscriptions: the plan that a user has now; only the functions move it."""

from __future__ import annotations

import pytest

PAID = {"plan": "PRO", "current_period_end": "2100-01-01 00:00:00+00:00"}
RIGHT = [
    {},
    {"plan": "FREE"},
    PAID,
    PAID | {"plan": "BASIC"},
    PAID | {"plan": "ULTIMATE"},
    PAID | {"cancel_at_period_end": True, "canceled_at": "2026-01-01 00:00:00+00:00"},
    PAID | {"status": "EXPIRED"},
]
WRONG = {
    "subscriptions_pkey": [
        [{"id": "00000000-0000-0000-0000-00000000000a"}, {"id": "00000000-0000-0000-0000-00000000000a"}]
    ],
    "subscriptions_user_id_key": [[{"plan": "FREE"}, {"plan": "FREE"}]],
    "subscriptions_user_id_fkey": [{"user_id": "00000000-0000-0000-0000-000000000001"}],
    "subscriptions_period_order_check": [
        PAID | {"current_period_start": "2100-01-01"},
        PAID | {"current_period_start": "2100-01-02"},
    ],
    "subscriptions_paid_plan_ends_check": [{"plan": "PRO"}, {"current_period_end": "2100-01-01"}],
    "subscriptions_free_plan_active_check": [{"status": "EXPIRED"}, {"status": "CANCELED"}],
    "subscriptions_cancel_known_since_check": [
        PAID | {"cancel_at_period_end": True},
        PAID | {"canceled_at": "2026-01-01"},
    ],
    "subscriptions_free_plan_not_canceled_check": [{"cancel_at_period_end": True, "canceled_at": "2026-01-01"}],
}
REQUIRED = [
    "id",
    "user_id",
    "plan",
    "status",
    "current_period_start",
    "cancel_at_period_end",
    "created_at",
    "updated_at",
]


@pytest.fixture
def new_row(instead, a_user):
    ids = set()

    def run(user_id, /, **values):
        if values.get("id") in ids:  # the same id, for somebody else
            user_id = a_user()
        ids.add(values.get("id", "none"))
        return instead("subscriptions", user_id, **values)

    return run


def test_the_table_takes_a_row_that_is_right(right, takes):
    takes(right)


def test_the_table_names_the_rule_that_a_row_breaks(rule, wrong, refuses):
    refuses(rule, wrong)


def test_the_table_refuses_a_row_without(required, refuses_null):
    refuses_null(required)


def test_every_rule_of_the_table_is_tried_here(rules_of):
    assert rules_of("public.subscriptions") == (set(WRONG), set(REQUIRED))


STATEMENTS = {
    "insert": "insert into public.subscriptions (user_id) values (gen_random_uuid())",
    "update": "update public.subscriptions set plan = 'ULTIMATE', current_period_end = '2999-01-01' where true",
}
READ_ONLY = {"select": 1, "insert": "42501", "update": "42501", "delete": "42501", "truncate": "42501"}


def test_members_read_their_own_plan_and_change_none(attempts, member, a_user):
    user_id, _ = a_user(), a_user()
    assert attempts(member(user_id), "subscriptions", **STATEMENTS) == READ_ONLY


@pytest.mark.parametrize(
    "column",
    ["plan", "status", "current_period_start", "current_period_end", "cancel_at_period_end", "canceled_at", "user_id"],
)
def test_members_change_not_even_a_column_to_what_it_is(column, member, a_user, db, refused):
    user_id = a_user()
    with member(user_id), refused("42501", "subscriptions"):
        db.execute(f"update public.subscriptions set {column} = {column} where user_id = %s", (user_id,))


def test_visitors_do_nothing(attempts, visitor, a_user):
    a_user()
    assert set(attempts(visitor(), "subscriptions", **STATEMENTS).values()) == {"42501"}


def test_the_server_moves_plans_through_the_functions_alone(attempts, server_role, a_user):
    a_user()
    outcome = attempts(server_role(), "subscriptions", **STATEMENTS)
    assert outcome["select"] == 1
    assert {outcome[command] for command in ("insert", "update", "delete", "truncate")} == {"42501"}
