"""Rows that tell rules apart, found by asking the rules: one for each way in which those of two states answer.

A page that is public, has a name and belongs to somebody who left differs from an ordinary one in three columns, and
there are too many such rows to make them all. So the values that the columns may have are crossed in one query, and of
the rows to which both states' rules answer alike the one nearest to an ordinary row is worth making.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

import psycopg

from saasdb.verify import atoms
from saasdb.verify.guarded import acting
from saasdb.verify.inserts import as_text, cast
from saasdb.verify.inventory import Relation, literal, quote
from saasdb.verify.principals import Principal

if TYPE_CHECKING:
    from saasdb.verify.question import Side
    from saasdb.verify.variants import VariantMaker

MOST_ROWS, MOST_VALUES, MOST_CROSSED, MOST_RULES = 10, 5, 2000, 8
_QUERY = re.compile(r"\s*(select|with)\b", re.IGNORECASE)
_AFTER_NAME = "where|on|join|left|right|inner|full|cross|natural|group|order|having|limit|union|window|for|tablesample"


def telling(maker: VariantMaker, relation: Relation, people: list[Principal]) -> list[Side]:
    """In what rows of a table differ from an ordinary one, for each combination of answers of the rules that changed.

    Args:
        people: who asks; the ordinary row is the first one's.
    """
    base = maker.made.get(relation.oid, {}).get(people[0].label)
    texts = atoms.of_one_state(maker.inventory, relation, maker.more.get(relation.title))
    rules = [rule for text in sorted(texts)[:MOST_RULES] for rule in _rule(maker, relation, text, people[0])]
    pools = _pools(maker, relation, texts, base) if base and rules else {}
    if len(pools) < 2:
        return []
    crossed = _crossed(relation, base, pools)
    checks = [f"coalesce(({k.expression}), true)" for k in relation.constraints if k.type == "c" and k.expression]
    allowed = _ask(maker, crossed, " and ".join(checks) or "true", people[0])
    answers = [[_ask(maker, crossed, rule, person) for person in people] for rule in rules]
    answers = [answer for answer in answers if any(answer)]
    found: dict[tuple[Any, ...], tuple[int, ...]] = {}
    for places in allowed if answers else ():
        if allowed[places] == "true":
            found.setdefault(tuple(tuple(one.get(places) for one in answer) for answer in answers), places)
    # What the rules do not agree on says most.
    chosen = sorted(found.items(), key=lambda item: len(set(item[0])) < 2)
    sides = [{n: pools[n][p] for n, p in zip(pools, places, strict=True) if p} for _, places in chosen]
    return [side for side in sides if side][:MOST_ROWS]


def _rule(maker: VariantMaker, relation: Relation, text: str, owner: Principal) -> list[str]:
    """What a changed text asks of a row of the table, as conditions on `saasdb_row` and the table's own columns."""
    asked = _of_this_row(relation, text)
    if _QUERY.match(text):
        # What it answers, and not whether it does: one row that says the plan is always there.
        query = f"select string_agg(saasdb_one::text, ' ') from ({asked.rstrip().rstrip(';')}) saasdb_one"
        return [f"({query})"] if asked != text else []
    found = [asked] if any(atoms.named(c.name, text) for c in relation.columns) else []
    for home in maker.order if asked != text else ():
        row = maker.made.get(home.oid, {}).get(owner.label)
        if home is not relation and row and any(text in (p.using, p.check) for p in home.policies):
            found.append(f"(select ({asked}) from {_record(home, literal(json.dumps(row)) + '::jsonb')})")
    return found


def _of_this_row(relation: Relation, text: str) -> str:
    """A text that finds nothing but the row that is asked about where it reads the table."""
    name = rf"(?<![\w.]){re.escape(relation.schema)}\.{re.escape(relation.name)}\b(?:\s+(?!(?:{_AFTER_NAME})\b)(\w+))?"
    row = f"(select (jsonb_populate_record(null::{relation.sql}, saasdb_row)).*)"
    return re.sub(name, lambda m: f"{row} {m[1] or quote(relation.name)}", text, flags=re.IGNORECASE)


def _record(relation: Relation, row: str) -> str:
    return f"jsonb_populate_record(null::{relation.sql}, {row}) as {quote(relation.name)}"


def _pools(
    maker: VariantMaker, relation: Relation, texts: set[str], base: dict[str, Any]
) -> dict[str, list[str | None]]:
    """The values of each column that the texts name, or that a check sees beside one: the ordinary one first."""
    named = {c.name for c in relation.columns if any(atoms.named(c.name, text) for text in texts)}
    named |= {c for k in relation.constraints if k.type == "c" and named & set(k.columns) for c in k.columns}
    keyed = {c for k in relation.constraints if k.type in "fp" for c in k.columns}
    people = {p.id for p in maker.world.principals.values()}
    found = atoms.sides(maker.inventory, relation, maker.more.get(relation.title)).columns
    options = maker._options(relation, maker.world.principals["alice"], "telling")
    pools = {}
    for column in relation.columns:
        usual = as_text(base.get(column.name))
        fixed = column.generated or (column.name in keyed and not column.listed)
        if column.name not in named & {*options} or fixed or usual in people:
            continue
        values = [v for v in [*found.get(column.name, ()), *column.listed, *options[column.name][:1]] if v != usual]
        values += [None] if not column.not_null else []
        pools[column.name] = [usual, *list(dict.fromkeys(v for v in values if v != usual))[:MOST_VALUES]]
    return {name: pool for name, pool in pools.items() if len(pool) > 1}


def _crossed(relation: Relation, base: dict[str, Any], pools: dict[str, list[str | None]]) -> str:
    """A query of `{}` for every crossing of the values, those nearest to the ordinary row first."""
    sources, places, parts = [], [], []
    for number, (name, pool) in enumerate(pools.items()):
        column = relation.column(name)
        values = ", ".join(f"({place}, to_jsonb({cast(column, value)}))" for place, value in enumerate(pool))
        sources.append(f"(values {values}) c{number} (place, value)")
        places.append(f"c{number}.place")
        parts.append(f"{literal(name)}, c{number}.value")
    row = f"{literal(json.dumps(base))}::jsonb || jsonb_build_object({', '.join(parts)})"
    near = " + ".join(f"({place} > 0)::int" for place in places)
    rows = (
        f"select array[{', '.join(places)}] as saasdb_places, {row} as saasdb_row from {' cross join '.join(sources)} "
        f"order by {near}, {' + '.join(places)} limit {MOST_CROSSED}"
    )
    row = _record(relation, "saasdb_row")
    return f"select saasdb_places, ({{}})::text from ({rows}) saasdb cross join lateral {row}"


def _ask(maker: VariantMaker, crossed: str, rule: str, person: Principal) -> dict[tuple[int, ...], str | None]:
    """Crossing → what a rule answers to it; nothing where it cannot be asked like this."""
    claims = maker.world.identity.as_caller("authenticated", person)
    try:
        with maker.connection.transaction(), acting(maker.connection, claims):
            return {tuple(places): said for places, said in maker.connection.execute(crossed.replace("{}", rule, 1))}
    except psycopg.Error:
        return {}
