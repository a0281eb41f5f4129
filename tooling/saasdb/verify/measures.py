"""What a policy costs, counted while it runs: tables that it reads whole and functions that it calls once a row.

A plan does not show what happens inside a function. Here each statement runs once with sequential scans priced out, and
PostgreSQL's own counters tell which tables were read from end to end all the same, because no index served, and how
often each function was called. No clock is involved, so a small world and a busy machine give the same answer.
"""

from __future__ import annotations

import re

from saasdb.verify.callers import Caller
from saasdb.verify.inventory import Inventory, quote
from saasdb.verify.plans import calls_of
from saasdb.verify.reach import Reach
from saasdb.verify.runner import Probe, Runner
from saasdb.verify.tables import TableView
from saasdb.verify.world import World

FEW_ROWS = 8
"""Below so many rows of a table nothing is said about calls a row."""

_COUNTERS = """(select jsonb_build_object(
    'scans', (select jsonb_object_agg(title, pg_stat_get_xact_numscans(relid)) from pg_temp.saasdb_watched),
    'rows', (select jsonb_object_agg(title, pg_stat_get_xact_tuples_fetched(relid) + coalesce((
        select sum(pg_stat_get_xact_tuples_fetched(i.indexrelid)) from pg_index i where i.indrelid = relid
    ), 0)) from pg_temp.saasdb_watched),
    'functions', (select jsonb_object_agg(f, pg_stat_get_xact_function_calls(f::regprocedure))
        from unnest('{}'::text[]) f)))"""


def observe(
    runner: Runner, world: World, callers: list[Caller], seen: TableView, reach: Reach
) -> dict[tuple[str, str, str], list[str]]:
    """(persona, table, command) → what was counted, in words: `reads public.teams whole`, `a call a row`."""
    connection = runner.connection
    counts = connection.execute("select current_setting('is_superuser') = 'on'").fetchone()[0]
    inventory = world.inventory
    oids = "{" + ",".join(str(f.oid) for f in inventory.functions.values()) + "}" if counts else "{}"
    counters = _COUNTERS.format(oids).replace("f::regprocedure", "f::oid")
    # A small table lies on one page: only a price on each entry read tells a condition that an index knows from none.
    settings = {"enable_seqscan": "off", "cpu_index_tuple_cost": "1000"} | (
        {"track_functions": "all"} if counts else {}
    )
    jobs, probes = [], []
    for caller, title, command, statement in _statements(inventory, callers, seen, reach):
        jobs.append((caller.persona, title, command))
        probes.append(
            Probe(
                caller.role,
                {**settings, **caller.settings},
                statement,
                before=f"select set_config('saasdb.counted', {counters}::text, true)",
                after=f"select jsonb_build_array(current_setting('saasdb.counted')::jsonb, {counters})",
            )
        )
    if not probes:
        return {}
    connection.execute("discard plans")  # those of functions that ran before were made with other prices
    found = {}
    for (persona, title, command), answer in zip(jobs, runner.run(probes), strict=True):
        if answer.ok and answer.after:
            found[persona, title, command] = _words(world, title, *answer.after)
    connection.execute("discard plans")
    return found


def _statements(
    inventory: Inventory, callers: list[Caller], seen: TableView, reach: Reach
) -> list[tuple[Caller, str, str, str]]:
    """Reading, changing and removing for each main caller whom row level security binds."""
    found = []
    main = {c.persona: c for c in reversed(callers) if c.main}
    for caller in main.values():
        for relation in inventory.tables:
            may = seen.columns.get((caller.role, relation.title, "select"))
            if not reach.table(relation.title) or not relation.rls or not relation.policies or not may:
                continue
            if caller.role not in {r for p in relation.policies for r in p.roles} and not any(
                "public" in p.roles for p in relation.policies
            ):
                continue
            update = sorted(seen.columns.get((caller.role, relation.title, "update"), ()))
            found.append((caller, relation.title, "select", f"select {quote(sorted(may)[0])} from {relation.sql}"))
            if update:
                name = quote(update[0])
                found.append((caller, relation.title, "update", f"update {relation.sql} set {name} = {name}"))
            found.append((caller, relation.title, "delete", f"delete from {relation.sql}"))
    return found


def of_those_who_reach(
    counted: dict[tuple[str, str, str], list[str]], callers: list[Caller], seen: TableView
) -> dict[tuple[str, str, str], list[str]]:
    """What was counted, without deletes that reach no row."""
    main = {c.persona: c.label for c in reversed(callers) if c.main}
    return {
        (persona, title, command): said
        for (persona, title, command), said in counted.items()
        if command != "delete" or ((found := seen.removed.get((main[persona], title))) and found.rows)
    }


def _words(world: World, title: str, before: dict, after: dict) -> list[str]:
    def more(what: str) -> dict[str, int]:
        then = before[what] or {}
        return {key: int(count or 0) - int(then.get(key) or 0) for key, count in (after[what] or {}).items()}

    sizes = {relation.title: len(world.rows.get(relation.oid, ())) for relation in world.inventory.tables}
    whole = {other for other, count in more("scans").items() if count > 0}
    # Without a condition that an index knows, the planner may also read all of an index. What counts is rows that live:
    # those of probes that were rolled back stay in the indexes, and no scan can forget them where they share an entry.
    calls = {world.inventory.functions[int(oid)].body: n for oid, n in more("functions").items() if n > 1}
    for other, read in more("rows").items():
        # A function that is called a row and finds one row each time has not read the table either.
        times = max((n for body, n in calls.items() if _names(body, other)), default=1)
        if read >= max(sizes.get(other, 0) * 0.75, FEW_ROWS) * times:
            whole.add(other)
    own = {title} | {r.title for r in world.inventory.tables if r.partition_of == world.inventory.relation(title).oid}
    found = [f"reads {other} whole" for other in sorted(whole - own)]
    often = [int(oid) for oid, n in more("functions").items() if n >= max(sizes[title], FEW_ROWS) * 0.75]
    if often and sizes[title] >= FEW_ROWS:
        named = (world.inventory.functions[oid] for oid in often)
        found += ["a call a row", *calls_of(sorted(f"{f.schema}.{f.name}" for f in named))]
    return found


def _names(body: str, title: str) -> bool:
    return re.search(rf"\b{re.escape(title.rpartition('.')[2])}\b", body) is not None
