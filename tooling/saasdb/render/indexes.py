"""Indexes and extended statistics."""

from __future__ import annotations

from saasdb.model import Key, Object
from saasdb.render.context import Context
from saasdb.render.names import ident, option_changes, options, qualified, relation


def create_index(item: Object, ctx: Context) -> list[str]:
    text = item["definition"]
    table = ctx.new.objects[item["table"]]
    if ctx.safe and ctx.kept(item["table"]) and table.get("partitioned by") is None:
        text = text.replace(" INDEX ", " INDEX CONCURRENTLY ", 1)
    partitioned = table.get("partitioned by") is not None
    found = [item["whole definition"] if partitioned else text]
    name = qualified(item.key.schema, item.key.name)
    if item["options"] and not partitioned:
        found.append(f"alter index {name} set ({options(item['options'])})")
    if item["tablespace"]:
        found.append(f"alter index {name} set tablespace {ident(item['tablespace'])}")
    for pair in item["statistics"]:
        number, target = pair.split("=")
        found.append(f"alter index {name} alter column {number} set statistics {target}")
    owner = relation(item["table"])
    if item["clustered"]:
        found.append(f"alter {item['table'].kind} {owner} cluster on {ident(item.key.name)}")
    if item["replica identity"]:
        found.append(f"alter table {owner} replica identity using index {ident(item.key.name)}")
    return found


def drop_index(item: Object, ctx: Context) -> list[str]:
    name = qualified(item.key.schema, item.key.name)
    if ctx.old.objects[item["table"]].get("partitioned by") is not None:
        # A partition's key whose index is a part of this one can go neither before it nor, unsaid, with it.
        return [f"drop index {name}{' cascade' if _holds_a_key(item.key, ctx) else ''}"]
    busy = ctx.safe and ctx.kept(item["table"])
    return [f"drop index {'concurrently ' if busy else ''}{name}"]


def _holds_a_key(index: Key, ctx: Context) -> bool:
    """Whether a partition's constraint stands on an index that is attached to this one."""
    return any(part.kind == "constraint" or _holds_a_key(part, ctx) for part in ctx.attached.get(index, ()))


def alter_index(old: Object, new: Object, fields: frozenset[str], ctx: Context) -> list[str] | None:
    if fields & {"definition", "table", "valid"} or (
        old["of"] and "of" in fields and (new["of"] or ctx.kept_partition(new.parent))
    ):
        return None
    if "options" in fields and ctx.new.objects[new["table"]].get("partitioned by") is not None:
        return None
    name, owner, found = qualified(new.key.schema, new.key.name), relation(new["table"]), []
    if "options" in fields:
        given, gone = option_changes(old["options"], new["options"])
        found += [f"alter index {name} reset ({gone})"] if gone else []
        found += [f"alter index {name} set ({given})"] if given else []
    if "tablespace" in fields:
        found.append(f"alter index {name} set tablespace {ident(new['tablespace'] or 'pg_default')}")
    if "statistics" in fields:
        before, after = (dict(pair.split("=") for pair in side["statistics"]) for side in (old, new))
        for number in sorted(set(before) | set(after)):
            if before.get(number) != after.get(number):
                found.append(f"alter index {name} alter column {number} set statistics {after.get(number, -1)}")
    if "clustered" in fields:
        word = f"cluster on {ident(new.key.name)}" if new["clustered"] else "set without cluster"
        found.append(f"alter {new['table'].kind} {owner} {word}")
    if "replica identity" in fields and new["replica identity"]:
        found.append(f"alter table {owner} replica identity using index {ident(new.key.name)}")
    return found


def create_statistics(item: Object, ctx: Context) -> list[str]:
    return [item["definition"], *_target(item)]


def _target(item: Object) -> list[str]:
    target = -1 if item["target"] is None else item["target"]
    return [] if target == -1 else [f"alter statistics {relation(item.key)} set statistics {target}"]


def alter_statistics(old: Object, new: Object, fields: frozenset[str], ctx: Context) -> list[str] | None:
    if "definition" in fields:
        return None
    return _target(new) or [f"alter statistics {relation(new.key)} set statistics -1"]
