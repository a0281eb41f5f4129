"""Foreign schemas, held by the contract that `--suggest` wrote: silent when sound, red on every hole of the corpus.

By default a part of the corpus is tried, a different file of it each; `SAASDB_CORPUS=whole` tries all of it.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
import pytest
from saasdb.contract import Contract, parse
from saasdb.contract.write import dump
from saasdb.verify.findings import Finding
from saasdb.verify.run import verify
from saasdb.verify.suggest import suggest

HERE = Path(__file__).parent
EVERY = 1 if os.environ.get("SAASDB_CORPUS") == "whole" else 12
CLUSTER_WIDE = re.compile(r"\b(alter role|create role|grant (service_role|pg_\w+) to|parameter)\b")
"""What a rolled-back database cannot undo: tried all the same, and undone by hand."""

UNDO = """
alter role anon nologin nocreaterole; alter role authenticated nobypassrls nocreaterole;
alter role authenticated reset all; revoke pg_write_all_data from service_role;
alter role authenticator noinherit; alter role service_role bypassrls;
revoke service_role from authenticator; grant service_role to authenticator;
revoke service_role, pg_read_all_data, pg_read_server_files from authenticated;
revoke set on parameter session_replication_role from authenticated;
"""


@dataclass(frozen=True)
class Case:
    """One change of one foreign schema, and the object that must be named."""

    schema: str
    what: str
    names: str
    sql: str
    since: int = 0
    """The PostgreSQL that can be told to do this."""


def cases(folder: str) -> list[Case]:
    found = []
    for file in sorted((HERE / folder).glob("*.sql")):
        for part in re.split(r"(?m)^-- (?:hole|change): ", file.read_text(encoding="utf-8"))[1:]:
            what, _, sql = part.partition("\n")
            names = re.match(r"-- (?:names|says): (.*)\n", sql)
            since = re.search(r"(?m)^-- since: (\d+)$", sql)
            schema = file.stem.split("_")[0]
            found.append(Case(schema, what, names[1] if names else "", sql, int(since[1]) if since else 0))
    return found


def load_foreign(url: str, schema: str) -> None:
    with psycopg.connect(url, autocommit=True) as connection:
        if schema not in ("desk", "studio"):  # these bring a platform of their own, or none
            connection.execute((HERE / "foreign" / "platform.sql").read_text(encoding="utf-8"))
        connection.execute((HERE / "foreign" / f"{schema}.sql").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def foreign(server: Any) -> Callable[[str], tuple[str, Contract]]:
    """The template of a foreign schema and the contract that was suggested for it, made once each."""
    made: dict[str, tuple[str, Contract]] = {}

    def make(schema: str) -> tuple[str, Contract]:
        if schema not in made:
            key = "".join(file.read_text(encoding="utf-8") for file in (HERE / "foreign").glob("*.sql")) + schema
            template = server.template(key, lambda url: load_foreign(url, schema))
            with server.database(template) as url, psycopg.connect(url, autocommit=True) as connection:
                made[schema] = template, parse(dump(*suggest(connection)), "access.toml")
        return made[schema]

    return make


@pytest.fixture
def cluster(server: Any) -> Iterator[None]:
    """Undo what a hole did to roles, which all databases of a server share."""
    yield
    with psycopg.connect(server.admin_url, autocommit=True) as connection:
        roles = ("kit_reporting", "kit_owner", "kit_maker", "kit_between", "kit_writer")
        for statement in [*UNDO.split(";"), *(f"drop role if exists {role}" for role in roles)]:
            if statement.strip():
                connection.execute(statement)


def findings(server: Any, foreign: Callable[[str], tuple[str, Contract]], schema: str, sql: str = "") -> list[Finding]:
    template, contract = foreign(schema)
    with server.database(template) as url, psycopg.connect(url, autocommit=True) as connection:
        if sql:
            connection.execute(sql)
        return verify(connection, contract).findings


@pytest.mark.parametrize("schema", ["kit", "desk", "blog", "studio", "praxis", "starter", "fleet", "quill"])
def test_verify_agrees_with_what_it_suggested_for(schema: str, server: Any, foreign: Any) -> None:
    assert findings(server, foreign, schema) == []


def test_a_suggested_contract_freezes_every_kind_of_definition(foreign: Any) -> None:
    frozen = foreign("kit")[1].definitions
    kinds = (
        "function ",
        "policies of ",
        "constraints of ",
        "unique indexes of ",
        "columns of ",
        "triggers of ",
        "view ",
    )
    assert {kind for kind in kinds if not any(title.startswith(kind) for title in frozen)} == set()


@pytest.mark.filterwarnings("ignore::ResourceWarning")
@pytest.mark.parametrize("case", cases("holes")[::EVERY], ids=lambda case: f"{case.schema}: {case.what}")
def test_verify_names_the_object_when(case: Case, server: Any, foreign: Any, cluster: None) -> None:
    if server.major < case.since:
        pytest.skip(f"PostgreSQL {server.major} cannot do this; {case.since} can")
    found = findings(server, foreign, case.schema, case.sql)
    assert any(case.names in f"{f.cell} {' '.join(f.decided_by)} {f.happened}" for f in found), [f.cell for f in found]


@pytest.mark.parametrize("case", cases("harmless")[::EVERY], ids=lambda case: f"{case.schema}: {case.what}")
def test_verify_says_nothing_but_that_something_is_new_when(
    case: Case, server: Any, foreign: Any, cluster: None
) -> None:
    for finding in findings(server, foreign, case.schema, case.sql):
        assert finding.kind == "new" and case.names and case.names in finding.object, finding
