"""Steps and what must come before what."""

from __future__ import annotations

import heapq
from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from saasdb.model import Key


class Step(NamedTuple):
    """One thing to do to one object.

    Attributes:
        verb: `drop`, `create`, `alter`, `grant`, `own`, `disown`, `attach`, `aside`.
    """

    verb: str
    key: Key


_RANKS = (
    *("schema", "default privileges", "extension", "shell type", "collation", "enum", "composite type", "range"),
    *("domain", "base type", "language", "foreign data wrapper", "foreign server", "user mapping", "sequence"),
    *("access method", "table", "foreign table", "function", "procedure", "aggregate", "column", "default"),
    *("inheritance", "constraint", "index", "statistics", "view", "operator family", "operator", "operator class"),
    *("cast", "transform", "conversion", "text search parser", "text search template", "text search dictionary"),
    *("text search configuration", "materialized view", "rule", "trigger", "policy", "event trigger", "publication"),
    *("published schema", "published table", "subscription"),
)
_RANK = {kind: number for number, kind in enumerate(_RANKS)}
_REBUILT = frozenset({"view", "function", "procedure", "rule", "trigger", "policy"})
_VERBS = {"disown": 0, "aside": 1, "drop": 2, "create": 3, "alter": 4, "own": 5, "attach": 6, "grant": 7}


def _priority(step: Step, position: int) -> tuple:
    rank = _RANK.get(step.key.kind, len(_RANKS))
    if step.verb in ("disown", "drop") and step.key.kind != "default privileges":
        return (0, -rank, step.key[:3], 0, step.key, _VERBS[step.verb])
    if step.verb == "attach":
        rank = _RANK["index"] + 0.5
    return (1, rank, step.key[:3], position, step.key, _VERBS[step.verb])


class Graph:
    """Collects the order that dependencies demand, then lays the steps out.

    Args:
        late: steps that come after all others.
        positions: where a column stands among its table's: new ones are added in that order.

    Attributes:
        in_the_way: what was found to wait for itself and need not be altered in place: it can go and come again.
    """

    def __init__(self, late: Iterable[Step] = (), positions: Mapping[Key, int] | None = None) -> None:
        self.steps: set[Step] = set()
        self._late = frozenset(late)
        self._positions = positions or {}
        self._after: dict[Step, set[Step]] = defaultdict(set)
        self.in_the_way: set[Key] = set()

    def before(self, first: Step | None, second: Step | None) -> None:
        """Say that one step must come before another; nothing when either does not happen."""
        if first is not None and second is not None and first != second:
            self._after[first].add(second)

    def ordered(self) -> list[Step]:
        """Every step after those that it waits for; drops first, then by kind and name.

        Steps that wait for each other are broken at the one that would come first anyway: the proof on a clone
        shows whether that was right.
        """
        waits: dict[Step, int] = dict.fromkeys(self.steps, 0)
        before: dict[Step, set[Step]] = defaultdict(set)
        for first, others in self._after.items():
            if first in waits:
                for other in others:
                    if other in waits:
                        waits[other] += 1
                        before[other].add(first)
        priority = {
            step: (2,) if step in self._late else _priority(step, self._positions.get(step.key, 0)) for step in waits
        }
        heap = [(priority[step], step) for step, count in waits.items() if count == 0]
        heapq.heapify(heap)
        order: list[Step] = []
        left = dict(waits)
        while left:
            if not heap:
                circle = _circle(left, before, priority)
                self.in_the_way |= {step.key for step in circle if step.verb == "alter" and step.key.kind in _REBUILT}
                stuck = min(circle, key=lambda step: (left[step], priority[step]))
                heap = [(priority[stuck], stuck)]
            _, step = heapq.heappop(heap)
            if step not in left:
                continue
            del left[step]
            order.append(step)
            for other in self._after.get(step, ()):
                if other in left:
                    left[other] -= 1
                    if left[other] == 0:
                        heapq.heappush(heap, (priority[other], other))
        return order


def _circle(left: Mapping[Step, int], before: Mapping[Step, set[Step]], priority: Mapping[Step, tuple]) -> list[Step]:
    """Steps that wait for each other, and not just for others that do."""
    path: list[Step] = []
    step = min(left, key=priority.__getitem__)
    seen: dict[Step, int] = {}
    while step not in seen:
        seen[step] = len(path)
        path.append(step)
        step = min((first for first in before[step] if first in left), key=priority.__getitem__)
    return path[seen[step] :]
