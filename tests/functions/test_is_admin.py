"""private.is_admin(): whether the caller, as the database sees them, holds the role admin now."""

from __future__ import annotations

import pytest


def test_an_admin_is_one_and_a_member_is_not(an_admin, a_user, member, value):
    with member(an_admin()):
        assert value("select private.is_admin()") is True
    with member(a_user()):
        assert value("select private.is_admin()") is False


@pytest.mark.parametrize(
    "claims",
    [
        {"role": "authenticated"},
        {"role": "admin"},
        {"user_role": "admin", "app_metadata": {"role": "admin"}, "user_metadata": {"role": "admin"}},
        {"sub": "00000000-0000-0000-0000-00000000dead", "role": "authenticated"},
    ],
    ids=str,
)
def test_no_claim_in_a_token_makes_an_admin(claims, an_admin, acting_as, value):
    an_admin()
    with acting_as("authenticated", claims):
        assert value("select private.is_admin()") is False


def test_an_admin_who_was_demoted_or_deleted_a_moment_ago_is_none(an_admin, member, db, serve, value):
    an_admin()
    demoted, deleted, gone = an_admin(), an_admin(), an_admin()
    serve("set_user_role", p_user_id=demoted, p_role="member")
    db.execute("update auth.users set deleted_at = now() where id = %s", (deleted,))
    db.execute("delete from auth.users where id = %s", (gone,))
    for user_id in (demoted, deleted, gone):
        with member(user_id):
            assert value("select private.is_admin()") is False
