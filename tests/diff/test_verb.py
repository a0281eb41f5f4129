"""`saasdb diff` as a user runs it: what it prints, where, and with which exit code."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import psycopg
import pytest

ROOT = Path(__file__).parents[2]
LIBRARY = ROOT / "tests" / "projects" / "library"


@pytest.fixture
def saasdb(server, tmp_path):
    """Run the command in an empty folder; engine `url` lets it share this run's server."""

    def run(*arguments: object, cwd: Path = tmp_path) -> subprocess.CompletedProcess:
        environment = {**os.environ, "SAASDB_ENGINE": "url", "SAASDB_SERVER_URL": server.admin_url}
        environment.pop("DATABASE_URL", None)
        command = [sys.executable, "-m", "saasdb", "diff", *map(str, arguments)]
        return subprocess.run(command, cwd=cwd, env=environment, capture_output=True, text=True, check=False)

    return run


@pytest.fixture
def sql(tmp_path):
    """Write a file: name, text → path."""

    def write(name: str, text: str) -> Path:
        (tmp_path / name).write_text(text)
        return tmp_path / name

    return write


def test_a_reader_of_two_equal_files_sees_nothing_and_exit_0(saasdb, sql):
    one, two = sql("a.sql", "create table t (id int);"), sql("b.sql", "create table public.t (id integer);")
    done = saasdb(one, two, "--sql")
    assert (done.returncode, done.stdout) == (0, "")


def test_a_reader_of_two_files_gets_sql_on_stdout_and_exit_1(saasdb, sql):
    done = saasdb(sql("a.sql", ""), sql("b.sql", "create table t (id int);"), "--sql")
    assert (done.returncode, done.stderr) == (1, "")
    assert done.stdout == "create table public.t (\n    id integer\n);\n"


def test_a_reviewer_sees_old_and_new_side_by_side_under_their_object(saasdb, sql):
    done = saasdb(sql("a.sql", "create table t (n int);"), sql("b.sql", "create table t (n bigint not null);"))
    assert "~ table public.t\n  ~ column n: not null none → yes; type integer → bigint" in done.stdout


def test_a_program_reads_json(saasdb, sql):
    done = saasdb(sql("a.sql", ""), sql("b.sql", "create type e as enum ('x');"), "--json")
    told = json.loads(done.stdout)
    assert told["created"] == [{"kind": "enum", "schema": "public", "name": "e", "part": ""}]
    assert told["statements"][0]["sql"] == "create type public.e as enum ('x')"


def test_the_author_of_a_broken_file_reads_its_line_and_sqlstate(saasdb, sql):
    done = saasdb(sql("a.sql", ""), sql("b.sql", "create table t (id int);\n\ncreate view v as\n  select nope from t;"))
    assert (done.returncode, done.stdout) == (2, "")
    assert "b.sql:4" in done.stderr and "42703" in done.stderr and "Traceback" not in done.stderr


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["nowhere.sql", "declared"], "There is no such state"),
        (["declared"], "Two states are needed"),
        (["--write", "x", "a", "b"], "--write goes from migrated to declared"),
        (["--fast", "--safe", "a", "b"], "--fast and --safe are opposites"),
        (["postgresql://u:secret@127.0.0.1:1/none", "declared"], "annot connect"),
    ],
)
def test_a_user_who_errs_reads_one_answer_and_no_password(saasdb, arguments, said):
    done = saasdb(*arguments, "--project", LIBRARY)
    assert (done.returncode, done.stdout) == (2, "")
    assert said in done.stderr and "secret" not in done.stderr and "Traceback" not in done.stderr


def test_rows_at_stake_stop_the_diff_with_their_count(saasdb, sql):
    one = sql("a.sql", "create table t (id int, a text); insert into t select g, 'x' from generate_series(1, 3) g;")
    two = sql("b.sql", "create table t (id int);")
    stopped = saasdb(one, two, "--sql")
    assert (stopped.returncode, stopped.stdout) == (2, "")
    assert "column a of public.t: dropped, 3 rows" in stopped.stderr
    allowed = saasdb(one, two, "--sql", "--allow-drop")
    assert (allowed.returncode, allowed.stdout) == (1, "alter table public.t drop column a;\n")


def test_a_rename_is_named_but_only_done_when_asked_for(saasdb, sql):
    one = sql("a.sql", "create table t (id int primary key, a text unique); insert into t values (1, 'x');")
    two = sql("b.sql", "create table u (id int primary key, b text unique);")
    asked = saasdb(one, two, "--sql", "--rename", "t=u", "--rename", "t.a=b")
    assert asked.returncode == 2  # the column is looked for under the table's new name, so it is renamed first
    asked = saasdb(one, sql("c.sql", "create table u (id int primary key, a text unique);"), "--sql", "--rename", "t=u")
    assert asked.returncode == 1
    assert "drop" not in asked.stdout and "alter table public.t rename to u;" in asked.stdout
    guessed = saasdb(sql("d.sql", "create table t (a text);"), sql("e.sql", "create table t (b text);"), "--sql")
    assert "say --rename public.t.a=public.t.b" in guessed.stderr


def test_a_role_that_a_file_makes_is_made_where_missing_and_gone_from_the_server_after(saasdb, sql, server):
    done = saasdb(
        sql("a.sql", "create table t (id int);"),
        sql("b.sql", "create role diff_guest; create table t (id int); grant select on t to diff_guest;"),
        "--sql",
    )
    assert done.returncode == 1 and "create role diff_guest" in done.stdout
    with psycopg.connect(server.admin_url) as connection:
        assert not connection.execute("select from pg_roles where rolname = 'diff_guest'").fetchall()


def test_a_database_in_use_gets_careful_statements(saasdb, sql):
    one = sql("a.sql", "create table t (id int, a int);")
    two = sql("b.sql", "create table t (id int, a int check (a > 0)); create index t_id on t (id);")
    careful = saasdb(one, two, "--sql", "--safe").stdout
    assert "INDEX CONCURRENTLY" in careful and "not valid;" in careful and "validate constraint" in careful
    plain = saasdb(one, two, "--sql").stdout
    assert "CONCURRENTLY" not in plain and "not valid" not in plain


def test_a_live_database_is_not_touched_and_its_drift_has_two_ways_out(saasdb, server, tmp_path):
    from saasdb.apply.declared import load_declared, template_key
    from saasdb.files import load
    from saasdb.settings import Project

    files = load(Project(LIBRARY))
    template = server.template(template_key(files, "declared"), lambda url: load_declared(url, files))
    with server.database(template) as url, psycopg.connect(url, autocommit=True) as live:
        schema, table = live.execute(
            "select schemaname, tablename from pg_tables where schemaname !~ '^(pg_|information_schema|auth|storage)'"
            " order by 1, 2 limit 1"
        ).fetchone()
        live.execute(f'comment on table "{schema}"."{table}" is \'by hand\'; create table public.strange (id int);')
        done = saasdb(url, "declared", "--project", LIBRARY)
        assert done.returncode == 1, done.stderr
        assert "undo: comment on table" in done.stdout and "adopt: comment on table" in done.stdout
        assert "strange" not in done.stdout and "table public.strange is not of this project" in done.stderr
        said = live.execute("select obj_description(%s::regclass)", [f'"{schema}"."{table}"']).fetchone()[0]
        assert said == "by hand"


def test_a_developer_edits_a_table_file_and_one_command_writes_the_migration(saasdb, tmp_path):
    project = tmp_path / "project"
    shutil.copytree(LIBRARY, project)
    assert saasdb("migrated", "declared", "--sql", cwd=project).stdout == ""
    edited = sorted((project / "schema" / "tables").glob("*.sql"))[0]
    text = edited.read_text()
    start = text.index("(", text.lower().index("create table")) + 1
    edited.write_text(f"{text[:start]}\n    shelf text not null default 'none',{text[start:]}")
    written = saasdb("--write", "add_shelf", cwd=project)
    assert written.returncode == 1, written.stderr
    migration = Path(written.stdout.strip()).read_text()
    assert "-- locks: ACCESS EXCLUSIVE on" in migration
    assert "add column shelf text default 'none'::text not null;" in migration
    again = saasdb("migrated", "declared", "--sql", cwd=project)
    assert (again.returncode, again.stdout) == (0, "")
    assert saasdb("--write", "add_shelf_again", cwd=project).returncode == 0


def test_reading_costs_the_same_number_of_queries_for_one_table_and_for_many(server, tmp_path):
    from saasdb import catalog

    counts = []
    for number in (1, 60):
        with server.database() as url, psycopg.connect(url, autocommit=True) as connection:
            for n in range(number):
                connection.execute(f"create table t{n} (id int primary key, a text check (a <> ''), b int unique)")
            wire = tmp_path / f"{number}.trace"
            with wire.open("w") as file:
                connection.pgconn.trace(file.fileno())
                catalog.read(connection)
                connection.pgconn.untrace()
            counts.append(len(re.findall(r"\tF\t\d+\t(?:Query|Parse)\t", wire.read_text())))
    assert counts[0] == counts[1]
    assert counts[0] > 10


def test_a_reading_that_fails_leaves_the_connection_usable(server):
    from saasdb import catalog

    with server.database() as url, psycopg.connect(url, autocommit=True) as connection:
        connection.execute("create role reader nosuperuser; revoke select on pg_class from public; set role reader")
        try:
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                catalog.read(connection)
            connection.execute("reset role")
            connection.execute("grant select on pg_class to public")
            assert catalog.read(connection).major == server.major
        finally:
            connection.execute("reset role; drop role reader")


@pytest.mark.parametrize("connections", [1, 2])
def test_a_large_database_is_read_by_two_sessions_where_there_is_one_to_spare(server, monkeypatch, connections):
    from saasdb import catalog
    from saasdb.catalog import beside
    from saasdb.compare import compare

    opened = []
    connect = psycopg.connect
    with server.database() as url, connect(url, autocommit=True) as owner:
        owner.execute(
            "create table t (id int primary key, a text check (a <> ''), b int unique);"
            "create index on t (a) where b > 0; create view v as select a from t;"
            "alter table t enable row level security; create policy p on t using (b > 0);"
            f"create role narrow login connection limit {connections}"
        )
        alone = catalog.read(owner)
        monkeypatch.setattr(beside, "LARGE", 0)
        try:
            with connect(url, user="narrow", autocommit=True) as connection, monkeypatch.context() as patch:
                patch.setattr(psycopg, "connect", lambda *a, **k: opened.append(connect(*a, **k)) or opened[-1])
                found = catalog.read(connection)
        finally:
            owner.execute("drop role narrow")
    assert len(opened) == connections - 1
    assert not compare(alone, found)
    assert found.needs == alone.needs


def test_two_databases_read_together_are_what_they_are_read_alone(server):
    from saasdb import catalog
    from saasdb.compare import compare

    with server.database() as one, server.database() as two:
        connections = [psycopg.connect(url, autocommit=True) for url in (one, two)]
        try:
            for connection, column in zip(connections, ("a", "b"), strict=True):
                connection.execute(f"create table t ({column} int); create table u (id int primary key)")
            together = catalog.read_together(connections)
            for connection, database in zip(connections, together, strict=True):
                alone = catalog.read(connection)
                assert not compare(alone, database)
                assert alone.needs == database.needs
            changes = compare(*together)
            assert [key.part for key in changes.created] == ["b"]
            assert [key.part for key in changes.dropped] == ["a"]
        finally:
            for connection in connections:
                connection.close()
