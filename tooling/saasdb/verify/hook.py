"""What the project's own access token hook writes into tokens.

An authentication server calls a function of the project each time that it signs a token. A rule that reads such a claim
is only tried by people who have it; so everybody's claims are made by the hook itself, and a token of an hour ago is
made from what it writes for somebody with a role.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

from saasdb.verify.inventory import Function, Inventory, literal
from saasdb.verify.principals import ADMINLIKE, Principal

if TYPE_CHECKING:
    from saasdb.verify.rows import RowMaker
    from saasdb.verify.world import World

MEMBERS = "authenticated"
FIXED = {"sub", "role", "exp", "iat", "aud"}
"""Claims that say who calls and how long: those of the world's callers."""
MOST_HOLDERS, MOST_OF_ONE = 24, 3


def find(inventory: Inventory) -> Function | None:
    """The hook: it takes an event with a user and claims, and answers with the event."""
    for function in inventory.functions.values():
        takes = [argument.base for argument in function.arguments] == ["jsonb"] and function.returns == "jsonb"
        said = f"{function.name} {function.body}"
        reads = re.search(r"'claims'|\{claims", said) and re.search("user_id|hook", said)
        if takes and reads and function.kind == "f":
            return function
    return None


def sign(maker: RowMaker) -> None:
    """Give everybody of a world that is built the claims that the hook writes for them."""
    function, world = find(maker.inventory), maker.world
    if function is None:
        return
    people = list(world.principals.values())
    base = {p.label: world.identity.claims_of(MEMBERS, p) for p in people}
    calls = [f"select {function.sql}({literal(event(p, base[p.label]))}::jsonb) -> 'claims'" for p in people]
    for principal, answer in zip(people, maker.try_all(calls), strict=True):
        said = answer.get("row")
        if answer["state"] == "00000" and isinstance(said, dict):
            known = base[principal.label]
            world.identity.signed[principal.label] = {
                key: value for key, value in said.items() if key not in FIXED and known.get(key) != value
            }


def event(principal: Principal, claims: dict[str, Any]) -> str:
    return json.dumps({"user_id": principal.id, "claims": claims, "authentication_method": "password"})


def stale(world: World) -> list[tuple[Principal, str, dict[str, Any]]]:
    """Tokens of a moment ago: what somebody's would hold if they were still what somebody with a role is now.

    Alice was never more than she is; of the others those who differ in a table that the hook asks.
    """
    signed, alice = world.identity.signed, world.principals["alice"]
    if not signed:
        return []
    body = find(world.inventory).body
    told = [p for p in world.principals.values() if p.variant and _asks(body, p)]
    leaders = [p for p in told if p.variant[2] in ADMINLIKE and not p.barred and "," not in p.label]
    found: list[tuple[Principal, str, dict[str, Any]]] = []
    for holder in [alice, *told][:MOST_HOLDERS]:
        held = [signed.get(holder.label)]
        for source in (alice, *(p for p in leaders if holder is alice or holder.variant[0] == p.variant[0])):
            about = json.dumps(signed.get(source.label, {}))
            claims = json.loads(_in_place_of(world, source, holder, about))
            if claims not in held and len(held) <= MOST_OF_ONE:
                held.append(claims)
                found.append((holder, f"{holder.label} with the token of {source.label}", claims))
    return found


def _asks(body: str, principal: Principal) -> bool:
    return bool(re.search(rf"\b{re.escape(principal.variant[0])}\b", body))


def _in_place_of(world: World, one: Principal, other: Principal, text: str) -> str:
    """A text about one person's rows as it would be about the other's."""
    for rows in world.rows.values():
        first = {row.label: row.data for row in reversed(rows)}
        for label, twin in ((one.label, other.label), (f"{one.label}'s other", f"{other.label}'s other")):
            for column, value in first.get(label, {}).items():
                if isinstance(value, str) and len(value) == len(one.id) and value in text and twin in first:
                    text = text.replace(value, str(first[twin][column]))
    return text.replace(one.id, other.id)
