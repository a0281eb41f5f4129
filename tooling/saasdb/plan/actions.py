"""What must happen to each object: the changes, and what they force upon everything that depends on them."""

from __future__ import annotations

import re
from collections import defaultdict, deque
from dataclasses import dataclass, field
from enum import Enum

from saasdb.compare import Change, Changes
from saasdb.model import Database, Key, Object
from saasdb.plan.domains import is_boxed, newly_ruled
from saasdb.plan.namesakes import callers
from saasdb.plan.rivals import rivals, without_a_part
from saasdb.plan.row_types import holders
from saasdb.render import registry
from saasdb.render.context import Context
from saasdb.render.names import ident
from saasdb.render.not_null import renamed_above

TYPES = frozenset({"enum", "domain", "composite type", "range", "base type"})


SUCCEEDED = TYPES | {"collation"}
"""Kinds whose successor must be there before the last column has left them."""


class Action(Enum):
    """What happens to one object."""

    CREATE = "create"
    DROP = "drop"
    ALTER = "alter"
    REPLACE = "replace"


@dataclass
class Actions:
    """The decisions of one plan.

    Attributes:
        of: object → what happens to it; what is not in here stays as it is.
        fields: altered object → the fields of its definition that differ.
        retyped: columns whose values move into another type (or another type of the same name).
        emptied: columns whose values are put aside → the columns whose change of type they stand in the way of.
        released: domains that let go of their default, whose function is made anew, and take it again.
    """

    of: dict[Key, Action] = field(default_factory=dict)
    fields: dict[Key, frozenset[str]] = field(default_factory=dict)
    retyped: set[Key] = field(default_factory=set)
    emptied: dict[Key, set[Key]] = field(default_factory=lambda: defaultdict(set))
    released: set[Key] = field(default_factory=set)

    def gone(self, key: Key) -> bool:
        return self.of.get(key) in (Action.DROP, Action.REPLACE)

    def made(self, key: Key) -> bool:
        return self.of.get(key) in (Action.CREATE, Action.REPLACE)


def decide(changes: Changes, ctx: Context, rebuilt: frozenset[Key] = frozenset()) -> Actions:
    """Alter in place what can be; replace the rest together with what stands on it.

    Args:
        rebuilt: what must not be altered in place, since it would have to let go of one thing before another is there.
    """
    actions = Actions()
    for key in changes.created:
        actions.of[key] = Action.CREATE
    for key in changes.dropped:
        actions.of[key] = Action.DROP
    for key, change in changes.changed.items():
        if change.old.parent != change.new.parent:
            actions.of[key] = Action.REPLACE
            continue
        possible = registry.alter(change.old, change.new, change.fields, ctx)
        if possible is not None and key.kind == "enum" and not ctx.safe and _uses_new_label(changes, key, change):
            possible = None
        actions.of[key] = Action.REPLACE if possible is None else Action.ALTER
        actions.fields[key] = change.fields
        if key.kind != "column" or change.new.parent.kind not in ("table", "foreign table"):
            continue
        if "not null" in change.fields:
            _settle_inherited_rule(changes, actions, change)
        if "local" in change.fields:
            actions.of[change.new.parent] = Action.REPLACE
        if possible is not None and change.fields & {"type", "collation"}:
            actions.retyped.add(key)
    actions.of.update(dict.fromkeys(newly_ruled(changes), Action.REPLACE))
    for caller in (*callers(changes), *rebuilt):
        if actions.of.get(caller) is Action.ALTER:
            actions.of[caller] = Action.REPLACE
    _spare_heirs(changes, actions)
    _Propagation(changes, actions, ctx).run()
    return actions


def _spare_heirs(changes: Changes, actions: Actions) -> None:
    """A child's column that stays as it is says so once its parent's, which takes it along, has changed."""
    heirs = defaultdict(list)
    for key, item in changes.new.objects.items():
        if key.kind == "inheritance":
            heirs[item["of"]].append(item["child"])
    waiting = [key for key in actions.fields if key.kind == "column"] if heirs else []
    while waiting:
        key = waiting.pop()
        fields = actions.fields[key] & {"generated", "not null"}
        if not fields or actions.of[key] is not Action.ALTER:
            continue
        for child in heirs.get(changes.new.objects[key].parent, ()):
            heir = key._replace(schema=child.schema, name=child.name)
            if heir not in changes.old.objects or heir not in changes.new.objects:
                continue
            known = actions.fields.get(heir, frozenset())
            if actions.of.setdefault(heir, Action.ALTER) is Action.ALTER and fields - known:
                actions.fields[heir] = known | fields
                waiting.append(heir)


def _settle_inherited_rule(changes: Changes, actions: Actions, change: Change) -> None:
    """An inherited NOT NULL can neither be renamed alone nor cease to be the table's own too."""
    before, after = change.old["not null"], change.new["not null"]
    if not (before and after and before.get("inherited") and after.get("inherited")):
        return
    table = change.new.parent
    disowned = change.new.get("heir") and change.old.get("heir") and before["local"] and not after["local"]
    for link in changes.old.parts_of(table, "inheritance"):
        above = change.key._replace(schema=link["of"].schema, name=link["of"].name)
        rules = [(_rule(changes.old, above), _rule(changes.new, above))]
        if not disowned and (before["name"] == after["name"] or renamed_above(before, after, rules)):
            continue
        if link["bound"] is not None and link.key in changes.new.objects:
            actions.of[link.key] = Action.REPLACE
        elif link["bound"] is None and not change.new["local"]:
            actions.of[table] = Action.REPLACE


def _rule(database: Database, column: Key) -> dict | None:
    return database.objects[column]["not null"] if column in database.objects else None


def _uses_new_label(changes: Changes, enum: Key, change: Change) -> bool:
    """Whether a value that is added is used in the same script: Postgres forbids that in one transaction."""
    added = [f"'{label}'" for label in change.new["labels"] if label not in change.old["labels"]]
    users = [key for key in changes.new.needed_by.get(enum, ()) if key.kind != "column"]
    columns = [key for key in changes.new.needed_by.get(enum, ()) if key.kind == "column"]
    users += [user for column in columns for user in changes.new.needed_by.get(column, ())]
    return any(label in str(dict(changes.new.objects[user].fields)) for user in users for label in added)


class _Propagation:
    """Spreads replacement along the dependencies of the old state."""

    def __init__(self, changes: Changes, actions: Actions, ctx: Context):
        self.old, self.new, self.actions = changes.old, changes.new, actions
        self.waiting: deque[Key] = deque()
        self.attached = ctx.attached

    def run(self) -> None:
        for key in self.actions.of:
            if self.actions.gone(key):
                self.waiting.append(key)
        for key in list(self.actions.retyped):
            self._retype(key)
        self._spread()
        joining = [key for key in self.actions.of if key.kind == "inheritance" and self.actions.made(key)]
        made = {key for key in self.actions.of if self.actions.made(key)} if joining else set()
        for key in joining:
            link = self.new.objects[key]
            for rival in rivals(link, self.new, made):
                if rival in self.old.objects:
                    self._mark(rival)
            for lonely in without_a_part(link, self.new):
                if lonely in self.old.objects:
                    self._mark(lonely)  # else the server would make the part that is missing
        self._spread()

    def _spread(self) -> None:
        done: set[tuple[Key, bool]] = set()
        while self.waiting:
            key = self.waiting.popleft()
            state = (key, self.actions.gone(key))
            if state in done:
                continue
            done.add(state)
            if state[1] and key.kind in ("index", "constraint"):
                self._partitioned_index(key)
            for other in self.old.needed_by.get(key, ()):
                if other in self.new.objects and self.actions.of.get(other) is not Action.REPLACE:
                    self._reach(other, key)

    def _partitioned_index(self, key: Key) -> None:
        """An index that is attached to a partitioned one cannot go alone, and the partitioned one takes all along."""
        above = self.old.objects[key].get("of")
        if above is not None and not self.actions.gone(above) and self._stays_partition(key):
            self._replace(above)
        for other in self.attached.get(key, ()):
            if self._stays_partition(other):
                self._replace(other)

    def _stays_partition(self, index: Key) -> bool:
        table = self.old.objects[index].parent
        return not any(self.actions.gone(link.key) for link in self.old.parts_of(table, "inheritance"))

    def _reach(self, other: Key, key: Key) -> None:
        if not self.actions.gone(key):
            if _cannot_watch_a_retype(self.old.objects[other]):
                self._replace(other)
            return
        if key.kind in SUCCEEDED and other.kind == "column" and self._in_a_table(other):
            if self.old.objects[other]["generated"] and self.new.objects[other]["generated"]:
                self._replace(other)  # its values are worked out anew; `using` is not allowed for them
                return
            self.actions.of.setdefault(other, Action.ALTER)
            self.actions.fields[other] = self.actions.fields.get(other, frozenset()) | {"type"}
            self._retype(other)
            return
        lets_go = self.actions.of.get(other) is Action.ALTER and key not in self.new.needs.get(other, ())
        late = lets_go and self.actions.of[key] is Action.DROP and other.kind not in ("table", "sequence")
        if late and not self._hands_its_rule_over(key):
            return
        if key.kind == "sequence" and other.kind == "column":
            return
        if key.kind == "function" and other.kind == "domain":
            self.actions.of.setdefault(other, Action.ALTER)
            self.actions.fields[other] = self.actions.fields.get(other, frozenset()) | {"default"}
            self.actions.released.add(other)
            return
        self._replace(other)

    def _hands_its_rule_over(self, key: Key) -> bool:
        """Whether a new column of the table takes over the name of a column's NOT NULL: then it cannot come first."""
        rule = self.old.objects[key].get("not null") if key.kind == "column" else None
        if not rule or not rule["name"]:
            return False
        return any(
            self.actions.made(part.key) and (part["not null"] or {}).get("name") == rule["name"]
            for part in self.new.parts_of(self.old.objects[key].parent, "column")
        )

    def _in_a_table(self, column: Key) -> bool:
        return self.old.objects[column].parent.kind in ("table", "foreign table")

    def _replace(self, key: Key) -> None:
        item = self.old.objects[key]
        if key.kind == "column" and not self._in_a_table(key):
            self._mark(item.parent)  # a view's column goes with its view
        if key.kind == "constraint" and item.parent.kind == "domain" and is_boxed(item.parent, self.old):
            self._mark(item.parent)
        self._mark(key)

    def _mark(self, key: Key) -> None:
        if key in self.new.objects and self.actions.of.get(key) is not Action.REPLACE:
            self.actions.of[key] = Action.REPLACE
            self.waiting.append(key)

    def _retype(self, column: Key) -> None:
        self.actions.retyped.add(column)
        self.waiting.append(column)
        default = column._replace(kind="default")
        if default in self.old.objects and default in self.new.objects:
            self._replace(default)
        table = self.old.objects[column].parent
        partitioned_by = self.old.objects[table].get("partitioned by")
        if partitioned_by and named_in(column.part, partitioned_by):
            self._replace(table)
        for holder in holders(table, self.old):
            self._empty(holder, column)

    def _empty(self, holder: Key, column: Key) -> None:
        """Values of a table's row type stand in the way of another type for a column of that table."""
        if holder not in self.new.objects or self.actions.gone(holder):
            return
        if not self._in_a_table(holder):
            self._mark(self.old.objects[holder].parent)
            return
        self.actions.of.setdefault(holder, Action.ALTER)
        self.actions.fields[holder] = self.actions.fields.get(holder, frozenset()) | {"type"}
        self.actions.emptied[holder].add(column)
        if holder not in self.actions.retyped:
            self._retype(holder)


def named_in(column: str, text: str) -> bool:
    """Whether a partition key names a column."""
    return re.search(rf"(?<!\w){re.escape(ident(column))}(?!\w)", text) is not None


def _cannot_watch_a_retype(item: Object) -> bool:
    """What Postgres does not carry along when a column that it reads gets another type."""
    key = item.key
    if key.kind in ("view", "materialized view", "rule", "trigger", "policy", "published table"):
        return True
    if key.kind in ("function", "procedure", "aggregate"):
        return True
    if key.kind == "column":
        return True  # generated from it, or a view's
    return key.kind == "constraint" and (item["type"] == "foreign key" or item.parent.kind == "domain")
