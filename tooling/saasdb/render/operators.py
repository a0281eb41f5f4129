"""Operators, operator families, operator classes."""

from __future__ import annotations

from saasdb.model import Object
from saasdb.render.context import Context
from saasdb.render.names import ident, relation


def create_operator(item: Object, ctx: Context) -> list[str]:
    parts = [f"function = {item['function']}"]
    for side in ("left", "right"):
        if item[side] != "none":
            parts.append(f"{side}arg = {item[side]}")
    for name in ("commutator", "negator", "restrict", "join"):
        if item[name]:
            parts.append(f"{name} = {item[name]}")
    for name in ("hashes", "merges"):
        if item[name]:
            parts.append(name)
    return [f"create operator {ident(item.key.schema)}.{item.key.name} ({', '.join(parts)})"]


def alter_operator(old: Object, new: Object, fields: frozenset[str], ctx: Context) -> list[str] | None:
    """Estimators change in place; commutator, negator and the rest are added in place from 17 on."""
    if not fields <= {"restrict", "join"}:
        return None
    given = ", ".join(f"{name} = {new[name] or 'none'}" for name in sorted(fields, reverse=True))
    return [f"alter operator {ident(new.key.schema)}.{new.key.name} ({new.key.part}) set ({given})"]


def _members(members: frozenset[tuple]) -> list[str]:
    """Operators and functions as they stand in `create operator class` and `alter operator family … add`."""
    found = []
    for kind, number, left, right, what, ordering in sorted(members, key=lambda m: (m[0] != "operator", m[1:4])):
        if kind == "operator":
            order = f" for order by {ordering}" if ordering else ""
            found.append(f"operator {number} {what}{order}")
        else:
            found.append(f"function {number} ({left}, {right}) {what}")
    return found


def create_family(item: Object, ctx: Context) -> list[str]:
    head = f"operator family {relation(item.key)} using {ident(item.key.part)}"
    found = [f"create {head}"]
    if item["members"]:
        found.append(f"alter {head} add {', '.join(_members(item['members']))}")
    return found


def alter_family(old: Object, new: Object, fields: frozenset[str], ctx: Context) -> list[str] | None:
    head = f"alter operator family {relation(new.key)} using {ident(new.key.part)}"
    gone, come = old["members"] - new["members"], new["members"] - old["members"]
    found = []
    if gone:
        listed = ", ".join(f"{kind} {number} ({left}, {right})" for kind, number, left, right, *_ in sorted(gone))
        found.append(f"{head} drop {listed}")
    if come:
        found.append(f"{head} add {', '.join(_members(come))}")
    return found


def create_class(item: Object, ctx: Context) -> list[str]:
    parts = _members(item["members"])
    if item["storage"]:
        parts.append(f"storage {item['storage']}")
    default = "default " if item["default"] else ""
    return [
        f"create operator class {relation(item.key)} {default}for type {item['type']} using {ident(item['method'])}"
        f" family {item['family']} as {', '.join(parts) or 'storage ' + item['type']}"
    ]
