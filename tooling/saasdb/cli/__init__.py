"""The command line: one module a verb. A verb's own imports happen when it runs, so that `--help` stays quick."""

from __future__ import annotations

import sys

import typer

from saasdb.errors import SaasdbError

app = typer.Typer(
    name="saasdb",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
    help="The database of a SaaS as plain SQL that proves itself.",
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _load_verbs() -> None:
    from saasdb.cli import verbs  # noqa: F401


def main() -> None:
    """Run the command; every error becomes one message on stderr and an exit code."""
    _load_verbs()
    try:
        app()
    except SaasdbError as error:
        from saasdb.report.messages import print_error

        print_error(error)
        sys.exit(error.exit_code)
