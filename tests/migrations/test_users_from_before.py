"""Users who signed up before the product's migrations are there: backfilled by them, once, and never overwritten."""

from __future__ import annotations

import threading
import uuid

import psycopg
import pytest
from saasdb.apply.execute import execute_file
from saasdb.files import load
from saasdb.settings import find_project


@pytest.fixture(scope="module")
def files():
    return load(find_project())


@pytest.fixture
def platform_only(server, files):
    """A database that has users and nothing of the product yet: an autocommit connection and its URL."""
    with server.database() as url:
        with psycopg.connect(url) as connection:
            for file in files.platform:
                execute_file(connection, file)
        with psycopg.connect(url, autocommit=True) as connection:
            yield connection, url


def migrate(connection, files):
    for migration in files.migrations:
        with connection.transaction():
            execute_file(connection, migration)


COUNTS = (
    "select (select count(*) from public.profiles), (select count(*) from public.subscriptions where plan = 'FREE'), "
    "(select count(*) from public.user_roles where role = 'member')"
)


def test_everyone_who_was_there_gets_a_profile_the_free_plan_and_the_role_member(platform_only, files):
    connection, _ = platform_only
    people = {
        "siti": '{"full_name": "Siti Rahma", "avatar_url": "https://x.test/a.png"}',
        "odd": '["not an object"]',
        "admin": '{"full_name": "Mallory", "role": "admin", "plan": "ULTIMATE"}',
        "long": '{"full_name": "' + "n" * 5000 + '"}',
        "none": None,
    }
    for name, metadata in people.items():
        connection.execute(
            "insert into auth.users (id, email, raw_user_meta_data) values (%s, %s, %s)",
            (uuid.uuid5(uuid.NAMESPACE_DNS, name), f"{name}@example.test", metadata),
        )
    connection.execute("insert into auth.users (id, phone) values (gen_random_uuid(), '62811')")
    connection.execute("insert into auth.users (id, is_anonymous) values (gen_random_uuid(), true)")
    migrate(connection, files)
    assert connection.execute(COUNTS).fetchone() == (7, 7, 7)
    assert connection.execute("select count(*) from public.user_roles where role = 'admin'").fetchone() == (0,)
    shown = connection.execute(
        "select p.full_name, p.avatar_url from public.profiles as p join auth.users as u on u.id = p.user_id "
        "where u.email in ('siti@example.test', 'odd@example.test', 'long@example.test', 'none@example.test') "
        "order by u.email"
    ).fetchall()
    assert shown == [("n" * 200, None), (None, None), (None, None), ("Siti Rahma", "https://x.test/a.png")]


def test_who_was_soft_deleted_before_gets_nothing(platform_only, files):
    connection, _ = platform_only
    connection.execute("insert into auth.users (id, deleted_at) values (gen_random_uuid(), now())")
    connection.execute("insert into auth.users (id) values (gen_random_uuid())")
    migrate(connection, files)
    assert connection.execute(COUNTS).fetchone() == (1, 1, 1)


def test_the_profile_of_an_old_user_is_as_old_as_the_user(platform_only, files):
    connection, _ = platform_only
    connection.execute("insert into auth.users (id, created_at) values (gen_random_uuid(), '2024-05-06')")
    connection.execute("insert into auth.users (id, created_at) values (gen_random_uuid(), null)")
    migrate(connection, files)
    [old] = connection.execute("select min(created_at)::date::text from public.profiles").fetchone()
    assert old == "2024-05-06"
    assert connection.execute(COUNTS).fetchone() == (2, 2, 2)


def test_no_signup_falls_between_the_backfill_and_the_trigger(platform_only, files):
    """Sign-ups go on while the migrations run: each user has all three rows, whichever side made them."""
    connection, url = platform_only
    stop, made = threading.Event(), []

    def sign_up_all_the_time():
        with psycopg.connect(url, autocommit=True) as other:
            other.execute("set role supabase_auth_admin")
            while not stop.is_set():
                made.append(
                    other.execute("insert into auth.users (id) values (gen_random_uuid()) returning id").fetchone()
                )

    threads = [threading.Thread(target=sign_up_all_the_time) for _ in range(3)]
    for thread in threads:
        thread.start()
    try:
        while len(made) < 20:
            stop.wait(0.005)
        migrate(connection, files)
        enough = len(made) + 20
        while len(made) < enough:
            stop.wait(0.005)
    finally:
        stop.set()
        for thread in threads:
            thread.join()
    assert connection.execute(COUNTS).fetchone() == (len(made),) * 3


def test_the_trigger_of_the_migrations_works_before_the_code_lane_is_applied(platform_only, files):
    connection, _ = platform_only
    migrate(connection, files)
    connection.execute("set role supabase_auth_admin")
    connection.execute(
        'insert into auth.users (id, raw_user_meta_data) values (gen_random_uuid(), \'{"full_name": "Siti"}\')'
    )
    connection.execute("reset role")
    assert connection.execute(COUNTS).fetchone() == (1, 1, 1)
