"""Triggers, rules, policies and event triggers."""

from __future__ import annotations

from saasdb.catalog.addresses import PG_CLASS, PG_EVENT_TRIGGER, PG_POLICY, PG_REWRITE, PG_TRIGGER
from saasdb.catalog.gathering import Gathering, Reading
from saasdb.model import Key

ENABLED = {"O": "enable", "D": "disable", "R": "enable replica", "A": "enable always"}

_TRIGGERS = """
select t.oid, t.tgname, t.tgrelid, case when t.tgparentid = 0 then pg_get_triggerdef(t.oid) end, t.tgenabled::text,
    t.tgconstraint <> 0, t.tgparentid
from pg_trigger t left join pg_constraint c on c.oid = t.tgconstraint
where (not t.tgisinternal or t.tgparentid <> 0) and c.contype is distinct from 'f'
"""


def read_triggers(g: Gathering) -> Reading:
    """Triggers; one that the server cloned for a partition can differ from its original only in being enabled."""
    rows = yield _TRIGGERS
    for oid, name, table, definition, enabled, constraint, parent in rows:
        owner = g.ours(PG_CLASS, table)
        if owner is None:
            continue
        fields = {
            "definition": definition,
            "enabled": ENABLED[enabled],
            "constraint": constraint,
            "cloned": parent != 0,
        }
        g.add(PG_TRIGGER, oid, Key("trigger", owner.schema, owner.name, name), fields, parent=owner)


def read_rules(g: Gathering) -> Reading:
    """Rules besides the one that makes a view a view."""
    rows = yield (
        "select r.oid, rulename, ev_class, pg_get_ruledef(r.oid), ev_enabled::text from pg_rewrite r"
        " where rulename <> '_RETURN' and r.oid >= 16384"
    )
    for oid, name, table, definition, enabled in rows:
        owner = g.ours(PG_CLASS, table)
        if owner:
            key = Key("rule", owner.schema, owner.name, name)
            fields = {"definition": definition.removesuffix(";"), "enabled": ENABLED[enabled]}
            g.add(PG_REWRITE, oid, key, fields, parent=owner)


_COMMANDS = {"*": "all", "r": "select", "a": "insert", "w": "update", "d": "delete"}


def read_policies(g: Gathering) -> Reading:
    """Row-level security policies."""
    rows = yield (
        "select oid, polname, polrelid, polcmd::text, polpermissive, polroles::oid[], pg_get_expr(polqual, polrelid),"
        " pg_get_expr(polwithcheck, polrelid) from pg_policy"
    )
    for oid, name, table, command, permissive, roles, using, check in rows:
        owner = g.ours(PG_CLASS, table)
        if owner is None:
            continue
        fields = {
            "command": _COMMANDS[command],
            "permissive": permissive,
            "roles": tuple(sorted("" if role == 0 else g.roles[role] for role in roles)),
            "using": using,
            "check": check,
        }
        g.add(PG_POLICY, oid, Key("policy", owner.schema, owner.name, name), fields, parent=owner)


def read_event_triggers(g: Gathering) -> Reading:
    """Event triggers."""
    rows = yield (
        "select e.oid, evtname, evtevent, evtowner, quote_ident(nspname) || '.' || quote_ident(proname),"
        " evtenabled::text, evttags from pg_event_trigger e join pg_proc p on p.oid = evtfoid"
        " join pg_namespace n on n.oid = pronamespace"
    )
    for oid, name, event, owner, function, enabled, tags in rows:
        fields = {
            "event": event,
            "function": function,
            "enabled": ENABLED[enabled],
            "tags": tuple(tags) if tags else None,
        }
        g.add(PG_EVENT_TRIGGER, oid, Key("event trigger", "", name), fields, owner=owner)
