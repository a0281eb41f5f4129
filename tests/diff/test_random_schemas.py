"""Random schemas and random changes: from any state to any other, and from there nothing more."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from saasdb.diff import Options, diff

TYPES = ("integer", "bigint", "text", "varchar(20)", "numeric(8,2)", "mood", "mood[]", "positive", "pair", "date")
DEFAULTS = {"integer": "7", "bigint": "7", "text": "'x'", "varchar(20)": "'x'", "mood": "'a'", "date": "'2020-01-01'"}
LABELS = ("a", "b", "c", "d")


@dataclass(frozen=True)
class Column:
    name: str
    type: str
    default: bool
    required: bool
    comment: bool


@dataclass(frozen=True)
class Table:
    name: str
    columns: tuple[Column, ...]
    keyed: bool
    indexed: bool
    watched: bool
    secured: bool
    viewed: bool
    granted: bool

    def sql(self, others: list[str]) -> list[str]:
        parts = ["id integer" + (" primary key" if self.keyed else "")]
        for column in self.columns:
            default = DEFAULTS.get(column.type)
            text = f"{column.name} {column.type}"
            text += f" default {default}" if column.default and default else ""
            parts.append(text + (" not null" if column.required else ""))
        found = [f"create table {self.name} ({', '.join(parts)})"]
        first = self.columns[0]
        found += [f"comment on column {self.name}.{c.name} is 'about {c.name}'" for c in self.columns if c.comment]
        if self.indexed and first.type != "pair":
            found.append(f"create index {self.name}_i on {self.name} ({first.name}, id)")
        if self.watched:
            when = f"before update of {first.name} on {self.name} for each row"
            found.append(f"create trigger w {when} execute function watch()")
        if self.secured:
            found.append(f"alter table {self.name} enable row level security")
            found.append(f"create policy p on {self.name} using ({first.name} is not null)")
        if self.viewed:
            names = ", ".join(c.name for c in self.columns)
            found.append(f"create view {self.name}_v as select id, {names} from {self.name}")
            found.append(f"create view {self.name}_w as select {first.name} as x from {self.name}_v where id > 0")
        if self.granted:
            found.append(f"grant select, update ({first.name}) on {self.name} to public")
            found.append(f"grant insert on {self.name} to pg_monitor with grant option")
        if others:
            found.append(f"alter table {self.name} add column r integer references {others[0]} (id) on delete cascade")
        return found


columns = st.builds(
    Column,
    name=st.sampled_from(["k", "l", "m", "n"]),
    type=st.sampled_from(TYPES),
    default=st.booleans(),
    required=st.booleans(),
    comment=st.booleans(),
)
tables = st.builds(
    Table,
    name=st.sampled_from(["t", "u", "v"]),
    columns=st.lists(columns, min_size=1, max_size=4, unique_by=lambda c: c.name).map(tuple),
    **dict.fromkeys(("keyed", "indexed", "watched", "secured", "viewed", "granted"), st.booleans()),
)


def _twice(result: str) -> str:
    return f"create function twice(m mood default 'a') returns {result} language sql as 'select null::{result}'"


@st.composite
def schemas(draw) -> str:
    labels = draw(st.permutations(LABELS))[: draw(st.integers(2, 4))]
    if "a" not in labels:
        labels = ["a", *labels]
    low = draw(st.integers(0, 2))
    attributes = draw(st.sampled_from(["x int, y text", "x int", "y text, x int", "x bigint, y text, z mood"]))
    base = draw(st.sampled_from(["integer", "bigint"]))
    listed = ", ".join(f"'{label}'" for label in labels)
    found = [
        f"create type mood as enum ({listed})",
        f"create domain positive as {base} check (value > {low})",
        f"create type pair as ({attributes})",
        "create function watch() returns trigger language plpgsql as 'begin return new; end'",
        draw(st.sampled_from([_twice("int"), _twice("text"), "create sequence s"])),
    ]
    known: list[str] = []
    for table in draw(st.lists(tables, max_size=3, unique_by=lambda t: t.name)):
        found += table.sql(known if draw(st.booleans()) else [])
        if table.keyed:
            known.append(table.name)
    return ";\n".join(found) + ";\n"


@settings(
    max_examples=25,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(before=schemas(), after=schemas())
def test_any_schema_leads_to_any_other_and_then_nothing_is_left(server, before, after):
    with tempfile.TemporaryDirectory() as folder:
        one, two, three = (Path(folder) / name for name in ("one.sql", "two.sql", "three.sql"))
        one.write_text(before)
        two.write_text(after)
        forward = diff(str(one), str(two), Options(), on=server)  # proven inside: read back, and by pg_dump
        back = diff(str(two), str(one), Options(), on=server)
        assert forward.equal == back.equal
        three.write_text(before + ";\n".join(statement.sql for statement in forward.statements) + ";")
        assert diff(str(three), str(two), Options(), on=server).equal
