"""What one reading of the catalogs collects: objects by identity, and which identity an oid stands for."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Generator, Iterable, Mapping
from typing import Any

from saasdb.model import Grant, Key, Object
from saasdb.model.privileges import parse_acl

Reading = Generator[str | tuple[str, ...], Any, None]
"""One catalog's reader: it says its query (or queries) first, is sent the rows, and keeps what they mean.

So every query is known before the first is answered, and all of them can be on their way at once.
"""

Later = Callable[[], Iterable[tuple]]
"""Rows that have come and are taken apart when somebody wants them."""

_NOTHING: dict[str, str] = {}


class Gathering:
    """Collects objects while the readers of the single catalogs run.

    Args:
        major: the server's major version.
        skip_schemas: schemas that are left alone.
    """

    def __init__(self, major: int, skip_schemas: Iterable[str] = ()):
        self.major = major
        self.skip_schemas = frozenset(skip_schemas)
        self.objects: dict[Key, Object] = {}
        self.keys: defaultdict[int, dict[int, Key]] = defaultdict(dict)  # catalog → oid → identity
        self.columns: dict[tuple[int, int], Key] = {}  # (relation, number) → identity
        self.schemas: dict[int, str] = {}
        self.roles: dict[int, str] = {}
        self.unread: set[tuple[int, int]] = set()  # (catalog, oid) that depend on something and no reader kept
        self.unknown: list[str] = []
        self.column_order: dict[Key, tuple[str, ...]] = {}
        self.view_columns: dict[Key, tuple[tuple[str, str, str | None], ...]] = {}
        self.more_needs: dict[Key, set[Key]] = defaultdict(set)
        self.depends: Later = tuple  # the rows of `pg_depend`, once they are asked for
        self.casts: dict[tuple[str, str], str] = {}
        self.comments: defaultdict[int, dict[int, str]] = defaultdict(dict)  # catalog → oid → text
        self.column_comments: dict[tuple[int, int], str] = {}  # (relation, number) → text
        self.labels: defaultdict[tuple[int, int, int], dict[str, str]] = defaultdict(dict)
        self.members: defaultdict[int, dict[int, Key]] = defaultdict(dict)  # catalog → oid → extension
        self.bound: dict[tuple[int, int], set[str]] = defaultdict(set)
        self.sees_connections = False  # of subscriptions
        self.internal: dict[tuple[int, int], tuple[int, int]] = {}
        self.born_acls: dict[tuple[str, int], list[str]] = {}  # (letter of `acldefault`, owner) → privileges
        self._acls: dict[tuple[str, ...], tuple[Grant, ...]] = {}

    def add(
        self,
        catalog: int,
        oid: int,
        key: Key,
        fields: Mapping[str, Any],
        *,
        owner: int | None = None,
        acl: list[str] | None = None,
        parent: Key | None = None,
    ) -> Key | None:
        """Keep an object; one that belongs to an extension is that extension, and None is returned."""
        if catalog in self.members and oid in self.members[catalog]:
            self.keys[catalog][oid] = self.members[catalog][oid]
            return None
        if self.internal and (catalog, oid) in self.internal:
            # e.g. the constructors of a range type, which come and go with it
            self.alias(catalog, oid, self.key(*self.internal[catalog, oid]))
            return None
        if self.bound and (catalog, oid) in self.bound:
            fields = {**fields, "extensions": frozenset(self.bound[catalog, oid])}
        self.objects[key] = Object(
            key,
            fields,
            self.roles[owner] if owner else None,
            self.grants(acl) if acl is not None else None,
            self.comments[catalog].get(oid),
            self.labels.get((catalog, oid, 0), _NOTHING) if self.labels else _NOTHING,
            parent,
        )
        self.keys[catalog][oid] = key
        return key

    def say(self, column: Key, name: str, value: Any) -> None:
        """One thing more of a column, whose fields other columns may share."""
        item = self.objects[column]
        fields = item.fields.copy()
        fields[name] = value
        item.fields = fields

    def grants(self, acl: list[str]) -> tuple[Grant, ...]:
        """The privileges of an `aclitem[]`; a database has few that differ, so each is taken apart once."""
        items = tuple(acl)
        found = self._acls.get(items)
        if found is None:
            found = self._acls[items] = parse_acl(items)
        return found

    def alias(self, catalog: int, oid: int, key: Key | None) -> None:
        """Let an internal object (a row type, an array type, an index of a constraint) stand for the one it serves."""
        if key:
            self.keys[catalog][oid] = key

    def key(self, catalog: int, oid: int, sub: int = 0) -> Key | None:
        """The identity behind an address; a column that is not kept stands for its relation."""
        return (sub and self.columns.get((oid, sub))) or self.keys[catalog].get(oid)

    def ours(self, catalog: int, oid: int) -> Key | None:
        """The identity behind an address, unless it belongs to an extension."""
        key = self.keys[catalog].get(oid)
        return key if key and key.kind != "extension" else None

    def add_part(self, key: Key, fields: dict[str, Any], parent: Key, *needs: Key) -> None:
        """Keep an object that has no row of its own in `pg_depend`."""
        self.objects[key] = Object(key, fields, parent=parent)
        self.more_needs[key].update(needs)

    def comment(self, catalog: int, oid: int) -> str | None:
        """What `comment on` says of an object that is kept as part of another."""
        return self.comments[catalog].get(oid)

    def columns_of(self, relation: Key) -> list[Key]:
        """The columns of a table in order."""
        return [relation._replace(kind="column", part=name) for name in self.column_order.get(relation, ())]

    def column_name(self, relation: int, number: int) -> str | None:
        """A column's name; None for an expression (number 0) or a system column."""
        key = self.columns.get((relation, number))
        return key.part if key else None


def read_comments(g: Gathering) -> Reading:
    """What `comment on` and `security label` say, by address."""
    comments, labels = yield (
        "select classoid, objoid, objsubid, description from pg_description where objoid >= 16384"
        " or classoid in ('pg_namespace'::regclass, 'pg_extension'::regclass)",
        "select classoid, objoid, objsubid, provider, label from pg_seclabel",
    )
    for catalog, oid, sub, text in comments:
        if sub:
            g.column_comments[oid, sub] = text
        else:
            g.comments[catalog][oid] = text
    for catalog, oid, sub, provider, label in labels:
        g.labels[catalog, oid, sub][provider] = label


def read_members(g: Gathering) -> Reading:
    """What belongs to an extension, depends on one by decree, or comes and goes with another object."""
    members, internal = yield (
        "select d.classid, d.objid, e.extname, d.deptype::text from pg_depend d join pg_extension e"
        " on e.oid = d.refobjid where d.refclassid = 'pg_extension'::regclass and d.deptype in ('e', 'x')",
        "select classid, objid, refclassid, refobjid from pg_depend"
        " where classid in ('pg_proc'::regclass, 'pg_cast'::regclass) and deptype = 'i'",
    )
    for catalog, oid, extension, how in members:
        if how == "e":
            g.members[catalog][oid] = Key("extension", "", extension)
        else:
            g.bound[catalog, oid].add(extension)
    g.internal.update({(catalog, oid): (other, other_oid) for catalog, oid, other, other_oid in internal})
