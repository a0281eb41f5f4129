"""Who owns a project's objects: on a throwaway its superuser, on a live database whoever applied it. That is no change.

Beside a live database everything that a throwaway's own role owns, grants or is granted reads as if it were the owner's
there.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from saasdb.model import Database, Grant, Key, Object


@dataclass(frozen=True)
class Owners:
    """The role of a throwaway, and the one that stands for it on a live database."""

    throwaway: str
    live: str

    def seen(self, database: Database) -> Database:
        """A database, the throwaway's own role named as the live one is, and what it was granted besides left out."""
        if not self.live:
            return database
        objects = {self._key(key): self._object(item) for key, item in database.objects.items()}

        def needs() -> dict[Key, frozenset[Key]]:
            found = database.needs.items()
            return {self._key(key): frozenset(map(self._key, needed)) for key, needed in found}

        return replace(database, objects=objects, find_needs=needs, user=self._role(database.user))

    def there(self) -> Owners:
        """The same for the live database itself, where a role of the throwaway's name is somebody else."""
        return replace(self, throwaway=self.live)

    def _role(self, name: str | None) -> str | None:
        return self.live if name is not None and name == self.throwaway else name

    def _key(self, key: Key) -> Key:
        if key.kind in ("default privileges", "user mapping"):
            return key._replace(**{part: self._role(getattr(key, part)) for part in ("name", "part")})
        return key

    def _object(self, item: Object) -> Object:
        fields, owner = item.fields, self._role(item.owner)
        if "roles" in fields:
            fields = {**fields, "roles": tuple(sorted(self._role(role) for role in fields["roles"]))}
        acl = None if item.acl is None else tuple(self._grant(grant) for grant in item.acl)
        if acl and owner and owner != self.live:
            # e.g. on a schema that is the platform's; a throwaway's superuser needs no such grant
            acl = tuple(grant for grant in acl if grant.grantee != self.live)
        return replace(item, key=self._key(item.key), fields=fields, owner=owner, acl=acl)

    def _grant(self, grant: Grant) -> Grant:
        return grant._replace(grantee=self._role(grant.grantee), grantor=self._role(grant.grantor))


def owners(live: Database, project: Database, ledger: Key) -> Owners:
    """Who applied the project to the live database: the owner of the tool's own schema, else who reads it."""
    book = live.objects.get(ledger)
    return Owners(project.user, book.owner if book and book.owner else live.user)
