"""`saasdb verify` as a user runs it: exit codes, and what stands on which stream."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import xml.dom.minidom
from pathlib import Path
from typing import Any

import psycopg
import pytest
from saasdb.verify.copy import copied

SQL = """
create schema small;
create role small_web nologin;
create table small.notes (id int primary key, body text);
alter table small.notes enable row level security;
grant usage on schema small to small_web;
grant select on small.notes to small_web;
"""


def saasdb(*arguments: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    environment = {k: v for k, v in os.environ.items() if k != "DATABASE_URL"}
    command = [sys.executable, "-m", "saasdb", "verify", *arguments]
    return subprocess.run(command, capture_output=True, text=True, cwd=cwd, env=environment, timeout=120)


@pytest.fixture
def small(server: Any) -> Any:
    with server.database() as url:
        with psycopg.connect(url, autocommit=True) as connection:
            connection.execute(SQL)
        yield url
    with psycopg.connect(server.admin_url, autocommit=True) as connection:
        connection.execute("drop role small_web")


def test_a_user_suggests_agrees_breaks_and_reads_every_format(small: str, tmp_path: Path) -> None:
    suggested = saasdb("--suggest", "--url", small, cwd=tmp_path)
    assert suggested.returncode == 0, suggested.stderr
    contract = tmp_path / "access.toml"
    contract.write_text(suggested.stdout, encoding="utf-8")
    agrees = saasdb("--url", small, "--contract", str(contract), cwd=tmp_path)
    assert agrees.returncode == 0, agrees.stdout + agrees.stderr
    assert "agree with the contract" in agrees.stdout
    with psycopg.connect(small, autocommit=True) as connection:
        connection.execute("grant insert on small.notes to small_web")
    broken = saasdb("--url", small, "--contract", str(contract), "--quiet", cwd=tmp_path)
    assert broken.returncode == 1
    assert "small.notes · small_web · insert" in broken.stdout
    for form in ("json", "junit", "sarif", "github"):
        said = saasdb("--url", small, "--contract", str(contract), "--format", form, cwd=tmp_path)
        assert said.returncode == 1, said.stderr
        assert "small.notes" in said.stdout
        if form in ("json", "sarif"):
            assert json.loads(said.stdout)
        if form == "junit":
            assert xml.dom.minidom.parseString(said.stdout).getElementsByTagName("failure")


def test_a_user_without_a_contract_or_a_server_gets_one_error_and_exit_code_2(tmp_path: Path) -> None:
    missing = saasdb("--url", "postgresql://me:secret@127.0.0.1:1/x", "--contract", "none.toml", cwd=tmp_path)
    nowhere = saasdb("--suggest", "--url", "postgresql://me:secret@127.0.0.1:1/x", cwd=tmp_path)
    for run in (missing, nowhere):
        assert run.returncode == 2
        assert run.stdout == ""
        assert run.stderr.count("error:") == 1
        assert "Traceback" not in run.stderr
        assert "secret" not in run.stderr


def test_a_copy_has_what_a_dump_of_the_schema_leaves_out(small: str, tmp_path: Path) -> None:
    contract = tmp_path / "access.toml"
    with psycopg.connect(small, autocommit=True) as connection:
        connection.execute(f"""
            alter role small_web set statement_timeout = '8s';
            alter database "{connection.info.dbname}" set app.edition = 'small';
            grant create on database "{connection.info.dbname}" to small_web;
            select lo_create(4711);
            grant select on large object 4711 to small_web;""")
        contract.write_text(saasdb("--suggest", "--url", small, cwd=tmp_path).stdout, encoding="utf-8")
        agrees = saasdb("--copy", "--url", small, "--contract", str(contract), cwd=tmp_path)
        assert agrees.returncode == 0, agrees.stdout + agrees.stderr
        for said in ("starts with statement_timeout=8s", "starts with app.edition=small", "large object 4711"):
            assert said in contract.read_text(encoding="utf-8")
        for wrong in ("bypassrls", "set statement_timeout = '1h'"):
            connection.execute(f"alter role small_web {wrong}")
            broken = saasdb("--copy", "--url", small, "--contract", str(contract), "--quiet", cwd=tmp_path)
            assert broken.returncode == 1
            assert "role small_web" in broken.stdout


def test_a_copy_takes_along_the_lists_that_a_signup_needs_and_nobody_s_rows(server: Any) -> None:
    foreign = Path(__file__).parent / "foreign"
    with server.database() as url, psycopg.connect(url, autocommit=True) as connection:
        for name in ("platform", "starter"):
            connection.execute((foreign / f"{name}.sql").read_text(encoding="utf-8"))
        # A number of tokens is nobody's token.
        connection.execute("alter table public.plans add column monthly_tokens int not null default 1000")
        connection.execute("insert into auth.users (id) values (gen_random_uuid())")
        with copied(url, server) as copy, psycopg.connect(copy) as there:
            assert there.execute("select id from public.plans order by 1").fetchall() == [("free",), ("pro",)]
            assert there.execute("select count(*) from auth.users").fetchone() == (0,)
            there.execute("insert into auth.users (id) values (gen_random_uuid())")


def test_a_database_with_much_in_it_is_proven_on_a_copy(small: str, tmp_path: Path) -> None:
    contract = tmp_path / "access.toml"
    contract.write_text(saasdb("--suggest", "--url", small, cwd=tmp_path).stdout, encoding="utf-8")
    with psycopg.connect(small, autocommit=True) as connection:
        connection.execute("insert into small.notes select n, 'x' from generate_series(1, 3001) n")
    run = saasdb("--url", small, "--contract", str(contract), cwd=tmp_path)
    assert run.returncode == 0, run.stdout + run.stderr
    assert "small.notes holds too many rows" in run.stderr
    assert "throwaway copy" in run.stderr


def test_rows_from_before_are_told_from_those_of_the_proof(small: str, tmp_path: Path) -> None:
    contract = tmp_path / "access.toml"
    with psycopg.connect(small, autocommit=True) as connection:
        connection.execute("create policy even on small.notes for select to small_web using (id % 2 = 0)")
        contract.write_text(saasdb("--suggest", "--url", small, cwd=tmp_path).stdout, encoding="utf-8")
        connection.execute("insert into small.notes select n, 'x' from generate_series(1, 2999) n")
    run = saasdb("--url", small, "--contract", str(contract), cwd=tmp_path)
    assert run.returncode == 0, run.stdout + run.stderr


def test_a_copy_does_without_an_extension_that_no_throwaway_has(small: str, tmp_path: Path) -> None:
    with psycopg.connect(small, autocommit=True) as connection:
        connection.execute("set allow_system_table_mods = on")
        connection.execute("""
            insert into pg_extension (oid, extname, extowner, extnamespace, extrelocatable, extversion)
            values (99999, 'pg-nowhere', 10, 'public'::regnamespace, false, '1.0')""")
        connection.execute("comment on extension \"pg-nowhere\" is 'not in any package'")
        suggested = saasdb("--suggest", "--copy", "--url", small, cwd=tmp_path)
        assert suggested.returncode == 0, suggested.stderr
        assert "small.notes" in suggested.stdout
        connection.execute("delete from pg_extension where oid = 99999")
