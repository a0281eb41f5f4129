"""Defaults, which are objects of their own: they may call what needs their table."""

from __future__ import annotations

from saasdb.model import Object
from saasdb.render.context import Context
from saasdb.render.names import ident, relation


def create_default(item: Object, ctx: Context) -> list[str]:
    return [_default(item, f"set default {item['expression']}")]


def drop_default(item: Object, ctx: Context) -> list[str]:
    return [_default(item, "drop default")]


def alter_default(old: Object, new: Object, fields: frozenset[str], ctx: Context) -> list[str] | None:
    return create_default(new, ctx)


def _default(item: Object, action: str) -> str:
    return f"alter table only {relation(item.key)} alter column {ident(item.key.part)} {action}"
