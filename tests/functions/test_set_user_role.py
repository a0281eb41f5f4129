"""set_user_role: admins and the server name admins and members; the product is never left without an admin."""

from __future__ import annotations

import psycopg
import pytest

ROLE = "select role from public.user_roles where user_id = %s"
ADMINS = "select count(*) from public.user_roles where role = 'admin'"


def test_an_admin_names_another_admin_and_takes_it_back(an_admin, a_user, member, call, row):
    boss, user_id = an_admin(), a_user()
    with member(boss):
        answer = call("set_user_role", p_user_id=user_id, p_role="admin")
        assert (answer["user_id"], answer["role"]) == (user_id, "admin")
    assert answer == row("select * from public.user_roles where user_id = %s", (user_id,))
    with member(boss):
        assert call("set_user_role", p_user_id=user_id, p_role="member")["role"] == "member"


def test_a_new_admin_is_one_at_once_and_a_demoted_one_no_longer(an_admin, a_user, member, call, serve, refused):
    an_admin()
    user_id, other = a_user(), a_user()
    serve("set_user_role", p_user_id=user_id, p_role="admin")
    with member(user_id):
        assert call("set_user_role", p_user_id=other, p_role="admin")["role"] == "admin"
    serve("set_user_role", p_user_id=user_id, p_role="member")
    with member(user_id), refused("42501"):
        call("set_user_role", p_user_id=other, p_role="member")


def test_a_change_of_role_is_in_the_audit_log(an_admin, a_user, member, call, rows):
    boss, user_id = an_admin(), a_user()
    with member(boss):
        call("set_user_role", p_user_id=user_id, p_role="admin")
    logged = rows("select * from public.audit_logs where target_id = %s", (str(user_id),))
    assert [each["actor_id"] for each in logged] == [boss]
    assert "role" in logged[0]["action"]


def test_members_change_no_role_least_of_all_their_own(an_admin, a_user, member, call, refused, value):
    boss, user_id = an_admin(), a_user()
    with member(user_id):
        for target in (user_id, boss):
            for role in ("admin", "member"):
                with refused("42501"):
                    call("set_user_role", p_user_id=target, p_role=role)
    assert (value(ROLE, (user_id,)), value(ROLE, (boss,))) == ("member", "admin")


def test_a_member_is_refused_before_anything_else_is_looked_at(a_user, member, call, refused):
    """Neither what is wrong with the arguments nor the rows of the admins, which the next step locks, are for them."""
    with member(a_user()), refused("42501", "only an admin"):
        call("set_user_role", p_user_id=None, p_role=None)


def test_visitors_and_nobody_in_particular_change_no_role(visitor, acting_as, a_user, call, refused, value):
    user_id = a_user()
    with visitor(), refused("42501"):
        call("set_user_role", p_user_id=user_id, p_role="admin")
    for claims in ({"role": "authenticated"}, {"sub": str(user_id), "role": "admin", "user_role": "admin"}):
        with acting_as("authenticated", claims), refused("42501"):
            call("set_user_role", p_user_id=user_id, p_role="admin")
    assert value(ROLE, (user_id,)) == "member"


@pytest.mark.parametrize("claims", ["service_role", "supabase_admin", "postgres"])
def test_a_member_whose_token_claims_another_role_is_still_a_member(claims, a_user, acting_as, call, refused):
    user_id = a_user()
    with acting_as("authenticated", {"sub": str(user_id), "role": claims}), refused("42501"):
        call("set_user_role", p_user_id=user_id, p_role="admin")


def test_the_last_admin_is_not_demoted_by_anyone(an_admin, a_user, member, call, serve, refused, value):
    boss = an_admin()
    a_user()
    with member(boss), refused("PT409", "admin"):
        call("set_user_role", p_user_id=boss, p_role="member")
    with refused("PT409", "admin"):
        serve("set_user_role", p_user_id=boss, p_role="member")
    assert value(ROLE, (boss,)) == "admin"
    assert serve("set_user_role", p_user_id=boss, p_role="admin")["role"] == "admin"


def test_a_soft_deleted_admin_does_not_count_as_the_one_who_is_left(an_admin, serve, refused, db, value):
    boss, gone = an_admin(), an_admin()
    db.execute("update auth.users set deleted_at = now() where id = %s", (gone,))
    with refused("PT409", "admin"):
        serve("set_user_role", p_user_id=boss, p_role="member")
    assert value(ROLE, (boss,)) == "admin"


def test_an_unknown_user_or_role_is_an_error(an_admin, member, call, refused, a_user):
    user_id = a_user()
    with member(an_admin()):
        with refused("PT404"):
            call("set_user_role", p_user_id="00000000-0000-0000-0000-00000000dead", p_role="admin")
        with refused("22023", "p_user_id"):
            call("set_user_role", p_user_id=None, p_role="admin")
        with refused("22023", "p_role"):
            call("set_user_role", p_user_id=user_id, p_role=None)
        with refused("22P02"):
            call("set_user_role", p_user_id=user_id, p_role="owner")


def test_two_admins_who_demote_each_other_at_once_leave_one(fresh_database, connect, sign_up_on, race, call_on):
    url = fresh_database()
    owner = connect(url)
    one, other = (sign_up_on(owner) for _ in range(2))

    def demote(user_id):
        return lambda connection: call_on(connection, "set_user_role", p_user_id=user_id, p_role="member")

    for _ in range(5):
        owner.execute("update public.user_roles set role = 'admin' where user_id = any(%s)", ([one, other],))
        results = race(url, [demote(one), demote(other)])
        losers = [each for each in results if isinstance(each, psycopg.Error)]
        assert [each.sqlstate for each in losers] == ["PT409"], results
        assert owner.execute(ADMINS).fetchone() == (1,)


def test_many_admins_demoted_at_once_leave_one(fresh_database, connect, sign_up_on, race, call_on):
    url = fresh_database()
    owner = connect(url)
    admins = [sign_up_on(owner) for _ in range(6)]
    owner.execute("update public.user_roles set role = 'admin' where user_id = any(%s)", (admins,))
    race(url, [lambda c, each=each: call_on(c, "set_user_role", p_user_id=each, p_role="member") for each in admins])
    assert owner.execute(ADMINS).fetchone() == (1,)
