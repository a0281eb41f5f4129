"""Points a finding at the file and line of the policy, grant, function or trigger that decides it."""

from __future__ import annotations

import re
from dataclasses import replace

from saasdb.settings import Project
from saasdb.verify.findings import Finding, Verdict

_ROOMS = ("policies", "functions/private", "functions/public", "triggers", "schema/tables", "schema/buckets", "schema")


def with_places(verdict: Verdict, project: Project | None) -> Verdict:
    """The verdict, its findings with `place` where the project has the file; without a project as it is."""
    if project is None or not verdict.findings:
        return verdict
    files = {}
    for room in _ROOMS:
        folder = project.room(*room.split("/"))
        if folder.is_dir():
            files |= {f"{room}/{path.name}": path.read_text(encoding="utf-8") for path in sorted(folder.glob("*.sql"))}
    return replace(verdict, findings=[replace(f, place=_place(f, files) or f.place) for f in verdict.findings])


def _place(finding: Finding, files: dict[str, str]) -> str:
    bare = finding.object.split("(")[0].split(" ")[-1]
    looks = []
    for decides in finding.decided_by:
        if match := re.match(r'policy "(.*)"$', decides):
            looks.append((rf'create policy "?{re.escape(match[1])}"?', "policies"))
        elif match := re.match(r"trigger (\S+)", decides):
            looks.append((rf"trigger\s+{re.escape(match[1])}", "triggers"))
    if "(" in finding.object:
        looks.append((rf"function\s+{re.escape(bare)}\s*\(", "functions"))
    looks += [(rf"\btable\s+{re.escape(bare)}\b", "policies"), (rf"\b{re.escape(bare)}\b", "policies")]
    return next((found for pattern, room in looks if (found := _line(files, pattern, room))), "")


def _line(files: dict[str, str], pattern: str, room: str) -> str:
    for path, text in files.items():
        if not path.startswith(room):
            continue
        for number, line in enumerate(text.splitlines(), start=1):
            if not line.startswith("--") and re.search(pattern, line, re.IGNORECASE):
                return f"{path}:{number}"
    return ""
