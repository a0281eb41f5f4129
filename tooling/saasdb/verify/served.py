"""Changed policies whose predicate no index serves any more, each by itself.

Beside a policy for administrators every reading is a scan already: the plan of the whole tells nothing of the others.
"""

from __future__ import annotations

import psycopg

from saasdb.verify.engine import Comparison
from saasdb.verify.findings import Finding
from saasdb.verify.inventory import Inventory
from saasdb.verify.plans import Helpers, became, explain, judge


def compare(connection: psycopg.Connection, comparison: Comparison) -> list[Finding]:
    """A finding for each policy that an index served with the contract's predicate and now does not."""
    if comparison.frozen is None:
        return []
    found, plans = [], (comparison.frozen.plans, comparison.now.plans)
    helpers = Helpers(comparison.now.inventory)
    for title in (t for t in comparison.changed if t.startswith("policies of ")):
        name = title.removeprefix("policies of ")
        if any(became(plans[0].get(cell, ""), plan) for cell, plan in plans[1].items() if cell[1] == name):
            continue  # that says it already
        then, now = (_predicates(each.inventory, name) for each in (comparison.frozen, comparison.now))
        # Where one took over what another said, neither is the same policy.
        for policy in (p for p in now if then.keys() == now.keys() and now[p] != then[p]):
            texts = (then[policy], now[policy])
            before, after = (_reads(connection, comparison.now.inventory, name, text, helpers) for text in texts)
            if before == "index" and after == "scan":
                found.append(
                    Finding(
                        "slow",
                        name,
                        command="select",
                        says=f'an index serves policy "{policy}"',
                        happened="none does",
                        decided_by=(f'policy "{policy}"', title),
                        statement=f"select from {name} where {now[policy]}"[:400],
                    )
                )
    return found


def _predicates(inventory: Inventory, name: str) -> dict[str, str]:
    """Permissive policy → the predicate that chooses the rows to read."""
    relation = inventory.relation(name)
    policies = relation.policies if relation else ()
    return {p.name: p.using for p in policies if p.permissive and p.using and p.command in "r*"}


def _reads(connection: psycopg.Connection, inventory: Inventory, name: str, predicate: str, helpers: Helpers) -> str:
    """`index`, `scan`, or nothing where it cannot be told."""
    plan = explain(connection, {}, f"select from {inventory.relation(name).sql} where {predicate}")
    return judge(plan, helpers).partition(", ")[0] if plan else ""
