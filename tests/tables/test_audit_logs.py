"""audit_logs: what was done; rows are added and never changed."""

from __future__ import annotations

import pytest

RIGHT = [
    {},
    {"actor_id": None},
    {"target_type": None, "target_id": None},
    {"action": "user_role.changed"},
    {"action": "a"},
    {"target_type": "t" * 100, "target_id": "i" * 255},
    {"metadata": {"from": "member", "to": "admin"}},
]
WRONG = {
    "audit_logs_pkey": [],
    "audit_logs_actor_id_fkey": [{"actor_id": "00000000-0000-0000-0000-000000000001"}],
    "audit_logs_action_form_check": [
        {"action": ""},
        {"action": "Changed"},
        {"action": "a b"},
        {"action": "a..b"},
        {"action": ".a"},
        {"action": "a\n"},
        {"action": "a" * 101},
    ],
    "audit_logs_target_type_length_check": [{"target_type": ""}, {"target_type": "t" * 101}],
    "audit_logs_target_id_length_check": [{"target_id": ""}, {"target_id": "i" * 256}],
    "audit_logs_metadata_object_check": [
        {"metadata": "[]"},
        {"metadata": "null"},
        {"metadata": {"a": "x" * 20_000}},
    ],
}
REQUIRED = ["action", "metadata", "created_at"]


@pytest.fixture
def new_row(add):
    return lambda user_id, /, **values: add(
        "audit_logs", **({"actor_id": user_id, "action": "profile.updated"} | values)
    )


def test_the_table_takes_a_row_that_is_right(right, takes):
    takes(right)


def test_the_table_names_the_rule_that_a_row_breaks(rule, wrong, refuses):
    refuses(rule, wrong)


def test_the_table_refuses_a_row_without(required, refuses_null):
    refuses_null(required)


def test_every_rule_of_the_table_is_tried_here(rules_of):
    assert rules_of("public.audit_logs") == (set(WRONG), {*REQUIRED, "id"})


STATEMENTS = {
    "insert": "insert into public.audit_logs (action) values ('nothing.happened')",
    "update": "update public.audit_logs set action = 'nothing.happened' where true",
}


def test_visitors_members_and_admins_do_nothing_with_the_table(attempts, visitor, member, new_row, a_user, an_admin):
    new_row(a_user())
    for acting in (visitor(), member(a_user()), member(an_admin())):
        assert set(attempts(acting, "audit_logs", **STATEMENTS).values()) == {"42501"}


def test_members_read_not_even_what_they_did_themselves(member, new_row, a_user, db, refused):
    user_id = a_user()
    new_row(user_id)
    with member(user_id), refused("42501", "audit_logs"):
        db.execute("select action from public.audit_logs where actor_id = auth.uid()")


def test_the_server_adds_to_history_through_the_function_alone(attempts, server_role, new_row, a_user):
    new_row(a_user())
    outcome = attempts(server_role(), "audit_logs", **STATEMENTS)
    assert {outcome[command] for command in ("insert", "update", "delete", "truncate")} == {"42501"}
