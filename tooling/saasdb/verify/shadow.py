"""A definer function without a pinned path, attacked: the caller puts a table of his own where the body looks first.

That the path is open is a fact on its own (`facts.search_path_weakness`); here it is shown what it opens. A caller
makes a temporary table, or one in a schema on the path where he may create, named like one that the body names bare.
When the function then answers or does something else, it used the caller's table with its owner's rights.
"""

from __future__ import annotations

import re

from saasdb.verify.facts import Facts
from saasdb.verify.functions import FunctionProbes
from saasdb.verify.inventory import Function, Relation, quote
from saasdb.verify.runner import Probe

WEAK = "search path "


def observe(functions: FunctionProbes, facts: Facts) -> dict[str, str]:
    """Function → what a shadowing table changed, for definer functions whose path is not safe."""
    jobs, probes = [], []
    inventory = functions.world.inventory
    for function in inventory.functions.values():
        weak = next((fact for fact in facts.get(f"function {function.title}", ()) if fact.startswith(WEAK)), None)
        bare = [r for r in inventory.tables if _names_bare(function, r)] if weak else []
        for caller in (c for c in functions.callers if c.main and c.role != "service_role" and bare):
            for shown, statement, cells in list(functions.wanted(function, caller, 1))[:1]:
                for relation in bare:
                    jobs.append((function, caller, relation, shown, statement, cells))
                    probes.append(
                        Probe(
                            caller.role,
                            caller.settings,
                            statement,
                            rows=function.kind == "f",
                            before=_shadow(relation, caller.role, weak),
                            effects=True,
                        )
                    )
    found: dict[str, str] = {}
    for job, answer in zip(jobs, functions.runner.run(probes), strict=True):
        function, caller, relation, shown, statement, cells = job
        plain = functions.view.calls.get((caller.label, function.title, shown))
        now = functions.outcome(caller, answer, statement, cells)
        if plain and (now.state, now.result, now.effects) != (plain.state, plain.result, plain.effects):
            told = " ".join((now.result or now.effects or "nothing").split())[:80]
            found.setdefault(
                function.title,
                f"shown: {caller.label}'s own table {relation.name} stands in for {relation.title}: {now.state} {told}",
            )
    return found


def _names_bare(function: Function, relation: Relation) -> bool:
    return bool(re.search(rf'(?<![\w."]){re.escape(relation.name)}\b(?!\s*[.(])', function.source))


def _shadow(relation: Relation, role: str, weak: str) -> str:
    """As the caller: an empty table of the same shape, where the body's bare name leads first."""
    columns = ", ".join(f"{quote(c.name)} {c.type}" for c in relation.columns)
    schema = re.match(rf"{WEAK}holds (\w+),", weak)
    name = f"{quote(schema[1])}.{quote(relation.name)}" if schema else f"pg_temp.{quote(relation.name)}"
    # An attacker comes before the first call of a session: what was planned by then stays with the table that it found.
    made = (
        f"discard plans; set local role {quote(role)}; create {'' if schema else 'temporary '}table {name} ({columns})"
    )
    return f"{made}; grant all on {name} to public; set local role none"
