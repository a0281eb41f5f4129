"""However its answers come (in portions or whole, over one session or two), the same database is read the same."""

from __future__ import annotations

import psycopg
import pytest
from saasdb import catalog
from saasdb.catalog import answers, beside, columns
from saasdb.compare import compare


@pytest.fixture
def connection(fresh_database):
    """A connection to a database of the project's own."""
    with psycopg.connect(fresh_database(), autocommit=True) as opened:
        yield opened


@pytest.mark.parametrize(
    ("module", "name", "value"),
    [(answers, "_AT_ONCE", 3), (answers, "_IN_PORTIONS", False), (beside, "LARGE", 0)],
    ids=["three rows at once", "an older libpq", "a second session"],
)
def test_a_reader_finds_the_same_in_another_way(connection, monkeypatch, module, name, value):
    usual = catalog.read(connection)
    monkeypatch.setattr(module, name, value)
    other = catalog.read(connection)
    assert not compare(usual, other) and not compare(other, usual)
    assert usual.needs == other.needs and usual.column_order == other.column_order
    assert len(usual.objects) > 200


def test_two_databases_are_read_together_as_each_alone(connection, fresh_database, monkeypatch):
    monkeypatch.setattr(answers, "_AT_ONCE", 3)
    with psycopg.connect(fresh_database(), autocommit=True) as second:
        second.execute("create table public.more (id int not null default 7 check (id > 0))")
        one, two = catalog.read_together([connection, second])
        for together, alone in ((one, catalog.read(connection)), (two, catalog.read(second))):
            assert not compare(together, alone) and not compare(alone, together)
    assert any(key.name == "more" for key in compare(one, two).created)


def test_a_reader_who_is_interrupted_leaves_a_connection_that_works(connection, monkeypatch):
    def interrupted(*_):
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(columns, "_plain", interrupted)
        with pytest.raises(KeyboardInterrupt):
            catalog.read(connection)
    assert catalog.read(connection).objects
