"""`saasdb up` and `saasdb down`: a throwaway database to work on."""

from __future__ import annotations

from saasdb.cli import app


@app.command()
def down() -> None:
    """Stop the throwaway server that `up --detach` left running."""
    from saasdb.report.messages import note
    from saasdb.throwaway import embedded

    note("stopped" if embedded.stop_detached() else "nothing was running")
