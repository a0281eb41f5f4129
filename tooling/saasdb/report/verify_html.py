"""A verdict as one HTML file: the matrix as a picture that one can filter, the cells that differ first.

The file asks for nothing from any network (its own policy forbids it), and reads in black and white, in the dark, and
by keyboard: what a colour says, a letter or a sign says too.
"""

from __future__ import annotations

import json
from collections import defaultdict
from dataclasses import asdict
from html import escape
from importlib.resources import files

from saasdb.report.verify import LETTERS, MARKS
from saasdb.verify.findings import KINDS, CellResult, Finding, Verdict

WORDS = {
    "*": "all rows",
    ".": "own rows",
    "?": "rows by a predicate",
    "-": "permitted, no row",
    "~": "see its policies",
}


def page(verdict: Verdict, title: str = "Access contract") -> str:
    """The whole page."""
    sheet = files("saasdb.report").joinpath("page")
    details: list[dict[str, object]] = []
    failing = _findings(verdict, details)
    matrix = _matrix(verdict, details)
    data = json.dumps(details, ensure_ascii=False).replace("</", "<\\/").replace("<!--", "<\\!--")
    return (
        sheet.joinpath("verify.html")
        .read_text(encoding="utf-8")
        .format(
            title=escape(title),
            style=sheet.joinpath("verify.css").read_text(encoding="utf-8"),
            script=sheet.joinpath("verify.js").read_text(encoding="utf-8"),
            summary=escape(_summary(verdict)),
            state="agrees" if verdict.agrees else "differs",
            findings=failing,
            personas="".join(f"<option>{escape(p)}</option>" for p in _personas(verdict)),
            matrix=matrix,
            data=data,
        )
    )


def _summary(verdict: Verdict) -> str:
    agreeing = sum(cell.agrees for cell in verdict.cells)
    said = f"{agreeing} of {len(verdict.cells)} cells agree; {verdict.tried:,} statements tried, all rolled back"
    return said if verdict.agrees else f"{len(verdict.findings)} findings; {said}"


def _personas(verdict: Verdict) -> list[str]:
    return list(dict.fromkeys(cell.persona for cell in verdict.cells))


def _findings(verdict: Verdict, details: list[dict[str, object]]) -> str:
    lines = []
    for finding in verdict.findings:
        details.append(_of_finding(finding))
        lines.append(
            f'<li><button type="button" class="finding" data-n="{len(details) - 1}">'
            f"<b>{escape(finding.kind)}</b> {escape(finding.cell)}</button></li>"
        )
    return "".join(lines)


def _of_finding(finding: Finding) -> dict[str, object]:
    told = asdict(finding)
    return {
        "head": f"{finding.kind}: {finding.cell}",
        "wrong": True,
        "rows": [
            ["what it means", KINDS[finding.kind]],
            ["the contract says", told["says"] or "nothing, so it is denied"],
            ["what happened", told["happened"]],
            ["what decides", ", ".join(told["decided_by"])],
            ["tried", told["statement"]],
            ["where", told["place"]],
        ],
    }


def _matrix(verdict: Verdict, details: list[dict[str, object]]) -> str:
    personas = _personas(verdict)
    by_cell: dict[tuple[str, str, str], list[Finding]] = defaultdict(list)
    for finding in verdict.findings:
        by_cell[finding.object, finding.persona, finding.command].append(finding)
    objects: dict[str, dict[str, list[CellResult]]] = defaultdict(lambda: defaultdict(list))
    for cell in verdict.cells:
        objects[cell.object][cell.persona].append(cell)
    wrong = {cell.object for cell in verdict.cells if not cell.agrees}
    lines = [
        "<thead><tr><th scope=col>object</th>",
        *(f'<th scope=col data-persona="{escape(p)}">{escape(p)}</th>' for p in personas),
        "</tr></thead>",
    ]
    for title in sorted(objects, key=lambda name: (name not in wrong, name.startswith("function "))):
        kind = "function" if title.startswith("function ") else "table"
        lines.append(f'<tr data-kind="{kind}" data-name="{escape(title.lower())}"><th scope=row>{escape(title)}</th>')
        for persona in personas:
            buttons = []
            for cell in objects[title][persona]:
                details.append(_of_cell(cell, by_cell[cell.object, cell.persona, cell.command]))
                buttons.append(_button(cell, len(details) - 1))
            lines.append(f'<td data-persona="{escape(persona)}">{"".join(buttons)}</td>')
        lines.append("</tr>")
    return "".join(lines)


def _button(cell: CellResult, number: int) -> str:
    word = cell.says.split(" (")[0]
    denied = cell.says == "-"
    mark = "" if denied else MARKS.get(word, "?")
    sign = "" if cell.agrees else "!"
    said = "denied" if denied else WORDS.get(mark, word)
    label = f"{cell.command}: {said}{', some columns' if cell.columns else ''}{'' if cell.agrees else ', differs'}"
    kinds = "wrong" if not cell.agrees else "denied" if denied else "allowed"
    return (
        f'<button type="button" class="cell {kinds}" data-n="{number}" title="{escape(label)}" '
        f'aria-label="{escape(f"{cell.object}, {cell.persona}, {label}")}">'
        f"{LETTERS[cell.command]}{escape(mark)}{'c' if cell.columns else ''}{sign}</button>"
    )


def _of_cell(cell: CellResult, found: list[Finding]) -> dict[str, object]:
    rows = [
        ["the contract says", f"{cell.says}{cell.columns}" if cell.says != "-" else "denied"],
        ["the answer", cell.answer],
        ["what decides", ", ".join(cell.decided_by)],
        ["tried", cell.statement],
    ]
    for finding in found:
        rows = [["differs", f"{finding.column + ': ' if finding.column else ''}{finding.happened}"], *rows]
        rows += [["where", finding.place]] if finding.place else []
    head = f"{cell.object} · {cell.persona} · {cell.command}"
    return {"head": head, "wrong": not cell.agrees, "rows": rows}
