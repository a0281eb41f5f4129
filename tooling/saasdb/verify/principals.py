"""Who the probes act as: people of the product with rows of their own, and how the database learns who is calling."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from typing import Any

from saasdb.verify.inventory import Inventory, Relation
from saasdb.verify.values import DOMAIN, made_number, person_id

SETTING = re.compile(r"current_setting\(\s*'([a-z_][\w]*\.[\w.]+)'", re.IGNORECASE)
_PERSON = re.compile(r"^(user|account|member|person|profile|customer)s?$|^people$")

ADMINLIKE = {
    "admin",
    "owner",
    "superadmin",
    "super_admin",
    "staff",
    "moderator",
    "support",
    "manager",
    "editor",
    "true",
}
"""Values that make somebody more than an ordinary user: who has one is tried as thoroughly as the main callers."""


@dataclass(frozen=True)
class Principal:
    """A user of the product.

    Attributes:
        label: how findings call them, e.g. `bob`, or `public.user_roles.role=admin` for one who differs in one value.
        id: their key in the users table, as text.
        address: an address that some rule looks for, in place of one made from the tag.
        variant: (table, column, value) in which this one differs from an ordinary user.
        barred: whether they have an administrator's rows and are deleted, banned or nobody in particular.
        led: whether a row of theirs leads to alice as well (`saasdb.verify.leading`).
    """

    label: str
    id: str
    number: int
    deleted: bool = False
    anonymous: bool = False
    variant: tuple[str, str, str | None] | None = None
    address: str = ""
    barred: bool = False
    led: bool = False

    @property
    def tag(self) -> str:
        """What marks every text of theirs: one letter and a number that no other text holds."""
        return f"zq{self.number:03d}qz"

    @property
    def email(self) -> str:
        return self.address or f"{self.tag}@{DOMAIN}"


@dataclass
class Identity:
    """How this database knows its caller.

    Attributes:
        users: the table of users, if there is one.
        key: its key column.
        settings: custom settings that policies and functions read, beside the JWT claims.
    """

    users: Relation | None
    key: str
    base: str
    settings: list[str] = field(default_factory=list)
    signed: dict[str, dict[str, Any]] = field(default_factory=dict)
    """principal → the claims that the project's own hook writes into their token (`saasdb.verify.hook`)."""

    def new(self, label: str, number: int, **more: object) -> Principal:
        """A principal with an id of the users table's type."""
        made = person_id(label) if self.base in ("uuid", "text", "varchar") else str(made_number("principal", label))
        return Principal(label, made, number, **more)

    def as_caller(self, role: str, principal: Principal | None, **claims: object) -> dict[str, str]:
        """The settings that an API would make for a call of `principal` as `role`."""
        said = {**self.claims_of(role, principal), **claims}
        settings = {"request.jwt.claims": json.dumps({k: v for k, v in said.items() if v is not None})}
        for name in self.settings:
            settings[name] = self._setting(name, role, principal)
        return settings

    def claims_of(self, role: str, principal: Principal | None) -> dict[str, object]:
        """The claims of an honest token."""
        if principal is None:
            return {"role": role}
        return {
            "role": role,
            "sub": principal.id,
            "email": principal.email,
            "is_anonymous": principal.anonymous,
            "aud": "authenticated",
            "aal": "aal1",
            "app_metadata": {"provider": "email"},
            "user_metadata": {},
            **self.signed.get(principal.label, {}),
        }

    def _setting(self, name: str, role: str, principal: Principal | None) -> str:
        last = name.rsplit(".", 1)[-1].lower()
        if last == "role":
            return role
        if "email" in last:
            return principal.email if principal else ""
        if re.search(r"user|uid|sub|member|account|person|actor|owner|caller|customer", last):
            return principal.id if principal else ""
        return ""


def identity(inventory: Inventory) -> Identity:
    """Find the users table and the settings that carry the caller."""
    texts = [text for r in inventory.tables for p in r.policies for text in (p.using, p.check) if text]
    texts += [function.body for function in inventory.functions.values()]
    settings = sorted(
        {
            name
            for text in texts
            for name in SETTING.findall(text)
            if not name.startswith(("request.jwt.claims", "storage."))
        }
    )
    users = inventory.relation("auth.users") or _most_pointed_at(inventory)
    if users is None:
        return Identity(None, "", "uuid", settings)
    key = users.key[0] if users.key else users.columns[0].name
    return Identity(users, key, users.column(key).base, settings)


def _most_pointed_at(inventory: Inventory) -> Relation | None:
    """Without auth.users: the table that looks like people and that most foreign keys point at."""
    counts: dict[int, int] = {}
    for relation in inventory.tables:
        for constraint in relation.constraints:
            if constraint.type == "f" and len(constraint.columns) == 1 and constraint.target != relation.oid:
                counts[constraint.target] = counts.get(constraint.target, 0) + 1
    tables = [inventory.relations[oid] for oid in counts if oid in inventory.relations]
    people = [table for table in tables if _PERSON.match(table.name)]
    return max(people or tables, key=lambda table: counts[table.oid], default=None)
