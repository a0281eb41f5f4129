"""What a statement did to the tables, told so that two runs of the same schema tell it alike.

The runner compares all tables before and after a probe (`Probe.effects`); here that is put into words: whose rows went,
what the new ones say, without generated keys and times.
"""

from __future__ import annotations

import json
import re
from typing import Any

from saasdb.verify.inventory import Relation
from saasdb.verify.principals import Principal
from saasdb.verify.recognise import Names
from saasdb.verify.world import World

GENERATED = re.compile(r"\bnextval\(|gen_random|uuid_generate|uuidv\d|\brandom\(|txid_current|xact_id|backend_pid")
"""What a default calls whose value is another one on every run."""

After = dict[str, list]
"""Table → its new rows and the labels of those that went, as the runner answers."""


class Effects:
    """Reads what the runner saw in one world."""

    def __init__(self, world: World, names: Names | None = None):
        self.world, self.names = world, names or Names(world)
        self._varying: dict[str, set[str]] = {}

    def learn(self, after: Any, again: Any) -> None:
        """Leave out, from now on, the columns that two tries of one statement fill differently: random keys, codes."""
        other = self.of(again)
        for title, (new, _) in self.of(after).items():
            once_more = other.get(title, (None,))[0]
            if len(new or ()) == len(once_more or ()) == 1:  # of several rows nobody knows which is which
                one, two = new[0], once_more[0]
                differing = {k for k in one if self.names.plain(str(one[k])) != self.names.plain(str(two.get(k)))}
                self._varying.setdefault(title, set()).update(differing)

    def telling(self, after: Any) -> bool:
        """Whether `learn` can learn from it: one new row in each table that it touched."""
        return bool(after) and all(len(new or ()) == 1 for new, _ in self.of(after).values())

    @staticmethod
    def of(after: Any) -> After:
        return after if isinstance(after, dict) else {}

    def text(self, after: Any) -> str:
        """The effects in words that are the same on every run."""
        return "\n".join(self.by_table(after).values())

    def by_table(self, after: Any) -> dict[str, str]:
        """The same, table by table."""
        told = self.told(after)
        return {title: f"{title}: now {rows}; before {sorted(gone)}" for title, (rows, gone) in sorted(told.items())}

    def told(self, after: Any, most: int | None = None) -> dict[str, tuple[str, frozenset[str]]]:
        """Table → what its new rows say (`many` for more than `most`) and the labels of those that went."""
        return {
            title: (self._rows(title, new or [], most), frozenset(gone or ()))
            for title, (new, gone) in self.of(after).items()
        }

    def strangers(self, principal: Principal | None, after: Any, said: str) -> set[str]:
        """Whose rows were changed or are named in new ones, beyond the caller's and what the caller said himself."""
        reached = set()
        for title, (new, gone) in self.of(after).items():
            for label in gone or ():
                if not self.names.friendly(principal, f"<{label}>") and label != "a row from before":
                    reached.add(f"<{title.split('.')[-1]} of {label}>")
            for row in new or ():
                reached |= self.names.strangers(principal, json.dumps(row), said)
        return reached

    def gone(self, relation: Relation, after: Any) -> frozenset[str]:
        """The labels of the rows of a table, or of its partitions, that were changed or removed."""
        titles = {relation.title} | {
            part.title for part in self.world.inventory.tables if part.partition_of == relation.oid
        }
        return frozenset(label for title in titles for label in self.of(after).get(title, (None, None))[1] or ())

    def _rows(self, title: str, new: list[dict], most: int | None) -> str:
        if most is not None and len(new) > most:
            return "many"
        made = self._made(self.world.inventory.relation(title)) | self._varying.get(title, set())
        rows = (json.dumps({k: v for k, v in row.items() if k not in made}, sort_keys=True) for row in new)
        # In the order of what stands there for what chance made, which is another one on every run.
        return str(sorted(map(self.names.plain, rows)))

    def _made(self, relation: Relation) -> set[str]:
        """Columns that hold another value on every run (generated ones, numbers), and those that no contract knows."""
        own = {c.name for c in relation.columns if c.added or c.identity or GENERATED.search(c.default or "")}
        for constraint in relation.constraints:
            target = self.world.inventory.relations.get(constraint.target)
            if constraint.type == "f" and target is not None and target is not relation:
                pairs = zip(constraint.columns, constraint.target_columns, strict=True)
                numbers = {c.name for c in target.columns if c.identity or (c.default or "").startswith("nextval")}
                own |= {column for column, there in pairs if there in numbers}
        return own
