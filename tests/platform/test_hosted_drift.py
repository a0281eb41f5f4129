"""`saasdb diff` between a hosted database and the files, by the role that a customer gets."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import psycopg
import pytest

BY_HAND = """
drop index public.payments_user_id_created_at_idx;
grant insert on public.payments to anon;
alter policy "members read their own AI usage" on public.ai_usage using (true);
create policy "by hand" on storage.objects for select to anon using (true);
"""


def diff(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "saasdb", "diff", *arguments]
    environment = {k: v for k, v in os.environ.items() if k != "DATABASE_URL"}
    folder = Path(__file__).parent
    return subprocess.run(command, capture_output=True, text=True, timeout=300, cwd=folder, env=environment)


@pytest.fixture
def hosted(applied, as_hosted):
    """The URL of a hosted database to which the project was applied, for its customer."""
    return as_hosted(applied["new project"][0])


@pytest.mark.parametrize("way", ["there and here", "here and there"])
def test_a_database_that_was_only_applied_to_has_no_drift(hosted, way):
    states = (hosted, "declared") if way == "there and here" else ("declared", hosted)
    run = diff(*states)
    assert (run.returncode, run.stdout.strip()) == (0, "no difference"), run.stdout + run.stderr


def test_what_was_changed_by_hand_is_found_and_undone(hosted):
    with psycopg.connect(hosted, autocommit=True) as customer:
        customer.execute(BY_HAND)
        try:
            found = diff(hosted, "declared")
            undo = diff(hosted, "declared", "--sql", "--fast")
            assert (found.returncode, undo.returncode) == (1, 1), found.stderr + undo.stderr
            assert "undo: revoke insert on table public.payments from anon;" in found.stdout
            assert "adopt: grant insert on table public.payments to anon;" in found.stdout
            assert "policy by hand of storage.objects is not of this project" in found.stderr
            assert len(undo.stdout.strip().splitlines()) == 3
            customer.execute(undo.stdout)
        finally:
            customer.execute('drop policy if exists "by hand" on storage.objects')
    assert diff(hosted, "declared").returncode == 0
