"""waitlist: one lead an address."""

from __future__ import annotations

import itertools

import pytest

ID = "00000000-0000-0000-0000-00000000000a"
RIGHT = [
    {},
    {"name": None},
    {"name": "Siti Rahma"},
    {"name": "n" * 200},
    {"email": "o'hara+x@mail.example.co.id"},
    {"email": "a" * 241 + "@example.test"},
]
WRONG = {
    "waitlist_pkey": [[{"id": ID}, {"id": ID}]],
    "waitlist_email_key": [[{"email": "same@example.test"}, {"email": "same@example.test"}]],
    "waitlist_email_lower_check": [{"email": "Siti@example.test"}],
    "waitlist_email_form_check": [
        {"email": ""},
        {"email": "nobody"},
        {"email": "@example.test"},
        {"email": "a@"},
        {"email": "a@b"},
        {"email": "a@@example.test"},
        {"email": "a b@example.test"},
        {"email": "a@example.test\n"},
        {"email": "a@example..test"},
        {"email": "<a@example.test>"},
        {"email": "a@example.test,b.test"},
        {"email": "a@b@example.test"},
        {"email": "a" * 243 + "@example.test"},
    ],
    "waitlist_name_length_check": [{"name": ""}, {"name": "n" * 201}],
    "waitlist_name_line_check": [{"name": "a\nBcc: all@example.test"}, {"name": "a\r"}, {"name": "a\x1b[31m"}],
}
REQUIRED = ["id", "email", "created_at"]


@pytest.fixture
def new_row(add):
    numbers = itertools.count()
    return lambda user_id, /, **values: add("waitlist", **({"email": f"lead{next(numbers)}@example.test"} | values))


def test_the_table_takes_a_row_that_is_right(right, takes):
    takes(right)


def test_the_table_names_the_rule_that_a_row_breaks(rule, wrong, refuses):
    refuses(rule, wrong)


def test_the_table_refuses_a_row_without(required, refuses_null):
    refuses_null(required)


def test_every_rule_of_the_table_is_tried_here(rules_of):
    assert rules_of("public.waitlist") == (set(WRONG), set(REQUIRED))


STATEMENTS = {
    "insert": "insert into public.waitlist (email) values ('a@example.test')",
    "update": "update public.waitlist set email = 'b@example.test' where true",
}


def test_visitors_members_and_admins_do_nothing_with_the_table(attempts, visitor, member, new_row, a_user, an_admin):
    new_row(None)
    for acting in (visitor(), member(a_user()), member(an_admin())):
        assert set(attempts(acting, "waitlist", **STATEMENTS).values()) == {"42501"}


def test_the_server_adds_leads_through_the_function_alone(attempts, server_role, new_row):
    new_row(None)
    outcome = attempts(server_role(), "waitlist", **STATEMENTS)
    assert {outcome[command] for command in ("insert", "update", "truncate")} == {"42501"}


def test_an_address_is_no_secret_to_be_asked_for_by_error(visitor, member, new_row, a_user, db):
    """The refusal is the same whether the address is there or not: nobody learns who is waiting."""
    new_row(None, email="known@example.test")
    said = set()
    for acting in (visitor, lambda: member(a_user())):
        for email in ("known@example.test", "unknown@example.test"):
            with acting(), pytest.raises(Exception, match="permission denied") as caught, db.transaction():
                db.execute("insert into public.waitlist (email) values (%s)", (email,))
            said.add(caught.value.diag.message_primary)
    assert said == {"permission denied for table waitlist"}
