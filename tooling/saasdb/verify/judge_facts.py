"""Compares grants beside the cells, facts and the signup with the contract: a closed world in both directions."""

from __future__ import annotations

import re

from saasdb.contract.model import Contract
from saasdb.verify.engine import Observation
from saasdb.verify.facts import is_harmless
from saasdb.verify.findings import Finding
from saasdb.verify.suggest import grants_beside, schema_of

EVERYWHERE = {("schema information_schema", "usage"), ("database", "connect"), ("database", "temporary")}
"""Grants to PUBLIC that every PostgreSQL is born with; a contract need not name them."""


_OF_ANOTHER_DATABASE = ("may log in", "inherits", "creates databases", "skips row level security")
"""What a role of the same server, but of another database, may well be."""


_TIMEOUTS = ("starts with statement_timeout", "starts with lock_timeout", "starts with idle", "starts with log_")


def grants(seen: Observation, contract: Contract) -> list[Finding]:
    """Grants that the contract does not name, and named ones that are gone."""
    found = []
    actual = grants_beside(seen, contract)
    for title in sorted({*actual, *contract.grants}):
        said, held = contract.grants.get(title, {}), actual.get(title, {})
        if (schema_of(title) in contract.platform and title not in contract.grants) or title in _platform(contract):
            continue
        for privilege in sorted({*said, *held}):
            wanted, have = said.get(privilege, set()) - seen.inventory.above, held.get(privilege, set())
            for role in sorted(have - wanted):
                if "PUBLIC" in wanted or (
                    role == "PUBLIC" and (title, privilege) in EVERYWHERE and not contract.definitions
                ):
                    continue
                unknown = role != "PUBLIC" and not _speaks_of(contract, f"role {role}")
                new = unknown or (title not in contract.grants and not _known(title, contract))
                found.append(
                    Finding(
                        "new" if new else "leak",
                        title,
                        f"role {role}",
                        privilege,
                        says="not in the contract yet" if new else "denied",
                        happened="granted",
                        decided_by=(f"grant {privilege} to {role}",),
                        place=contract.line(title),
                    )
                )
            for role in sorted(wanted - have):
                covered = "PUBLIC" in have or (
                    role == "PUBLIC" and {p.role for p in contract.personas.values()} <= have
                )
                if not covered and not (role == "PUBLIC" and title.startswith("next ")):
                    found.append(
                        Finding(
                            "outage",
                            title,
                            f"role {role}",
                            privilege,
                            says="granted",
                            happened="not granted",
                            place=contract.line(title),
                        )
                    )
    return found


def _platform(contract: Contract) -> set[str]:
    return {f"schema {schema}" for schema in contract.platform}


def _known(title: str, contract: Contract) -> bool:
    """Whether the contract speaks of the object at all, so that a new grant on it is a leak and not a new object."""
    kind, _, name = title.partition(" ")
    name = name.removeprefix("view ")
    known = {
        *contract.tables,
        *contract.functions,
        *(t.partition(" ")[2].removeprefix("view ") for t in (*contract.facts, *contract.definitions)),
    }
    return (
        name in known
        or kind in ("schema", "database", "role", "next", "language", "parameter")
        or name.startswith(("pg_catalog.", "information_schema."))
    )


def facts(seen: Observation, contract: Contract) -> list[Finding]:
    """Facts gained or lost, but for the harmless direction."""
    found = []
    roles = {p.role for p in contract.personas.values()}
    for title in sorted({*seen.facts, *contract.facts}):
        if _beside(title, contract, roles):
            continue
        said, held = set(contract.facts.get(title, ())), set(seen.facts.get(title, ()))
        grown = _grown(said, held, contract)
        owner = contract.owners.get(schema_of(title))
        for fact in sorted(held - said):
            if fact.startswith(_TIMEOUTS):
                continue  # opens nothing; one that is gone is a finding
            if is_harmless(fact, gained=True) or (fact.startswith("owned by ") and _owner_fits(fact, owner, roles)):
                continue
            if fact in _OF_ANOTHER_DATABASE and title.startswith("role ") and not _speaks_of(contract, title):
                continue  # a role that nothing here knows; what it is granted here is a finding of its own
            new = fact in grown or (
                title not in contract.facts
                and title not in contract.definitions
                and not _known(title, contract)
                and not title.startswith("role ")
            )
            if new and fact.startswith("owned by") and _owner_fits(fact, None, roles):
                continue
            # What it lets anybody do is found by calling it, beside the contract's own.
            new = new or (fact == "security definer" and not any(f.startswith("search path") for f in held))
            found.append(
                Finding(
                    "new" if new else "leak",
                    title,
                    says="not in the contract yet" if new else f"not: {fact}",
                    happened=fact + _shown(seen, title, fact),
                    place=contract.line(title),
                )
            )
        for fact in sorted(said - held - set(grown.values())):
            if fact == "security barrier" and title.startswith("view ") and "runs as its owner" not in held | said:
                continue  # who asks through it may ask the tables themselves
            if not is_harmless(fact, gained=False) and not (fact.startswith("owned by") and title not in seen.facts):
                found.append(
                    Finding(
                        "outage" if fact.startswith(("member", "skips")) else "leak",
                        title,
                        says=fact,
                        happened=f"no longer: {fact}",
                        place=contract.line(title),
                    )
                )
    return found


def _grown(said: set[str], held: set[str], contract: Contract) -> dict[str, str]:
    """What is published now → what was, where a table that is published whole has got columns.

    A column that was there and is published only now is another matter.
    """
    found = {}
    for fact in held - said:
        table, columns, rest = _published(fact)
        old = [name for name in columns if not contract.is_new(table, name)]
        if len(old) < len(columns) and (before := f"publishes {table} ({', '.join(old)}){rest}") in said:
            found[fact] = before
    return found


def _published(fact: str) -> tuple[str, list[str], str]:
    """The table, columns and row filter of `publishes table (columns) where …`."""
    match = re.match(r"publishes (\S+) \(([^)]*)\)(.*)", fact, re.DOTALL)
    return (match[1], match[2].split(", "), match[3]) if match else ("", [], "")


def _shown(seen: Observation, title: str, fact: str) -> str:
    """What an open search path was seen to let happen."""
    evidence = seen.functions.shadowed.get(title.removeprefix("function "), "")
    return f"; {evidence}" if evidence and fact.startswith("search path") else ""


def _speaks_of(contract: Contract, title: str) -> bool:
    """Whether the contract names a role anywhere."""
    role = title.removeprefix("role ")
    named = {p.role for p in contract.personas.values()} | set(contract.owners.values())
    held = {r for privileges in contract.grants.values() for roles in privileges.values() for r in roles}
    return title in contract.facts or role in named | held


def _owner_fits(fact: str, owner: str | None, roles: set[str]) -> bool:
    role = fact.removeprefix("owned by ")
    return role == owner if owner else role not in roles


def _beside(title: str, contract: Contract, roles: set[str]) -> bool:
    """What a contract that leaves the platform to others does not hold."""
    if title.startswith("extension ") and not contract.definitions:
        return True  # written by hand: what an extension may be called for is in the cells and grants
    if not contract.platform:
        return False
    if title.startswith("role "):
        return title.removeprefix("role ") not in roles
    return schema_of(title) in contract.platform or title in _platform(contract)


_ODD = ("no e-mail", "odd metadata", "no metadata", "a large name", "no name yet (anonymous)")
_CHOSEN = ("the highest of everything", "other values", "another's paths")
ORDINARY = {"signup", "signup by the service for it", *(f"signup with {what}" for what in (*_ODD, *_CHOSEN))}
"""Signups that must work, whatever the metadata says."""


def signup(seen: Observation, contract: Contract) -> list[Finding]:
    """What an ordinary signup gives, what a user's metadata decides, and whether any signup fails."""
    found = []
    life = seen.lifecycle
    for column, value in sorted(contract.gives.items()):
        now = life.defaults.get(column)
        if now != value:
            table = column.rpartition(".")[0]
            found.append(
                Finding(
                    "outage" if now is None else "leak",
                    table,
                    "signup",
                    "insert",
                    column.rpartition(".")[2],
                    says=value,
                    happened=now or "no such row after a signup",
                    decided_by=_signup_triggers(seen),
                    place=contract.line(table),
                )
            )
    for column in sorted(set(life.decided) - contract.decides):
        table = column.removesuffix(" (rows)").rpartition(".")[0]
        found.append(
            Finding(
                "leak",
                table,
                "signup",
                "insert",
                column.rpartition(".")[2],
                says="not decided by a user's own metadata",
                happened=f"metadata put {life.decided[column]!r} there",
                decided_by=_signup_triggers(seen),
                place=contract.line(table),
            )
        )
    for name, event in life.events.items():
        if name in ORDINARY and event.state != "00000" and contract.gives:
            users = (
                seen.inventory.relations[seen.world.identity.users.oid].title
                if seen.world.identity.users
                else "auth.users"
            )
            found.append(
                Finding(
                    "outage",
                    users,
                    "signup",
                    "insert",
                    says=f"a {name} works",
                    happened=f"{event.state} {event.message}"[:300],
                    decided_by=_signup_triggers(seen),
                )
            )
    return found


def _signup_triggers(seen: Observation) -> tuple[str, ...]:
    users = seen.world.identity.users
    functions = seen.inventory.functions
    return (
        tuple(f"trigger {t.name} ({functions[t.function].title})" for t in users.triggers if t.function in functions)
        if users
        else ()
    )
