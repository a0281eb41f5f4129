"""Text search parsers, templates, dictionaries, configurations."""

from __future__ import annotations

from saasdb.model import Object
from saasdb.render.context import Context
from saasdb.render.names import relation


def create_parser(item: Object, ctx: Context) -> list[str]:
    parts = [f"{name} = {item[name]}" for name in ("start", "gettoken", "end", "headline", "lextypes") if item[name]]
    return [f"create text search parser {relation(item.key)} ({', '.join(parts)})"]


def create_template(item: Object, ctx: Context) -> list[str]:
    parts = [f"{name} = {item[name]}" for name in ("init", "lexize") if item[name]]
    return [f"create text search template {relation(item.key)} ({', '.join(parts)})"]


def create_dictionary(item: Object, ctx: Context) -> list[str]:
    options = f", {item['options']}" if item["options"] else ""
    return [f"create text search dictionary {relation(item.key)} (template = {item['template']}{options})"]


def create_configuration(item: Object, ctx: Context) -> list[str]:
    head = f"text search configuration {relation(item.key)}"
    found = [f"create {head} (parser = {item['parser']})"]
    for token, dictionaries in item["mappings"].items():
        found.append(f"alter {head} add mapping for {_token(token)} with {', '.join(dictionaries)}")
    return found


def _token(token: str) -> str:
    return f'"{token}"' if not token.isidentifier() else token


def alter_configuration(old: Object, new: Object, fields: frozenset[str], ctx: Context) -> list[str] | None:
    if "parser" in fields:
        return None
    head, found = f"alter text search configuration {relation(new.key)}", []
    before, after = old["mappings"], new["mappings"]
    for token in before:
        if token not in after:
            found.append(f"{head} drop mapping for {_token(token)}")
    for token, dictionaries in after.items():
        if before.get(token) != dictionaries:
            verb = "alter" if token in before else "add"
            found.append(f"{head} {verb} mapping for {_token(token)} with {', '.join(dictionaries)}")
    return found
