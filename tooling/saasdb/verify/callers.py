"""Who calls: every person of the world in the role of an API's user, with honest, empty and forged claims."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass

from saasdb.verify.principals import Principal
from saasdb.verify.values import constants_in
from saasdb.verify.world import World

VISITOR, MEMBER, SERVICE = "visitor", "member", "service"
ROLES = {VISITOR: "anon", MEMBER: "authenticated", SERVICE: "service_role"}


@dataclass(frozen=True, eq=False)
class Caller:
    """One caller.

    Attributes:
        label: how findings call them, e.g. `alice`, `alice with forged user_metadata`.
        persona: visitor, member, service, or the name of another role.
        role: the database role that the API switches to.
        principal: the user that the claims name; None for a visitor or the service.
        settings: what the API sets for the call.
        plain: whether the claims are the honest ones of that user.
    """

    label: str
    persona: str
    role: str
    principal: Principal | None
    settings: dict[str, str]
    plain: bool = True


def callers(world: World, roles: list[str], texts: list[str]) -> list[Caller]:
    """All callers for these client roles; `texts` are the policies and bodies that forged claims are made from."""
    found: list[Caller] = []
    identity = world.identity
    for role in roles:
        persona = next((p for p, r in ROLES.items() if r == role), role)
        if persona in (VISITOR, SERVICE):
            found.append(Caller(persona, persona, role, None, identity.as_caller(role, None)))
            if persona == VISITOR:
                found.append(Caller("visitor without claims", persona, role, None, {}, plain=False))
            continue
        for principal in world.principals.values():
            found.append(Caller(principal.label, persona, role, principal, identity.as_caller(role, principal)))
        found += _forged(world, persona, role, texts)
    return found


def _forged(world: World, persona: str, role: str, texts: list[str]) -> list[Caller]:
    """Calls with claims or settings that must not matter."""
    identity, alice = world.identity, world.principals["alice"]
    forged = [Caller("signed in without a subject", persona, role, None, identity.as_caller(role, None), plain=False)]
    said = "\n".join(text for text in texts if re.search("jwt|claim|metadata", text))
    words = [w for w in constants_in(said)[0] if re.fullmatch(r"[A-Za-z_][\w-]{0,40}", w)]
    keys = list(dict.fromkeys([*words, "role", "is_admin", "admin", "plan"]))[:30]
    values = list(dict.fromkeys([*words, "admin", "true", "service_role"]))[:14]
    for value in values:
        metadata = {key: True if value == "true" else value for key in keys}
        claims = {"user_metadata": metadata, "raw_user_meta_data": metadata}
        forged.append(
            Caller(
                f"alice with user_metadata saying {value}",
                persona,
                role,
                alice,
                identity.as_caller(role, alice, **claims),
                plain=False,
            )
        )
    settings = {name for text in texts for name in re.findall(r"current_setting\(\s*'([\w.]+)'", text)}
    for name in sorted(settings):
        if name.startswith(("request.jwt", "storage.")) or (name in identity.settings and name.count(".") != 1):
            continue
        for value in ("on", "true", "1", "admin", "service_role", world.principals["bob"].id):
            honest = identity.as_caller(role, alice)
            if re.search(r"user|uid|sub\b|claim", name):
                continue
            forged.append(
                Caller(
                    f"alice with {name} set to {value[:12]}", persona, role, alice, {**honest, name: value}, plain=False
                )
            )
    return forged


def pretty(caller: Caller) -> str:
    """The claims of a caller as one JSON text, for a report."""
    return caller.settings.get("request.jwt.claims", json.dumps(caller.settings))
