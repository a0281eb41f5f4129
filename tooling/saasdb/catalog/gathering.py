"""What one reading of the catalogs collects: objects by identity, and which identity an oid stands for."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import replace
from typing import Any

import psycopg

from saasdb.catalog.addresses import FIRST_USER_OID, PG_CAST, PG_CLASS, PG_EXTENSION, PG_PROC
from saasdb.model import Key, Object
from saasdb.model.privileges import parse_acl

Address = tuple[int, int, int]
"""(catalog, oid, column number or 0), as in `pg_depend`."""


class Gathering:
    """Collects objects while the readers of the single catalogs run, one query each.

    Args:
        connection: an open connection whose `search_path` is empty, so that every name is printed whole.
        skip_schemas: schemas that are left alone.
    """

    def __init__(self, connection: psycopg.Connection, skip_schemas: Iterable[str] = ()):
        self.connection = connection
        self.major = connection.info.server_version // 10000
        self.objects: dict[Key, Object] = {}
        self.keys: dict[Address, Key] = {}
        self.schemas: dict[int, str] = {}
        self.roles: dict[int, str] = {}
        self.unknown: list[str] = []
        self.column_order: dict[Key, tuple[str, ...]] = {}
        self.view_columns: dict[Key, tuple[tuple[str, str, str | None], ...]] = {}
        self.more_needs: dict[Key, set[Key]] = defaultdict(set)
        self.skip_schemas = frozenset(skip_schemas)
        self._comments = {
            (catalog, oid, sub): text
            for catalog, oid, sub, text in self.rows(
                "select classoid, objoid, objsubid, description from pg_description where objoid >= 16384"
                " or classoid in ('pg_namespace'::regclass, 'pg_extension'::regclass)"
            )
        }
        self._labels: dict[Address, dict[str, str]] = defaultdict(dict)
        for catalog, oid, sub, provider, label in self.rows(
            "select classoid, objoid, objsubid, provider, label from pg_seclabel"
        ):
            self._labels[catalog, oid, sub][provider] = label
        self._extensions = dict(self.rows("select oid, extname from pg_extension"))
        self.depends = self.rows(
            "select classid, objid, objsubid, refclassid, refobjid, refobjsubid, deptype::text from pg_depend"
            f" where objid >= {FIRST_USER_OID} or deptype in ('e', 'x')"
        )
        self.members: dict[tuple[int, int], Key] = {}
        self._bound: dict[tuple[int, int], set[str]] = defaultdict(set)
        self.internal: dict[tuple[int, int], tuple[int, int]] = {}
        for catalog, oid, _, other, other_oid, _, how in self.depends:
            if other == PG_EXTENSION and how == "e":
                self.members[catalog, oid] = Key("extension", "", self._extensions[other_oid])
            elif how == "i" and catalog in (PG_PROC, PG_CAST):
                self.internal[catalog, oid] = (other, other_oid)
            elif other == PG_EXTENSION and how == "x":
                self._bound[catalog, oid].add(self._extensions[other_oid])

    def rows(self, query: str) -> list[tuple]:
        return self.connection.execute(query).fetchall()

    def add(
        self,
        catalog: int,
        oid: int,
        key: Key,
        fields: dict[str, Any],
        *,
        sub: int = 0,
        owner: int | None = None,
        acl: list[str] | None = None,
        parent: Key | None = None,
    ) -> Key | None:
        """Keep an object; one that belongs to an extension is that extension, and None is returned."""
        member = self.members.get((catalog, oid)) if sub == 0 else None
        if member:
            self.keys[catalog, oid, sub] = member
            return None
        maker = self.internal.get((catalog, oid))
        if maker:  # e.g. the constructors of a range type, which come and go with it
            self.alias(catalog, oid, self.key(*maker))
            return None
        bound = self._bound.get((catalog, oid))
        if bound and sub == 0:
            fields["extensions"] = frozenset(bound)
        self.objects[key] = Object(
            key,
            fields,
            owner=self.roles[owner] if owner else None,
            acl=parse_acl(acl),
            comment=self._comments.get((catalog, oid, sub)),
            labels=self._labels.get((catalog, oid, sub), {}),
            parent=parent,
        )
        self.keys[catalog, oid, sub] = key
        return key

    def alias(self, catalog: int, oid: int, key: Key | None, sub: int = 0) -> None:
        """Let an internal object (a row type, an array type, an index of a constraint) stand for the one it serves."""
        if key:
            self.keys[catalog, oid, sub] = key

    def key(self, catalog: int, oid: int, sub: int = 0) -> Key | None:
        """The identity behind an address; a column that is not kept stands for its relation."""
        return self.keys.get((catalog, oid, sub)) or self.keys.get((catalog, oid, 0))

    def ours(self, catalog: int, oid: int) -> Key | None:
        """The identity behind an address, unless it belongs to an extension."""
        key = self.keys.get((catalog, oid, 0))
        return key if key and key.kind != "extension" else None

    def add_part(self, key: Key, fields: dict[str, Any], parent: Key, *needs: Key) -> None:
        """Keep an object that has no row of its own in `pg_depend`."""
        self.objects[key] = Object(key, fields, parent=parent)
        self.more_needs[key].update(needs)

    def make_part(self, key: Key, parent: Key) -> None:
        """Say, once it is known, that an object is part of another and goes with it."""
        self.objects[key] = replace(self.objects[key], parent=parent)

    def comment(self, catalog: int, oid: int) -> str | None:
        """What `comment on` says of an object that is kept as part of another."""
        return self._comments.get((catalog, oid, 0))

    def columns_of(self, relation: Key) -> list[Key]:
        """The columns of a table in order."""
        return [relation._replace(kind="column", part=name) for name in self.column_order.get(relation, ())]

    def column_name(self, relation: int, number: int) -> str | None:
        """A column's name; None for an expression (number 0) or a system column."""
        key = self.keys.get((PG_CLASS, relation, number))
        return key.part if key and number else None
