"""A verdict as JSON, JUnit XML, SARIF 2.1.0 or GitHub's annotation commands."""

from __future__ import annotations

import json
from dataclasses import asdict
from xml.sax.saxutils import escape, quoteattr

from saasdb.report.verify import message
from saasdb.verify.findings import KINDS, Finding, Verdict


def as_json(verdict: Verdict) -> str:
    """Everything, for a program."""
    return json.dumps(
        {
            "agrees": verdict.agrees,
            "tried": verdict.tried,
            "findings": [asdict(finding) for finding in verdict.findings],
            "cells": [asdict(cell) for cell in verdict.cells],
        },
        indent=2,
        ensure_ascii=False,
    )


def as_junit(verdict: Verdict) -> str:
    """One test case a cell, and one a finding that is no cell of the matrix."""
    by_cell: dict[tuple[str, str, str], list[Finding]] = {}
    for finding in verdict.findings:
        by_cell.setdefault((finding.object, finding.persona, finding.command), []).append(finding)
    cases = [
        (cell.object, cell.persona, cell.command, by_cell.pop((cell.object, cell.persona, cell.command), []))
        for cell in verdict.cells
    ]
    cases += [(*key, found) for key, found in by_cell.items()]
    failures = sum(bool(found) for *_, found in cases)
    lines = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        f'<testsuite name="saasdb verify" tests="{len(cases)}" failures="{failures}">',
    ]
    for title, persona, command, found in cases:
        name = " ".join(part for part in (persona, command) if part) or "state"
        head = f"  <testcase classname={quoteattr(_xml(title))} name={quoteattr(_xml(name))}"
        if not found:
            lines.append(head + "/>")
            continue
        lines.append(head + ">")
        lines += [
            f"    <failure message={quoteattr(_xml(message(f)))}>{escape(_xml(f.statement))}</failure>" for f in found
        ]
        lines.append("  </testcase>")
    return "\n".join([*lines, "</testsuite>"])


def _xml(text: str) -> str:
    """`text` without the control characters that XML 1.0 cannot hold."""
    return "".join(c for c in text if c in "\t\n\r" or ord(c) >= 32)


def as_sarif(verdict: Verdict) -> str:
    """SARIF 2.1.0: each finding at the file and line that decides it."""
    rules = [{"id": kind, "shortDescription": {"text": text}} for kind, text in KINDS.items()]
    results = []
    for finding in verdict.findings:
        file, _, line = finding.place.rpartition(":")
        result = {
            "ruleId": finding.kind,
            "level": "warning" if finding.kind == "new" else "error",
            "message": {"text": message(finding)},
        }
        if file and line.isdigit():
            place = {"artifactLocation": {"uri": file}, "region": {"startLine": int(line)}}
            result["locations"] = [{"physicalLocation": place}]
        results.append(result)
    driver = {"name": "saasdb verify", "rules": rules}
    schema = "https://json.schemastore.org/sarif-2.1.0.json"
    return json.dumps(
        {"$schema": schema, "version": "2.1.0", "runs": [{"tool": {"driver": driver}, "results": results}]},
        indent=2,
        ensure_ascii=False,
    )


def as_github(verdict: Verdict) -> str:
    """GitHub's workflow commands: an annotation a finding."""
    lines = []
    for finding in verdict.findings:
        file, _, line = finding.place.rpartition(":")
        place = f"file={file},line={line}," if file and line.isdigit() else ""
        level = "warning" if finding.kind == "new" else "error"
        text = message(finding).replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")
        lines.append(f"::{level} {place}title={finding.kind}::{text}")
    return "\n".join(lines) or "::notice::every cell agrees with the access contract"
