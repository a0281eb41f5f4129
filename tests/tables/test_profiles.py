"""profiles: one row a user; what it points at is the user's own."""

from __future__ import annotations

from functools import partial

import pytest

RIGHT = [
    {},
    {"full_name": None, "avatar_path": None, "avatar_url": None},
    {"full_name": "Siti Rahma"},
    {"full_name": "é" * 200},
    {"avatar_path": "{user_id}/avatar"},
    {"avatar_url": "https://x.test/a.png?token=1&b=2"},
    {"metadata": {"theme": "dark"}},
]
OTHER = "00000000-0000-0000-0000-000000000001"
WRONG = {
    "profiles_pkey": [[{}, {}]],
    "profiles_user_id_fkey": [{"user_id": OTHER}],
    "profiles_full_name_length_check": [{"full_name": ""}, {"full_name": "n" * 201}],
    "profiles_full_name_line_check": [{"full_name": "a\nBcc: all@example.test"}, {"full_name": "a\x1b[31m"}],
    "profiles_avatar_path_own_check": [
        {"avatar_path": ""},
        {"avatar_path": f"{OTHER}/avatar"},
        {"avatar_path": "{user_id}/avatar2"},
        {"avatar_path": "{user_id}/avatar/x"},
        {"avatar_path": "/{user_id}/avatar"},
        {"avatar_path": "{user_id}/Avatar"},
        {"avatar_path": "{user_id}/../" + OTHER + "/avatar"},
        {"avatar_path": "{user_id}"},
        {"avatar_path": "{user_id}/avatar\n"},
    ],
    "profiles_avatar_url_web_check": [
        {"avatar_url": ""},
        {"avatar_url": "javascript:alert(1)"},
        {"avatar_url": "data:text/html,x"},
        {"avatar_url": "http://x.test/a.png"},
        {"avatar_url": "//x.test/a.png"},
        {"avatar_url": "https://x.test/a b"},
        {"avatar_url": "https://x.test/a\n"},
        {"avatar_url": "x https://x.test/a"},
        {"avatar_url": "https://x.test/" + "a" * 2048},
    ],
    "profiles_metadata_object_check": [{"metadata": "[]"}, {"metadata": "null"}, {"metadata": {"a": "x" * 9000}}],
}
REQUIRED = ["user_id", "metadata", "created_at", "updated_at"]


@pytest.fixture
def new_row(instead):
    return partial(instead, "profiles")


def test_the_table_takes_a_row_that_is_right(right, takes):
    takes(right)


def test_the_table_names_the_rule_that_a_row_breaks(rule, wrong, refuses):
    refuses(rule, wrong)


def test_the_table_refuses_a_row_without(required, refuses_null):
    refuses_null(required)


def test_every_rule_of_the_table_is_tried_here(rules_of):
    assert rules_of("public.profiles") == (set(WRONG), set(REQUIRED))


STATEMENTS = {
    "insert": "insert into public.profiles (user_id) values (gen_random_uuid())",
    "update": "update public.profiles set full_name = 'Changed' where true",
}


def test_members_see_and_change_their_own_profile_and_no_other(attempts, member, a_user, value):
    user_id, _ = a_user(), a_user()
    assert value("select count(*) from public.profiles") == 2
    assert attempts(member(user_id), "profiles", **STATEMENTS) == {
        "select": 1,
        "insert": "42501",
        "update": 1,
        "delete": "42501",
        "truncate": "42501",
    }


def test_visitors_do_nothing(attempts, visitor, a_user):
    a_user()
    assert set(attempts(visitor(), "profiles", **STATEMENTS).values()) == {"42501"}


@pytest.mark.parametrize("column", ["user_id", "created_at", "updated_at"])
def test_members_do_not_change_what_is_not_theirs_to_say(column, member, a_user, db, refused):
    user_id = a_user()
    with member(user_id), refused("42501", "profiles"):
        db.execute(f"update public.profiles set {column} = {column} where user_id = %s", (user_id,))


def test_a_profile_cannot_be_handed_over_even_if_its_key_could_be_written(member, a_user, db, refused):
    """The policy alone holds, without the missing grant and without the key that is taken already."""
    mine, other = a_user(), a_user()
    db.execute("grant update (user_id) on public.profiles to authenticated")
    db.execute("delete from public.profiles where user_id = %s", (other,))
    with member(mine), refused("42501", "row-level security"):
        db.execute("update public.profiles set user_id = %s where user_id = %s", (other, mine))


def test_the_server_reads_names_and_changes_none(attempts, server_role, a_user):
    a_user()
    outcome = attempts(server_role(), "profiles", **STATEMENTS)
    assert outcome == {"select": 1} | dict.fromkeys(("insert", "update", "delete", "truncate"), "42501")


def test_an_admin_does_not_change_somebody_elses_profile(an_admin, a_user, member, db):
    user_id = a_user()
    with member(an_admin()):
        assert db.execute("update public.profiles set full_name = 'x' where user_id = %s", (user_id,)).rowcount == 0
