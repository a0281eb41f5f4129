"""admin_list_*: the admins' own doors: the newest rows of everyone, a page at a time, for nobody else."""

from __future__ import annotations

import itertools

import pytest

# list -> the columns that page it, as (the one that says when, the one that breaks ties)
LISTS = {
    "admin_list_users": ("created_at", "user_id"),
    "admin_list_payments": ("created_at", "id"),
    "admin_list_webhook_events": ("created_at", "id"),
    "admin_list_audit_logs": ("created_at", "id"),
    "admin_list_waitlist": ("created_at", "id"),
}


@pytest.fixture
def a_busy_month(a_user, db):
    """25 rows in every list; the users' signups share one moment, so that only the second column tells them apart."""
    users = [a_user(created_at="2026-01-01") for _ in range(25)]
    db.execute(
        "insert into public.payments (user_id, provider, external_id, plan, amount, created_at) "
        "select u, 'doku', 'N' || n, 'PRO', n, now() - (n / 3) * interval '1 hour' "
        "from unnest(%s::uuid[]) with ordinality as t (u, n)",
        (users,),
    )
    db.execute(
        "insert into public.webhook_events (provider, event_key, created_at) "
        "select 'doku', 'k' || n, now() - (n / 3) * interval '1 hour' from generate_series(1, 25) as n"
    )
    db.execute(
        "insert into public.audit_logs (action, created_at) "
        "select 'a.b', now() - (n / 3) * interval '1 hour' from generate_series(1, 25) as n"
    )
    db.execute(
        "insert into public.waitlist (email, created_at) "
        "select 'lead' || n || '@example.test', now() - (n / 3) * interval '1 hour' from generate_series(1, 25) as n"
    )


def pages(call, name, size):
    at, tie = LISTS[name]
    last = {}
    while True:
        page = call(name, p_limit=size, **last)
        page = page if isinstance(page, list) else [page]
        yield page
        if len(page) < size:
            return
        last = {"p_before_created_at": page[-1][at], "p_before_id": page[-1][tie]}


@pytest.mark.parametrize("name", LISTS)
def test_an_admin_turns_the_pages_and_sees_each_row_once_newest_first(
    name, a_busy_month, an_admin, member, call, value
):
    at, tie = LISTS[name]
    table = {"admin_list_users": "profiles"}.get(name, name.removeprefix("admin_list_"))
    with member(an_admin()):
        seen = list(itertools.chain.from_iterable(pages(call, name, 7)))
        whole = call(name, p_limit=200)
    assert seen == whole
    assert len({each[tie] for each in seen}) == len(seen) == value(f"select count(*) from public.{table}") >= 25
    assert [(each[at], each[tie]) for each in seen] == sorted(((each[at], each[tie]) for each in seen), reverse=True)


@pytest.mark.parametrize("name", LISTS)
def test_the_server_may_look_and_a_page_has_fifty_rows_unless_said(name, serve, a_busy_month, a_user, db):
    rows = serve(name)
    assert len(rows) == 25 if name != "admin_list_users" else len(rows) >= 25
    for _ in range(30):
        a_user()
    assert len(serve("admin_list_users")) == 50


@pytest.mark.parametrize("name", LISTS)
@pytest.mark.parametrize("size", [None, 0, -1, 201, 1_000_000])
def test_a_page_of_another_size_is_refused(name, size, serve, refused):
    with refused("22023", "p_limit"):
        serve(name, p_limit=size)


@pytest.mark.parametrize("name", LISTS)
def test_nobody_else_opens_the_door(name, a_busy_month, a_user, an_admin, visitor, member, acting_as, call, refused):
    an_admin()
    with visitor(), refused("42501", name):
        call(name)
    with member(a_user()), refused("42501", "only an admin"):
        call(name)
    with acting_as("authenticated", {"role": "authenticated"}), refused("42501", "only an admin"):
        call(name)


def test_the_users_are_shown_with_address_role_and_the_plan_in_force(a_user, an_admin, paid, member, call, db):
    paying = a_user(email="siti@example.test", raw_user_meta_data={"full_name": "Siti"})
    paid(paying)
    lapsed = a_user(email="budi@example.test")
    paid(lapsed)
    db.execute(
        "update public.subscriptions set current_period_start = now() - interval '40 days', "
        "current_period_end = now() - interval '9 days' where user_id = %s",
        (lapsed,),
    )
    boss = an_admin()
    with member(boss):
        found = {each["user_id"]: each for each in call("admin_list_users")}
    assert (found[paying]["email"], found[paying]["full_name"]) == ("siti@example.test", "Siti")
    assert (found[paying]["plan"], found[paying]["role"]) == ("PRO", "member")
    assert (found[lapsed]["plan"], found[boss]["plan"], found[boss]["role"]) == ("FREE", "FREE", "admin")
