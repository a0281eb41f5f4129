"""The signup trigger: whatever Supabase Auth sends, the user gets a profile, the FREE plan and the role member."""

from __future__ import annotations

import re
import uuid

import psycopg
import pytest

ODD = {"a" * 40: ["é" * 60, {"deep": [[[{"x": None}]]]}] * 3, "emoji": "🙂" * 2000, "number": 10**30}

# what Supabase Auth inserts -> the name and the avatar that the profile shows
SIGNUPS = {
    "address and password": ({"email": "siti@example.test"}, None, None),
    "a name typed at signup": ({"raw_user_meta_data": {"full_name": "Siti Rahma"}}, "Siti Rahma", None),
    "Google": (
        {
            "raw_user_meta_data": {
                "iss": "https://accounts.google.com",
                "sub": "1",
                "name": "Budi Santoso",
                "full_name": "Budi Santoso",
                "email": "budi@example.test",
                "picture": "https://lh3.example.test/a.jpg",
                "avatar_url": "https://lh3.example.test/a.jpg",
                "email_verified": True,
            },
            "raw_app_meta_data": {"provider": "google", "providers": ["google"]},
        },
        "Budi Santoso",
        "https://lh3.example.test/a.jpg",
    ),
    "only the short keys": (
        {"raw_user_meta_data": {"name": "Ayu", "picture": "https://x.test/p.png"}},
        "Ayu",
        "https://x.test/p.png",
    ),
    "phone": ({"email": None, "phone": "6281234567890", "phone_confirmed_at": "2026-01-01"}, None, None),
    "anonymous": ({"email": None, "is_anonymous": True}, None, None),
    "single sign-on": ({"email": "a@corp.test", "is_sso_user": True}, None, None),
    "no metadata at all": ({"raw_user_meta_data": None, "raw_app_meta_data": None}, None, None),
    "nulls in the metadata": (
        {"raw_user_meta_data": {"full_name": None, "name": None, "avatar_url": None, "picture": None}},
        None,
        None,
    ),
    "empty strings": ({"raw_user_meta_data": {"full_name": "", "avatar_url": ""}}, None, None),
    "only blanks": ({"raw_user_meta_data": {"full_name": " \t\n ", "avatar_url": "  "}}, None, None),
    "a blank long key and a short one": ({"raw_user_meta_data": {"full_name": " ", "name": "Ayu"}}, "Ayu", None),
    "blanks around the name": ({"raw_user_meta_data": {"full_name": "  Siti Rahma  "}}, "Siti Rahma", None),
    "a name in another script": ({"raw_user_meta_data": {"full_name": "สมชาย 日本"}}, "สมชาย 日本", None),
    "a script as an avatar": ({"raw_user_meta_data": {"avatar_url": "javascript:alert(1)"}}, None, None),
    "data as an avatar": ({"raw_user_meta_data": {"avatar_url": "data:image/svg+xml,<svg/>"}}, None, None),
    "plain http as an avatar": ({"raw_user_meta_data": {"avatar_url": "http://x.test/p.png"}}, None, None),
    "an endless avatar": ({"raw_user_meta_data": {"avatar_url": "https://x.test/" + "p" * 100_000}}, None, None),
    "metadata of 10 KB": ({"raw_user_meta_data": ODD}, None, None),
    "a banned user": ({"banned_until": "2100-01-01"}, None, None),
    "an invited user": ({"invited_at": "2026-01-01", "email_confirmed_at": None}, None, None),
}


@pytest.mark.parametrize("case", SIGNUPS)
def test_everyone_who_signs_up_gets_a_profile_the_free_plan_and_the_role_member(case, signs_up, rows_of):
    sent, name, avatar = SIGNUPS[case]
    [profile], [subscription], [role] = rows_of(signs_up(**sent))
    assert (profile["full_name"], profile["avatar_url"], profile["avatar_path"]) == (name, avatar, None)
    assert (subscription["plan"], subscription["status"]) == ("FREE", "ACTIVE")
    assert not subscription["cancel_at_period_end"] and subscription["canceled_at"] is None
    assert role["role"] == "member"


# metadata of the wrong shape: whatever becomes of the name, the signup goes through
WRONG_SHAPES = [
    [],
    ["full_name"],
    "a string",
    17,
    True,
    {"full_name": 17},
    {"full_name": ["Siti"]},
    {"full_name": {"first": "Siti"}},
    {"full_name": True, "avatar_url": {"url": "https://x.test"}},
    {"full_name": "n" * 1_000_000},
    {"full_name": "a\u0001b\u001b[31m\r\nc"},
    {"full_name": "'; drop table public.profiles; --"},
    {"full_name": "\u202eevil"},
    {"full_name": "\ud83d\ude42" * 500},
    {"avatar_url": "https://x.test/a b\n<script>"},
]


@pytest.mark.parametrize("metadata", WRONG_SHAPES, ids=lambda metadata: ascii(metadata)[:40])
def test_metadata_of_an_odd_shape_never_blocks_a_signup(metadata, signs_up, rows_of):
    [profile], [subscription], [role] = rows_of(signs_up(raw_user_meta_data=psycopg.types.json.Jsonb(metadata)))
    assert (subscription["plan"], role["role"]) == ("FREE", "member")
    assert "\n" not in (profile["full_name"] or "")


def test_a_name_survives_every_control_character_in_it(auth, db, rows):
    """One odd character must cost neither its user's name nor anybody else's of the same statement."""
    odd = [chr(code) for code in [*range(1, 32), *range(127, 160), 0x2028, 0x2029, 0xFEFF, 0x200B]]
    with auth():
        db.execute(
            "insert into auth.users (id, raw_user_meta_data) "
            "select gen_random_uuid(), jsonb_build_object('full_name', 'Siti' || c || 'Rahma' || c) "
            "from unnest(%s::text[]) as c",
            (odd,),
        )
    names = [each["full_name"] for each in rows("select full_name from public.profiles")]
    assert len(names) == len(odd)
    assert [name for name in names if not (name or "").startswith("Siti")] == []
    assert not any(ord(letter) < 32 or ord(letter) == 127 for name in names for letter in name)


@pytest.mark.parametrize(
    "metadata",
    [
        {"role": "admin"},
        {"app_role": "admin", "is_admin": True, "roles": ["admin"]},
        {"plan": "ULTIMATE", "status": "ACTIVE", "current_period_end": "2999-01-01"},
        {"user_id": "00000000-0000-0000-0000-000000000001", "id": "00000000-0000-0000-0000-000000000001"},
        {"avatar_path": "00000000-0000-0000-0000-000000000001/avatar"},
        {"metadata": {"credits": 1000}},
    ],
    ids=str,
)
@pytest.mark.parametrize("column", ["raw_user_meta_data", "raw_app_meta_data"])
def test_nobody_signs_up_as_admin_or_with_a_plan(metadata, column, signs_up, rows_of, value):
    user_id = signs_up(**{column: metadata})
    [profile], [subscription], [role] = rows_of(user_id)
    assert (role["role"], subscription["plan"]) == ("member", "FREE")
    assert profile["user_id"] == user_id and profile["avatar_path"] is None
    assert profile["metadata"] == {}
    assert value("select count(*) from public.user_roles where role = 'admin'") == 0


def test_many_users_of_one_statement_all_get_their_rows(auth, db, value):
    with auth():
        db.execute(
            "insert into auth.users (id, email, raw_user_meta_data) "
            "select gen_random_uuid(), 'u' || n || '@example.test', jsonb_build_object('full_name', 'User ' || n) "
            "from generate_series(1, 500) as n"
        )
    assert value("select count(*) from public.profiles where full_name like 'User %%'") == 500
    for table in ("subscriptions", "user_roles"):
        assert value(f"select count(*) from public.{table}") == 500


def test_one_odd_user_among_many_takes_nothing_from_the_others(auth, db, rows):
    with auth():
        db.execute(
            "insert into auth.users (id, raw_user_meta_data) values "
            "(gen_random_uuid(), '{\"full_name\": \"One\"}'), (gen_random_uuid(), '[]'), "
            '(gen_random_uuid(), \'{"full_name": "Two"}\'), (gen_random_uuid(), null)'
        )
    names = [each["full_name"] for each in rows("select full_name from public.profiles")]
    assert sorted(names, key=str) == [None, None, "One", "Two"] or set(names) == {"One", "Two", None}
    assert len(rows("select * from public.user_roles")) == 4


def test_users_who_are_restored_with_copy_get_their_rows_too(auth, db, value):
    with auth(), db.cursor().copy("copy auth.users (id, raw_user_meta_data) from stdin") as into:
        for name in ("Siti", "Budi"):
            into.write_row((uuid.uuid4(), f'{{"full_name": "{name}"}}'))
    assert value("select count(*) from public.profiles where full_name in ('Siti', 'Budi')") == 2
    assert value("select count(*) from public.user_roles") == 2


def test_a_statement_that_inserts_nobody_is_no_error(auth, db, value):
    with auth():
        db.execute("insert into auth.users (id) select gen_random_uuid() where false")
    assert value("select count(*) from public.profiles") == 0


def test_a_second_insert_of_the_same_user_changes_nothing(signs_up, auth, rows_of, db):
    user_id = signs_up(raw_user_meta_data={"full_name": "First"})
    before = rows_of(user_id)
    with auth():
        db.execute("insert into auth.users (id) values (%s) on conflict (id) do nothing", (user_id,))
        db.execute(
            'insert into auth.users (id, raw_user_meta_data) values (%s, \'{"full_name": "Second"}\') '
            "on conflict (id) do update set raw_user_meta_data = excluded.raw_user_meta_data",
            (user_id,),
        )
    assert rows_of(user_id) == before


@pytest.mark.parametrize("missing", ["profiles", "subscriptions", "user_roles"])
def test_rows_that_are_there_already_are_kept_and_the_missing_ones_made(missing, db, auth, rows_of):
    """A user restored under their old id: a trigger that was off while their rows came back."""
    user_id = uuid.uuid4()
    db.execute("set local session_replication_role = replica")  # neither triggers nor foreign keys fire
    values = {
        "profiles": "insert into public.profiles (user_id, full_name) values (%s, 'Kept')",
        "subscriptions": "insert into public.subscriptions (user_id, plan, current_period_start, current_period_end) "
        "values (%s, 'PRO', now(), now() + interval '1 month')",
        "user_roles": "insert into public.user_roles (user_id, role) values (%s, 'admin')",
    }
    for table, statement in values.items():
        if table != missing:
            db.execute(statement, (user_id,))
    db.execute("set local session_replication_role = origin")
    with auth():
        db.execute("insert into auth.users (id) values (%s)", (user_id,))
    [profile], [subscription], [role] = rows_of(user_id)
    assert profile["full_name"] == (None if missing == "profiles" else "Kept")
    assert subscription["plan"] == ("FREE" if missing == "subscriptions" else "PRO")
    assert role["role"] == ("member" if missing == "user_roles" else "admin")


def test_the_rows_exist_when_the_insert_returns(auth, db, value):
    """Not at commit: Supabase Auth signs the first token within the same transaction."""
    with auth():
        user_id = db.execute("insert into auth.users (id) values (gen_random_uuid()) returning id").fetchone()[0]
    for table in ("profiles", "subscriptions", "user_roles"):
        assert value(f"select count(*) from public.{table} where user_id = %s", (user_id,)) == 1


@pytest.mark.parametrize("table", ["profiles", "subscriptions", "user_roles"])
def test_a_broken_table_of_ours_never_blocks_a_signup(table, db, signs_up, value):
    """Somebody's change breaks one insert: the user can still sign in, and the log says what went wrong."""
    db.execute(f"alter table public.{table} add constraint broken_check check (false) not valid")
    warnings = []
    db.add_notice_handler(
        heard := lambda diagnostic: warnings.append(f"{diagnostic.severity}: {diagnostic.message_primary}")
    )
    try:
        user_id = signs_up()
    finally:
        db.remove_notice_handler(heard)
    assert value("select count(*) from auth.users where id = %s", (user_id,)) == 1
    assert warnings and all(re.match("WARNING: signup: .*broken_check", each) for each in warnings)


def test_a_stricter_rule_on_names_costs_the_name_and_not_the_account(db, signs_up, rows_of):
    db.execute("alter table public.profiles add constraint short_check check (length(full_name) < 5) not valid")
    [profile], [subscription], [role] = rows_of(signs_up(raw_user_meta_data={"full_name": "Siti Rahma"}))
    assert (profile["full_name"], subscription["plan"], role["role"]) == (None, "FREE", "member")


def test_the_trigger_works_whatever_search_path_the_caller_has(auth, db, signs_up, rows_of):
    """Supabase Auth runs with search_path auth; an attacker's table of the same name must not catch the rows."""
    db.execute("create schema shadow")
    db.execute("create table shadow.profiles (like public.profiles)")
    db.execute("create function shadow.lower(text) returns text language sql return 'shadowed'")
    db.execute("grant usage on schema shadow to public")
    db.execute("set local search_path = shadow, auth, public")
    user_id = signs_up(raw_user_meta_data={"full_name": "Siti"})
    [profile], _, _ = rows_of(user_id)
    assert profile["full_name"] == "Siti"
    assert db.execute("select count(*) from shadow.profiles").fetchone() == (0,)


def test_auth_itself_still_has_no_rights_in_public(auth, db, refused):
    with auth():
        for statement in (
            "select * from public.profiles",
            "insert into public.user_roles (user_id, role) values (gen_random_uuid(), 'admin')",
            "update public.subscriptions set plan = 'ULTIMATE'",
            "select * from public.payments",
        ):
            with refused("42501"):
                db.execute(statement)


def test_many_who_sign_up_at_once_all_get_their_rows(fresh_database, connect, sign_up_on, race):
    url = fresh_database()

    def work(connection):
        return [sign_up_on(connection, email=None) for _ in range(10)]

    results = race(url, [work] * 6, role="supabase_auth_admin")
    assert all(isinstance(each, list) for each in results), results
    [counts] = connect(url).execute(
        "select (select count(*) from public.profiles), (select count(*) from public.subscriptions), "
        "(select count(*) from public.user_roles)"
    )
    assert counts == (60, 60, 60)
