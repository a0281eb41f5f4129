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
