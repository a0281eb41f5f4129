"""What the proof's verdict means: good, mended by what pg_dump says, or an error that names what is left."""

from __future__ import annotations

from saasdb.compare import Changes
from saasdb.diff.proof import Verdict
from saasdb.errors import SaasdbError

_TODO = "Nothing was printed. Make these changes by hand, then run diff again for the rest."


def refuse(verdict: Verdict) -> None:
    """Raise what a verdict leaves open.

    Raises:
        SaasdbError: the result is not the second state; what is left is named.
    """
    if verdict.left:
        raise SaasdbError(
            "The statements do not lead to the second state. Left over:\n    " + "\n    ".join(_listed(verdict.left)),
            todo=_TODO,
        )
    if verdict.dump_left:
        left = "\n    ".join(text.replace("\n", "\n      ") for text in verdict.dump_left)
        raise SaasdbError(
            f"pg_dump sees a difference that cannot be written as SQL yet. Left over:\n    {left}", todo=_TODO
        )


def _listed(left: Changes) -> list[str]:
    found = [f"missing: {key}" for key in left.created] + [f"too many: {key}" for key in left.dropped]
    return found + [
        f"differs: {key}: " + "; ".join(f"{name} is {was}, should be {now}" for name, was, now in change.told())
        for key, change in left.changed.items()
    ]
