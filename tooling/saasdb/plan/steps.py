"""Which steps a plan has: an object that comes or goes with another has none of its own."""

from __future__ import annotations

from saasdb.model import Key, Object
from saasdb.model.objects import RELATIONS, TABLE_PARTS
from saasdb.plan.actions import TYPES, Action, Actions
from saasdb.plan.graph import Step
from saasdb.render.context import Context

_TABLES = ("table", "foreign table")
_HARMLESS = frozenset({"schema", "collation", "extension", "sequence", *TYPES})


class Steps:
    """Maps every object to the step that makes it be there (or be gone)."""

    def __init__(self, actions: Actions, ctx: Context):
        self.actions, self.ctx = actions, ctx
        self._made: dict[Key, Step | None] = {}
        self._gone: dict[Key, Step | None] = {}
        self._referenced = {item.get("target") for key, item in ctx.old.objects.items() if key.kind == "constraint"}

    def present(self, key: Key) -> Step | None:
        """The step after which an object is as the new state has it; None when it is all along."""
        action = self.actions.of.get(key)
        if action is None:
            return None
        if action is Action.ALTER:
            return Step("alter", key)
        if action is Action.DROP:
            return None
        if key not in self._made:
            self._made[key] = self._carrier_in(key)
        return self._made[key]

    def absent(self, key: Key) -> Step | None:
        """The step after which an object of the old state is gone."""
        if not self.actions.gone(key):
            return None
        if key not in self._gone:
            self._gone[key] = self._carrier_out(key)
        return self._gone[key]

    def _carrier_in(self, key: Key) -> Step:
        item = self.ctx.new.objects[key]
        if item.parent is None:
            return Step("create", key)
        if key.kind == "column" and (self.actions.made(item.parent) or item.parent.kind not in _TABLES):
            return self.present(item.parent) or Step("create", key)
        inline = key.kind == "default" and key not in self.ctx.apart and _of_table(key, self.ctx)
        if inline and self.actions.made(item.parent):
            return self.present(item.parent)
        if key.kind == "constraint" and item.parent.kind == "domain" and item["valid"]:
            return self.present(item.parent) if self.actions.made(item.parent) else Step("create", key)
        if key.kind == "sequence" and item["identity of"]:
            return self.present(item.parent) or Step("alter", item.parent)
        if key.kind == "inheritance" and item["bound"] is None and self.actions.made(item["child"]):
            return Step("create", item["child"])
        return Step("create", key)

    def _carrier_out(self, key: Key) -> Step:
        item = self.ctx.old.objects[key]
        if key.kind == "sequence":
            owner = item["owned by"] or item["identity of"]
            if owner and self.actions.gone(owner):
                return self.absent(owner)
            return Step("alter", owner) if item["identity of"] else Step("drop", key)
        for need in self.ctx.old.needs.get(key, ()):
            if need.kind == "base type" and self.actions.gone(need) and key in self.ctx.old.needs.get(need, ()):
                return self.absent(need)
        parent = item.parent
        table = item["child"] if key.kind == "inheritance" else key
        whole = self._whole_that_is_copied(table)
        if whole is not None and self.actions.of.get(table) is Action.DROP:
            return Step("own", whole)  # its rows move with those of the table that it is a part of
        if key.kind == "inheritance" and item["bound"] is not None and self._is_referenced(item["of"]):
            return Step("drop", key)
        if parent is None or not self.actions.gone(parent):
            return self._with_its_original(item)
        if parent.kind == "column":  # a default
            if self.actions.gone(self.ctx.old.objects[parent].parent) or self.actions.of[parent] is Action.DROP:
                return Step("drop", key) if self._stands_on_what_goes(item) else self.absent(parent)
            return Step("drop", key)
        if parent in self.ctx.copied and key.kind != "column":
            return Step("drop", key)
        if key.kind in TABLE_PARTS and self._stands_on_what_goes(item):
            return Step("drop", key)
        return self.absent(parent)

    def _with_its_original(self, item: Object) -> Step:
        """A partition's index goes with the partitioned one, a cloned trigger with the one that it is a clone of."""
        above = item.get("of") if item.key.kind in ("index", "constraint") else None
        if above and self.actions.gone(above) and not self._detached(item.parent):
            return self.absent(above)
        if item.key.kind == "trigger" and item["cloned"]:
            for link in self.ctx.old.parts_of(item.parent, "inheritance"):
                original = item.key._replace(schema=link["of"].schema, name=link["of"].name)
                if self.actions.gone(original):
                    return self.absent(original)
        return Step("drop", item.key)

    def _whole_that_is_copied(self, table: Key) -> Key | None:
        """The partitioned table above that is made anew and takes its partitions' rows along."""
        if table.kind != "table":
            return None
        for link in self.ctx.old.parts_of(table, "inheritance"):
            above = link["of"]
            if link["bound"] is not None and above in self.ctx.copied:
                return above
            if link["bound"] is not None and self.actions.of.get(above) is Action.DROP:
                return self._whole_that_is_copied(above)
        return None

    def _is_referenced(self, table: Key) -> bool:
        """Whether a foreign key points at a partitioned table: its partitions must be detached before they go."""
        links = self.ctx.old.parts_of(table, "inheritance")
        return table in self._referenced or any(self._is_referenced(link["of"]) for link in links)

    def _detached(self, table: Key | None) -> bool:
        return any(self.actions.gone(link.key) for link in self.ctx.old.parts_of(table, "inheritance"))

    def _stands_on_what_goes(self, item: Object) -> bool:
        """Whether a part must be dropped by itself, so that what it needs can be dropped before its table."""
        if item.key.kind not in TABLE_PARTS or item.get("cloned") or item.key.kind == "column":
            return False
        if item.get("inherited") or item.get("of"):
            return False
        own = self.ctx.old.objects[item.key].parent
        table = self.ctx.old.objects[own].parent if own.kind == "column" else own
        for need in self.ctx.old.needs.get(item.key, ()):
            if need.kind in _HARMLESS or not self.actions.gone(need):
                continue
            if need == table or self._table_of(need) == table:
                continue
            return True
        return False

    def _table_of(self, key: Key) -> Key | None:
        item = self.ctx.old.objects.get(key)
        while item is not None and item.parent is not None:
            key, item = item.parent, self.ctx.old.objects.get(item.parent)
        return key


def _of_table(default: Key, ctx: Context) -> bool:
    """Whether a default is a table's, which a column definition can hold, and not a view's."""
    column = ctx.new.objects[default].parent
    return ctx.new.objects[column].parent.kind in _TABLES


def names_taken(key: Key, item: Object) -> list[tuple]:
    """The names that an object holds in the namespaces which it shares with objects of other kinds."""
    if key.kind in RELATIONS or key.kind in TYPES or key.kind == "shell type":
        return [("relation or type", key.schema, key.name)]
    if key.kind == "constraint" and item["type"] in ("primary key", "unique", "exclude"):
        return [("relation or type", key.schema, key.part)]
    if key.kind in ("function", "procedure", "aggregate"):
        return [("routine", key.schema, key.name, key.part)]
    if key.kind == "column" and (item.get("not null") or {}).get("name"):
        return [("not null", key.schema, key.name, item["not null"]["name"])]
    return []
