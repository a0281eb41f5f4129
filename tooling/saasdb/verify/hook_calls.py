"""The project's own access token hook, called as its caller does: it must write no more into a token than it did."""

from __future__ import annotations

from saasdb.verify import hook
from saasdb.verify.callers import Caller
from saasdb.verify.functions import FunctionProbes
from saasdb.verify.inventory import literal
from saasdb.verify.principals import ADMINLIKE
from saasdb.verify.runner import Probe
from saasdb.verify.values import constants_in

SIGNER = "supabase_auth_admin"
"""The role that calls the hook."""
MOST_PEOPLE = 12


def observe(functions: FunctionProbes) -> None:
    """Add to the calls of a view those for people with a role, and with metadata and claims that say more."""
    world = functions.world
    function = hook.find(world.inventory)
    if function is None or not functions.reach.function(function.title) or not functions.reach.calls:
        return
    alice = world.principals["alice"]
    words = [w for w in constants_in(function.body)[0] if w.isidentifier() and w not in ("claims", "user_id")]
    signer = Caller("the authentication server", "signing", SIGNER, None, {}, plain=False)
    people = [p for p in world.principals.values() if p.variant is None or p.variant[2] in ADMINLIKE or p.barred]
    events = {p.label: (p, world.identity.claims_of(hook.MEMBERS, p)) for p in people[:MOST_PEOPLE]}
    for word in ("admin", "true", *words[:4]):
        forged = {key: True if word == "true" else word for key in (*words, "role", "user_role")}
        for where in ("user_metadata", "app_metadata"):
            claims = world.identity.claims_of(hook.MEMBERS, alice)
            events[f"alice, {where} saying {word}"] = (alice, {**claims, **forged, where: forged})
    jobs, probes = [], []
    for shown, (principal, claims) in events.items():
        cells = f"{literal(hook.event(principal, claims))}::jsonb"
        statement = f"select {function.sql}({cells}) -> 'claims' as claims"
        jobs.append((shown, statement, cells))
        probes.append(Probe(SIGNER, {}, statement, rows=True, effects=True))
    for (shown, statement, cells), answer in zip(jobs, functions.runner.stream(probes, notices=True), strict=True):
        functions.view.calls[signer.label, function.title, shown] = functions.outcome(signer, answer, statement, cells)
