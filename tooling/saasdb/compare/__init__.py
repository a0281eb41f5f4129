"""What differs between two databases; pure: it knows no connection."""

from saasdb.compare.changes import Change, Changes, compare
from saasdb.compare.settled import held_apart

__all__ = ["Change", "Changes", "compare", "held_apart"]
