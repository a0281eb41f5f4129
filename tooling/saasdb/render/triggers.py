"""Triggers, event triggers, policies."""

from __future__ import annotations

from saasdb.model import Object
from saasdb.render.context import Context
from saasdb.render.names import ident, literal, relation, role


def create_trigger(item: Object, ctx: Context) -> list[str]:
    found = [item["definition"]] if item["definition"] else []
    if item["enabled"] != "enable":
        found.append(_switch(item))
    return found


def _switch(item: Object) -> str:
    kind = "foreign table" if item.parent.kind == "foreign table" else "table"
    return f"alter {kind} {relation(item.key)} {item['enabled']} trigger {ident(item.key.part)}"


def alter_trigger(old: Object, new: Object, fields: frozenset[str], ctx: Context) -> list[str] | None:
    if fields & {"constraint", "cloned"} or ("definition" in fields and new["constraint"]):
        return None
    found = []
    if "definition" in fields:
        found.append(new["definition"].replace("CREATE TRIGGER", "CREATE OR REPLACE TRIGGER", 1))
        if new["enabled"] != "enable" or old["enabled"] != "enable":
            found.append(_switch(new))
    elif "enabled" in fields:
        found.append(_switch(new))
    return found


def drop_trigger(item: Object, ctx: Context) -> list[str]:
    return [] if item["cloned"] else [f"drop trigger {ident(item.key.part)} on {relation(item.key)}"]


def create_event_trigger(item: Object, ctx: Context) -> list[str]:
    tags = f" when tag in ({', '.join(literal(tag) for tag in item['tags'])})" if item["tags"] else ""
    name = ident(item.key.name)
    found = [f"create event trigger {name} on {item['event']}{tags} execute function {item['function']}()"]
    if item["enabled"] != "enable":
        found.append(f"alter event trigger {name} {item['enabled']}")
    return found


def alter_event_trigger(old: Object, new: Object, fields: frozenset[str], ctx: Context) -> list[str] | None:
    if fields != {"enabled"}:
        return None
    return [f"alter event trigger {ident(new.key.name)} {new['enabled']}"]


def create_policy(item: Object, ctx: Context) -> list[str]:
    words = [f"create policy {ident(item.key.part)} on {relation(item.key)}"]
    if not item["permissive"]:
        words.append("as restrictive")
    if item["command"] != "all":
        words.append(f"for {item['command']}")
    words.append(f"to {', '.join(role(name) for name in item['roles'])}")
    if item["using"] is not None:
        words.append(f"using ({item['using']})")
    if item["check"] is not None:
        words.append(f"with check ({item['check']})")
    return [" ".join(words)]


def alter_policy(old: Object, new: Object, fields: frozenset[str], ctx: Context) -> list[str] | None:
    if fields & {"command", "permissive"} or any(new[part] is None for part in fields & {"using", "check"}):
        return None
    words = [f"alter policy {ident(new.key.part)} on {relation(new.key)}"]
    if "roles" in fields:
        words.append(f"to {', '.join(role(name) for name in new['roles'])}")
    if "using" in fields:
        words.append(f"using ({new['using']})")
    if "check" in fields:
        words.append(f"with check ({new['check']})")
    return [" ".join(words)]
