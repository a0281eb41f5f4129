"""Limits that triggers set: how many rows of one's own they let in, and which of them count."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from saasdb.verify import values
from saasdb.verify.inserts import said
from saasdb.verify.inventory import Relation, quote
from saasdb.verify.runner import REFUSED, Probe
from saasdb.verify.server_side import NUMBER
from saasdb.verify.states import NEW, filling, shifting
from saasdb.verify.tables import Seen, TableProbes
from saasdb.verify.whom import main_and_leaders
from saasdb.verify.writes import WriteProbes


def observe(tables: TableProbes, relation: Relation, times: int, sides: Sequence[Mapping[str, str | None]]) -> None:
    """Fill `otherwise_added`: one's own row is added again and again, each text another one.

    Args:
        sides: what those rows are changed to when no more are let in; then one more is added.
    """
    jobs, probes = [], []
    for caller in main_and_leaders(tables.callers) if relation.title != "storage.objects" else ():
        links = tables.builder.links(relation, caller.principal or tables.world.principals["alice"])
        may = tables.may(caller.role, relation, "insert")
        row = WriteProbes(tables).rows_to_add(relation, caller, set(may), False)[0][1] if may else {}
        texts = {c.name for c in relation.columns if c.category == "S" and not c.listed and c.name not in links}
        row = {name: v + NUMBER if v and name in texts else v for name, v in row.items() if name in may}
        cells = ", ".join(said(relation.column(name), value) for name, value in row.items())
        statement = f"insert into {relation.sql} ({', '.join(map(quote, row))}) values ({cells})"
        how = Probe(caller.role, caller.settings, statement.replace(NUMBER, "0"))
        turns = [("", replace(how, statement=statement, times=times))]
        for side in sides:
            before = f"{filling(statement, times)}; {shifting(relation, side, NEW)}"
            turns.append((f"own, once full of {values.said(side)}", replace(how, before=before)))
        jobs += [(caller, kind, statement) for kind, _ in turns if row]
        probes += [probe for _, probe in turns if row]
    for (caller, kind, statement), answer in zip(jobs, tables.runner.run(probes), strict=True):
        if kind:
            done = {kind: Seen(answer.state, message=answer.message, statement=statement)}
        else:
            went_well = answer.rows[0]["went well"] if answer.rows else 0
            states = ["00000" if n < went_well else REFUSED for n in range(times)]
            done = {f"own, one more after {n}": Seen(state, statement=statement) for n, state in enumerate(states)}
        for kind, seen in done.items():
            tables.seen.otherwise_added[caller.label, relation.title, kind] = seen
