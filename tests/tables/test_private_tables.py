"""The private tables: counters and queues that nobody but the functions touches, whoever asks."""

from __future__ import annotations

import pytest


@pytest.fixture
def private_tables(rows):
    return [
        each["name"]
        for each in rows(
            "select relname as name from pg_class where relnamespace = 'private'::regnamespace and relkind = 'r'"
        )
    ]


def test_nobody_reads_or_changes_a_private_table(
    private_tables, visitor, member, server_role, a_user, an_admin, acting_as, db, refused
):
    assert private_tables
    personas = [visitor(), member(a_user()), member(an_admin()), server_role(), acting_as("supabase_auth_admin")]
    for acting in personas:
        with acting:
            for table in private_tables:
                for statement in (
                    f"select * from private.{table}",
                    f"insert into private.{table} default values",
                    f"delete from private.{table} where true",
                    f"truncate private.{table}",
                ):
                    with refused("42501"):
                        db.execute(statement)


COUNTER = "insert into private.ai_usage_counters (user_id, period_start, period_end, period, used, reserved) values "
RESERVATION = "insert into private.ai_reservations (user_id, period_start, period_end, tokens, expires_at) values "
EVENT = "insert into private.payment_events (payment_id, old_status, new_status, occurred_at, details) values "
# constraint -> what it refuses; %(me)s is a user with a counter for 2026 and a payment, %(payment)s
WRONG = {
    "ai_usage_counters_pkey": COUNTER + "(%(me)s, '2026-01-01', '2027-01-01', '1 year', 0, 0)",
    "ai_usage_counters_user_id_fkey": COUNTER + "(gen_random_uuid(), '2026-01-01', '2027-01-01', '1 year', 0, 0)",
    "ai_usage_counters_not_negative_check": COUNTER + "(%(me)s, '2027-01-01', '2028-01-01', '1 year', -1, 0)",
    "ai_reservations_pkey": "insert into private.ai_reservations select * from private.ai_reservations",
    "avatar_cleanups_pkey": "insert into private.avatar_cleanups (path) values ('x'), ('x')",
    "payment_events_pkey": "insert into private.payment_events overriding system value "
    "select * from private.payment_events",
    "payment_events_payment_id_fkey": EVENT + "(gen_random_uuid(), 'PENDING', 'FAILED', now(), '{}')",
    "payment_events_details_object_check": EVENT + "(%(payment)s, 'PENDING', 'FAILED', now(), '[]')",
}
SQLSTATES = {"check": "23514", "pkey": "23505", "fkey": "23503"}


@pytest.mark.parametrize("rule", WRONG)
def test_a_private_table_names_the_rule_that_a_row_breaks(rule, a_user, paid, db, refused):
    me = a_user()
    payment = paid(me)["id"]
    db.execute(COUNTER + "(%(me)s, '2026-01-01', '2027-01-01', '1 year', 0, 0)", {"me": me})
    db.execute(RESERVATION + "(%(me)s, '2026-01-01', '2027-01-01', 1, now())", {"me": me})
    with refused(SQLSTATES[rule.rsplit("_", 1)[1]], f"^{rule} "):
        db.execute(WRONG[rule], {"me": me, "payment": payment})


def test_every_rule_of_the_private_tables_is_tried_here(rows):
    found = rows(
        "select conname from pg_constraint "
        "where connamespace = 'private'::regnamespace and contype in ('c', 'p', 'u', 'f')"
    )
    assert {each["conname"] for each in found} == set(WRONG)


@pytest.mark.parametrize("role", ["anon", "authenticated", "service_role"])
def test_nobody_creates_anything_beside_the_tables(role, acting_as, db, refused):
    with acting_as(role):
        for schema in ("public", "private", "auth", "storage"):
            with refused("42501"):
                db.execute(f"create table {schema}.mine (id int)")
            with refused("42501"):
                db.execute(f"create function {schema}.mine() returns int language sql as 'select 1'")
