"""`saasdb verify` by the role that a customer gets: no superuser, and blind for what is the platform's alone."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import psycopg
import pytest


def verify(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "saasdb", "verify", "--quiet", *arguments]
    return subprocess.run(command, capture_output=True, text=True, timeout=300, cwd=Path(__file__).parent)


@pytest.fixture(params=["in place", "on a copy"])
def on_hosted(request, applied, as_hosted):
    """`on_hosted(...)`: verify the hosted database as its customer."""
    url, _ = applied["new project"]
    way = ["--copy"] if request.param == "on a copy" else []
    return lambda *arguments: verify("--url", as_hosted(url), *way, *arguments)


def test_a_customer_proves_the_contract(on_hosted):
    run = on_hosted()
    assert run.returncode == 0, run.stdout + run.stderr
    assert "cells agree with the contract" in run.stdout


def test_a_customer_writes_a_contract_that_holds_until_somebody_opens_a_table(on_hosted, applied, tmp_path):
    contract = tmp_path / "access.toml"
    contract.write_text(on_hosted("--suggest").stdout, encoding="utf-8")
    agrees = on_hosted("--contract", str(contract))
    assert agrees.returncode == 0, agrees.stdout + agrees.stderr
    with psycopg.connect(applied["new project"][0], autocommit=True) as connection:
        connection.execute("grant select on public.payments to anon")
        try:
            opened = on_hosted("--contract", str(contract))
        finally:
            connection.execute("revoke select on public.payments from anon")
    assert opened.returncode == 1, opened.stderr
    assert "public.payments" in opened.stdout
