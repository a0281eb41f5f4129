"""The command line: one module a verb. A verb's own imports happen when it runs, so that `--help` stays quick."""

from __future__ import annotations

import gc
import os
import sys

import typer

from saasdb.errors import SaasdbError

_MISUSE = typer.BadParameter.__mro__[2]
"""The framework's class of every wrong argument; which package it lies in depends on the framework's version."""

_SIGINT = 130
"""What the framework makes of Ctrl-C. This command has three exit codes; an interrupted verb could not do its work."""

app = typer.Typer(
    name="saasdb",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
    epilog="Exit codes: 0 nothing to report, 1 something found, 2 could not do it.",
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _say_version(wanted: bool) -> None:
    if wanted:
        from importlib.metadata import version

        from saasdb.report.messages import out

        out(f"saasdb {version('saasdb')}")
        raise typer.Exit


@app.callback()
def saasdb(
    version: bool = typer.Option(False, "--version", is_eager=True, callback=_say_version, help="Say which this is."),
) -> None:
    """The database of a SaaS as plain SQL that proves itself."""


def main() -> None:
    """Run the command; every error becomes one message on stderr and an exit code."""
    gc.set_threshold(100_000)  # a command is short: searched every 700 values, garbage costs it a tenth of its time
    from saasdb.cli import verbs  # noqa: F401  (registers them)

    try:
        code = app(standalone_mode=False) or 0
        if code == _SIGINT:
            raise KeyboardInterrupt
        sys.exit(code)
    except SaasdbError as error:
        _fail(error)
    except (KeyboardInterrupt, typer.Abort):
        _fail(SaasdbError("Interrupted", todo="The open step was rolled back; `saasdb status` shows what stands."))
    except _MISUSE as error:
        _fail(_misuse(error))
    except Exception as error:
        if os.environ.get("SAASDB_DEBUG"):
            raise
        _fail(_unexpected(error))


def _misuse(error: Exception) -> SaasdbError:
    context = getattr(error, "ctx", None)
    command = context.command_path if context else "saasdb"
    said = error.format_message().rstrip(".") or "No verb was given"  # without one the framework shows the help alone
    return SaasdbError(said, todo=f"See `{command} --help`.")


def _unexpected(error: Exception) -> SaasdbError:
    import psycopg

    said = (str(error).strip().splitlines() or [repr(error)])[0]
    if isinstance(error, psycopg.Error):
        state = f" (SQLSTATE {error.sqlstate})" if error.sqlstate else ""
        return SaasdbError(f"The database refused: {said}{state}", todo="Run `saasdb doctor` against this database.")
    if isinstance(error, OSError):
        return SaasdbError(f"{error.strerror or said}", where=error.filename, todo="Check the disk and its rights.")
    return SaasdbError(
        f"A fault of saasdb itself: {type(error).__name__}: {said}",
        todo="Run it again with SAASDB_DEBUG=1 and report what it prints.",
    )


def _fail(error: SaasdbError) -> None:
    from saasdb.report.messages import print_error

    print_error(error)
    sys.exit(error.exit_code)
