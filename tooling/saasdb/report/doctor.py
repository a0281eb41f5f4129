"""What doctor prints."""

from __future__ import annotations

import json
from dataclasses import asdict

from saasdb.report.console import print_table, table
from saasdb.report.messages import out


def show(checks, as_json: bool) -> None:
    """One line a thing looked at."""
    if as_json:
        out(json.dumps([asdict(check) for check in checks], indent=2))
        return
    rows = table("", "what", "found", "do")
    for check in checks:
        mark = {"has": "ok", "lacks": "NO", "without": "--"}[check.state]
        rows.add_row(mark, check.subject, check.found, check.do)
    print_table(rows)
