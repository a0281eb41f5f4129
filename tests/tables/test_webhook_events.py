"""webhook_events: what a gateway sent; payloads hold personal data, so no client role sees them."""

from __future__ import annotations

import itertools

import pytest

ID = "00000000-0000-0000-0000-00000000000a"
NOW = "2026-01-01 00:00:00+00:00"
RIGHT = [
    {},
    {"provider": "doku"},
    {"event_key": "k" * 255},
    {"external_id": None, "event_type": None},
    {"external_id": "x" * 64, "event_type": "settlement"},
    {"status": "PROCESSING", "claimed_at": NOW, "attempts": 1},
    {"status": "PROCESSED", "processed_at": NOW},
    {"status": "IGNORED", "processed_at": NOW},
    {"status": "FAILED", "error": "x" * 2000},
    {"payload": {"order_id": "1"}},
]
WRONG = {
    "webhook_events_pkey": [[{"id": ID}, {"id": ID}]],
    "webhook_events_provider_event_key_key": [[{"event_key": "same"}, {"event_key": "same"}]],
    "webhook_events_event_key_length_check": [{"event_key": ""}, {"event_key": "k" * 256}],
    "webhook_events_external_id_length_check": [{"external_id": ""}, {"external_id": "x" * 101}],
    "webhook_events_event_type_length_check": [{"event_type": ""}, {"event_type": "x" * 101}],
    "webhook_events_error_length_check": [{"error": "x" * 2001}],
    "webhook_events_attempts_count_check": [{"attempts": -1}],
    "webhook_events_claim_known_since_check": [{"status": "PROCESSING"}],
    "webhook_events_end_known_since_check": [
        {"status": "PROCESSED"},
        {"status": "IGNORED"},
        {"status": "FAILED", "processed_at": NOW},
        {"status": "RECEIVED", "processed_at": NOW},
    ],
}
REQUIRED = ["id", "provider", "event_key", "payload", "status", "attempts", "created_at", "updated_at"]


@pytest.fixture
def new_row(add):
    numbers = itertools.count()

    def run(user_id, /, **values):
        return add("webhook_events", **({"provider": "midtrans", "event_key": f"k{next(numbers)}"} | values))

    return run


def test_the_table_takes_a_row_that_is_right(right, takes):
    takes(right)


def test_the_table_names_the_rule_that_a_row_breaks(rule, wrong, refuses):
    refuses(rule, wrong)


def test_the_table_refuses_a_row_without(required, refuses_null):
    refuses_null(required)


def test_every_rule_of_the_table_is_tried_here(rules_of):
    assert rules_of("public.webhook_events") == (set(WRONG), set(REQUIRED))


def test_one_key_may_come_from_both_gateways(new_row):
    new_row(None, event_key="same", provider="midtrans")
    new_row(None, event_key="same", provider="doku")


STATEMENTS = {
    "insert": "insert into public.webhook_events (provider, event_key) values ('doku', 'forged')",
    "update": "update public.webhook_events set status = 'FAILED', processed_at = null where true",
}


def test_visitors_members_and_admins_do_nothing_with_the_table(attempts, visitor, member, new_row, a_user, an_admin):
    new_row(None)
    for acting in (visitor(), member(a_user()), member(an_admin())):
        assert set(attempts(acting, "webhook_events", **STATEMENTS).values()) == {"42501"}


def test_the_server_writes_through_the_functions_alone(attempts, server_role, new_row):
    new_row(None)
    outcome = attempts(server_role(), "webhook_events", **STATEMENTS)
    assert {outcome[command] for command in ("insert", "update", "delete", "truncate")} == {"42501"}
