"""Foreign-data wrappers, servers, user mappings."""

from __future__ import annotations

from saasdb.model import Object
from saasdb.render.context import Context
from saasdb.render.names import foreign_option_changes, foreign_options, ident, literal, role


def create_wrapper(item: Object, ctx: Context) -> list[str]:
    words = [f"create foreign data wrapper {ident(item.key.name)}"]
    for name in ("handler", "validator"):
        if item[name]:
            words.append(f"{name} {item[name]}")
    return [" ".join(words) + foreign_options(item["foreign options"])]


def alter_wrapper(old: Object, new: Object, fields: frozenset[str], ctx: Context) -> list[str] | None:
    words = [f"alter foreign data wrapper {ident(new.key.name)}"]
    for name in ("handler", "validator"):
        if name in fields:
            words.append(f"{name} {new[name]}" if new[name] else f"no {name}")
    words.append(foreign_option_changes(old["foreign options"], new["foreign options"]))
    return [" ".join(word for word in words if word)]


def create_server(item: Object, ctx: Context) -> list[str]:
    words = [f"create server {ident(item.key.name)}"]
    if item["type"] is not None:
        words.append(f"type {literal(item['type'])}")
    if item["version"] is not None:
        words.append(f"version {literal(item['version'])}")
    words.append(f"foreign data wrapper {ident(item['wrapper'])}")
    return [" ".join(words) + foreign_options(item["foreign options"])]


def alter_server(old: Object, new: Object, fields: frozenset[str], ctx: Context) -> list[str] | None:
    if fields & {"type", "wrapper"}:
        return None
    words = [f"alter server {ident(new.key.name)}"]
    if "version" in fields:
        words.append(f"version {literal(new['version']) if new['version'] is not None else 'null'}")
    words.append(foreign_option_changes(old["foreign options"], new["foreign options"]))
    return [" ".join(word for word in words if word)]


def create_mapping(item: Object, ctx: Context) -> list[str]:
    return [
        f"create user mapping for {role(item['role'])} server {ident(item.key.name)}"
        f"{foreign_options(item['foreign options'])}"
    ]


def alter_mapping(old: Object, new: Object, fields: frozenset[str], ctx: Context) -> list[str] | None:
    changes = foreign_option_changes(old["foreign options"], new["foreign options"])
    return [f"alter user mapping for {role(new['role'])} server {ident(new.key.name)} {changes}"] if changes else []


def drop_mapping(item: Object, ctx: Context) -> list[str]:
    return [f"drop user mapping for {role(item['role'])} server {ident(item.key.name)}"]
