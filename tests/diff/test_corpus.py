"""Every folder here is one change: before.sql, after.sql, and the way between them in both directions.

A head line `-- min: 18` names the first major version that knows the syntax, `-- needs: icu` a build with ICU.
A folder whose name starts with `same__` holds two ways to write one state: nothing may be printed for it.
"""

from __future__ import annotations

import re
from pathlib import Path

import psycopg
import pytest
from psycopg import sql
from saasdb import catalog
from saasdb.compare import compare
from saasdb.diff import Options, Outcome, diff
from saasdb.diff.script import run_file

HERE = Path(__file__).parent
FOLDERS = sorted(folder.name for folder in HERE.iterdir() if (folder / "before.sql").exists())
CHANGES = [name for name in FOLDERS if not name.startswith("same__")]
SAMES = [name for name in FOLDERS if name.startswith("same__")]
WITH_ROWS = [name for name in CHANGES if "insert into" in (HERE / name / "before.sql").read_text()]
ONE_TRANSACTION = [name for name in CHANGES if name.startswith(("enum", "partition", "column", "domain", "view"))]


@pytest.fixture(scope="session")
def has_icu(server) -> bool:
    with psycopg.connect(server.admin_url) as connection:
        query = "select exists (select from pg_collation where collname = 'und-x-icu')"  # only initdb with ICU makes it
        return connection.execute(query).fetchone()[0]


@pytest.fixture
def states(server, has_icu):
    """A function: folder name → its two files; skips, and says why, where this server does not know what they use."""

    def found(name: str) -> tuple[Path, Path]:
        before, after = HERE / name / "before.sql", HERE / name / "after.sql"
        head = before.read_text()
        least = re.search(r"^-- min: (\d+)$", head, re.MULTILINE)
        if least and int(least[1]) > server.major:
            pytest.skip(f"PostgreSQL {least[1]} is the first to know this; CI runs it on 18")
        if "-- needs: icu" in head and not has_icu:
            pytest.skip("this server is built without ICU; CI runs it on 15 and 17, which have it")
        return before, after

    return found


@pytest.mark.parametrize("direction", ["forward", "back"])
@pytest.mark.parametrize("name", CHANGES)
def test_diff_leads_from_one_state_to_the_other(server, states, name, direction):
    pair = states(name)
    before, after = pair if direction == "forward" else pair[::-1]
    outcome = diff(str(before), str(after), Options(allow_drop=True), on=server)  # proven inside, by two readers
    assert not outcome.equal
    assert all(statement.sql.strip() for statement in outcome.statements)


@pytest.mark.parametrize("name", ONE_TRANSACTION)
def test_the_statements_also_run_as_one_transaction(server, states, name):
    pair = states(name)
    outcome = diff(str(pair[0]), str(pair[1]), Options(prove=False), on=server)
    with server.database() as url, psycopg.connect(url, autocommit=True) as connection:
        run_file(connection, pair[0])
        connection.execute("reset all")
        with connection.transaction():
            for statement in outcome.statements:
                connection.execute(statement.sql)
        assert not compare(catalog.read(connection), outcome.changes.new)


@pytest.mark.parametrize("direction", ["forward", "back"])
@pytest.mark.parametrize("name", WITH_ROWS)
def test_no_row_of_a_table_that_stays_is_lost(server, states, name, direction):
    pair = states(name) if direction == "forward" else states(name)[::-1]
    outcome = diff(str(pair[0]), str(pair[1]), Options(prove=False, allow_drop=True), on=server)
    with server.database() as url, psycopg.connect(url, autocommit=True) as connection:
        run_file(connection, pair[0])
        connection.execute("reset all")
        before = rows_of_tables(connection, outcome)
        for statement in outcome.statements:
            connection.execute(statement.sql)
        assert rows_of_tables(connection, outcome) == before


def rows_of_tables(connection: psycopg.Connection, outcome: Outcome) -> dict[str, int]:
    """Table → number of rows, for tables that are there before and after and are whole (a part may move)."""
    changes = outcome.changes
    keys = [
        key
        for key in changes.old.objects
        if key.kind == "table" and key in changes.new.objects and not changes.old.parts_of(key, "inheritance")
    ]
    return {
        str(key): connection.execute(
            sql.SQL("select count(*) from {}").format(sql.Identifier(key.schema, key.name))
        ).fetchone()[0]
        for key in keys
    }


@pytest.mark.parametrize("direction", ["forward", "back"])
@pytest.mark.parametrize("name", SAMES)
def test_two_ways_to_write_one_state_are_no_difference(server, states, name, direction):
    before, after = states(name) if direction == "forward" else states(name)[::-1]
    outcome = diff(str(before), str(after), Options(), on=server)
    assert outcome.equal, [statement.sql for statement in outcome.statements]


def test_a_new_table_has_its_columns_in_the_order_in_which_they_were_written(server, tmp_path):
    names = ("zeta", "alpha", "middle", "other", "doubled", "counted", "beta")
    kinds = (
        "serial primary key",
        "int not null",
        "text default 'x'",
        "int unique",
        "int generated always as (1) stored",
    )
    columns = zip(names, (*kinds, "int generated always as identity", "text not null"), strict=True)
    empty, full = tmp_path / "empty.sql", tmp_path / "full.sql"
    empty.write_text("")
    full.write_text(f"create table note ({', '.join(f'{name} {kind}' for name, kind in columns)});")
    outcome = diff(str(empty), str(full), Options(), on=server)
    (statement,) = (one.sql for one in outcome.statements if one.sql.startswith("create table"))
    assert re.findall(r"^    (\w+) ", statement, re.MULTILINE) == list(names)
