"""Publications and subscriptions."""

from __future__ import annotations

from saasdb.errors import SaasdbError
from saasdb.model import Object
from saasdb.render.context import Context
from saasdb.render.names import ident, idents, literal, relation


def create_publication(item: Object, ctx: Context) -> list[str]:
    everything = " for all tables" if item["all tables"] else ""
    return [f"create publication {ident(item.key.name)}{everything} with ({_settings(item, ctx)})"]


def _settings(item: Object, ctx: Context) -> str:
    words = [
        f"publish = {literal(', '.join(item['publish']))}",
        f"publish_via_partition_root = {str(item['via root']).lower()}",
    ]
    if ctx.major >= 18:
        words.append(f"publish_generated_columns = {item['generated columns']}")
    return ", ".join(words)


def alter_publication(old: Object, new: Object, fields: frozenset[str], ctx: Context) -> list[str] | None:
    if "all tables" in fields:
        return None
    return [f"alter publication {ident(new.key.name)} set ({_settings(new, ctx)})"]


def create_published(item: Object, ctx: Context) -> list[str]:
    return [f"alter publication {ident(item['publication'].name)} add {_what(item)}"]


def _what(item: Object) -> str:
    if item.key.kind == "published schema":
        return f"tables in schema {ident(item.key.name)}"
    columns = f" ({idents(item['columns'])})" if item["columns"] else ""
    where = f" where ({item['where']})" if item["where"] else ""
    return f"table only {relation(item.key)}{columns}{where}"


def drop_published(item: Object, ctx: Context) -> list[str]:
    what = (
        f"tables in schema {ident(item.key.name)}"
        if item.key.kind == "published schema"
        else f"table only {relation(item.key)}"
    )
    return [f"alter publication {ident(item['publication'].name)} drop {what}"]


_SETTINGS = (
    *("binary", "streaming", "disable_on_error", "synchronous_commit", "password_required", "run_as_owner"),
    *("origin", "failover"),
)
_SINCE = {"password_required": 16, "run_as_owner": 16, "origin": 16, "failover": 17}


def _given(item: Object, names: tuple[str, ...], ctx: Context) -> list[str]:
    found = []
    for name in names:
        if ctx.major >= _SINCE.get(name, 15):
            value = item[name]
            found.append(f"{name} = {str(value).lower() if isinstance(value, bool) else literal(value)}")
    return found


def create_subscription(item: Object, ctx: Context) -> list[str]:
    """Made without a connection to the publisher: that is for the one who runs the replication to start."""
    if item["connection"] is None:
        raise SaasdbError(
            "A subscription's connection string can only be read by a superuser",
            where=str(item.key),
            todo="Connect as a superuser, or create the subscription by hand.",
        )
    words = ["connect = false", f"slot_name = {_slot(item)}", *_given(item, _SETTINGS, ctx)]
    if item["two_phase"]:
        words.append("two_phase = true")
    listed = idents(item["publications"])
    name = ident(item.key.name)
    found = [
        f"create subscription {name} connection {literal(item['connection'])} publication {listed}"
        f" with ({', '.join(words)})"
    ]
    if item["enabled"]:
        found.append(f"alter subscription {name} enable")
    return found


def _slot(item: Object) -> str:
    return literal(item["slot_name"]) if item["slot_name"] else "none"


def alter_subscription(old: Object, new: Object, fields: frozenset[str], ctx: Context) -> list[str] | None:
    if "two_phase" in fields or ("failover" in fields and not old["enabled"]):
        return None  # failover is set at the publisher's slot too, which a subscription that is off need not have
    head, found = f"alter subscription {ident(new.key.name)}", []
    if "enabled" in fields and not new["enabled"]:
        found.append(f"{head} disable")
    if "connection" in fields and new["connection"] is not None:
        found.append(f"{head} connection {literal(new['connection'])}")
    if "publications" in fields:
        found.append(f"{head} set publication {idents(new['publications'])} with (refresh = false)")
    if "slot_name" in fields:
        found.append(f"{head} set (slot_name = {_slot(new)})")
    given = _given(new, tuple(name for name in _SETTINGS if name in fields), ctx)
    if given:
        found.append(f"{head} set ({', '.join(given)})")
    if "enabled" in fields and new["enabled"]:
        found.append(f"{head} enable")
    return found


def drop_subscription(item: Object, ctx: Context) -> list[str]:
    """Without touching the publisher's slot, which may not be reachable."""
    name = ident(item.key.name)
    found = [f"alter subscription {name} disable"] if item["enabled"] else []
    if item["slot_name"]:
        found.append(f"alter subscription {name} set (slot_name = none)")
    return [*found, f"drop subscription {name}"]
