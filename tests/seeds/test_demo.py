"""seeds/demo: a small believable world, the same on every machine and every time it is loaded."""

from __future__ import annotations

import hashlib

import pytest
from psycopg import sql
from saasdb.files import read_folder
from saasdb.seed import load
from saasdb.settings import find_project

TABLES = ["profiles", "user_roles", "subscriptions", "payments", "webhook_events", "waitlist", "ai_usage", "audit_logs"]


@pytest.fixture(scope="module")
def seeds():
    return read_folder(find_project(), "seeds/demo")


def load_demo(connection, seeds):
    for file in seeds:
        with connection.transaction():
            connection.execute(file.text)


def world(connection):
    """table -> a hash of its rows, but for the columns that say when this machine wrote them."""
    found = {}
    for table in ["auth.users", "storage.objects", *(f"public.{name}" for name in TABLES)]:
        rows = connection.execute(
            sql.SQL(
                "select (to_jsonb(t) - '{{created_at,updated_at,last_accessed_at,id}}'::text[])::text from {} as t"
            ).format(sql.Identifier(*table.split(".")))
        ).fetchall()
        found[table] = (len(rows), hashlib.sha256("\n".join(sorted(row for (row,) in rows)).encode()).hexdigest())
    return found


def test_the_demo_is_the_same_on_every_database_and_loading_it_again_changes_nothing(fresh_database, connect, seeds):
    one, other = connect(fresh_database()), connect(fresh_database())
    load_demo(one, seeds)
    load_demo(other, seeds)
    once = world(one)
    assert once == world(other)
    load_demo(one, seeds)
    assert world(one) == once


def test_the_demo_shows_every_plan_role_and_state(fresh_database, connect, seeds):
    connection = connect(fresh_database())
    load_demo(connection, seeds)

    def values(statement):
        return {each for (each,) in connection.execute(statement)}

    assert values("select plan from public.subscriptions") == {"FREE", "BASIC", "PRO", "ULTIMATE"}
    assert values("select role from public.user_roles") == {"member", "admin"}
    assert values("select status from public.payments") == {"PENDING", "SUCCESS", "FAILED", "EXPIRED", "REFUNDED"}
    assert values("select provider from public.payments") == {"midtrans", "doku"}
    assert 5 <= len(values("select user_id from public.profiles")) <= 200
    for table in TABLES:
        assert values(f"select count(*) > 0 from public.{table}") == {True}, table


def test_every_user_of_the_demo_came_in_through_the_front_door(fresh_database, connect, seeds):
    connection = connect(fresh_database())
    load_demo(connection, seeds)
    for table in ("profiles", "subscriptions", "user_roles"):
        missing = connection.execute(
            f"select count(*) from auth.users as u where u.deleted_at is null "
            f"and not exists (select from public.{table} as t where t.user_id = u.id)"
        ).fetchone()
        assert missing == (0,), table


def test_no_address_of_the_demo_belongs_to_anybody(fresh_database, connect, seeds):
    connection = connect(fresh_database())
    load_demo(connection, seeds)
    addresses = connection.execute(
        "select email from auth.users where email is not null union select email from public.waitlist"
    )
    real = [
        email for (email,) in addresses if not email.endswith((".test", ".example", "@example.com", "@example.org"))
    ]
    assert real == []


def test_the_demo_keeps_its_books(fresh_database, connect, seeds):
    connection = connect(fresh_database())
    load_demo(connection, seeds)
    assert books_that_are_off(connection) == ([], [])


def books_that_are_off(connection):
    """Paid plans in force that no payment paid for; counters that disagree with the ledger."""
    unpaid = connection.execute(
        "select user_id from public.subscriptions as s where plan <> 'FREE' and not exists ("
        "select from public.payments as p where p.user_id = s.user_id and p.plan = s.plan and p.status = 'SUCCESS')"
    ).fetchall()
    off = connection.execute(
        "select c.user_id from private.ai_usage_counters as c where c.used <> (select coalesce(sum(input_tokens "
        "+ output_tokens), 0) from public.ai_usage as u where u.user_id = c.user_id "
        "and u.created_at >= c.period_start and u.created_at < c.period_end)"
    ).fetchall()
    return unpaid, off


def test_the_scaled_world_is_the_same_however_it_is_cut_into_batches(fresh_database, connect, monkeypatch):
    worlds = []
    for batch in (300, 100):
        monkeypatch.setattr(load, "BATCH", batch)
        url = fresh_database()
        load.seed(url, find_project(), "demo", users=300, mark=True)
        worlds.append(world(connect(url)))
    assert worlds[0] == worlds[1]
    assert worlds[0]["public.profiles"][0] > 300
    assert worlds[0]["public.payments"][0] > 300 and worlds[0]["public.ai_usage"][0] > 1000


def test_the_scaled_world_keeps_its_books(fresh_database, connect):
    url = fresh_database()
    load.seed(url, find_project(), "demo", users=200, mark=True)
    assert books_that_are_off(connect(url)) == ([], [])
