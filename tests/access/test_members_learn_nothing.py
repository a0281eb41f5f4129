"""By no statement does a member learn of another member's row: not its content, not that it exists."""

from __future__ import annotations

import pytest

READABLE = ["profiles", "user_roles", "subscriptions", "payments", "ai_usage"]
COLUMNS = {"payments": "id, user_id, amount, plan, status, external_id"}
LEDGERS = ["webhook_events", "waitlist", "rate_limit_buckets", "audit_logs"]


def reads(table):
    columns = COLUMNS.get(table, "*")
    return {
        "all": f"select {columns} from public.{table}",
        "of the victim": f"select {columns} from public.{table} where user_id = %(victim)s",
        "count": f"select nullif(count(*) filter (where user_id = %(victim)s), 0) from public.{table}",
        "exists": f"select 1 where exists (select from public.{table} where user_id = %(victim)s)",
        "for update": f"select {columns} from public.{table} where user_id = %(victim)s for update",
        "copy": f"copy (select {columns} from public.{table}) to stdout",
        "a leaky function in front": f"select {columns} from public.{table} where pg_temp.leak(user_id::text)",
        "an error in front": f"select {columns} from public.{table} where 1 / (case when user_id = %(victim)s then 0 "
        "else 1 end) = 1 and user_id = %(victim)s",
        "a join": f"select t.user_id from public.{table} as t right join (select %(victim)s::uuid as id) as v "
        "on t.user_id = v.id where t.user_id is not null",
    }


@pytest.fixture
def leak(db):
    """A function that tells every value that it is called with."""
    db.execute(
        "create function pg_temp.leak(text) returns boolean language plpgsql cost 0.0000001 as "
        "$$ begin raise notice 'saw %', $1; return true; end $$"
    )
    db.execute("grant execute on function pg_temp.leak(text) to public")


@pytest.mark.parametrize("table", READABLE)
@pytest.mark.parametrize("way", list(reads("profiles")))
@pytest.mark.parametrize("who", ["member", "admin"])
def test_a_member_finds_no_row_of_another_member(who, way, table, attacker, victim, member, tries, value, leak, db):
    assert value(f"select count(*) from public.{table} where user_id = %s", (victim,)) == 1
    if who == "admin":  # an admin has doors of their own; the tables themselves are no door
        db.execute("update public.user_roles set role = 'admin' where user_id = %s", (attacker,))
    if way == "copy":
        with member(attacker), db.cursor().copy(reads(table)[way]) as stream:
            said = b"".join(stream).decode()
    else:
        outcome, _, said = tries(member(attacker), reads(table)[way], {"victim": victim})
        assert outcome in {"ok", "42501"}
    assert str(victim) not in said and "Canary" not in said and "987654" not in said
    assert "division" not in said


@pytest.mark.parametrize("table", LEDGERS)
@pytest.mark.parametrize("role", ["visitor", "member"])
def test_nobody_reads_a_ledger(table, role, attacker, victim, member, visitor, tries, value):
    assert value(f"select count(*) from public.{table}") >= 1
    for statement in (
        f"select * from public.{table}",
        f"select count(*) from public.{table}",
        f"select 1 from public.{table}",
        f"copy public.{table} to stdout",
        f"table public.{table}",
        f"select created_at from public.{table} for share",
    ):
        acting = member(attacker) if role == "member" else visitor()
        outcome, _, said = tries(acting, statement)
        assert outcome == "42501", statement
        assert "anary" not in said


WRITES = {
    "update the victim's profile": "update public.profiles set full_name = 'x' where user_id = %(victim)s returning *",
    "update everyone's profile": "update public.profiles set full_name = 'x' "
    "where full_name like '%%Canary%%' returning *",
    "claim the victim's profile": "insert into public.profiles (user_id, full_name) values (%(victim)s, 'x') "
    "returning *",
    "upsert the victim's profile": "insert into public.profiles (user_id, full_name) values (%(victim)s, 'x') "
    "on conflict (user_id) do update set full_name = 'x' returning *",
    "delete the victim's profile": "delete from public.profiles where user_id = %(victim)s returning *",
    "point at the victim's avatar": "update public.profiles set avatar_path = %(victim)s || '/avatar' "
    "where user_id = (select auth.uid()) returning *",
    "become the victim": "update public.profiles set user_id = %(victim)s where user_id = (select auth.uid())",
    "cancel the victim's plan": "select public.cancel_subscription(%(victim)s)",
    "ask for the victim's plan": "select public.current_plan(%(victim)s)",
    "ask for the victim's usage": "select * from public.ai_usage_status(%(victim)s)",
    "demote the victim": "select public.set_user_role(%(victim)s, 'member')",
    "read auth": "select email from auth.users where id = %(victim)s",
    "list the victim's avatar": "select * from storage.objects where name like '%%avatar%%'",
    "overwrite the victim's avatar": "update storage.objects set metadata = '{}' where bucket_id = 'avatars' "
    "returning *",
}


@pytest.mark.parametrize("attack", WRITES)
def test_a_member_touches_nothing_of_another_member(attack, attacker, victim, member, tries, everything):
    before = everything()
    outcome, count, said = tries(member(attacker), WRITES[attack], {"victim": victim})
    assert everything() == before
    assert outcome in {"42501", "23514"} or (outcome, count) == ("ok", 0)
    assert "Canary" not in said and "987654" not in said and "canary-victim" not in said


@pytest.mark.parametrize("attack", WRITES)
def test_the_answer_is_the_same_whether_the_victim_exists_or_not(attack, attacker, victim, member, tries):
    """No existence oracle: no unique or foreign key error tells a stranger that a row is there."""
    nobody = "00000000-0000-0000-0000-00000000dead"
    there = tries(member(attacker), WRITES[attack], {"victim": victim})
    absent = tries(member(attacker), WRITES[attack], {"victim": nobody})
    assert there[:2] == absent[:2]
    assert there[2].replace(str(victim), nobody) == absent[2]


def test_an_admins_list_is_for_admins(attacker, victim, member, visitor, an_admin, rows, tries, db):
    lists = rows(
        "select p.oid::regprocedure::text as name, proname from pg_proc as p "
        "where pronamespace = 'public'::regnamespace and proname like 'admin_list_%%'"
    )
    for each in lists:
        statement = f"select * from public.{each['proname']}()"
        assert tries(visitor(), statement)[0] == "42501", each
        outcome, _, said = tries(member(attacker), statement)
        assert outcome == "42501" and "anary" not in said, each
        assert tries(member(an_admin()), statement)[0] == "ok", each
