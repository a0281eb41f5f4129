"""docs/errors.md is the list of what the functions raise: nothing missing, nothing that is no longer raised."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
FUNCTIONS = sorted((ROOT / "functions").glob("*/*.sql"))
# Raised by Postgres itself, not by a function of ours.
POSTGRES_OWN = {"22P02", "23514"}


def documented() -> dict[str, str]:
    """SQLSTATE → the rest of its line."""
    rows = re.findall(r"^\| `(\w{5})` \|(.*)$", (ROOT / "docs" / "errors.md").read_text(), re.MULTILINE)
    return dict(rows)


def raised(path: Path) -> list[tuple[str, str]]:
    """(SQLSTATE, what follows it in the statement) of each error that a file raises."""
    return re.findall(r"raise exception.*?errcode = '(\w{5})'(.*?);", path.read_text(), re.DOTALL)


def test_the_list_has_every_code_and_no_other():
    codes = {code for path in FUNCTIONS for code, _ in raised(path)}
    assert codes, "no function raises anything?"
    assert codes | POSTGRES_OWN == set(documented())


@pytest.mark.parametrize("path", FUNCTIONS, ids=lambda path: path.stem)
def test_every_error_of_a_function_says_what_to_do_next(path):
    text = path.read_text()
    assert text.count("raise exception") == len(raised(path)), "an error without errcode"
    for code, rest in raised(path):
        assert "hint = '" in rest, f"{code} has no hint"


@pytest.mark.parametrize(
    "path", [each for each in FUNCTIONS if each.parent.name == "public"], ids=lambda path: path.stem
)
def test_the_list_names_the_functions_that_refuse(path):
    table = documented()
    for code, _ in raised(path):
        if code not in ("22023", "42501"):
            assert f"`{path.stem}`" in table[code], f"{code} of {path.stem} is not in docs/errors.md"
