"""rate_limit_buckets: what a key has used in its window; nobody but the functions touches one."""

from __future__ import annotations

import itertools

import pytest

RIGHT = [{}, {"key": "k" * 255}, {"key": "x"}, {"used": 2_147_483_647}]
WRONG = {
    "rate_limit_buckets_pkey": [[{"key": "same"}, {"key": "same"}]],
    "rate_limit_buckets_key_length_check": [{"key": ""}, {"key": "k" * 256}],
    "rate_limit_buckets_used_positive_check": [{"used": 0}, {"used": -1}],
}
REQUIRED = ["key", "used", "reset_at", "created_at", "updated_at"]


@pytest.fixture
def new_row(add):
    numbers = itertools.count()

    def run(user_id, /, **values):
        usual = {"key": f"k{next(numbers)}", "used": 1, "reset_at": "2100-01-01"}
        return add("rate_limit_buckets", **(usual | values))

    return run


def test_the_table_takes_a_row_that_is_right(right, takes):
    takes(right)


def test_the_table_names_the_rule_that_a_row_breaks(rule, wrong, refuses):
    refuses(rule, wrong)


def test_the_table_refuses_a_row_without(required, refuses_null):
    refuses_null(required)


def test_every_rule_of_the_table_is_tried_here(rules_of):
    assert rules_of("public.rate_limit_buckets") == (set(WRONG), set(REQUIRED))


STATEMENTS = {
    "insert": "insert into public.rate_limit_buckets (key, used, reset_at) values ('x', 1, now())",
    "update": "update public.rate_limit_buckets set used = 1, reset_at = now() where true",
}


def test_nobody_resets_a_bucket_or_learns_of_one(attempts, visitor, member, server_role, new_row, a_user, an_admin):
    new_row(None)
    for acting in (visitor(), member(a_user()), member(an_admin()), server_role()):
        assert set(attempts(acting, "rate_limit_buckets", **STATEMENTS).values()) == {"42501"}
