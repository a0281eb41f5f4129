"""Enums, composite types, domains, ranges, base types, collations, conversions."""

from __future__ import annotations

from saasdb.model import Object
from saasdb.render.context import Context
from saasdb.render.names import ident, literal, qualified, relation


def create_enum(item: Object, ctx: Context) -> list[str]:
    labels = ", ".join(literal(label) for label in item["labels"])
    return [f"create type {relation(item.key)} as enum ({labels})"]


def alter_enum(old: Object, new: Object, fields: frozenset[str], ctx: Context) -> list[str] | None:
    """Added values go in where they belong; a value that left, or another order, needs a new type."""
    before, after = list(old["labels"]), list(new["labels"])
    if [label for label in after if label in before] != before:
        return None
    found = []
    for number, label in enumerate(after):
        if label in before:
            continue
        if number > 0:
            place = f" after {literal(after[number - 1])}" if after[number:] != [label] else ""
        else:
            place = f" before {literal(before[0])}" if before else ""
        found.append(f"alter type {relation(new.key)} add value {literal(label)}{place}")
    return found


def create_composite(item: Object, ctx: Context) -> list[str]:
    lines = ", ".join(_attribute(attribute) for attribute in item["attributes"])
    return [f"create type {relation(item.key)} as ({lines})"]


def _attribute(attribute: tuple[str, str, str | None]) -> str:
    name, kind, collation = attribute
    return f"{ident(name)} {kind}{f' collate {collation}' if collation else ''}"


def alter_composite(old: Object, new: Object, fields: frozenset[str], ctx: Context) -> list[str] | None:
    """In place where the order of what stays is the same and what is new comes last."""
    before = {name: (kind, collation) for name, kind, collation in old["attributes"]}
    after = {name: (kind, collation) for name, kind, collation in new["attributes"]}
    kept = [name for name in before if name in after]
    if [name for name in after if name in before] != kept or list(after)[: len(kept)] != kept:
        return None
    retyped = [name for name in kept if before[name] != after[name]]
    if (retyped or any("." in kind for _, kind, _ in (*old["attributes"], *new["attributes"]))) and _held(
        old, ctx, retyped
    ):
        return None
    actions = [f"drop attribute {ident(name)}" for name in before if name not in after]
    for name in retyped:
        kind, collation = after[name]
        actions.append(f"alter attribute {ident(name)} type {kind}{f' collate {collation}' if collation else ''}")
    actions += [f"add attribute {_attribute((name, *after[name]))}" for name in after if name not in before]
    typed = any(other.kind == "table" for other in ctx.old.needed_by.get(old.key, ()))
    cascade = " cascade" if typed else ""
    return [f"alter type {relation(new.key)} {', '.join(action + cascade for action in actions)}"]


def _held(old: Object, ctx: Context, retyped: list[str]) -> bool:
    """Whether a column holds values of the type, which forbids another type for an attribute."""
    return bool(retyped) and any(other.kind == "column" for other in ctx.old.needed_by.get(old.key, ()))


def create_domain(item: Object, ctx: Context) -> list[str]:
    words = [f"create domain {relation(item.key)} as {item['type']}"]
    if item["collation"]:
        words.append(f"collate {item['collation']}")
    if item["default"] is not None:
        words.append(f"default {item['default']}")
    if item["not null"] and not any(part["type"] == "not null" for part in ctx.new.parts_of(item.key, "constraint")):
        words.append("not null")
    for part in ctx.new.parts_of(item.key, "constraint"):
        if part["valid"]:
            words.append(f"constraint {ident(part.key.part)} {part['definition']}")
    return [" ".join(words)]


def alter_domain(old: Object, new: Object, fields: frozenset[str], ctx: Context) -> list[str] | None:
    if fields & {"type", "collation"}:
        return None
    head, found = f"alter domain {relation(new.key)}", []
    if "default" in fields:
        found.append(f"{head} {'drop default' if new['default'] is None else 'set default ' + new['default']}")
    if "not null" in fields and ctx.major < 18:
        found.append(f"{head} {'set' if new['not null'] else 'drop'} not null")
    return found


def create_range(item: Object, ctx: Context) -> list[str]:
    parts = [f"subtype = {item['subtype']}"]
    for name in ("subtype_opclass", "collation", "canonical", "subtype_diff"):
        if item[name]:
            parts.append(f"{name} = {item[name]}")
    if item["multirange_type_name"]:
        parts.append(f"multirange_type_name = {qualified(item.key.schema, item['multirange_type_name'])}")
    return [f"create type {relation(item.key)} as range ({', '.join(parts)})"]


def create_shell(item: Object, ctx: Context) -> list[str]:
    return [f"create type {relation(item.key)}"]


_ALIGNMENT = {"c": "char", "s": "int2", "i": "int4", "d": "double"}
_STORAGE = {"p": "plain", "e": "external", "m": "main", "x": "extended"}


def create_base(item: Object, ctx: Context) -> list[str]:
    parts = [f"input = {item['input']}", f"output = {item['output']}"]
    for name in ("receive", "send", "typmod_in", "typmod_out", "analyze", "subscript"):
        if item[name]:
            parts.append(f"{name} = {item[name]}")
    parts.append(f"internallength = {'variable' if item['length'] < 0 else item['length']}")
    if item["by value"]:
        parts.append("passedbyvalue")
    parts.append(f"alignment = {_ALIGNMENT[item['alignment']]}")
    parts.append(f"storage = {_STORAGE[item['storage']]}")
    parts.append(f"category = {literal(item['category'])}")
    if item["preferred"]:
        parts.append("preferred = true")
    if item["default"] is not None:
        parts.append(f"default = {literal(item['default'])}")
    if item["element"]:
        parts.append(f"element = {item['element']}")
    if item["delimiter"] != ",":
        parts.append(f"delimiter = {literal(item['delimiter'])}")
    if item["collatable"]:
        parts.append("collatable = true")
    return [f"create type {relation(item.key)} ({', '.join(parts)})"]


def drop_base(item: Object, ctx: Context) -> list[str]:
    """With its input and output functions, which need it as it needs them."""
    return [f"drop type {relation(item.key)} cascade"]


def create_collation(item: Object, ctx: Context) -> list[str]:
    parts = [f"provider = {item['provider']}"]
    if not item["deterministic"]:
        parts.append("deterministic = false")
    if item["provider"] == "libc":
        if item["collate"] == item["ctype"]:
            parts.append(f"locale = {literal(item['collate'])}")
        else:
            parts += [f"lc_collate = {literal(item['collate'])}", f"lc_ctype = {literal(item['ctype'])}"]
    else:
        parts.append(f"locale = {literal(item['locale'] or '')}")
        if item["rules"]:
            parts.append(f"rules = {literal(item['rules'])}")
    return [f"create collation {relation(item.key)} ({', '.join(parts)})"]


def create_conversion(item: Object, ctx: Context) -> list[str]:
    default = "default " if item["default"] else ""
    return [
        f"create {default}conversion {relation(item.key)} for {literal(item['from'])} to {literal(item['to'])}"
        f" from {item['function']}"
    ]
