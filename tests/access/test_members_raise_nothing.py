"""By no statement does a member raise a role, a plan, a quota or a rate limit, or reset a bucket."""

from __future__ import annotations

import pytest

ME = "(select auth.uid())"
ATTACKS = {
    # a role
    "update own role": f"update public.user_roles set role = 'admin' where user_id = {ME}",
    "update own role without a predicate": "update public.user_roles set role = 'admin'",
    "insert a second role": f"insert into public.user_roles (user_id, role) values ({ME}, 'admin')",
    "upsert a role": f"insert into public.user_roles (user_id, role) values ({ME}, 'admin') "
    "on conflict (user_id) do update set role = excluded.role",
    "merge a role": f"merge into public.user_roles as t using (select {ME} as id) as s on t.user_id = s.id "
    "when matched then update set role = 'admin'",
    "update through a join": "update public.user_roles as r set role = 'admin' from public.profiles as p "
    "where p.user_id = r.user_id",
    "update within a with": "with u as (update public.user_roles set role = 'admin' where true returning *) table u",
    "set_user_role": f"select public.set_user_role({ME}, 'admin')",
    "bootstrap_admin": f"select public.bootstrap_admin({ME}, array['mallory@example.test'])",
    "app metadata": 'update auth.users set raw_app_meta_data = \'{"role": "admin"}\' where true',
    "profile metadata": 'update public.profiles set metadata = \'{"role": "admin", "plan": "ULTIMATE"}\' where true',
    "sign up again as admin": "insert into auth.users (id, raw_app_meta_data) "
    'values (gen_random_uuid(), \'{"role": "admin"}\')',
    # a plan
    "update own plan": "update public.subscriptions set plan = 'ULTIMATE', current_period_end = '2999-01-01'",
    "lengthen own period": "update public.subscriptions set current_period_end = '2999-01-01' where true",
    "insert a plan": f"insert into public.subscriptions (user_id, plan) values ({ME}, 'ULTIMATE')",
    "delete the plan": "delete from public.subscriptions where true",
    "invent a payment": "insert into public.payments (user_id, provider, external_id, plan, amount, status, paid_at) "
    f"values ({ME}, 'doku', 'FREE1', 'ULTIMATE', 1, 'SUCCESS', now())",
    "pay with an update": "update public.payments set status = 'SUCCESS', paid_at = now() where true",
    "create an order": f"select public.create_payment({ME}, 'doku', 'ULTIMATE', 1)",
    "report an order paid": "select public.apply_payment_event('doku', 'X', 'SUCCESS', 1, now())",
    "expire everyone": "select public.expire_subscriptions()",
    "inherit a subscription": f"update public.subscriptions set user_id = {ME} where plan = 'ULTIMATE'",
    # a quota
    "reserve with a quota of one's own": f"select public.reserve_ai_tokens({ME}, 1, 1000000000)",
    "record less": f"select public.record_ai_usage({ME}, 'chat', 'm', 0, 0)",
    "forget usage": "delete from public.ai_usage where true",
    "shrink usage": "update public.ai_usage set input_tokens = 0, output_tokens = 0 where true",
    # a rate limit
    "consume with a limit of one's own": "select public.consume_rate_limit('contact:me', 1000000, '1 second')",
    "burn somebody's budget": "select public.consume_rate_limit('contact:victim', 1, '1 year')",
    "prune": "select public.prune_rate_limits('1 second')",
    "reset a bucket": "update public.rate_limit_buckets set used = 0 where true",
    "delete a bucket": "delete from public.rate_limit_buckets where true",
    "empty the buckets": "truncate public.rate_limit_buckets",
    # history and the ledger
    "write history": f"select public.record_audit_event({ME}, 'a.b', 'x', 'y')",
    "insert history": "insert into public.audit_logs (action) values ('a.b')",
    "delete history": "delete from public.audit_logs where true",
    "claim an event": "select public.claim_webhook_event('doku', 'k', 'x', 'y', '{}')",
    "forge an event": "insert into public.webhook_events (provider, event_key) values ('doku', 'k')",
    "release an event": "update public.webhook_events set status = 'FAILED' where true",
    "join the waitlist": "select public.join_waitlist('x@example.test')",
    # the machinery
    "turn row security off": "set local row_security = off",
    "turn triggers off": "set local session_replication_role = replica",
    "disable row security": "alter table public.profiles disable row level security",
    "disable a trigger": "alter table public.profiles disable trigger all",
    "open a policy": 'create policy "x" on public.subscriptions for update to authenticated using (true)',
    "grant it to oneself": "grant all on public.user_roles to authenticated",
    "put a trigger on users": "create trigger x after insert on auth.users execute function public.current_plan()",
    "put a table before ours": "create table public.x (id int)",
    "take a lock": "lock table public.subscriptions in access exclusive mode",
}
ALLOWED = {"profile metadata", "grant it to oneself", "turn row security off"}


def unchanged(before, after, besides=()):
    return {table for table in before if before[table] != after[table]} - set(besides)


@pytest.mark.parametrize("attack", ATTACKS)
def test_no_statement_of_a_member_changes_a_row_that_decides_anything(
    attack, attacker, victim, member, tries, everything, value
):
    before = everything()
    outcome, _, _ = tries(member(attacker), ATTACKS[attack])
    assert unchanged(before, everything(), {"profiles"} if attack == "profile metadata" else ()) == set()
    if attack not in ALLOWED:
        assert outcome == "42501"
    with member(attacker):
        assert value("select private.is_admin()") is False
        assert value("select public.current_plan()") == "FREE"


@pytest.mark.parametrize("attack", ATTACKS)
def test_no_statement_of_a_visitor_changes_anything(attack, victim, visitor, tries, everything):
    before = everything()
    outcome, _, _ = tries(visitor(), ATTACKS[attack])
    assert unchanged(before, everything()) == set()
    assert outcome == "42501" or attack in ALLOWED


def test_an_admin_of_yesterday_is_a_member_today(attacker, an_admin, serve, member, tries, everything):
    an_admin()
    serve("set_user_role", p_user_id=attacker, p_role="admin")
    serve("set_user_role", p_user_id=attacker, p_role="member")
    before = everything()
    for attack in ("set_user_role", "update own role", "consume with a limit of one's own"):
        assert tries(member(attacker), ATTACKS[attack])[0] == "42501"
    assert unchanged(before, everything()) == set()


@pytest.mark.parametrize("claim", ["user_metadata", "app_metadata"])
def test_claims_about_a_role_or_a_plan_count_for_nothing(claim, attacker, victim, acting_as, tries, value):
    claims = {"sub": str(attacker), "role": "authenticated", claim: {"role": "admin", "plan": "ULTIMATE"}}
    assert tries(acting_as("authenticated", claims), ATTACKS["set_user_role"])[0] == "42501"
    with acting_as("authenticated", claims):
        assert value("select public.current_plan()") == "FREE"


@pytest.mark.parametrize("role", ["authenticated", "anon"])
def test_a_client_role_is_a_member_of_no_other_role(role, rows):
    assert rows("select roleid::regrole::text from pg_auth_members where member = %s::regrole", (role,)) == []
    [facts] = rows(
        "select rolsuper, rolbypassrls, rolcreaterole, rolcreatedb, rolcanlogin from pg_roles where rolname = %s",
        (role,),
    )
    assert not any(facts.values())


def test_a_temporary_table_in_front_of_ours_fools_no_function(attacker, member, db, tries, value):
    """pg_temp is searched first, even with a pinned path: only qualified names are safe."""
    with member(attacker):
        db.execute("create temporary table user_roles (user_id uuid, role public.app_role)")
        db.execute("insert into user_roles values (%s, 'admin')", (attacker,))
        db.execute("create temporary table subscriptions (like public.subscriptions)")
        db.execute(
            "insert into subscriptions (id, user_id, plan, status, current_period_start, current_period_end, "
            "cancel_at_period_end, created_at, updated_at) "
            "values (gen_random_uuid(), %s, 'ULTIMATE', 'ACTIVE', now(), '2999-01-01', false, now(), now())",
            (attacker,),
        )
        db.execute("set local search_path = pg_temp, public")
        assert value("select private.is_admin()") is False
        assert value("select public.current_plan()") == "FREE"
    assert tries(member(attacker), ATTACKS["set_user_role"])[0] == "42501"


def test_an_operator_in_front_of_ours_fools_no_function(attacker, member, db, value):
    with member(attacker):
        db.execute("create function pg_temp.yes(uuid, uuid) returns boolean language sql as 'select true'")
        db.execute("create operator pg_temp.= (leftarg = uuid, rightarg = uuid, function = pg_temp.yes)")
        db.execute("set local search_path = pg_temp, pg_catalog, public")
        assert value("select private.is_admin()") is False
        assert value("select public.current_plan()") == "FREE"
