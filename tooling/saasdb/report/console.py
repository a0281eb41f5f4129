"""The terminal: how wide it is, whether it is one, and tables that fit it."""

from __future__ import annotations

import os
import sys

from saasdb.report.messages import out

_PAGE = 80  # a log, a mail, a pager


def console(*, stderr: bool = False):
    """A rich console; plain, and as wide as a page, where the output is not a terminal."""
    from rich.console import Console

    stream = sys.stderr if stderr else sys.stdout
    if stream.isatty():
        return Console(file=stream, highlight=False, markup=False)
    width = int(os.environ.get("COLUMNS") or _PAGE)
    return Console(file=stream, highlight=False, markup=False, width=width, no_color=True, force_terminal=False)


def print_table(rows) -> None:
    """Print a table on stdout, without the blanks that pad its last column."""
    screen = console()
    with screen.capture() as captured:
        screen.print(rows)
    out("".join(f"{line.rstrip()}\n" for line in captured.get().splitlines()), end="")


def table(*columns: str, title: str | None = None):
    """A table without frames: it reads the same in a terminal, a log and a mail."""
    from rich.box import SIMPLE_HEAD
    from rich.table import Table

    made = Table(box=SIMPLE_HEAD, title=title, title_justify="left", pad_edge=False, show_edge=False)
    for column in columns:
        made.add_column(column, overflow="fold")
    return made
