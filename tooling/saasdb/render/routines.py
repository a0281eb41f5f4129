"""Functions, procedures, aggregates, casts, transforms."""

from __future__ import annotations

from saasdb.model import Object
from saasdb.render.context import Context
from saasdb.render.names import aggregate_arguments, ident, literal, relation


def create_routine(item: Object, ctx: Context) -> list[str]:
    return [item["definition"]]


def alter_routine(old: Object, new: Object, fields: frozenset[str], ctx: Context) -> list[str] | None:
    """`create or replace` where Postgres allows it: same result, same names, no default taken away."""
    if fields & {"result", "modes", "types", "variadic", "window"} or new["defaults"] < old["defaults"]:
        return None
    if old["names"] != new["names"] and not _only_named(old, new):
        return None
    return [new["definition"]] if fields - {"extensions"} else []


def _only_named(old: Object, new: Object) -> bool:
    """Whether the change gives names to inputs that had none and leaves the others."""
    before, after = old["names"], new["names"]
    if not before:
        return not new["modes"] or set(new["modes"]) <= {"i", "v"}
    return (
        len(before) == len(after)
        and all(was in ("", now) for was, now in zip(before, after, strict=True))
        and not any(mode in ("o", "t", "b") for mode in new["modes"])
    )


_MODIFY = {"r": "read_only", "s": "shareable", "w": "read_write"}
_PARALLEL = {"s": "safe", "r": "restricted", "u": "unsafe"}


def create_aggregate(item: Object, ctx: Context) -> list[str]:
    parts = [f"sfunc = {item['sfunc']}", f"stype = {item['stype']}"]
    if item["sspace"]:
        parts.append(f"sspace = {item['sspace']}")
    parts += _final(item, "finalfunc", "w" if item["kind"] != "n" else "r")
    for name in ("combinefunc", "serialfunc", "deserialfunc"):
        if item[name]:
            parts.append(f"{name} = {item[name]}")
    if item["initcond"] is not None:
        parts.append(f"initcond = {literal(item['initcond'])}")
    if item["msfunc"]:
        parts += [f"{name} = {item[name]}" for name in ("msfunc", "minvfunc", "mstype")]
        if item["msspace"]:
            parts.append(f"msspace = {item['msspace']}")
        parts += _final(item, "mfinalfunc", "r")
        if item["minitcond"] is not None:
            parts.append(f"minitcond = {literal(item['minitcond'])}")
    if item["sortop"]:
        parts.append(f"sortop = {item['sortop']}")
    if item["parallel"] != "u":
        parts.append(f"parallel = {_PARALLEL[item['parallel']]}")
    if item["kind"] == "h":
        parts.append("hypothetical")
    return [f"create aggregate {relation(item.key)}({aggregate_arguments(item)}) ({', '.join(parts)})"]


def _final(item: Object, name: str, usual: str) -> list[str]:
    if not item[name]:
        return []
    parts = [f"{name} = {item[name]}"]
    if item[f"{name}_extra"]:
        parts.append(f"{name}_extra")
    if item[f"{name}_modify"] != usual:
        parts.append(f"{name}_modify = {_MODIFY[item[f'{name}_modify']]}")
    return parts


_CONTEXT = {"e": "", "a": " as assignment", "i": " as implicit"}


def create_cast(item: Object, ctx: Context) -> list[str]:
    if item["method"] == "f":
        how = f"with function {item['function']}"
    else:
        how = "with inout" if item["method"] == "i" else "without function"
    return [f"create cast ({item['source']} as {item['target']}) {how}{_CONTEXT[item['context']]}"]


def create_transform(item: Object, ctx: Context) -> list[str]:
    parts = []
    if item["from"]:
        parts.append(f"from sql with function {item['from']}")
    if item["to"]:
        parts.append(f"to sql with function {item['to']}")
    return [f"create transform for {item['type']} language {ident(item['language'])} ({', '.join(parts)})"]
