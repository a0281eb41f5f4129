"""NOT NULL in a family of tables, made anew as a whole where single changes did not lead to what it shall be.

A rule that a table has from its parents can be neither dropped nor renamed nor made its own's contrary there. What a
child is given it keeps: the name of the first parent's rule that reaches it, unless it has one of its own by then.
"""

from __future__ import annotations

from graphlib import CycleError, TopologicalSorter

from saasdb.compare import Changes
from saasdb.model import Database, Key
from saasdb.plan.statement import Statement
from saasdb.render.context import Context
from saasdb.render.names import ident, relation
from saasdb.render.not_null import rule_comment


def made_anew(left: Changes) -> list[Statement]:
    """Statements for NOT NULL of inherited columns where nothing else is left to change; none where there is no way."""
    if left.created or left.dropped or any(not _is_rule(key, left) for key in left.changed):
        return []
    found: list[Statement] = []
    done: set[Key] = set()
    for key in sorted(left.changed):
        if key in done:
            continue
        family = _Family(key, left)
        done |= family.columns.keys()
        statements = family.statements()
        if not statements:
            return []
        found += [Statement(text, key) for text in statements]
    return found


def _is_rule(key: Key, left: Changes) -> bool:
    change = left.changed[key]
    return key.kind == "column" and change.fields == {"not null"} and not change.facets


class _Family:
    """One column in all tables that have it from each other.

    Attributes:
        columns: column → the columns that it is inherited from, in order.
    """

    def __init__(self, start: Key, left: Changes) -> None:
        self.old, self.new = left.old, left.new
        self.ctx = Context(left.old, left.new)
        links = [item for key, item in left.new.objects.items() if key.kind == "inheritance"]
        self.columns: dict[Key, list[Key]] = {}
        waiting = [start]
        while waiting:
            column = waiting.pop()
            if column in self.columns:
                continue
            table = left.new.objects[column].parent
            above = [_on(column, link["of"], left.new) for link in self.ctx.parents(table)]
            below = [_on(column, link["child"], left.new) for link in links if link["of"] == table]
            self.columns[column] = [key for key in above if key]
            waiting += [key for key in (*above, *below) if key]

    def statements(self) -> list[str]:
        order = self._order()
        if len(self.columns) < 2 or any(self._must_stay(column) for column in self.columns) or not order:
            return []
        return [*self._dropped(), *self._given(order)]

    def _must_stay(self, column: Key) -> bool:
        """Whether a key or an identity forbids to let go of NOT NULL."""
        item = self.old.objects[column]
        return item["identity"] is not None or any(
            part["type"] == "primary key" and column.part in (part["columns"] or ())
            for part in self.old.parts_of(item.parent, "constraint")
        )

    def _dropped(self) -> list[str]:
        """Every rule goes where it is nobody's but the table's own, from above; what was only inherited goes along."""
        found = []
        rules = {column: self.old.objects[column]["not null"] for column in self.columns}
        for column in TopologicalSorter(self.columns).static_order():
            rule = rules[column]
            if rule and (rule["local"] or not self.columns[column]):
                found.append(f"alter table {relation(column)} alter column {ident(column.part)} drop not null")
        return found

    def _order(self) -> list[Key]:
        """Rules of the tables themselves: heirs before their parents, and who gives a name before who does not."""
        sorter: TopologicalSorter[Key] = TopologicalSorter()
        for column, rule in ((column, self._rule(column)) for column in self.columns):
            if not rule:
                continue
            givers = self._givers(column)
            if rule["local"]:
                sorter.add(column)
                for giver in givers:
                    sorter.add(giver, column)
                continue
            first = [giver for giver in givers if self._rule(giver)["name"] == rule["name"]]
            if not first:
                return []
            for giver in set(givers) - set(first):
                sorter.add(giver, first[0])
        try:
            return list(sorter.static_order())
        except CycleError:
            return []

    def _givers(self, column: Key) -> list[Key]:
        """The nearest columns above with a rule of their own that is handed on."""
        found: list[Key] = []
        for above in self.columns[column]:
            rule = self._rule(above)
            if rule and not rule["no inherit"]:
                found += [above] if rule["local"] else self._givers(above)
        return found

    def _given(self, order: list[Key]) -> list[str]:
        found = []
        for column in order:
            rule = self._rule(column)
            words = f"add constraint {ident(rule['name'])} not null {ident(column.part)}"
            words += " no inherit" if rule["no inherit"] else ""
            found.append(f"alter table {relation(column)} {words}{'' if rule['valid'] else ' not valid'}")
        for column in self.columns:
            rule = self._rule(column)
            if not rule:
                continue
            if (
                not rule["local"]
                and rule["valid"]
                and not all(self._rule(giver)["valid"] for giver in self._givers(column))
            ):
                found.append(f"alter table {relation(column)} validate constraint {ident(rule['name'])}")
            found += rule_comment({}, rule, self.new.objects[column])
        return found

    def _rule(self, column: Key) -> dict | None:
        return self.new.objects[column]["not null"]


def _on(column: Key, table: Key, database: Database) -> Key | None:
    """The same column of another table."""
    found = column._replace(schema=table.schema, name=table.name)
    return found if found in database.objects else None
