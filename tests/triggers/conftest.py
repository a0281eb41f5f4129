"""Supabase Auth at work: it inserts, updates and deletes users as its own role, which has no rights in public."""

from __future__ import annotations

import uuid

import pytest


@pytest.fixture
def auth(acting_as):
    """`with auth():` Supabase Auth acts."""
    return lambda: acting_as("supabase_auth_admin")


@pytest.fixture
def signs_up(auth, a_user):
    """`signs_up(email=…)`: Supabase Auth inserts one user; their id."""

    def run(**columns) -> uuid.UUID:
        with auth():
            return a_user(**columns)

    return run


@pytest.fixture
def rows_of(rows):
    """`rows_of(user_id)`: what the signup gave a user, as (profiles, subscriptions, roles)."""

    def run(user_id):
        return tuple(
            rows(f"select * from public.{table} where user_id = %s", (user_id,))
            for table in ("profiles", "subscriptions", "user_roles")
        )

    return run
