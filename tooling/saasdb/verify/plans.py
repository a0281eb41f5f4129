"""Policies that make a table slow, seen in the plan: a predicate that no index serves, a helper called once a row.

Sequential scans are priced out for the look, so a small or empty table shows what a large one would do: with a usable
index the planner takes it, without one it still has to read every row.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from typing import Any

import psycopg

from saasdb.verify.callers import Caller
from saasdb.verify.inventory import Inventory, quote
from saasdb.verify.reach import EVERYTHING, Reach
from saasdb.verify.tables import TableView

_INDEX = re.compile(r"CREATE (?:UNIQUE )?INDEX (\w+) ON .* USING \w+ \((\w+)[,) ]")
_SETTINGS = ("auth.", "storage.")
FAST = ("index", "nothing to read")
Plans = dict[tuple[str, str, str], str]
"""(persona, table, command) → how it is read, e.g. `index` or `scan, a call a row`."""
_CALL = re.compile(r"\b(?!pg_catalog\.)((?:[a-z_]\w*\.)?[a-z_]\w*)\(")


def observe(
    connection: psycopg.Connection,
    inventory: Inventory,
    callers: list[Caller],
    seen: TableView,
    reach: Reach = EVERYTHING,
) -> Plans:
    """(persona, table, command) → `index`, `scan`, and `, a call a row` where a function runs for each row.

    Only tables under row level security that the persona may read, asked for all rows as a client would.
    """
    found: Plans = {}
    if reach.tables is not None and not reach.tables:
        return found
    skips = {row[0] for row in connection.execute("select rolname from pg_roles where rolbypassrls or rolsuper")}
    main = {c.persona: c for c in reversed(callers) if c.main}
    helpers = Helpers(inventory)
    for persona, caller in main.items():
        if caller.role in skips:
            continue
        for relation in inventory.relations.values():
            columns = seen.columns.get((caller.role, relation.title, "select"))
            if (
                not reach.table(relation.title)
                or relation.kind not in "rp"
                or not relation.rls
                or not relation.policies
                or not columns
            ):
                continue
            update = sorted(seen.columns.get((caller.role, relation.title, "update"), ()))
            statements = {
                "select": f"select {', '.join(map(quote, sorted(columns)))} from {relation.sql}",
                "update": f"update {relation.sql} set {quote(update[0])} = default" if update else "",
                "delete": f"delete from {relation.sql}",
            }
            for command, statement in statements.items():
                settings = {**caller.settings, "role": caller.role}
                plan = explain(connection, settings, statement) if statement else None
                if plan is not None:
                    found[persona, relation.title, command] = judge(plan, helpers)
    return found


def with_counts(plans: Plans, counted: dict[tuple[str, str, str], list[str]]) -> Plans:
    """The plans' words and, behind them, what was counted while the statements ran."""
    return {cell: ", ".join(dict.fromkeys([*plan.split(", "), *counted.get(cell, ())])) for cell, plan in plans.items()}


def became(known: str, plan: str) -> set[str]:
    """What of a plan is worse than the one that is known."""
    then, now = set(known.split(", ")), set(plan.split(", "))
    called, calls = ({words for words in each if words.startswith("calls ")} for each in (then, now))
    # One function a row in place of another costs what it cost.
    return now - then - set(FAST) - (calls if len(calls) <= len(called) else set())


def explain(connection: psycopg.Connection, settings: dict[str, str], statement: str) -> dict[str, Any] | None:
    """The plan of a statement with sequential scans priced out; None where it is refused."""
    settings = {"enable_seqscan": "off", "enable_bitmapscan": "on", **settings}
    try:
        with connection.transaction(force_rollback=True):
            connection.execute(
                "select set_config(name, value, true) from unnest(%s::text[], %s::text[]) as s(name, value)",
                [list(settings), list(settings.values())],
            )
            row = connection.execute(f"explain (format json, verbose, costs off) {statement}").fetchone()
    except psycopg.Error:
        return None
    plan = row[0] if isinstance(row[0], list) else json.loads(row[0])
    return plan[0]["Plan"]


class Helpers:
    """Tells a call of the project's or the platform's functions in a plan from a call of a built-in one."""

    def __init__(self, inventory: Inventory):
        functions = inventory.functions.values()
        self._known = {f.name: f"{f.schema}.{f.name}" for f in functions} | {"current_setting": "current_setting"}
        self._immutable = {f.name for f in functions if f.volatile == "i"} - {
            f.name for f in functions if f.volatile != "i"
        }

        self._leading = dict(
            match.groups() for r in inventory.tables for index in r.indexes if (match := _INDEX.match(index))
        )

    def looks_up(self, node: dict[str, Any], condition: str) -> bool:
        """Whether a condition is on the index's first column: one on the others alone still reads all of it."""
        first = self._leading.get(node.get("Index Name", ""))
        return first is None or bool(re.search(rf"\b{re.escape(first)}\b", condition))

    def called_in(self, condition: str, *, chosen: bool, looked_up: str) -> set[str]:
        """Those that a filter calls; of rows that an index chose, an immutable one costs what the row costs.

        What the rows were looked up by is no other call: `auth.uid() = user_id` is turned round for the index.
        """
        names = {match[1] for match in _CALL.finditer(condition)} - {match[1] for match in _CALL.finditer(looked_up)}
        known = {self._known.get(name, name) for name in names if "." in name or name in self._known}
        return {name for name in known if name.rpartition(".")[2] not in self._immutable} if chosen else known


def judge(plan: dict[str, Any], helpers: Helpers) -> str:
    """How a plan reaches the table: the worst of its nodes."""
    verdicts = [
        _verdict(node, helpers)
        for node in _nodes(plan)
        if "Relation Name" in node
        and node["Node Type"] != "ModifyTable"
        and not node.get("Subplan Name", "").startswith("InitPlan")
    ]
    if _nothing(plan):
        return "nothing to read"
    scan = any(v[0] for v in verdicts)
    calls = any(v[1] for v in verdicts)
    named = sorted(set().union(*(v[2] for v in verdicts)))
    return ", ".join(["scan" if scan else "index", *(["a call a row"] if calls else ()), *calls_of(named)])


def calls_of(names: Iterable[str]) -> list[str]:
    """The words for functions that are called once a row, but for those that cost what reading a setting costs."""
    return [f"calls {name} a row" for name in names if "." in name and not name.startswith(_SETTINGS)]


def _nothing(plan: dict[str, Any]) -> bool:
    only = plan["Plans"][0] if plan["Node Type"] == "ModifyTable" and len(plan.get("Plans", ())) == 1 else plan
    return only["Node Type"] == "Result" and "Plans" not in only


def _nodes(plan: dict[str, Any]):
    yield plan
    for child in plan.get("Plans", ()):
        # A sub-plan that runs once (an InitPlan, or a hashed list) costs nothing a row.
        if child.get("Parent Relationship") in ("InitPlan", "SubPlan"):
            continue
        yield from _nodes(child)


def _verdict(node: dict[str, Any], helpers: Helpers) -> tuple[bool, bool, set[str]]:
    # A bitmap says its condition below itself alone where it has to be checked again in other words.
    below = " ".join(str(n["Index Cond"]) for n in _nodes(node) if "Index Cond" in n)
    condition = node.get("Index Cond") or node.get("Recheck Cond") or node.get("TID Cond") or below
    scan = not condition and "Relation Name" in node
    if condition and not helpers.looks_up(node, str(condition)):
        scan = True
    texts = " ".join(str(node.get(key, "")) for key in ("Filter", "Index Cond", "Recheck Cond"))
    called = helpers.called_in(str(node.get("Filter", "")), chosen=not scan, looked_up=below)
    per_row = bool(called) or ("SubPlan" in texts and "hashed SubPlan" not in texts)
    return scan, per_row, called
