"""storage.objects, where a policy is the only thing that stands in the way: found by breaking each of them."""

from __future__ import annotations

import pytest


@pytest.fixture
def me(a_user):
    return a_user()


@pytest.fixture
def another_bucket(db, me):
    """A bucket beside the avatars, with an object under the path that an avatar would have."""
    db.execute("insert into storage.buckets (id, name) values ('papers', 'papers')")
    db.execute("insert into storage.objects (bucket_id, name) values ('papers', %s)", [f"{me}/avatar"])


def test_members_pull_no_object_out_of_another_bucket(me, another_bucket, member, db):
    with member(me):
        assert db.execute("update storage.objects set bucket_id = 'avatars'").rowcount == 0


def test_a_visitor_whose_token_names_a_user_is_a_visitor(me, acting_as, db, refused):
    """A token without a role claim comes in as anon, with its other claims set."""
    db.execute("insert into storage.objects (bucket_id, name) values ('avatars', %s)", [f"{me}/avatar"])
    db.execute("set local storage.allow_delete_query = 'true'")
    with acting_as("anon", {"sub": str(me)}):
        assert db.execute("select name from storage.objects").fetchall() == []
        assert db.execute("update storage.objects set user_metadata = '{}'").rowcount == 0
        assert db.execute("delete from storage.objects").rowcount == 0
    db.execute("delete from storage.objects")
    with acting_as("anon", {"sub": str(me)}), refused("42501", "row-level security"):
        db.execute("insert into storage.objects (bucket_id, name) values ('avatars', %s)", [f"{me}/avatar"])


def test_the_server_may_rewrite_no_column_of_history(server_role, db, refused):
    for column in ("actor_id", "action", "metadata"):
        with server_role(), refused("42501", "permission denied"):
            db.execute(f"update public.audit_logs set {column} = null where false")
