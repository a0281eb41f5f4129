"""Other spellings of a command: RETURNING, ON CONFLICT, MERGE, FOR UPDATE, COPY. None may reach more than it does.

PostgreSQL derives them from the same grants and policies, and has had errors there (MERGE skipped policies until
15.4). So each is tried by the main callers and compared with what the plain command was seen to do: a form that passes
where the plain command is refused, or reaches more rows, is a leak, whatever the contract says.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import psycopg
from psycopg.types.json import Jsonb

from saasdb.verify.callers import Caller
from saasdb.verify.inventory import Relation, quote
from saasdb.verify.runner import REFUSED, Answer, Probe
from saasdb.verify.tables import GUARD_OFF, Beyond, Seen, TableProbes

MERGES = 15
"""The first major that knows MERGE."""


@dataclass(frozen=True, eq=False)
class _Form:
    caller: Caller
    relation: Relation
    command: str
    statement: str
    most: int
    """How many rows it may touch; below zero when the plain command is refused."""
    plain: str
    """The plain command that does the same."""


def observe(probes: TableProbes, *, whole: bool = True) -> list[Beyond]:
    """Every form that went further than the plain command, for the main callers; COPY only for a `whole` look."""
    forms = [form for caller in probes.callers if caller.main for form in _forms(probes, caller)]
    further = [(form, answer) for form, answer in _tried(probes, forms, "statement") if _beyond(form, answer)]
    # The plain command was seen with another value, that a trigger may mind: now it is asked for the very same.
    plain = dict(_tried(probes, [form for form, _ in further], "plain"))
    found = [
        Beyond(form.caller, form.relation.title, form.command, form.statement, _beyond(form, answer))
        for form, answer in further
        if not _beyond(form, plain[form]) or plain[form].count < answer.count
    ]
    return found + (_copies(probes) if whole else [])


def _tried(probes: TableProbes, forms: list[_Form], which: str) -> Iterator[tuple[_Form, Answer]]:
    tries = [Probe(f.caller.role, {**f.caller.settings, **GUARD_OFF}, getattr(f, which)) for f in forms]
    return zip(forms, probes.runner.run(tries), strict=True)


def _beyond(form: _Form, answer: Answer) -> str:
    if form.most < 0:
        # A key or a check that stops it afterwards: it was let through all the same.
        return f"passes: {answer.state}" if answer.ok or answer.state in ("23505", "23503") else ""
    return f"reaches {answer.count} rows, the plain command {form.most}" if answer.count > form.most else ""


def _forms(probes: TableProbes, caller: Caller) -> list[_Form]:
    found = []
    seen, major = probes.seen, probes.inventory.major
    for relation in probes.tables:
        title = relation.title
        readable, settable = (probes.may(caller.role, relation, command) for command in ("select", "update"))
        settable = [name for name in settable if not relation.column(name).generated]
        read = seen.read.get((caller.label, title), Seen(REFUSED))
        removed = seen.removed.get((caller.label, title), Seen(REFUSED))
        changed = seen.changed.get((caller.label, title, settable[0])) if settable else None
        wanted: list[tuple[str, str, str, Seen | None]] = []

        if readable and read.ok:
            shape = ", ".join(map(quote, readable))
            for lock in ("update", "share"):
                statement = f"select {shape} from {relation.sql}"
                wanted.append(("select", f"{statement} for {lock}", statement, read))
        if settable and readable:
            name = quote(settable[0])
            change = f"update {relation.sql} set {name} = {name}"
            wanted.append(("update", f"{change} returning {', '.join(map(quote, readable))}", change, changed))
            if major >= MERGES:
                merge = f"merge into {relation.sql} t using (select 1) s on true when matched then"
                wanted.append(("update", f"{merge} update set {name} = t.{name}", change, changed))
                wanted.append(("delete", f"{merge} delete", f"delete from {relation.sql}", removed))
        for command, statement, same, plain in wanted:
            # Where a key or a check stopped the plain command, it does not say how far the form may go.
            if plain is None or plain.ok or plain.state == REFUSED:
                most = plain.count if plain and plain.ok else -1
                found.append(_Form(caller, relation, command, statement, most, same))
        found += _inserts(probes, caller, relation)
    return found


def _inserts(probes: TableProbes, caller: Caller, relation: Relation) -> list[_Form]:
    """Rows that a plain insert may not add, added another way."""
    found = []
    for (label, title, _), seen in probes.seen.added.items():
        if label != caller.label or title != relation.title or seen.state != REFUSED:
            continue
        columns = seen.statement.partition(" values ")[0].partition("(")[2].rpartition(")")[0].split(", ")
        found += [
            _Form(caller, relation, "insert", f"{seen.statement} on conflict do nothing", -1, seen.statement),
            _Form(caller, relation, "insert", f"{seen.statement} returning 1", -1, seen.statement),
        ]
        if relation.key and columns[0]:
            keys = ", ".join(map(quote, relation.key))
            change = f"do update set {columns[0]} = excluded.{columns[0]}"
            upsert = f"{seen.statement} on conflict ({keys}) {change}"
            found.append(_Form(caller, relation, "insert", upsert, -1, seen.statement))
        if probes.inventory.major >= MERGES and columns[0]:
            values = seen.statement.partition(" values ")[2]
            merge = f"merge into {relation.sql} using (select 1) s on false when not matched then insert"
            form = f"{merge} ({', '.join(columns)}) values {values}"
            found.append(_Form(caller, relation, "insert", form, -1, seen.statement))
        if len(found) >= 8:
            break
    return found


def _copies(probes: TableProbes) -> list[Beyond]:
    """COPY, which only a client can try: out of what may be read, into what policies guard."""
    found, connection = [], probes.runner.connection
    for caller in (c for c in probes.callers if c.main):
        for relation in probes.tables:
            read = probes.seen.read.get((caller.label, relation.title), Seen(REFUSED))
            columns = ", ".join(map(quote, probes.may(caller.role, relation, "select")))
            # Partitioned tables have no rows of their own to copy.
            if not columns or relation.kind != "r" or not relation.rls or not read.ok:
                continue
            statement = f"copy {relation.sql} ({columns}) to stdout"
            copied = _copy_out(connection, caller, statement)
            if copied > read.count:
                happened = f"copies {copied} rows, a select reads {read.count}"
                found.append(Beyond(caller, relation.title, "select", statement, happened))
    return found


def _copy_out(connection: psycopg.Connection, caller: Caller, statement: str) -> int:
    """How many rows come out; none when it is refused."""
    settings = {**caller.settings, "role": caller.role}
    try:
        with connection.transaction(force_rollback=True), connection.cursor() as cursor:
            cursor.execute("select set_config(k, v, true) from jsonb_each_text(%s) x(k, v)", [Jsonb(settings)])
            with cursor.copy(statement) as copy:
                return sum(1 for _ in copy.rows())
    except psycopg.Error:
        return 0
