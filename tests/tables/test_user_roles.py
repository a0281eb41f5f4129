"""user_roles: one role a user, which nobody gives to themselves."""

from __future__ import annotations

from functools import partial

import pytest

RIGHT = [{}, {"role": "member"}, {"role": "admin"}]
WRONG = {
    "user_roles_pkey": [[{"role": "admin"}, {"role": "admin"}]],
    "user_roles_user_id_fkey": [{"user_id": "00000000-0000-0000-0000-000000000001"}],
}
REQUIRED = ["user_id", "role", "created_at", "updated_at"]


@pytest.fixture
def new_row(instead):
    return partial(instead, "user_roles")


def test_the_table_takes_a_row_that_is_right(right, takes):
    takes(right)


def test_the_table_names_the_rule_that_a_row_breaks(rule, wrong, refuses):
    refuses(rule, wrong)


def test_the_table_refuses_a_row_without(required, refuses_null):
    refuses_null(required)


def test_every_rule_of_the_table_is_tried_here(rules_of):
    assert rules_of("public.user_roles") == (set(WRONG), set(REQUIRED))


def test_a_role_that_the_product_does_not_know_is_refused(new_row, a_user, refused):
    with refused("22P02", "owner"):
        new_row(a_user(), role="owner")


STATEMENTS = {
    "insert": "insert into public.user_roles (user_id, role) values (gen_random_uuid(), 'admin')",
    "update": "update public.user_roles set role = 'admin' where true",
}
READ_ONLY = {"select": 1, "insert": "42501", "update": "42501", "delete": "42501", "truncate": "42501"}


def test_members_read_their_own_role_and_change_none(attempts, member, a_user, an_admin):
    user_id = a_user()
    an_admin()
    assert attempts(member(user_id), "user_roles", **STATEMENTS) == READ_ONLY


def test_an_admin_too_changes_roles_through_the_function_alone(attempts, member, a_user, an_admin):
    a_user()
    assert attempts(member(an_admin()), "user_roles", **STATEMENTS) == READ_ONLY


def test_visitors_do_nothing(attempts, visitor, a_user):
    a_user()
    assert set(attempts(visitor(), "user_roles", **STATEMENTS).values()) == {"42501"}


def test_the_server_changes_roles_through_the_function_alone(attempts, server_role, a_user):
    a_user()
    outcome = attempts(server_role(), "user_roles", **STATEMENTS)
    assert outcome["select"] == 1
    assert {outcome[command] for command in ("insert", "update", "delete", "truncate")} == {"42501"}
