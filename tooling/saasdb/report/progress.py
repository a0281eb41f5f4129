"""Progress on stderr: a bar in a terminal; elsewhere nothing, or for what takes minutes a line now and then."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

Advance = Callable[[str, int, int], None]
"""Called with what is going on, how much of it is done, and how much there is."""

EVERY_SECONDS = 10.0
"""How often a line is written where there is no terminal."""


@contextmanager
def bar(title: str, *, lines: bool = False) -> Iterator[Advance]:
    """A bar for the length of the block.

    Args:
        lines: where stderr is not a terminal (CI), write a line when something begins and ends, and now and then
            between; otherwise it is silent there.
    """
    if not sys.stderr.isatty():
        yield _lines() if lines else lambda what, done, total: None
        return
    from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn

    from saasdb.report.console import console

    columns = (TextColumn("{task.description}"), BarColumn(), TaskProgressColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console(stderr=True), transient=True) as progress:
        task = progress.add_task(title, total=None)
        yield lambda what, done, total: progress.update(task, description=what, completed=done, total=total)


def _lines() -> Advance:
    from saasdb.report.messages import note

    last, began = "", 0.0

    def advance(what: str, done: int, total: int) -> None:
        nonlocal last, began
        now = time.monotonic()
        if what != last or done == total or now - began > EVERY_SECONDS:
            last, began = what, now
            note(f"{what}: {done:,} of {total:,}")

    return advance
