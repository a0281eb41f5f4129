"""How the values of a column become values of its new type."""

from __future__ import annotations

import re

from saasdb.model import Object
from saasdb.render.context import Context
from saasdb.render.names import ident, relation

_STRINGS = frozenset({"text", "character varying", "character", "name"})


def base(kind: str) -> tuple[str, bool]:
    """A type's name without its modifier, and whether it is an array."""
    array = kind.endswith("[]")
    plain = re.sub(r"\([^()]*\)", "", kind.removesuffix("[]"))
    return " ".join(plain.split()), array


def using(old: Object, new: Object, ctx: Context) -> str:
    """The `using` clause that a type change needs; empty where Postgres converts by itself."""
    name, before, after = ident(new.key.part), base(old["type"]), base(new["type"])
    aside = new.key in ctx.emptied
    if before == after and not _made_anew(new, ctx) and not aside:
        return ""
    if before == after and (aside or composite(new, ctx)) and not after[1]:
        return f" using jsonb_populate_record(null::{new['type']}, to_jsonb({name}))"
    if before == after and (aside or composite(new, ctx)) and ctx.major >= 17:
        return f" using json_query(to_jsonb({name}), '$' returning {new['type']})"
    if before[1] == after[1] and not _made_anew(new, ctx):
        how = ctx.new.casts.get((before[0], after[0]))
        if after[0] in _STRINGS or how in ("a", "i"):
            return ""
        if how == "e" or before[0] in _STRINGS:
            return f" using {name}::{new['type']}"
    if not before[1] and after[1] and before[0] == after[0]:
        return f" using array[{name}]"
    if before[0] in _STRINGS and before[1] == after[1]:
        return f" using {name}::{new['type']}"
    return f" using {name}::text{'[]' if before[1] and after[1] else ''}::{new['type']}"


def emptied(column: Object, ctx: Context) -> list[str]:
    """The values of a row type by name, which outlast a change of that type; before 17 an array's as text."""
    name, array = ident(column.key.part), column["type"].endswith("[]")
    how = f"text[] using {name}::text[]" if array and ctx.major < 17 else f"jsonb using to_jsonb({name})"
    return [f"alter table {relation(column.key)} alter column {name} type {how}"]


def assignable(given: str, wanted: str, ctx: Context) -> bool:
    """Whether a value of one type can be stored as another without a word."""
    before, after = base(given), base(wanted)
    if before == after:
        return True
    if before[1] != after[1]:
        return False
    return after[0] in _STRINGS or ctx.new.casts.get((before[0], after[0])) in ("a", "i")


def _made_anew(column: Object, ctx: Context) -> bool:
    """Whether the column's type is another one under the same name."""
    return any(
        need in ctx.made and need.kind != "collation" and need != column.parent
        for need in ctx.new.needs.get(column.key, ())
    )


def composite(column: Object, ctx: Context) -> bool:
    return any(need.kind == "composite type" for need in ctx.new.needs.get(column.key, ()))
