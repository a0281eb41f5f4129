"""docs/pytest.md: its example is run, on a project of its own, and fails when the policy that it tests is opened."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
TABLE = """
create table public.notes (
    id uuid not null default gen_random_uuid(),
    owner_id uuid not null,
    text text not null,

    constraint notes_pkey primary key (id)
);
alter table public.notes enable row level security;
"""
POLICIES = """
grant select, update (text) on table public.notes to authenticated;
create policy "members read their own notes" on public.notes for select to authenticated
using (owner_id = (select auth.uid()));
create policy "members change their own notes" on public.notes for update to authenticated
using (owner_id = (select auth.uid()));
"""


@pytest.fixture
def notes(tmp_path: Path) -> Path:
    """A project with one table, and the page's example as its test."""
    for room in ("schema/tables", "schema/migrations", "policies", "tests"):
        (tmp_path / room).mkdir(parents=True)
    shutil.copytree(ROOT / "schema" / "platform", tmp_path / "schema" / "platform")
    (tmp_path / "schema" / "tables" / "notes.sql").write_text(TABLE)
    (tmp_path / "schema" / "migrations" / "20260101000000_create_notes.sql").write_text(TABLE)
    (tmp_path / "policies" / "notes.sql").write_text(POLICIES)
    page = (ROOT / "docs" / "pytest.md").read_text(encoding="utf-8")
    [example] = re.findall(r"```python\n(.*?)```", page, re.DOTALL)
    assert len(example.strip().splitlines()) <= 11
    (tmp_path / "tests" / "test_notes.py").write_text(example)
    return tmp_path


def run(project: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "pytest", "-q", "--tb=line", "-p", "no:cacheprovider", "tests"]
    return subprocess.run(command, cwd=project, capture_output=True, text=True)


def test_a_reader_of_the_page_runs_its_example_and_it_passes(notes: Path) -> None:
    done = run(notes)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "1 passed" in done.stdout


def test_a_reader_of_the_page_sees_its_example_fail_when_the_policy_is_opened(notes: Path) -> None:
    policies = notes / "policies" / "notes.sql"
    policies.write_text(POLICIES.replace("using (owner_id = (select auth.uid()))", "using (true)", 1))
    done = run(notes)
    assert done.returncode == 1, done.stdout + done.stderr
    assert "reached 3 rows of 3, not 1" in done.stdout
