"""Who calls: every person of the world in the role of an API's user, with honest, empty and forged claims."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass

from saasdb.verify import atoms, hook
from saasdb.verify.principals import ADMINLIKE, Principal
from saasdb.verify.references import most_referred
from saasdb.verify.values import constants_in
from saasdb.verify.world import World

VISITOR, MEMBER, SERVICE = "visitor", "member", "service"
MOST_COMPARED = 4
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
        plain: whether the contract's words hold for this call.
        forged: whether it carries claims or settings that must not matter.
        factor: whether this is somebody once more, after a second factor.
        setting: the custom setting that this caller makes.
    """

    label: str
    persona: str
    role: str
    principal: Principal | None
    settings: dict[str, str]
    plain: bool = True
    forged: bool = False
    factor: bool = False
    setting: str = ""

    @property
    def main(self) -> bool:
        """Whether this is the caller of its role who is tried most thoroughly."""
        who = self.principal is None or self.principal.label == "alice"
        return self.plain and not self.forged and not self.factor and who

    @property
    def leads(self) -> bool:
        """Whether they differ from others in what makes an administrator."""
        variant = self.principal.variant if self.principal else None
        return self.plain and not self.forged and variant is not None and variant[2] in ADMINLIKE


def callers(world: World, roles: list[str], texts: list[str]) -> list[Caller]:
    """All callers for these client roles; `texts` are the policies and bodies that forged claims are made from."""
    found: list[Caller] = []
    identity, alice = world.identity, world.principals["alice"]
    first = next((role for role in roles if role not in (ROLES[VISITOR], ROLES[SERVICE])), None)
    groups = _groups(world, texts)
    twice = any("'aal2'" in text for text in texts)
    # Claims that are missing: only where two states are compared, because no contract has a word for it.
    read = {name for text in texts if "jwt" in text for name in constants_in(text)[0]} if world.more else set()
    dropped = sorted({"aal", "is_anonymous", "email"} & read)
    for role in roles:
        persona = next((p for p, r in ROLES.items() if r == role), role)
        in_her_name = identity.as_caller(role, alice)
        if persona == SERVICE:
            found.append(Caller(persona, persona, role, None, identity.as_caller(role, None)))
            found.append(Caller("service in alice's name", persona, role, alice, in_her_name, plain=False))
        elif persona == VISITOR:
            found.append(Caller(persona, persona, role, None, identity.as_caller(role, None)))
            found.append(Caller("visitor without claims", persona, role, None, {}, plain=False))
            found.append(Caller("visitor in alice's name", persona, role, alice, in_her_name, plain=False))
        else:
            for principal in world.principals.values():
                label = principal.label if role == first else f"{principal.label} as {role}"
                claims = {"app_metadata": {"provider": "email", **groups[label]}} if groups.get(label) else {}
                settings = identity.as_caller(role, principal, **claims)
                found.append(Caller(label, persona, role, principal, settings, plain=not principal.barred))
                missing = role == first and (label in ("alice", "guest") or _weighty(principal))
                for claim in dropped if missing else ():
                    less = {**claims, "aal": "aal2", claim: None} if twice else {**claims, claim: None}
                    settings = identity.as_caller(role, principal, **less)
                    found.append(
                        Caller(f"{label} with no claim {claim}", persona, role, principal, settings, plain=False)
                    )
                if twice and role == first and (label == "alice" or _weighty(principal)):
                    settings = identity.as_caller(role, principal, **{**claims, "aal": "aal2"})
                    plain = not principal.barred
                    found.append(
                        Caller(f"{label} with a second factor", persona, role, principal, settings, plain, factor=True)
                    )
            if role == first:
                found += _forged(world, persona, role, texts, groups.get("alice", {}), twice=twice)
    return found


def _weighty(principal: Principal) -> bool:
    """Whether somebody differs in what makes an administrator, and in nothing else."""
    return bool(principal.variant) and principal.variant[2] in ADMINLIKE and "," not in principal.label


_GROUP = re.compile(r"app_metadata'(?:::text)?\)?\s*->>?\s*'(\w+)'|\{app_metadata,(\w+)\}")


def _groups(world: World, texts: list[str]) -> dict[str, dict[str, str]]:
    """principal → the claims that name a group of theirs, as the server that signs tokens would write them.

    A claim counts as one where a table has a reference of the same name, to something that is no user.
    """
    found: dict[str, dict[str, str]] = {}
    keys = dict.fromkeys(one or two for text in texts for one, two in _GROUP.findall(text))
    users = world.identity.users
    for key in keys:
        for relation in world.inventory.tables:
            refers = any(
                k.type == "f" and (users is None or k.target != users.oid) and key in k.columns
                for k in relation.constraints
            )
            for row in world.rows.get(relation.oid, ()) if refers else ():
                if row.label in world.principals and row.data.get(key) is not None:
                    found.setdefault(row.label, {}).setdefault(key, str(row.data[key]))
    return found


_KEY = re.compile(r"->>?\s*'(\w+)'")
"""What a rule reads from JSON: the name of a claim, and no value of one."""


def _forged(
    world: World, persona: str, role: str, texts: list[str], groups: dict[str, str], *, twice: bool
) -> list[Caller]:
    """Calls of alice with claims and settings that must not matter, and calls of nobody.

    Her own metadata she can write; the others are what an API's signing key protects, tried so that a rule which began
    to trust them is seen.
    """
    identity, alice = world.identity, world.principals["alice"]

    def caller(label: str, settings: dict[str, str], *, plain: bool = False) -> Caller:
        return Caller(label, persona, role, alice, settings, plain=plain, forged=True)

    nobody = identity.as_caller(role, None)
    forged = [Caller("signed in without a subject", persona, role, None, nobody, plain=False)]
    forged.append(caller("alice with the role claim service_role", identity.as_caller("service_role", alice)))
    said = "\n".join(text for text in texts if re.search("jwt|claim|metadata", text))
    words = [w for w in constants_in(said)[0] if re.fullmatch(r"[A-Za-z_][\w-]{0,40}", w)]
    keys = list(dict.fromkeys([*words, "role", "user_role", "is_admin", "admin", "plan"]))[:30]
    standard = {"sub", "role", "email", "aud", "user_metadata", "app_metadata", "exp", "iat"}
    read = {*_KEY.findall(said), "claims"}
    told = [word for word in words if word not in read and not re.fullmatch("[A-Z0-9]{5}", word)]
    for value in list(dict.fromkeys(["admin", "true", "service_role", *told]))[:12]:
        claimed = {key: True if value == "true" else value for key in keys}
        own = {"user_metadata": claimed, "raw_user_meta_data": claimed}
        forged.append(
            caller(f"alice with user_metadata saying {value}", identity.as_caller(role, alice, **own), plain=True)
        )
        if value in ("admin", "true", "service_role") or "app_metadata" in said:
            # What she has honestly stays: her own group, and a second factor where one is asked for.
            more = {"app_metadata": {**claimed, **groups}, **{k: v for k, v in claimed.items() if k not in standard}}
            more |= {"aal": "aal2"} if twice else {}
            forged.append(caller(f"alice with claims saying {value}", identity.as_caller(role, alice, **more)))
    if theirs := _metadata_of(world, said, world.principals["bob"]):
        own = {"user_metadata": theirs, "raw_user_meta_data": theirs}
        label = "alice with user_metadata saying what is bob's"
        forged.append(caller(label, identity.as_caller(role, alice, **own), plain=True))
    if "[" in said or "@>" in said or "any" in said.lower():
        lists = {key: words[:20] for key in keys}
        forged.append(
            caller("alice with claims listing every word", identity.as_caller(role, alice, app_metadata=lists))
        )
    for holder, label, claims in hook.stale(world):
        claims |= {"aal": "aal2"} if twice else {}
        forged.append(Caller(label, persona, role, holder, identity.as_caller(role, holder, **claims), plain=False))
    return forged + _odd(world, persona, role) + _set(world, persona, role, texts)


_METADATA = re.compile(r"user_meta_?data'(?:::text)?\)?\s*->>?\s*'(\w+)'|\{(?:raw_)?user_meta_?data,(\w+)\}")


def _metadata_of(world: World, said: str, victim: Principal) -> dict[str, str]:
    """What the rules read from a user's own metadata, filled with somebody else's address, group or id."""
    found: dict[str, str] = {}
    for key in dict.fromkeys(one or two for one, two in _METADATA.findall(said)):
        held = [
            str(row.data[key])
            for relation in world.inventory.tables
            if relation.column(key)
            for row in world.rows.get(relation.oid, ())
            if row.label == victim.label and row.data.get(key) is not None
        ]
        found[key] = victim.email if "mail" in key else next(iter(held), victim.id)
    return found


def _odd(world: World, persona: str, role: str) -> list[Caller]:
    """Claims that no honest gateway sends: they must open nothing, whatever a helper makes of them."""
    identity, alice = world.identity, world.principals["alice"]
    late = identity.as_caller(role, alice, exp=1_000_000_000, iat=999_990_000)
    found = [Caller("alice with an expired token", persona, role, alice, late, plain=False, forged=True)]
    for what, claims in (
        ("claims that are no JSON", "{"),
        ("claims of null", "null"),
        ("a subject that is no id", json.dumps({"role": role, "sub": "me"})),
    ):
        settings = {**identity.as_caller(role, None), "request.jwt.claims": claims}
        found.append(Caller(f"nobody with {what}", persona, role, None, settings, plain=False, forged=True))
    return found


def _set(world: World, persona: str, role: str, texts: list[str]) -> list[Caller]:
    """Settings that a caller may make: what a rule reads from them is the caller's own word, headers included."""
    identity, alice = world.identity, world.principals["alice"]
    said: dict[str, list[str]] = {}
    for text in texts:
        for name in re.findall(r"current_setting\(\s*'([\w.]+)'", text):
            said.setdefault(name, []).append(text)
    found = []
    for name in sorted(said):
        if name.startswith(("request.jwt", "storage.")) or "." not in name:
            continue
        if re.search(r"user|uid|sub\b|claim", name) and name not in world.fresh:
            continue  # what the API sets to say who calls; one that only a change reads, nobody sets but the caller
        words = [w for w in constants_in("\n".join(sorted(said[name])))[0] if w and w != name and len(w) <= 60]
        theirs = [world.principals["bob"].id, *group_of(world, world.principals["bob"]), *_compared(world, name)]
        values = ["on", "true", "1", "admin", "service_role", *theirs, *words[:4]]
        if name.startswith("request."):
            values = [json.dumps(dict.fromkeys(words[:12], word)) for word in [*theirs, *words[:6]]] + words[:4]
        for value in dict.fromkeys(values):
            settings = {**identity.as_caller(role, alice), name: value}
            label = f"alice with {name} set to {value if len(value) <= 24 else value[:20] + f'… ({len(found)})'}"
            found.append(Caller(label, persona, role, alice, settings, plain=False, forged=True, setting=name))
    return found


def _compared(world: World, setting: str) -> list[str]:
    """What bob's rows hold in the text columns of a policy that reads a setting: an order's number in a header."""
    found = []
    for relation in world.inventory.tables:
        rules = [text for p in relation.policies for text in (p.using, p.check) if text and setting in text]
        for column in (c for c in relation.columns if c.category == "S" and atoms.named(c.name, "\n".join(rules))):
            rows = (r for r in world.rows.get(relation.oid, ()) if r.label == "bob")
            found += [str(row.data[column.name]) for row in rows if row.data.get(column.name) is not None][:1]
    return found[:MOST_COMPARED]


def group_of(world: World, principal: Principal) -> list[str]:
    """The id that the most of somebody's rows refer to, people apart: what they belong to, as a rule names it."""
    own = (
        (relation, row.data)
        for relation in world.inventory.tables
        for row in world.rows.get(relation.oid, ())
        if row.label == principal.label
    )
    return most_referred({p.id for p in world.principals.values()}, own)


def pretty(caller: Caller) -> str:
    """The claims of a caller as one JSON text, for a report."""
    return caller.settings.get("request.jwt.claims", json.dumps(caller.settings))
