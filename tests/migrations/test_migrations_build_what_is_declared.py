"""Two entries of one truth: replaying the migrations ends at exactly what the table files declare."""

from __future__ import annotations

import subprocess

import psycopg
import pytest
from saasdb.apply.declared import load_declared
from saasdb.catalog import read
from saasdb.compare import compare
from saasdb.files import load
from saasdb.settings import find_project
from saasdb.throwaway.binaries import find_binaries


@pytest.fixture(scope="module")
def both(server, project_template):
    """The URLs of the declared and of the migrated state."""
    with server.database() as declared, server.database(project_template) as migrated:
        load_declared(declared, load(find_project()))
        yield declared, migrated


def test_the_reader_of_catalogs_finds_no_difference(both):
    states = []
    for url in both:
        with psycopg.connect(url) as connection:
            states.append(read(connection))
    found = compare(*states)
    assert (found.created, found.dropped, dict(found.changed)) == ((), (), {})


def test_pg_dump_finds_no_difference(both):
    """A second pair of eyes: it knows nothing of our reader."""
    program = find_binaries().client("pg_dump")
    declared, migrated = (
        subprocess.run([program, "--schema-only", url], check=True, capture_output=True, text=True).stdout.splitlines()
        for url in both
    )

    def content(lines):
        # \restrict carries a random word of each run
        return [line for line in lines if not line.startswith(("\\restrict", "\\unrestrict"))]

    assert content(declared) == content(migrated)
