"""Schemas of a few tables with one thing in them that is easily missed: verify names what was opened, and no more.

Each file of `small` is a sound schema; after it come its holes, and its changes that open nothing.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psycopg
import pytest
from saasdb.contract import parse
from saasdb.contract.write import dump
from saasdb.verify.run import verify
from saasdb.verify.suggest import suggest

HERE = Path(__file__).parent
PLATFORM = (HERE / "foreign" / "platform.sql").read_text(encoding="utf-8")
CASES: dict[str, tuple[str, str, str]] = {}
"""What was changed → the sound schema, the change, the object to be named: none where nothing is opened."""

for file in sorted((HERE / "small").glob("*.sql")):
    schema, *parts = re.split(r"(?m)^-- (?:hole|change): ", file.read_text(encoding="utf-8"))
    for part in parts:
        what, _, change = part.partition("\n")
        names = re.match(r"-- names: (.*)\n", change)
        CASES[f"{file.stem}: {what}"] = (schema, change, names[1] if names else "")


def in_full(sql: str) -> str:
    """As the files have it."""
    return sql


def bare_and_in_capitals(sql: str) -> str:
    """With the bodies as many write them: tables without their schema, keywords in capitals."""

    def body(match: re.Match[str]) -> str:
        parts = re.split(r"('(?:[^']|'')*'|--[^\n]*)", match[1].replace("public.", ""))
        return "$$" + "".join(part if i % 2 else part.upper() for i, part in enumerate(parts)) + "$$"

    pinned = sql.replace("set search_path = ''", "set search_path = public, pg_temp")
    return re.sub(r"\$\$(.*?)\$\$", body, pinned, flags=re.DOTALL)


@pytest.mark.parametrize("spelled", [in_full, bare_and_in_capitals])
@pytest.mark.parametrize("what", CASES)
def test_verify_names_what_opens_and_nothing_where_nothing_does(
    what: str, spelled: Callable[[str], str], server: Any
) -> None:
    schema, change, names = map(spelled, CASES[what])
    with server.database() as url, psycopg.connect(url, autocommit=True) as connection:
        connection.execute(PLATFORM)
        connection.execute(schema)
        contract = parse(dump(*suggest(connection)), "access.toml")
        assert [f.cell for f in verify(connection, contract).findings] == []
        connection.execute(change)
        found = verify(connection, contract).findings
    if names:
        assert any(names in f.cell for f in found), [f.cell for f in found]
    else:
        assert [f.cell for f in found if f.kind != "new"] == []
