"""Domains: what calls functions in them is let go of apart, and values inside of arrays forbid a new rule."""

from __future__ import annotations

from saasdb.compare import Changes
from saasdb.model import Database, Key
from saasdb.plan.graph import Step
from saasdb.render.context import Context
from saasdb.render.names import relation

_STORED = ("table", "foreign table", "materialized view")


def newly_ruled(changes: Changes) -> set[Key]:
    """Domains with a new rule, which Postgres refuses while values of them are stored inside of other values."""
    ruled = {changes.new.objects[key].parent for key in changes.created if key.kind == "constraint"}
    ruled |= {
        key
        for key, change in changes.changed.items()
        if key.kind == "domain" and "not null" in change.fields and change.new["not null"]
    }
    ruled |= {change.new.parent for key, change in changes.changed.items() if key.kind == "constraint"}
    return {key for key in ruled if key.kind == "domain" and key in changes.old.objects and is_boxed(key, changes.old)}


def is_boxed(kind: Key, old: Database) -> bool:
    """Whether values of a type are stored inside of arrays, composite values or ranges."""
    for user in old.needed_by.get(kind, ()):
        if user.kind == "domain" and is_boxed(user, old):
            return True
        holder = old.objects[user].parent if user.kind == "column" else user
        if user.kind == "column" and holder.kind in _STORED and old.objects[user]["type"].endswith("[]"):
            return True
        if holder.kind in ("composite type", "range") and any(
            other.kind == "column" and old.objects[other].parent.kind in _STORED
            for other in old.needed_by.get(holder, ())
        ):
            return True
    return False


def lets_go_by(leaving: Step, need: Key, ctx: Context) -> Step:
    """A domain that must outlive its successor's birth lets go of what its rules call when it is set aside."""
    late = leaving.verb == "drop" and leaving.key in ctx.loose and leaving.key.kind == "domain"
    return Step("aside", leaving.key) if late and need.kind == "function" else leaving


def without_calls(domain: Key, ctx: Context) -> list[str]:
    """A domain that was set aside without a default that calls a function which goes; its rules go by themselves."""
    if not any(need.kind == "function" and need in ctx.gone for need in ctx.old.needs.get(domain, ())):
        return []
    return [f"alter domain {relation(domain._replace(name=ctx.loose[domain]))} drop default"]
