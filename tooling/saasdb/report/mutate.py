"""What mutate prints: a line a kind, then every survivor."""

from __future__ import annotations

import json
from collections import Counter

from saasdb.mutate.run import Score
from saasdb.report.console import print_table, table
from saasdb.report.messages import out


def show(score: Score) -> None:
    """The counts, the reasons of equivalence, and each mutant that nobody noticed with the SQL that makes it."""
    fates = ("verify", *(("tests",) if score.tested else ()), "equivalent", "")
    rows = table("rule", "mutants", *(fate or "survived" for fate in fates))
    for kind, counts in score.counts.items():
        rows.add_row(kind, str(sum(counts.values())), *(str(counts[fate] or "") for fate in fates))
    print_table(rows)
    reasons = Counter(result.how for result in score.of("equivalent"))
    if reasons:
        out("\nequivalent, as the server confirms:")
        for reason, count in reasons.most_common():
            out(f"  {count:>4}  {reason}")
    survivors = score.of("")
    for result in survivors:
        out(f"\nSURVIVED: {result.mutant.title}")
        out(f"  made by   {_one_line('; '.join(result.mutant.sql))}")
    verify, tests, equivalent = (len(score.of(fate)) for fate in ("verify", "tests", "equivalent"))
    by = f"{verify:,} by verify" + (f", {tests:,} by the tests" if score.tested else "")
    rate = len(score.results) / score.seconds if score.seconds else 0
    out(
        f"\n{len(score.results):,} mutants, {verify + tests:,} killed ({by}), {equivalent:,} equivalent, "
        f"{len(survivors):,} survived: {_percent(score)} % killed; {rate:.0f} mutants a second"
    )


def as_json(score: Score) -> None:
    """Every mutant and its fate, for a program."""
    whole = {
        "percent": score.percent,
        "counts": {k: {fate or "survived": n for fate, n in v.items()} for k, v in score.counts.items()},
        "mutants": [
            {
                "kind": result.mutant.kind,
                "object": result.mutant.object,
                "what": result.mutant.what,
                "sql": list(result.mutant.sql),
                "fate": result.by or "survived",
                "how": result.how,
            }
            for result in score.results
        ],
    }
    out(json.dumps(whole, indent=2, ensure_ascii=False))


def _percent(score: Score) -> str:
    """Never rounded up to 100: one survivor in ten thousand shows."""
    return "100" if score.percent == 100 else f"{int(score.percent * 100) / 100:.2f}"


def _one_line(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= 200 else f"{line[:197]}..."
