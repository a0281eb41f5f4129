"""list_avatar_cleanups, complete_avatar_cleanup: the files that SQL cannot delete, until the server has."""

from __future__ import annotations

import pytest


@pytest.fixture
def a_left_avatar(a_user, db, add):
    def run():
        user_id = a_user()
        add("storage.objects", bucket_id="avatars", name=f"{user_id}/avatar")
        db.execute("delete from auth.users where id = %s", (user_id,))
        return f"{user_id}/avatar"

    return run


def test_the_server_is_told_what_to_delete_and_says_when_it_is_done(a_left_avatar, serve):
    paths = {a_left_avatar() for _ in range(3)}
    assert set(serve("list_avatar_cleanups")) == paths
    done = paths.pop()
    assert serve("complete_avatar_cleanup", p_path=done) is True
    assert serve("complete_avatar_cleanup", p_path=done) is False
    assert set(serve("list_avatar_cleanups")) == paths


def test_the_server_asks_for_as_many_as_it_likes(a_left_avatar, serve, refused):
    for _ in range(3):
        a_left_avatar()
    assert len(serve("list_avatar_cleanups", p_limit=2)) == 2
    for wrong in (None, 0, 201):
        with refused("22023", "p_limit"):
            serve("list_avatar_cleanups", p_limit=wrong)


def test_an_avatar_that_only_the_profile_knows_of_is_listed_too(a_user, db, serve):
    """The upload may still be on its way when the user goes."""
    user_id = a_user()
    db.execute("update public.profiles set avatar_path = user_id || '/avatar' where user_id = %s", (user_id,))
    db.execute("delete from auth.users where id = %s", (user_id,))
    assert serve("list_avatar_cleanups", p_limit=1) == f"{user_id}/avatar"


def test_nobody_but_the_server_sees_or_shortens_the_list(a_left_avatar, everyone_but, call, refused, serve):
    path = a_left_avatar()
    for _, acting in everyone_but("service"):
        with acting():
            with refused("42501", "list_avatar_cleanups"):
                call("list_avatar_cleanups")
            with refused("42501", "complete_avatar_cleanup"):
                call("complete_avatar_cleanup", p_path=path)
    assert serve("list_avatar_cleanups") == path
