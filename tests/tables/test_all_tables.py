"""What holds of every table: which there are, their columns, their keys, row level security, comments."""

from __future__ import annotations

import pytest

KEY = "timestamp with time zone"
# table -> its primary key, and the columns that the design names with their types
TABLES = {
    "profiles": (
        ["user_id"],
        {"full_name": "text", "avatar_path": "text", "avatar_url": "text", "metadata": "jsonb"},
    ),
    "user_roles": (["user_id"], {"role": "public.app_role"}),
    "subscriptions": (
        ["id"],
        {
            "user_id": "uuid",
            "plan": "public.subscription_plan",
            "status": "public.subscription_status",
            "current_period_start": KEY,
            "current_period_end": KEY,
            "cancel_at_period_end": "boolean",
            "canceled_at": KEY,
        },
    ),
    "payments": (
        ["id"],
        {
            "user_id": "uuid",
            "subscription_id": "uuid",
            "provider": "public.payment_provider",
            "external_id": "text",
            "plan": "public.subscription_plan",
            "amount": "bigint",
            "currency": "text",
            "status": "public.payment_status",
            "metadata": "jsonb",
            "paid_at": KEY,
            "expires_at": KEY,
        },
    ),
    "webhook_events": (
        ["id"],
        {
            "provider": "public.payment_provider",
            "external_id": "text",
            "event_key": "text",
            "event_type": "text",
            "payload": "jsonb",
            "status": "public.webhook_status",
            "attempts": "integer",
            "error": "text",
            "claimed_at": KEY,
            "processed_at": KEY,
        },
    ),
    "waitlist": (["id"], {"email": "text", "name": "text"}),
    "ai_usage": (
        ["id"],
        {"user_id": "uuid", "route": "text", "model": "text", "input_tokens": "integer", "output_tokens": "integer"},
    ),
    "rate_limit_buckets": (["key"], {"key": "text"}),
    "audit_logs": (
        ["id"],
        {"actor_id": "uuid", "action": "text", "target_type": "text", "target_id": "text", "metadata": "jsonb"},
    ),
}
ROWS_CHANGE = {"profiles", "user_roles", "subscriptions", "payments", "webhook_events", "rate_limit_buckets"}

ENUMS = {
    "app_role": ["member", "admin"],
    "subscription_plan": ["FREE", "BASIC", "PRO", "ULTIMATE"],
    "subscription_status": ["ACTIVE", "CANCELED", "EXPIRED"],
    "payment_provider": ["midtrans", "doku"],
    "payment_status": ["PENDING", "SUCCESS", "FAILED", "EXPIRED", "REFUNDED"],
    "webhook_status": ["RECEIVED", "PROCESSING", "PROCESSED", "FAILED", "IGNORED"],
}
OURS = "('public'::regnamespace, 'private'::regnamespace)"


def test_the_product_has_nine_public_tables_and_nothing_else_that_holds_rows(rows):
    found = {
        each["relname"]: each["relkind"]
        for each in rows(
            "select relname, relkind from pg_class where relnamespace = 'public'::regnamespace "
            "and relkind in ('r', 'p', 'v', 'm', 'f')"
        )
    }
    assert found == dict.fromkeys(TABLES, "r")


@pytest.mark.parametrize("table", TABLES)
def test_a_table_has_the_key_and_the_columns_that_the_design_names(table, rows, db):
    db.execute("set local search_path = pg_catalog")
    found = rows(
        "select a.attname, format_type(a.atttypid, a.atttypmod) as type, a.attnotnull, a.atthasdef "
        "from pg_attribute as a where a.attrelid = %s::regclass and a.attnum > 0 and not a.attisdropped",
        (f"public.{table}",),
    )
    types = {each["attname"]: each["type"] for each in found}
    key, named = TABLES[table]
    assert {column: types.get(column) for column in named} == named
    primary = rows(
        "select array_agg(a.attname order by array_position(i.indkey::int2[], a.attnum)) as columns from pg_index as i "
        "join pg_attribute as a on a.attrelid = i.indrelid and a.attnum = any(i.indkey) "
        "where i.indrelid = %s::regclass and i.indisprimary",
        (f"public.{table}",),
    )
    assert primary == [{"columns": key}]
    born = {each["attname"]: (each["type"], each["attnotnull"], each["atthasdef"]) for each in found}
    for column in ["created_at"] + ["updated_at"] * (table in ROWS_CHANGE):
        assert born[column] == (KEY, True, True)


@pytest.mark.parametrize("enum", ENUMS)
def test_an_enum_has_its_values_in_order(enum, rows):
    labels = rows(
        "select enumlabel from pg_enum where enumtypid = %s::regtype order by enumsortorder", (f"public.{enum}",)
    )
    assert [each["enumlabel"] for each in labels] == ENUMS[enum]


@pytest.mark.parametrize("enum", ENUMS)
@pytest.mark.parametrize("role", ["anon", "authenticated", "service_role"])
def test_a_type_is_its_readers_and_nobody_elses(role, enum, value):
    """Members read no webhook event; visitors read nothing. A cast asks for no right, a variable of the type does."""
    readers = {"service_role"} | ({"authenticated"} if enum != "webhook_status" else set())
    assert value("select has_type_privilege(%s, %s, 'usage')", (role, f"public.{enum}")) is (role in readers)


def test_row_level_security_is_on_everywhere(rows):
    assert (
        rows(
            f"select oid::regclass::text from pg_class where relkind in ('r', 'p') and not relrowsecurity "
            f"and relnamespace in {OURS}"
        )
        == []
    )


def test_every_foreign_key_says_what_happens_on_delete_and_an_index_covers_it(rows):
    assert (
        rows(f"select conname from pg_constraint where contype = 'f' and confdeltype = 'a' and connamespace in {OURS}")
        == []
    )
    uncovered = rows(
        f"select conname from pg_constraint as k where contype = 'f' and connamespace in {OURS} and not exists ("
        "select from pg_index as i where i.indrelid = k.conrelid and i.indpred is null "
        "and (i.indkey::int2[])[0:cardinality(k.conkey) - 1] = k.conkey)"
    )
    assert uncovered == []


def test_a_foreign_key_to_auth_users_points_at_the_primary_key_alone(rows):
    other = rows(
        f"select conname from pg_constraint where contype = 'f' and connamespace in {OURS} "
        "and confrelid = 'auth.users'::regclass and confkey <> (select array_agg(attnum) from pg_attribute "
        "where attrelid = 'auth.users'::regclass and attname = 'id')"
    )
    assert other == []


def test_every_table_and_every_column_says_what_it_is(rows):
    silent = rows(
        "select c.relname, a.attname from pg_class as c join pg_attribute as a on a.attrelid = c.oid "
        "and a.attnum > 0 and not a.attisdropped "
        f"where c.relkind in ('r', 'p') and c.relnamespace in {OURS} "
        "and (col_description(c.oid, a.attnum) is null or obj_description(c.oid, 'pg_class') is null)"
    )
    assert silent == []


def test_names_of_constraints_and_indexes_carry_the_endings_of_postgres(rows):
    endings = {"p": "_pkey", "u": "_key", "f": "_fkey", "c": "_check"}
    constraints = rows(
        f"select conname, contype, conrelid::regclass::text as t from pg_constraint "
        f"where connamespace in {OURS} and contype in ('p', 'u', 'f', 'c')"
    )
    assert {each["conname"] for each in constraints if not each["conname"].endswith(endings[each["contype"]])} == set()
    indexes = rows(
        f"select c.relname from pg_class as c where c.relkind = 'i' and c.relnamespace in {OURS} "
        "and not exists (select from pg_constraint as k where k.conindid = c.oid)"
    )
    assert {each["relname"] for each in indexes if not each["relname"].endswith(("_idx", "_key"))} == set()


@pytest.mark.parametrize("table", sorted(ROWS_CHANGE - {"rate_limit_buckets"}))
def test_a_row_that_changes_says_when(table, a_user, paid, serve, db, value, add):
    user_id = a_user()
    paid(user_id)
    add("webhook_events", provider="doku", event_key="k")
    db.execute("set local session_replication_role = replica")
    db.execute(f"update public.{table} set updated_at = '2020-01-01'")
    db.execute("set local session_replication_role = origin")
    changes = {
        "profiles": "full_name = 'Ayu'",
        "user_roles": "role = 'admin'",
        "subscriptions": "plan = 'BASIC'",
        "payments": "metadata = '{\"a\": 1}'",
        "webhook_events": "error = 'x'",
    }
    db.execute(f"update public.{table} set {changes[table]}")
    assert value(f"select bool_and(updated_at > '2020-01-02') from public.{table}") is True


PRIVILEGES = "select, insert, update, delete, truncate, references, trigger"


@pytest.mark.parametrize("role", ["anon", "authenticator", "supabase_auth_admin", "supabase_storage_admin"])
def test_the_platforms_own_roles_and_visitors_hold_nothing_of_ours(role, rows):
    """Not by inheritance either: authenticator becomes a client role, it is none."""
    held = rows(
        "select c.oid::regclass::text as name from pg_class as c "
        f"where c.relnamespace in {OURS} and c.relkind in ('r', 'p', 'v', 'm') "
        "and (has_table_privilege(%(role)s, c.oid, %(any)s) "
        "or has_any_column_privilege(%(role)s, c.oid, 'select, insert, update, references')) "
        "union all select c.oid::regclass::text from pg_class as c "
        f"where c.relnamespace in {OURS} "
        "and case when c.relkind = 'S' then has_sequence_privilege(%(role)s, c.oid, 'usage, select, update') end",
        {"role": role, "any": PRIVILEGES},
    )
    assert held == []


@pytest.mark.parametrize("role", ["authenticated", "service_role"])
def test_no_client_role_truncates_references_or_puts_triggers(role, rows):
    held = rows(
        "select c.oid::regclass::text as name from pg_class as c "
        f"where c.relnamespace in {OURS} and c.relkind in ('r', 'p') "
        "and (has_table_privilege(%(role)s, c.oid, 'delete, truncate, references, trigger') "
        "or has_any_column_privilege(%(role)s, c.oid, 'references'))",
        {"role": role},
    )
    assert held == []
