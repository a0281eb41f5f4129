"""What verify prints: the matrix and the cells that differ; `verify_formats` has the forms for programs."""

from __future__ import annotations

from collections import defaultdict

from saasdb.report.console import print_table, table
from saasdb.report.messages import out
from saasdb.verify.findings import KINDS, CellResult, Finding, Verdict

LETTERS = {"select": "S", "insert": "I", "update": "U", "delete": "D", "execute": "X"}


def show(verdict: Verdict, form: str, *, quiet: bool = False) -> None:
    """Print a verdict in the form asked for."""
    if form == "text":
        if not quiet:
            _matrix(verdict)
        _findings(verdict)
        return
    from saasdb.report import verify_formats

    out(getattr(verify_formats, f"as_{form}")(verdict))


def _matrix(verdict: Verdict) -> None:
    """One line an object, one column a persona; a cell says command by command what is allowed."""
    personas = list(dict.fromkeys(cell.persona for cell in verdict.cells))
    objects: dict[str, dict[str, list[CellResult]]] = defaultdict(lambda: defaultdict(list))
    for cell in verdict.cells:
        objects[cell.object][cell.persona].append(cell)
    for head, functions in (("table", False), ("function", True)):
        rows = table(head, *personas)
        for title, by_persona in objects.items():
            if title.startswith("function ") != functions or all(
                c.says == "-" and c.agrees for cells in by_persona.values() for c in cells
            ):
                continue
            rows.add_row(_short(title), *(_cell(by_persona[p]) for p in personas))
        if rows.row_count:
            print_table(rows)
            out("")
    out("S select, I insert, U update, D delete, X execute; * all rows, . own rows, ? rows by a predicate,")
    out("- permitted but no row, c some columns only, ! differs. What is not shown is denied, and was tried.")


def _short(title: str) -> str:
    name = title.removeprefix("function ").removeprefix("public.")
    return name.split("(")[0] if title.startswith("function ") else name


MARKS = {"all": "*", "own": ".", "none": "-", "mixed": "~", "fails": "x"}


def _cell(cells: list[CellResult]) -> str:
    parts = []
    for cell in cells:
        word = cell.says.split(" (")[0]
        if cell.says == "-" and cell.agrees:
            continue
        mark = "" if cell.says == "-" else MARKS.get(word, "?")
        parts.append(f"{LETTERS[cell.command]}{mark}{'c' if cell.columns else ''}{'' if cell.agrees else '!'}")
    return " ".join(parts)


def _findings(verdict: Verdict) -> None:
    for finding in verdict.findings:
        out("")
        out(f"{finding.kind.upper()}: {finding.cell}")
        for name, value in (
            ("contract", finding.says),
            ("happened", finding.happened),
            ("decides", ", ".join(finding.decided_by)),
            ("tried", _one_line(finding.statement)),
            ("where", finding.place),
        ):
            if value:
                out(f"  {name:<9} {value}")
    agreeing = sum(cell.agrees for cell in verdict.cells)
    out("")
    if verdict.agrees:
        out(f"{len(verdict.cells)} cells agree with the contract; {verdict.tried:,} statements tried, all rolled back")
        return
    counts = ", ".join(
        f"{sum(f.kind == kind for f in verdict.findings)} {kind}"
        for kind in KINDS
        if any(f.kind == kind for f in verdict.findings)
    )
    out(f"Found {counts}; {agreeing} of {len(verdict.cells)} cells agree; {verdict.tried:,} statements tried")


def _one_line(statement: str) -> str:
    text = " ".join(statement.split())
    return text if len(text) <= 160 else text[:157] + "..."


def message(finding: Finding) -> str:
    """A finding as one sentence, for the formats of programs."""
    says, happened = finding.says or "-", finding.happened or "-"
    return f"{finding.cell} {KINDS[finding.kind]}: contract says {says}; happened: {happened}"
