"""ai_usage: one call and its tokens; the ledger behind every quota."""

from __future__ import annotations

import pytest

RIGHT = [{}, {"input_tokens": 0, "output_tokens": 0}, {"route": "r" * 200, "model": "m" * 200}]
WRONG = {
    "ai_usage_pkey": [],
    "ai_usage_user_id_fkey": [{"user_id": "00000000-0000-0000-0000-000000000001"}],
    "ai_usage_route_length_check": [{"route": ""}, {"route": "r" * 201}],
    "ai_usage_model_length_check": [{"model": ""}, {"model": "m" * 201}],
    "ai_usage_input_tokens_count_check": [{"input_tokens": -1}],
    "ai_usage_output_tokens_count_check": [{"output_tokens": -1}],
}
REQUIRED = ["user_id", "route", "model", "input_tokens", "output_tokens", "created_at"]


@pytest.fixture
def new_row(add):
    usual = {"route": "chat", "model": "gpt-5", "input_tokens": 10, "output_tokens": 20}
    return lambda user_id, /, **values: add("ai_usage", **({"user_id": user_id} | usual | values))


def test_the_table_takes_a_row_that_is_right(right, takes):
    takes(right)


def test_the_table_names_the_rule_that_a_row_breaks(rule, wrong, refuses):
    refuses(rule, wrong)


def test_the_table_refuses_a_row_without(required, refuses_null):
    refuses_null(required)


def test_every_rule_of_the_table_is_tried_here(rules_of):
    assert rules_of("public.ai_usage") == (set(WRONG), {*REQUIRED, "id"})


def test_nobody_chooses_the_id_of_a_row(new_row, a_user, refused, db, rows):
    first = new_row(a_user())
    with refused("428C9", "id"):
        new_row(a_user(), id=first["id"])
    overriding = (
        "insert into public.ai_usage (id, user_id, route, model, input_tokens, output_tokens) "
        "overriding system value values (%s, %s, 'chat', 'm', 1, 1)"
    )
    with refused("23505", "ai_usage_pkey"):
        db.execute(overriding, (first["id"], first["user_id"]))


STATEMENTS = {
    "insert": "insert into public.ai_usage (user_id, route, model, input_tokens, output_tokens) "
    "values (auth.uid(), 'chat', 'm', 0, 0)",
    "update": "update public.ai_usage set input_tokens = 0 where true",
}


def test_members_read_their_own_usage_and_change_none(attempts, member, new_row, a_user):
    mine, other = a_user(), a_user()
    for user_id in (mine, other, other):
        new_row(user_id)
    assert attempts(member(mine), "ai_usage", **STATEMENTS) == {
        "select": 1,
        "insert": "42501",
        "update": "42501",
        "delete": "42501",
        "truncate": "42501",
    }


def test_visitors_do_nothing(attempts, visitor, new_row, a_user):
    new_row(a_user())
    assert set(attempts(visitor(), "ai_usage", **STATEMENTS).values()) == {"42501"}


def test_the_server_books_usage_through_the_functions_alone(attempts, server_role, new_row, a_user):
    new_row(a_user())
    outcome = attempts(server_role(), "ai_usage", **STATEMENTS)
    assert outcome["select"] == 1
    assert {outcome[command] for command in ("insert", "update", "delete", "truncate")} == {"42501"}
