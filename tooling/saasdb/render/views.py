"""Views, materialized views, rules."""

from __future__ import annotations

from saasdb.model import Object
from saasdb.render.context import Context
from saasdb.render.names import ident, option_changes, options, reference, relation
from saasdb.render.rows import marks_again, values_again


def create_view(item: Object, ctx: Context) -> list[str]:
    return [_view("create view", item)]


def _view(verb: str, item: Object) -> str:
    given = f" with ({options(item['options'])})" if item["options"] else ""
    columns, query = _query(item)
    return f"{verb} {relation(item.key)}{columns}{given} as\n{query}"


def _query(item: Object) -> tuple[str, str]:
    """What stands behind the name, and the query: only bare `values` need the columns' names apart."""
    query = marks_again(item["definition"])
    bare = values_again(query)
    if bare is None:
        return "", query
    return f" ({', '.join(ident(column[0]) for column in item['columns'])})", bare


def alter_view(old: Object, new: Object, fields: frozenset[str], ctx: Context) -> list[str] | None:
    """In place when the columns that were there stay as they are, in front."""
    if "definition" in fields:
        before, after = old["columns"], new["columns"]
        if after[: len(before)] != before:
            return None
        return [_view("create or replace view", new)]
    found = []
    if "options" in fields:
        given, gone = option_changes(old["options"], new["options"])
        if gone:
            found.append(f"alter view {relation(new.key)} reset ({gone})")
        if given:
            found.append(f"alter view {relation(new.key)} set ({given})")
    return found


def create_materialized(item: Object, ctx: Context) -> list[str]:
    columns, query = _query(item)
    words = [f"create materialized view {relation(item.key)}{columns}"]
    if item["access method"] not in (None, "heap"):
        words.append(f"using {ident(item['access method'])}")
    if item["options"]:
        words.append(f"with ({options(item['options'])})")
    if item["tablespace"]:
        words.append(f"tablespace {ident(item['tablespace'])}")
    tail = "" if item["populated"] else "\nwith no data"
    found = [f"{' '.join(words)} as\n{query}{tail}"]
    for column in ctx.new.parts_of(item.key, "column"):
        found += column_settings(None, column)
    return found


def column_settings(old: Object | None, new: Object) -> list[str]:
    """What a materialized view's column says to the planner: statistics and options."""
    head = f"alter materialized view {relation(new.key)} alter column {ident(new.key.part)}"
    before, after = (old.get("statistics") if old else None), new.get("statistics")
    found = [] if before == after else [f"{head} set statistics {-1 if after is None else after}"]
    given, gone = option_changes((old.get("options") if old else None) or (), new.get("options") or ())
    found += [f"{head} reset ({gone})"] if gone else []
    return found + ([f"{head} set ({given})"] if given else [])


def alter_materialized(old: Object, new: Object, fields: frozenset[str], ctx: Context) -> list[str] | None:
    if "definition" in fields:
        return None
    head, found = f"alter materialized view {relation(new.key)}", []
    if "options" in fields:
        given, gone = option_changes(old["options"], new["options"])
        found += [f"{head} reset ({gone})"] if gone else []
        found += [f"{head} set ({given})"] if given else []
    if "access method" in fields:
        found.append(f"{head} set access method {ident(new['access method'])}")
    if "tablespace" in fields:
        found.append(f"{head} set tablespace {ident(new['tablespace'] or 'pg_default')}")
    return found


def create_rule(item: Object, ctx: Context) -> list[str]:
    found = [item["definition"]]
    if item["enabled"] != "enable":
        found.append(f"alter table {relation(item.key)} {item['enabled']} rule {ident(item.key.part)}")
    return found


def alter_rule(old: Object, new: Object, fields: frozenset[str], ctx: Context) -> list[str] | None:
    found = []
    if "definition" in fields:
        found.append(new["definition"].replace("CREATE RULE", "CREATE OR REPLACE RULE", 1))
    if "enabled" in fields:
        found.append(f"alter table {relation(new.key)} {new['enabled']} rule {ident(new.key.part)}")
    return found


def drop(item: Object, ctx: Context) -> list[str]:
    return [f"drop {reference(item)}"]
