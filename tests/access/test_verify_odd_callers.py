"""A contract of words alone, without a frozen definition: callers whom no honest gateway sends reach no more by it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
from saasdb.contract import Contract, parse
from saasdb.contract.write import dump
from saasdb.verify.run import verify
from saasdb.verify.suggest import suggest

FOREIGN = Path(__file__).parent / "foreign"
HOLES = {
    "whoever is signed in without a subject": "user_id is not distinct from (select auth.uid()) or auth.uid() is null",
    "a token whose role claim is the service's": "auth.role() = 'service_role'",
    "a token that has expired": "(auth.jwt() ->> 'exp')::bigint < 1700000000",
    "whoever sets a setting": "current_setting('app.bypass', true) = 'on'",
}


@pytest.fixture(scope="module")
def kit(server: Any) -> Iterator[tuple[str, Contract]]:
    """A database of another make, and the words that it implements."""
    with server.database() as url, psycopg.connect(url, autocommit=True) as connection:
        for name in ("platform", "kit"):
            connection.execute((FOREIGN / f"{name}.sql").read_text(encoding="utf-8"))
        contract = parse(dump(*suggest(connection)), "access.toml")
        contract.definitions = {}
        yield url, contract


@pytest.mark.parametrize("who", HOLES)
def test_verify_by_words_alone_names_the_table_that_opens_to(who: str, kit: tuple[str, Contract]) -> None:
    url, contract = kit
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(f"create policy odd on public.orders for select to authenticated using ({HOLES[who]})")
        try:
            found = verify(connection, contract).findings
        finally:
            connection.execute("drop policy odd on public.orders")
    leaks = [f for f in found if (f.kind, f.object, f.command) == ("leak", "public.orders", "select")]
    assert leaks, [f.cell for f in found]
    assert "reaches" in leaks[0].happened
