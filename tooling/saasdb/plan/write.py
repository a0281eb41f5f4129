"""One step → its statements."""

from __future__ import annotations

from collections.abc import Callable

from saasdb.compare import held_apart
from saasdb.model import Grant, Key, Object
from saasdb.plan import domains
from saasdb.plan.actions import Actions
from saasdb.plan.graph import Step
from saasdb.plan.statement import Statement
from saasdb.render import constraints, conversions, facets, privileges, registry, sequences, tables
from saasdb.render.context import Context
from saasdb.render.names import ident, reference, relation


class Writer:
    """Writes steps; what is written twice (by an index that two steps name) is written once."""

    def __init__(self, actions: Actions, ctx: Context):
        self.actions, self.ctx = actions, ctx
        self._verbs: dict[str, Callable[[Key], list[str]]] = {
            "create": self._create,
            "alter": self._alter,
            "drop": self._drop,
            "grant": self._grant,
            "own": self._own,
            "disown": self._disown,
            "attach": lambda key: constraints.attach(self.ctx.new.objects[key], self.ctx),
            "aside": self._aside,
        }

    def write(self, step: Step) -> list[Statement]:
        return [Statement(held_apart(text), step.key) for text in self._verbs[step.verb](step.key)]

    def _create(self, key: Key) -> list[str]:
        item = self.ctx.new.objects[key]
        if key.kind == "default privileges":
            return privileges.default_privileges(None, item, self.ctx.major)
        found = registry.create(item, self.ctx)
        found += self._said(None, item)
        if key.kind == "domain":
            for part in self.ctx.new.parts_of(key, "constraint"):
                if part["valid"]:
                    found += self._said(None, part)
        if key.kind in ("table", "foreign table", "view", "materialized view", "composite type"):
            for part in self.ctx.new.parts_of(key, "column"):
                found += self._said(None, part)
                if part.get("sequence"):
                    found += self._said(None, self.ctx.new.objects[part["sequence"]])
        if key.kind == "column" and item.get("sequence"):
            found += self._said(None, self.ctx.new.objects[item["sequence"]])
        return found

    def _said(self, old: Object | None, new: Object) -> list[str]:
        """Owner, comment, labels and extension of an object that is new (or those that differ)."""
        found = []
        default = self.ctx.old.user if old is None else old.owner
        if new.key.kind in facets.OWNED and new.owner != default:
            found += facets.owner(old, new)
        if new.comment != (old.comment if old else None):
            found += facets.comment(new)
        return found + facets.labels(old, new) + facets.extensions(old, new)

    def _alter(self, key: Key) -> list[str]:
        old, new = self.ctx.old.objects[key], self.ctx.new.objects[key]
        if key.kind == "default privileges":
            return privileges.default_privileges(old, new, self.ctx.major)
        fields = self.actions.fields.get(key, frozenset())
        found = registry.alter(old, new, fields, self.ctx) or []
        if key.kind == "column":
            sequence = new.get("sequence")
            if sequence and sequence in self.ctx.made:
                found += self._said(self._renamed_from(sequence), self.ctx.new.objects[sequence])
        if key.kind in ("view", "materialized view", "composite type"):
            for part in self.ctx.new.parts_of(key, "column"):
                if part.key in self.ctx.made:
                    found += self._said(None, part)
        return found + self._said(old, new)

    def _drop(self, key: Key) -> list[str]:
        item = self.ctx.old.objects[key]
        if key.kind == "default privileges":
            return privileges.default_privileges(item, None, self.ctx.major)
        if key in self.ctx.loose:
            return [f"drop {reference(Object(key._replace(name=self.ctx.loose[key]), item.fields))}"]
        if key in self.ctx.copied:
            return tables.set_aside(item, self.ctx)
        return registry.drop(item, self.ctx)

    def _own(self, key: Key) -> list[str]:
        """Tie a sequence to its column, a table to its type, or to the rows that it takes over."""
        item = self.ctx.new.objects[key]
        if key in self.ctx.copied:
            return tables.take_over(item, self.ctx)
        if key.kind == "sequence":
            return [sequences.own(item)]
        return tables.finish(self.ctx.old.objects[key], item, self.actions.fields[key])

    def _disown(self, key: Key) -> list[str]:
        """A sequence leaves its column, a domain its default: what they stand on goes."""
        if key.kind == "domain":
            return [f"alter domain {relation(key)} drop default"]
        return [f"alter sequence {relation(key)} owned by none"]

    def _aside(self, key: Key) -> list[str]:
        if key.kind == "column":
            return conversions.emptied(self.ctx.old.objects[key], self.ctx)
        item = self.ctx.old.objects[key]
        found = [f"alter {reference(item)} rename to {ident(self.ctx.loose[key])}"]
        if key.kind == "domain":
            found += domains.without_calls(key, self.ctx)
        ranges = item.get("multirange_type_name")
        if ranges:
            name = relation(key._replace(name=ranges))
            found.append(f"alter type {name} rename to {ident(self.ctx.aside(key.schema, ranges))}")
            found += self._constructors_aside(item)
        return found

    def _constructors_aside(self, item: Object) -> list[str]:
        """A range type's constructors have its name, and keep it when the type is renamed."""
        before = relation(item.key._replace(name=self.ctx.loose[item.key]))
        subtype, single = item["subtype"], relation(item.key)
        many = relation(item.key._replace(name=item["multirange_type_name"]))
        signatures = [(single, f"{subtype}, {subtype}"), (single, f"{subtype}, {subtype}, text")]
        signatures += [(many, ""), (many, before), (many, f"{before}[]")]
        asides = {single: self.ctx.loose[item.key], many: self.ctx.aside(item.key.schema, item["multirange_type_name"])}
        return [f"alter function {name}({arguments}) rename to {ident(asides[name])}" for name, arguments in signatures]

    def _grant(self, key: Key) -> list[str]:
        """Privileges of an object, its columns and its identity columns' sequences."""
        item = self.ctx.new.objects[key]
        before = self._held_before(item)
        found = privileges.change(item, before, item.acl or ())
        if key.kind not in ("table", "foreign table", "view", "materialized view"):
            return found
        now = item.acl or ()
        kept = {(grant.grantee, grant.privilege) for grant in now}
        lost = {(grant.grantee, grant.privilege) for grant in before} - kept
        for column in self.ctx.new.parts_of(key, "column"):
            held = {grant for grant in self._held_before(column, item) if (grant.grantee, grant.privilege) not in lost}
            wanted = column.acl or ()
            if held != set(wanted):
                holder = _with_owner(column, item)
                found += privileges.change(
                    holder, held, wanted, columns=f"({ident(column.key.part)})", on=privileges.target(item)
                )
        return found

    def _renamed_from(self, sequence: Key) -> Object | None:
        """The identity sequence that its column had before under another name, with all that was said about it."""
        column = self.ctx.new.objects[sequence].get("identity of")
        was = self.ctx.old.objects[column].get("sequence") if column and self.ctx.kept(column) else None
        return self.ctx.old.objects[was] if was and was != sequence else None

    def _held_before(self, item: Object, table: Object | None = None) -> set[Grant]:
        """What is held when the grants run: a new object's birth rights, or the old grants under the new owner."""
        key = item.key
        renamed = self._renamed_from(key) if key.kind == "sequence" else None
        key = renamed.key if renamed else key
        if key in self.ctx.made or key not in self.ctx.old.objects:
            return set() if table is not None else privileges.born_with(item, self.ctx.new, self.ctx.old.user)
        old = self.ctx.old.objects[key]
        was = (self.ctx.old.objects[table.key] if table else old).owner
        shall = (table or item).owner
        return {
            grant._replace(
                grantee=shall if grant.grantee == was else grant.grantee,
                grantor=shall if grant.grantor == was else grant.grantor,
            )
            for grant in old.acl or ()
        }


def _with_owner(column: Object, table: Object) -> Object:
    return Object(column.key, column.fields, owner=table.owner, acl=column.acl)
