"""Policies dropped, opened and weakened part by part; row level security off."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from saasdb.mutate.expressions import parts
from saasdb.mutate.mutant import Mutant, touches
from saasdb.verify.inventory import Policy, Relation, quote


def mutants(ours: Iterable[Relation], theirs: Iterable[Relation]) -> Iterator[Mutant]:
    """Every mutant of every policy, and each table without its row level security.

    Args:
        theirs: other people's tables with policies of ours; whether their owner is held to them is not ours to say.
    """
    for relation in (*ours, *theirs):
        for policy in relation.policies:
            yield from _policy(relation, policy)
        if relation.rls:
            sql = f"alter table {relation.sql} disable row level security"
            yield _mutant("row level security", relation, "row level security is off", sql)
        if relation.rls and relation in ours:
            # The other direction is an outage: where definer functions read as the owner, they must go on reading.
            word, what = ("no force", "no longer forced on its owner") if relation.forced else ("force", "forced")
            sql = f"alter table {relation.sql} {word} row level security"
            yield _mutant("row level security", relation, f"row level security is {what}", sql)


def _policy(relation: Relation, policy: Policy) -> Iterator[Mutant]:
    name = f'"{policy.name}"'
    head = f"policy {quote(policy.name)} on {relation.sql}"
    alter = f"alter {head}"
    yield _mutant("policy", relation, f"{name} is gone", f"drop {head}", policy)
    for clause, word, text in (("using", "using", policy.using), ("with check", "check", policy.check)):
        if text is None:
            continue
        if text != "true":
            yield _mutant("policy", relation, f"{word} of {name} is true", f"{alter} {clause} (true)", policy)
        for part, form in parts(text):
            what = f"{word} of {name} no longer asks {part}"
            yield _mutant("predicate part", relation, what, f"{alter} {clause} ({form})", policy)
    if policy.roles != ("public",):
        yield _mutant("policy", relation, f"{name} is for everybody", f"{alter} to public", policy, everybody=True)


def _mutant(
    kind: str, relation: Relation, what: str, sql: str, policy: Policy | None = None, *, everybody: bool = False
) -> Mutant:
    roles = None if policy is None or everybody or "public" in policy.roles else set(policy.roles)
    names = (relation.name, *((policy.name,) if policy else ()))
    return Mutant(
        kind,
        relation.title,
        what,
        (sql,),
        touches({relation.title}, roles=roles),
        names,
        "" if policy else "everything",
    )
