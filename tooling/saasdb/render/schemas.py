"""Schemas, extensions, languages, access methods."""

from __future__ import annotations

from saasdb.model import Object
from saasdb.render.context import Context
from saasdb.render.names import ident, literal


def create_schema(item: Object, ctx: Context) -> list[str]:
    return [f"create schema {ident(item.key.name)}"]


def create_extension(item: Object, ctx: Context) -> list[str]:
    """A version is named only where the server would take another one: the next server may not have it."""
    version = "" if item["usual"] else f" version {literal(item['version'])}"
    found = [f"create extension {ident(item.key.name)} with schema {ident(item['schema'])}{version}"]
    return found + [_adopted(item, name) for name in item["schemas"] if _is_filled(name, ctx)]


def _is_filled(schema: str, ctx: Context) -> bool:
    return any(key.schema == schema for key in ctx.new.objects)


def _adopted(item: Object, schema: str) -> str:
    """A schema that was given to an extension: its script, which may make it, is not ours to read."""
    name = ident(schema)
    return (
        f"do $$ begin if pg_catalog.to_regnamespace({literal(name)}) is null then"
        f" create schema {name}; alter extension {ident(item.key.name)} add schema {name}; end if; end $$"
    )


def alter_extension(old: Object, new: Object, fields: frozenset[str], ctx: Context) -> list[str] | None:
    name = ident(new.key.name)
    found = []
    if "version" in fields and not new["usual"] and not ctx.old.needed_by.get(new.key):
        return None  # there may be no way back to an older version, and nobody misses it for a moment
    if "schema" in fields:
        found.append(f"alter extension {name} set schema {ident(new['schema'])}")
    if "version" in fields:
        found.append(f"alter extension {name} update to {literal(new['version'])}")
    return found


def create_language(item: Object, ctx: Context) -> list[str]:
    words = ["create", "trusted" if item["trusted"] else "", "language", ident(item.key.name)]
    if item["handler"]:
        words.append(f"handler {item['handler']}")
    if item["inline"]:
        words.append(f"inline {item['inline']}")
    if item["validator"]:
        words.append(f"validator {item['validator']}")
    return [" ".join(word for word in words if word)]


def create_access_method(item: Object, ctx: Context) -> list[str]:
    return [f"create access method {ident(item.key.name)} type {item['type']} handler {item['handler']}"]
