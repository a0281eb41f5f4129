"""`saasdb diff`: two states loaded, compared, planned, and the plan proven on a copy of the first."""

from saasdb.diff.run import Options, Outcome, diff

__all__ = ["Options", "Outcome", "diff"]
