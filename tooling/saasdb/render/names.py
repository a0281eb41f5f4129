"""Names and literals as SQL text, quoted by psycopg where they need it."""

from __future__ import annotations

import re
from collections.abc import Iterable

from psycopg import sql

from saasdb.model import Key, Object

# pg_get_keywords() of PostgreSQL 18: every word that is not free to be a name everywhere.
_KEYWORDS = frozenset(
    word
    for line in (
        "all analyse analyze and any array as asc asymmetric authorization between bigint binary bit boolean both case",
        "cast char character check coalesce collate collation column concurrently constraint create cross",
        "current_catalog current_date current_role current_schema current_time current_timestamp current_user dec",
        "decimal default deferrable desc distinct do else end except exists extract false fetch float for foreign",
        "freeze from full grant greatest group grouping having ilike in initially inner inout int integer intersect",
        "interval into is isnull join json json_array json_arrayagg json_exists json_object json_objectagg json_query",
        "json_scalar json_serialize json_table json_value lateral leading least left like limit localtime",
        "localtimestamp merge_action national natural nchar none normalize not notnull null nullif numeric offset on",
        "only or order out outer overlaps overlay placing position precision primary real references returning right",
        "row select session_user setof similar smallint some substring symmetric system_user table tablesample then",
        "time timestamp to trailing treat trim true union unique user using values varchar variadic verbose when where",
        "window with xmlattributes xmlconcat xmlelement xmlexists xmlforest xmlnamespaces xmlparse xmlpi xmlroot",
        "xmlserialize xmltable",
    )
    for word in line.split()
)
_PLAIN = re.compile(r"[a-z_][a-z0-9_]*")


def ident(name: str) -> str:
    """One identifier, quoted only where it must be."""
    if _PLAIN.fullmatch(name) and name not in _KEYWORDS:
        return name
    return sql.Identifier(name).as_string(None)


def idents(names: Iterable[str]) -> str:
    return ", ".join(ident(name) for name in names)


def literal(text: str) -> str:
    """A string literal."""
    return sql.Literal(text).as_string(None).lstrip()


def qualified(schema: str, name: str) -> str:
    return f"{ident(schema)}.{ident(name)}" if schema else ident(name)


def relation(key: Key) -> str:
    """The table, view or type that a key (or the part that it names) belongs to."""
    return qualified(key.schema, key.name)


def role(name: str) -> str:
    """A role; the empty name is `public`, every role."""
    return ident(name) if name else "public"


def reference(item: Object) -> str:
    """How `comment on`, `alter … owner to` and `drop` call an object: its kind and its name."""
    key = item.key
    kind = key.kind
    if kind in ("function", "procedure"):
        return f"{kind} {relation(key)}({key.part})"
    if kind == "aggregate":
        return f"aggregate {relation(key)}({aggregate_arguments(item)})"
    if kind in ("enum", "composite type", "range", "base type", "shell type"):
        return f"type {relation(key)}"
    if kind == "operator":
        return f"operator {ident(key.schema)}.{key.name} ({key.part})"
    if kind in ("operator class", "operator family"):
        return f"{kind} {relation(key)} using {ident(key.part)}"
    if kind == "column":
        return f"column {relation(key)}.{ident(key.part)}"
    if kind == "constraint":
        domain = "domain " if item.parent and item.parent.kind == "domain" else ""
        return f"constraint {ident(key.part)} on {domain}{relation(key)}"
    if kind in ("trigger", "rule", "policy"):
        return f"{kind} {ident(key.part)} on {relation(key)}"
    if kind == "cast":
        return f"cast ({key.name} as {key.part})"
    if kind == "transform":
        return f"transform for {key.name} language {ident(key.part)}"
    if kind == "foreign server":
        return f"server {ident(key.name)}"
    if kind == "language":
        return f"language {ident(key.name)}"
    return f"{kind} {relation(key)}"


def aggregate_arguments(item: Object) -> str:
    """An aggregate's signature: its argument list, or a star for none."""
    return item["arguments"] or "*"


def options(values: Iterable[str]) -> str:
    """Storage parameters `name=value` as they stand in `with (…)` and `set (…)`."""
    pairs = (value.split("=", 1) for value in values)
    return ", ".join(f"{_option_name(name)} = {literal(value)}" for name, value in pairs)


def _option_name(name: str) -> str:
    return ".".join(ident(part) for part in name.split("."))


def option_changes(old: Iterable[str], new: Iterable[str], prefix: str = "") -> tuple[str, str]:
    """What to `set (…)` and what to `reset (…)`; empty strings where there is nothing."""
    before, after = (dict(value.split("=", 1) for value in values) for values in (old, new))
    given = [f"{prefix}{name}={value}" for name, value in after.items() if before.get(name) != value]
    gone = ", ".join(_option_name(prefix + name) for name in before if name not in after)
    return options(given), gone


def foreign_options(values: Iterable[str]) -> str:
    """`options (…)` of a wrapper, server, mapping or foreign table, with a leading space; empty for none."""
    pairs = [value.split("=", 1) for value in values]
    return f" options ({', '.join(f'{ident(name)} {literal(value)}' for name, value in pairs)})" if pairs else ""


def foreign_option_changes(old: Iterable[str], new: Iterable[str]) -> str:
    """The same for `alter … options (add, set, drop)`; empty for no change."""
    before, after = (dict(value.split("=", 1) for value in values) for values in (old, new))
    words = [f"drop {ident(name)}" for name in before if name not in after]
    words += [f"add {ident(name)} {literal(value)}" for name, value in after.items() if name not in before]
    words += [
        f"set {ident(name)} {literal(value)}"
        for name, value in after.items()
        if name in before and before[name] != value
    ]
    return f"options ({', '.join(words)})" if words else ""
