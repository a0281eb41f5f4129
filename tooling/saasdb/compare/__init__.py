"""What differs between two databases; pure: it knows no connection."""

from saasdb.compare.changes import Change, Changes, compare

__all__ = ["Change", "Changes", "compare"]
