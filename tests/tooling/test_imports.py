"""Imports go one way, top to bottom; what is heavy is imported where it is used; the tooling knows no table by name."""

import ast
import re
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parents[2] / "tooling" / "saasdb"
PROJECT = PACKAGE.parents[1]

LAYERS = [
    {"cli", "pytest_plugin", "__main__"},
    {"report"},
    {"verify", "mutate", "lint", "docs", "seed", "export", "doctor", "diff"},
    {"apply", "throwaway"},
    {"plan", "compare", "render"},
    {"catalog", "ledger", "files", "contract", "statements"},
    {"model"},
    {"settings", "errors", "undisturbed"},
]
LEVEL = {name: number for number, layer in enumerate(LAYERS) for name in layer}
HEAVY = {"sqlfluff", "testcontainers", "pglast", "hypothesis"}
MODULES = sorted(path for path in PACKAGE.rglob("*.py"))


def part(path):
    """The package's part that a module belongs to: `apply` for apply/run.py, `errors` for errors.py."""
    first = path.relative_to(PACKAGE).parts[0]
    return first.removesuffix(".py")


def imports(tree):
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_a_module_imports_only_what_lies_below_it(path):
    here = part(path)
    if here == "__init__":
        return
    assert here in LEVEL, f"{here} has no layer yet: say in LAYERS where it belongs"
    for name in imports(ast.parse(path.read_text())):
        pieces = name.split(".")
        if pieces[0] != "saasdb" or len(pieces) < 2 or pieces[1] == "__version__":
            continue
        there = pieces[1]
        assert LEVEL[there] >= LEVEL[here], f"{path.name} imports {name}: {here} lies below {there}"


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_a_module_imports_nothing_heavy_when_it_is_loaded(path):
    top = [node for node in ast.parse(path.read_text()).body if isinstance(node, ast.Import | ast.ImportFrom)]
    heavy = {name.split(".")[0] for node in top for name in imports(ast.Module([node], []))} & HEAVY
    assert not heavy, f"{path.name} imports {heavy} at its top"


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_only_reports_print(path):
    if part(path) in ("report",):
        return
    calls = [node for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.Call)]
    assert not [call.lineno for call in calls if isinstance(call.func, ast.Name) and call.func.id == "print"]


def test_the_tooling_knows_no_table_of_the_product_by_name():
    tables = {path.stem for path in (PROJECT / "schema" / "tables").glob("*.sql")}
    assert len(tables) >= 9
    word = re.compile(rf"\b({'|'.join(sorted(tables))})\b")
    found = []
    for path in MODULES:
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and not is_docstring(node, path):
                found += [f"{path.name}:{node.lineno}: {name}" for name in word.findall(node.value)]
    assert found == []


def is_docstring(node, path):
    """Examples in prose may name a table; code may not."""
    lines = path.read_text().splitlines()
    return lines[node.lineno - 1].lstrip().startswith('"""')
