"""The public functions are exactly those that the design promises: names, arguments, results, who may call them."""

from __future__ import annotations

import pytest

SERVICE = {"service_role"}
OWNERS_TOO = {"authenticated", "service_role"}

# function -> (arguments with types and defaults as Postgres prints them, result, who may execute)
INTERFACE = {
    "consume_rate_limit": (
        "p_key text, p_limit integer, p_window interval, p_cost integer DEFAULT 1",
        "TABLE(allowed boolean, limit_count integer, remaining integer, reset_at timestamp with time zone, "
        "retry_after integer)",
        SERVICE,
    ),
    "prune_rate_limits": ("p_older_than interval DEFAULT '1 day'::interval", None, SERVICE),
    "claim_webhook_event": (
        "p_provider public.payment_provider, p_event_key text, p_external_id text, p_event_type text, "
        "p_payload jsonb, p_lease interval DEFAULT '00:05:00'::interval",
        "TABLE(event_id uuid, claimed boolean, attempt integer, status public.webhook_status)",
        SERVICE,
    ),
    "complete_webhook_event": ("p_event_id uuid, p_attempt integer", "boolean", SERVICE),
    "fail_webhook_event": ("p_event_id uuid, p_attempt integer, p_error text", "boolean", SERVICE),
    "create_payment": (
        "p_user_id uuid, p_provider public.payment_provider, p_plan public.subscription_plan, p_amount bigint, "
        "p_currency text DEFAULT 'IDR'::text, p_expires_in interval DEFAULT '24:00:00'::interval, "
        "p_metadata jsonb DEFAULT '{}'::jsonb",
        "public.payments",
        SERVICE,
    ),
    "apply_payment_event": (
        "p_provider public.payment_provider, p_external_id text, p_status public.payment_status, p_amount bigint, "
        "p_occurred_at timestamp with time zone, p_details jsonb DEFAULT '{}'::jsonb",
        "TABLE(payment_id uuid, status public.payment_status, changed boolean, plan_activated boolean)",
        SERVICE,
    ),
    "cancel_subscription": ("p_user_id uuid DEFAULT NULL::uuid", "public.subscriptions", OWNERS_TOO),
    "resume_subscription": ("p_user_id uuid DEFAULT NULL::uuid", "public.subscriptions", OWNERS_TOO),
    "current_plan": ("p_user_id uuid DEFAULT NULL::uuid", "public.subscription_plan", OWNERS_TOO),
    "expire_subscriptions": ("", None, SERVICE),
    "set_user_role": ("p_user_id uuid, p_role public.app_role", "public.user_roles", OWNERS_TOO),
    "bootstrap_admin": ("p_user_id uuid, p_emails text[]", "boolean", SERVICE),
    "reserve_ai_tokens": (
        "p_user_id uuid, p_tokens integer, p_quota bigint, p_period interval DEFAULT '1 mon'::interval",
        "TABLE(allowed boolean, reservation_id uuid, used bigint, remaining bigint, "
        "resets_at timestamp with time zone)",
        SERVICE,
    ),
    "record_ai_usage": (
        "p_user_id uuid, p_route text, p_model text, p_input_tokens integer, p_output_tokens integer, "
        "p_reservation_id uuid DEFAULT NULL::uuid",
        "public.ai_usage",
        SERVICE,
    ),
    "ai_usage_status": (
        "p_user_id uuid DEFAULT NULL::uuid, p_period interval DEFAULT '1 mon'::interval",
        "TABLE(used bigint, period_start timestamp with time zone, period_end timestamp with time zone)",
        OWNERS_TOO,
    ),
    "join_waitlist": ("p_email text, p_name text DEFAULT NULL::text", "public.waitlist", SERVICE),
    "record_audit_event": (
        "p_actor_id uuid, p_action text, p_target_type text, p_target_id text, p_metadata jsonb DEFAULT '{}'::jsonb",
        "public.audit_logs",
        SERVICE,
    ),
}

# What the design leaves to us: an ending for events that are nobody's, and the queue of files that SQL cannot delete.
BESIDE = {
    "ignore_webhook_event": SERVICE,
    "list_avatar_cleanups": SERVICE,
    "complete_avatar_cleanup": SERVICE,
    "admin_list_audit_logs": OWNERS_TOO,
    "admin_list_payments": OWNERS_TOO,
    "admin_list_users": OWNERS_TOO,
    "admin_list_waitlist": OWNERS_TOO,
    "admin_list_webhook_events": OWNERS_TOO,
}

DECLARED = """
    select pg_catalog.pg_get_function_arguments(p.oid) as arguments,
           pg_catalog.pg_get_function_result(p.oid) as result
    from pg_catalog.pg_proc as p
    where p.pronamespace = 'public'::regnamespace and p.proname = %s
"""


@pytest.mark.parametrize("name", INTERFACE)
def test_callers_find_the_function_with_the_promised_arguments_and_result(name, row, db):
    arguments, result, _ = INTERFACE[name]
    db.execute("set local search_path = pg_catalog")
    declared = row(DECLARED, (name,))
    said, *columns = declared["arguments"].split(", OUT ")
    assert said == arguments
    if columns:  # a function that returns one row names its columns among its arguments
        declared["result"] = f"TABLE({', '.join(columns)})"
    if result is None:  # a count of rows: which integer type is not promised
        assert declared["result"] in {"integer", "bigint"}
    else:
        assert declared["result"].removeprefix("SETOF ") == result


@pytest.mark.parametrize("name", [*INTERFACE, *BESIDE])
@pytest.mark.parametrize("role", ["anon", "authenticated", "service_role", "authenticator", "supabase_auth_admin"])
def test_each_role_may_execute_exactly_what_the_interface_grants_it(name, role, value):
    allowed = value(
        "select has_function_privilege(%s, p.oid, 'execute') from pg_proc as p "
        "where p.pronamespace = 'public'::regnamespace and p.proname = %s",
        (role, name),
    )
    assert allowed is (role in (BESIDE.get(name) or INTERFACE[name][2]))


def test_nobody_finds_a_public_function_that_is_not_named_here(rows):
    found = [
        each["proname"] for each in rows("select proname from pg_proc where pronamespace = 'public'::regnamespace")
    ]
    assert sorted(found) == sorted([*INTERFACE, *BESIDE])


@pytest.mark.parametrize("role", ["anon", "authenticated", "service_role", "authenticator", "supabase_auth_admin"])
def test_of_the_private_functions_a_policy_may_ask_is_admin_and_nothing_else(role, rows):
    callable_ones = rows(
        "select p.oid::regprocedure::text as name from pg_proc as p "
        "where p.pronamespace = 'private'::regnamespace and has_function_privilege(%s, p.oid, 'execute')",
        (role,),
    )
    assert [each["name"] for each in callable_ones] == ["private.is_admin()"] * (role == "authenticated")


def test_no_function_of_ours_runs_with_a_search_path_that_a_caller_sets(rows):
    loose = rows(
        "select p.oid::regprocedure::text as function from pg_proc as p "
        "where p.pronamespace in ('public'::regnamespace, 'private'::regnamespace) "
        """and not coalesce('search_path=""' = any(p.proconfig), false)"""
    )
    assert loose == []


def test_no_function_of_ours_is_open_to_everyone_who_connects(rows):
    open_to_all = rows(
        "select p.oid::regprocedure::text as function from pg_proc as p, "
        "aclexplode(coalesce(p.proacl, acldefault('f', p.proowner))) as granted "
        "where p.pronamespace in ('public'::regnamespace, 'private'::regnamespace) and granted.grantee = 0"
    )
    assert open_to_all == []
