"""Lists in checks: a role kept as text is as telling as one of an enum."""

from __future__ import annotations

import psycopg
import pytest
from saasdb.verify.inventory import Inventory, read
from saasdb.verify.variants import MOST_VARIANTS, Difference, _first

TABLES = """
create schema lists;
create domain lists.shade as text check (value in ('light', 'dark'));
create table lists.people (
    role text not null check (role in ('user', 'moderator', 'admin')),
    plan varchar(10) check (plan in ('free', 'pro')),
    shade lists.shade,
    name text check (name in ('a', 'b') or role = 'admin'),
    title text check (lower(title) in ('mr', 'ms')),
    level integer check (level in (1, 2))
)
"""


@pytest.fixture
def inventory(db: psycopg.Connection) -> Inventory:
    db.execute(TABLES)
    return read(db)


def test_a_reader_finds_the_list_of_a_check_on_one_text_column_alone(inventory: Inventory) -> None:
    people = inventory.relation("lists.people")
    assert {column.name: column.listed for column in people.columns} == {
        "role": ("user", "moderator", "admin"),
        "plan": ("free", "pro"),
        "shade": ("light", "dark"),
        "name": (),
        "title": (),
        "level": (),
    }


def test_a_listed_role_is_made_however_many_texts_are_told_apart(inventory: Inventory) -> None:
    people = inventory.relation("lists.people")
    texts: list[Difference] = [(people, {"name": f"text {n}"}) for n in range(3 * MOST_VARIANTS)]
    roles: list[Difference] = [(people, {"role": role}) for role in ("moderator", "admin")]
    chosen = _first([], [*texts, *roles])
    assert chosen[:2] == roles and len(chosen) == MOST_VARIANTS


def test_what_one_state_alone_names_is_made_and_takes_nobodys_place(inventory: Inventory) -> None:
    people = inventory.relation("lists.people")
    texts: list[Difference] = [(people, {"name": f"text {n}"}) for n in range(3 * MOST_VARIANTS)]
    new: list[Difference] = [(people, {"name": "new"})]
    assert set(map(str, _first([], texts))) | set(map(str, new)) == set(map(str, _first(new, texts)))
