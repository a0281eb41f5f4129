"""Messages for people: errors and notes on stderr, plain text without a terminal."""

from __future__ import annotations

import os
import sys

from saasdb.errors import SaasdbError


def print_error(error: SaasdbError) -> None:
    """One error, on stderr."""
    print(f"{_red('error')}: {error}", file=sys.stderr)


def note(text: str) -> None:
    """Progress, on stderr, so that stdout holds findings alone."""
    print(text, file=sys.stderr)


def out(text: str, *, end: str = "\n") -> None:
    """A finding or a result, on stdout; at once: whoever reads a pipe may wait for it while we wait for them.

    Who has read enough (`| head -1`) closes the pipe: the rest is not written, and the verb's verdict stands.
    """
    try:
        print(text, end=end, flush=True)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _red(text: str) -> str:
    return f"\x1b[1;31m{text}\x1b[0m" if sys.stderr.isatty() else text
