"""The private tables: counters and queues that nobody but the functions touches, whoever asks."""

from __future__ import annotations

import pytest


@pytest.fixture
def private_tables(rows):
    return [
        each["name"]
        for each in rows(
            "select relname as name from pg_class where relnamespace = 'private'::regnamespace and relkind = 'r'"
        )
    ]


def test_nobody_reads_or_changes_a_private_table(
    private_tables, visitor, member, server_role, a_user, an_admin, acting_as, db, refused
):
    assert private_tables
    personas = [visitor(), member(a_user()), member(an_admin()), server_role(), acting_as("supabase_auth_admin")]
    for acting in personas:
        with acting:
            for table in private_tables:
                for statement in (
                    f"select * from private.{table}",
                    f"insert into private.{table} default values",
                    f"delete from private.{table} where true",
                    f"truncate private.{table}",
                ):
                    with refused("42501"):
                        db.execute(statement)


@pytest.mark.parametrize("role", ["anon", "authenticated", "service_role"])
def test_nobody_creates_anything_beside_the_tables(role, acting_as, db, refused):
    with acting_as(role):
        for schema in ("public", "private", "auth", "storage"):
            with refused("42501"):
                db.execute(f"create table {schema}.mine (id int)")
            with refused("42501"):
                db.execute(f"create function {schema}.mine() returns int language sql as 'select 1'")
