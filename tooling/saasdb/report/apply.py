"""What apply and status print."""

from __future__ import annotations

import json
import sys
from collections import Counter
from itertools import groupby

from saasdb.report.console import print_table, table
from saasdb.report.messages import note, out

_NO_LOCK = ", locks nothing that others feel"
_FEW = 3
"""Up to so many files without a lock are named; more are counted."""


class Progress:
    """One line a step on stderr: what runs now, then how long it took."""

    def __enter__(self) -> Progress:
        self._terminal = sys.stderr.isatty()
        return self

    def __exit__(self, *_) -> None:
        if self._terminal:
            sys.stderr.write("\r\x1b[K")

    def __call__(self, path: str, what: str) -> None:
        if what == "begins":
            if self._terminal:
                sys.stderr.write(f"\r\x1b[K… {path}")
                sys.stderr.flush()
            return
        if self._terminal:
            sys.stderr.write("\r\x1b[K")
        note(f"{what:>9}  {path}")


def done(plan, as_json: bool) -> None:
    """What an apply did."""
    if as_json:
        out(json.dumps({"applied": [{"kind": s.kind, "path": s.path, "reason": s.reason} for s in plan.steps]}))
        return
    for line in plan.skipped:
        note(f"{'left':>9}  {line}")
    if not plan.steps:
        out("nothing to do: the database is up to date")
        return
    out(f"up to date: {_count(plan)} applied")


def _count(plan) -> str:
    migrations, code = len(plan.migrations), len(plan.code) + len(plan.platform)
    return ", ".join(
        f"{number} {word}{'s' if number != 1 else ''}"
        for number, word in ((migrations, "migration"), (code, "code file"))
        if number
    )


def show_plan(plan, target, rehearsal, as_json: bool) -> None:
    """Each step, its locks and why."""
    if as_json:
        steps = [
            {
                "kind": step.kind,
                "path": step.path,
                "why": step.reason,
                "locks": [{"table": name, "lock": lock} for name, lock in rehearsal.locks.get(step.path, [])],
            }
            for step in plan.steps
        ]
        problem = str(rehearsal.problem) if rehearsal.problem else None
        whole = {"database": target.database, "steps": steps, "skipped": list(plan.skipped), "problem": problem}
        out(json.dumps(whole, indent=2))
        return
    if not plan.steps:
        out(f"nothing to do: database {target.database} is up to date")
        return
    for room, steps in groupby(plan.steps, key=lambda step: step.path.rpartition("/")[0]):
        _show_room(room, list(steps), rehearsal.locks)
    for line in plan.skipped:
        out(f"left alone: {line}")
    if rehearsal.problem:
        out(f"on a throwaway this fails: {rehearsal.problem}")
    out(f"{_count(plan)} pending for database {target.database}; locks as measured on a throwaway")


def _show_room(room: str, steps, locks) -> None:
    """A folder's steps: each migration a line, other files a line only when they lock something or stand alone."""
    out(f"{room}/")
    quiet = [step for step in steps if step.kind != "migration" and not _locks(step, locks)]
    if len(quiet) <= _FEW:
        quiet = []
    for step in steps:
        if step in quiet:
            continue
        held = _locks(step, locks)
        out(f"  {step.path.rpartition('/')[2]}  {step.reason}{_NO_LOCK if step.path in locks and not held else ''}")
        for line in held:
            out(f"      {line}")
    for reason, count in Counter(step.reason for step in quiet).items():
        out(f"  {count} {'more ' if len(quiet) < len(steps) else ''}files  {reason}{_NO_LOCK}")


def _locks(step, locks) -> list[str]:
    if step.path in locks:
        from saasdb.apply.rehearse import BLOCKS

        return [f"{name}: {lock}, {BLOCKS[lock]}" for name, lock in locks[step.path]]
    said = step.file.head.get("locks") if step.file else None
    return [f"its head says: {said}"] if said else []


def show_status(report, as_json: bool) -> None:
    """What is applied, pending, edited or drifted."""
    if as_json:
        out(json.dumps(report.as_json(), indent=2, default=str))
        return
    rows = table("migration", "state", "applied", "by", "took")
    for line in report.migrations:
        rows.add_row(line.file, line.state, line.applied, line.by, line.took)
    if report.migrations:
        print_table(rows)
    changed = table("code file", "state")
    for path, state in report.code:
        changed.add_row(path, state)
    if report.code:
        print_table(changed)
    for drift in report.drift:
        out(f"drift: {drift.object} was {drift.what} (made by {drift.path})")
    for problem in report.problems:
        out(f"problem: {problem}")
    out(report.summary)
