"""bootstrap_admin: who is on the operator's list becomes admin at the first sign-in, and never again."""

from __future__ import annotations

import pytest

LIST = ["boss@example.test", "Owner@Example.TEST"]
ROLE = "select role from public.user_roles where user_id = %s"


@pytest.fixture
def confirmed(a_user):
    return lambda email, **more: a_user(email=email, email_confirmed_at="2026-01-01", **more)


@pytest.mark.parametrize("email", ["boss@example.test", "BOSS@example.test", "owner@example.test"])
def test_a_confirmed_address_on_the_list_becomes_admin_in_any_case(email, confirmed, serve, value):
    user_id = confirmed(email)
    assert serve("bootstrap_admin", p_user_id=user_id, p_emails=LIST) is True
    assert value(ROLE, (user_id,)) == "admin"
    assert (
        value("select action from public.audit_logs where target_id = %s", (str(user_id),)) == "user_role.bootstrapped"
    )


def test_it_promotes_the_first_time_only(confirmed, serve, value):
    user_id, other = confirmed("boss@example.test"), confirmed("owner@example.test")
    assert serve("bootstrap_admin", p_user_id=user_id, p_emails=LIST) is True
    assert serve("bootstrap_admin", p_user_id=user_id, p_emails=LIST) is False
    assert serve("bootstrap_admin", p_user_id=other, p_emails=LIST) is True
    serve("set_user_role", p_user_id=user_id, p_role="member")
    assert serve("bootstrap_admin", p_user_id=user_id, p_emails=LIST) is False
    assert value(ROLE, (user_id,)) == "member"


def test_somebody_demoted_by_an_admin_is_not_promoted_by_the_list_later(confirmed, an_admin, serve, value):
    an_admin()
    user_id = confirmed("boss@example.test")
    serve("set_user_role", p_user_id=user_id, p_role="admin")
    serve("set_user_role", p_user_id=user_id, p_role="member")
    assert serve("bootstrap_admin", p_user_id=user_id, p_emails=LIST) is False
    assert value(ROLE, (user_id,)) == "member"


@pytest.mark.parametrize(
    "person",
    [
        {"email": "boss@example.test"},  # not confirmed
        {"email": "boss@example.test", "phone": "628111", "phone_confirmed_at": "2026-01-01"},  # only the phone is
        {"email": "somebody@example.test", "email_confirmed_at": "2026-01-01"},
        {"email": "boss@example.test.evil.test", "email_confirmed_at": "2026-01-01"},
        {"email": None, "phone": "628222", "phone_confirmed_at": "2026-01-01"},
        {"email": "", "email_confirmed_at": "2026-01-01"},
        {"email": "mallory@evil.test", "raw_user_meta_data": {"email": "boss@example.test", "email_verified": True}},
        {"email": "b_ss@example.test", "email_confirmed_at": "2026-01-01"},
        {"email": "boss@example.test", "email_confirmed_at": "2026-01-01", "is_sso_user": True},  # a company's word
        {"email": "boss@example.test", "email_confirmed_at": "2026-01-01", "deleted_at": "2026-02-01"},
    ],
    ids=str,
)
def test_nobody_else_becomes_admin(person, a_user, serve, value):
    user_id = a_user(**person)
    if person["email"] != "boss@example.test":
        a_user(email="boss@example.test", email_confirmed_at="2026-01-01")  # somebody else is on the list
    assert serve("bootstrap_admin", p_user_id=user_id, p_emails=[*LIST, "%", ""]) is False
    assert value("select count(*) from public.user_roles where role = 'admin'") == 0


@pytest.mark.parametrize("emails", [[], [None], [""]], ids=str)
def test_an_empty_list_promotes_nobody(emails, confirmed, serve):
    assert serve("bootstrap_admin", p_user_id=confirmed("boss@example.test"), p_emails=emails) is False


def test_a_null_argument_is_an_error(confirmed, serve, refused):
    with refused("22023", "p_emails"):
        serve("bootstrap_admin", p_user_id=confirmed("boss@example.test"), p_emails=None)
    with refused("22023", "p_user_id"):
        serve("bootstrap_admin", p_user_id=None, p_emails=LIST)


def test_an_unknown_user_is_not_promoted(serve):
    assert serve("bootstrap_admin", p_user_id="00000000-0000-0000-0000-00000000dead", p_emails=LIST) is False


def test_nobody_but_the_server_bootstraps(everyone_but, confirmed, call, refused, value):
    user_id = confirmed("boss@example.test")
    for _, acting in everyone_but("service"):
        with acting(), refused("42501", "bootstrap_admin"):
            call("bootstrap_admin", p_user_id=user_id, p_emails=LIST)
    assert value(ROLE, (user_id,)) == "member"


def test_a_first_sign_in_on_many_tabs_at_once_promotes_once(fresh_database, connect, sign_up_on, race, call_on):
    url = fresh_database()
    owner = connect(url)
    user_id = sign_up_on(owner, email="boss@example.test", email_confirmed_at="2026-01-01")
    results = race(url, [lambda c: call_on(c, "bootstrap_admin", p_user_id=user_id, p_emails=LIST)] * 6)
    assert sorted(results) == [False] * 5 + [True]
