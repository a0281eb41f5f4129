"""Names what changed beside the cells where that showed: a signup's trigger, a helper that policies ask."""

from __future__ import annotations

import re

from saasdb.verify.engine import Comparison
from saasdb.verify.findings import Finding
from saasdb.verify.touched import touched


def with_causes(findings: list[Finding], comparison: Comparison) -> list[Finding]:
    """The findings, and one for each changed definition that no finding is about and that one of them can come from."""
    red = [f for f in findings if f.kind != "new"]
    if not red or comparison.frozen is None:
        return findings
    states = (comparison.now.inventory, comparison.frozen.inventory)
    causes = []
    for title in comparison.changed:
        name = title.partition(" of ")[2] or title.partition(" ")[2]
        called = re.compile(rf"(?<![\w.]){re.escape(name)}(?![\w.])")
        if any(called.search(f.object) for f in findings):
            continue
        reached = touched([title], *states)
        shown = next(
            (
                f
                for f in red
                if {f.object, f.object.partition(" ")[2]} & reached or any(called.search(d) for d in f.decided_by)
            ),
            None,
        )
        if shown:
            causes.append(
                Finding(
                    shown.kind,
                    title if title.startswith("function") else name,
                    says="as the contract's definition",
                    happened=f"{shown.cell}: {shown.happened}"[:300],
                    decided_by=(title,),
                    statement=shown.statement,
                )
            )
    return [*causes, *findings]
