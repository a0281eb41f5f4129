"""A whole database as a value."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from saasdb.model.objects import Key, Object


@dataclass(frozen=True)
class Database:
    """Everything that one reading of the catalogs found.

    Attributes:
        objects: every object of the user's by its identity.
        find_needs: works `needs` out; asked at most once, and never where nothing differs.
        user: the role that read it, which owns what it creates.
        major: the server's major version.
        unknown: what lies in the catalogs and this model does not hold, in words; never passed over in silence.
        casts: (source, target) → how the built-in types convert: `i` by itself, `a` on assignment, `e` when told to.
        column_order: table → its column names in order; reported, never compared.
    """

    objects: Mapping[Key, Object]
    find_needs: Callable[[], Mapping[Key, frozenset[Key]]]
    user: str
    major: int
    unknown: tuple[str, ...] = ()
    casts: Mapping[tuple[str, str], str] = field(default_factory=dict)
    column_order: Mapping[Key, tuple[str, ...]] = field(default_factory=dict)

    @cached_property
    def needs(self) -> Mapping[Key, frozenset[Key]]:
        """Object → the objects that must be there for it to be, as `pg_depend` has it."""
        return self.find_needs()

    @cached_property
    def needed_by(self) -> Mapping[Key, frozenset[Key]]:
        """The other way round: object → what depends on it directly."""
        found: dict[Key, set[Key]] = defaultdict(set)
        for key, needs in self.needs.items():
            for need in needs:
                found[need].add(key)
        return {key: frozenset(keys) for key, keys in found.items()}

    @cached_property
    def parts(self) -> Mapping[Key, tuple[Key, ...]]:
        """Object → the objects that are part of it."""
        found: dict[Key, list[Key]] = defaultdict(list)
        for key, item in self.objects.items():
            if item.parent:
                found[item.parent].append(key)
        return {key: tuple(keys) for key, keys in found.items()}

    def parts_of(self, key: Key, kind: str) -> list[Object]:
        """The parts of one kind that an object has, in catalog order."""
        return [self.objects[part] for part in self.parts.get(key, ()) if part.kind == kind]
