"""Grants and revokes: from the privileges that an object has to those that it shall have."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from saasdb.model import Database, Grant, Object
from saasdb.render.names import aggregate_arguments, ident, relation, role

_ALL = {
    "table": {"select", "insert", "update", "delete", "truncate", "references", "trigger", "maintain"},
    "sequence": {"usage", "select", "update"},
    "schema": {"usage", "create"},
    "database": {"create", "connect", "temporary"},
}

_SORTS = {
    "table": ("r", "table"),
    "foreign table": ("r", "table"),
    "view": ("r", "table"),
    "materialized view": ("r", "table"),
    "sequence": ("S", "sequence"),
    "function": ("f", "function"),
    "procedure": ("f", "procedure"),
    "aggregate": ("f", "function"),
    "schema": ("n", "schema"),
    "enum": ("T", "type"),
    "composite type": ("T", "type"),
    "domain": ("T", "domain"),
    "range": ("T", "type"),
    "base type": ("T", "type"),
    "language": ("l", "language"),
    "foreign data wrapper": ("F", "foreign data wrapper"),
    "foreign server": ("V", "foreign server"),
}

_BORN_LETTER = {"r": "tables", "S": "sequences", "f": "functions", "T": "types", "n": "schemas"}


def target(item: Object) -> str:
    """The object as `grant … on` calls it."""
    kind = item.key.kind
    _, word = _SORTS[kind]
    if kind in ("function", "procedure"):
        return f"{word} {relation(item.key)}({item.key.part})"
    if kind == "aggregate":
        arguments = aggregate_arguments(item)
        return f"{word} {relation(item.key)}({item.key.part if arguments != '*' else ''})"
    return f"{word} {relation(item.key)}"


def builtin(kind: str, owner: str, major: int) -> set[Grant]:
    """What Postgres itself gives on a new object (`acldefault` in its source)."""
    letter = _SORTS[kind][0] if kind in _SORTS else kind
    if letter == "r":
        privileges = _ALL["table"] - ({"maintain"} if major < 17 else set())
    else:
        privileges = {
            "S": _ALL["sequence"],
            "f": {"execute"},
            "n": _ALL["schema"],
            "T": {"usage"},
            "l": {"usage"},
            "L": {"select", "update"},  # large objects
            "F": {"usage"},
            "V": {"usage"},
        }[letter]
    found = {Grant(owner, privilege, False, owner) for privilege in privileges}
    if letter in ("f", "T", "l"):
        found |= {Grant("", privilege, False, owner) for privilege in privileges}
    return found


def born_with(item: Object, database: Database, creator: str) -> set[Grant]:
    """What a new object has before anything is granted on it: the creator's default privileges.

    Args:
        database: the new state, whose default privileges are set before anything is made.
        creator: the role that runs the script.

    When the object is then given to another owner, what the creator held is the new owner's (`aclnewowner` in the
    server's source).
    """
    born = _BORN_LETTER.get(_SORTS[item.key.kind][0])
    everywhere = _born(database, "", creator, born)
    here = _born(database, item.key.schema, creator, born)
    if everywhere is None and not here:
        return builtin(item.key.kind, item.owner or creator, database.major)
    found = set(builtin(item.key.kind, creator, database.major) if everywhere is None else everywhere)
    found |= here or set()
    owner = item.owner or creator
    return {
        grant._replace(
            grantee=owner if grant.grantee == creator else grant.grantee,
            grantor=owner if grant.grantor == creator else grant.grantor,
        )
        for grant in found
    }


def _born(database: Database, schema: str, role_name: str, what: str | None) -> set[Grant] | None:
    for key, item in database.objects.items():
        if key.kind == "default privileges" and (key.schema, key.name, key.part) == (schema, role_name, what):
            return set(item.acl or ())
    return None


def change(
    item: Object, before: Iterable[Grant], after: Iterable[Grant], *, columns: str = "", head: str = "", on: str = ""
) -> list[str]:
    """The revokes and grants between two sets of privileges on one object.

    Args:
        columns: `(name)` for privileges on a column.
        head: what stands before `grant` (for default privileges).
        on: what stands after `on`; by default the object.
    """
    on = on or target(item)
    owner = item.owner
    old, new = _held(before), _held(after)
    chained = any(grant.grantor != owner for grant in (*before, *after)) if owner else False
    found = []
    if chained and set(before) != set(after):
        return _from_nothing(set(before), set(after), owner, columns, on)
    gone: dict[str, list[str]] = defaultdict(list)
    weaker: dict[str, list[str]] = defaultdict(list)
    come: dict[tuple[str, bool], list[str]] = defaultdict(list)
    for (grantee, privilege), grantable in sorted(old.items()):
        now = new.get((grantee, privilege))
        if now is None:
            gone[grantee].append(privilege)
        elif grantable and not now:
            weaker[grantee].append(privilege)
    for (grantee, privilege), grantable in new.items():
        was = old.get((grantee, privilege))
        if was is None or (grantable and not was):
            come[grantee, grantable].append(privilege)
    kind = item.key.kind if not head else ""
    for grantee, privileges in gone.items():
        found.append(f"{head}revoke {_words(privileges, columns, kind)} on {on} from {role(grantee)}")
    for grantee, privileges in weaker.items():
        listed = _words(privileges, columns, kind)
        found.append(f"{head}revoke grant option for {listed} on {on} from {role(grantee)}")
    for (grantee, grantable), privileges in come.items():
        tail = " with grant option" if grantable else ""
        found.append(f"{head}grant {_words(privileges, columns, kind)} on {on} to {role(grantee)}{tail}")
    return found


def _held(grants: Iterable[Grant]) -> dict[tuple[str, str], bool]:
    found: dict[tuple[str, str], bool] = {}
    for grant in grants:
        key = (grant.grantee, grant.privilege)
        found[key] = found.get(key, False) or grant.grantable
    return found


def _words(privileges: list[str], columns: str, kind: str) -> str:
    full = _ALL["table"] if kind in ("table", "view", "materialized view", "foreign table") else None
    if full and not columns and set(privileges) >= full:
        return "all"
    return ", ".join(f"{privilege}{' ' + columns if columns else ''}" for privilege in sorted(privileges))


def _from_nothing(before: set[Grant], after: set[Grant], owner: str, columns: str, on: str) -> list[str]:
    """Privileges that were passed on from hand to hand are taken back at their root and given out anew in order."""
    found = []
    for grantee in sorted({grant.grantee for grant in before}):
        found.append(f"revoke all{' ' + columns if columns else ''} on {on} from {role(grantee)} cascade")
    reached, waiting = {owner}, set(after)
    while waiting:
        ready = {grant for grant in waiting if grant.grantor in reached}
        if not ready:
            ready = waiting
        grouped: dict[tuple[str, str, bool], list[str]] = defaultdict(list)
        for grant in ready:
            grouped[grant.grantor, grant.grantee, grant.grantable].append(grant.privilege)
        for (grantor, grantee, grantable), privileges in sorted(grouped.items()):
            tail = " with grant option" if grantable else ""
            words = ", ".join(f"{privilege}{' ' + columns if columns else ''}" for privilege in sorted(privileges))
            text = f"grant {words} on {on} to {role(grantee)}{tail}"
            found += [text] if grantor == owner else [f"set role {ident(grantor)}", text, "reset role"]
            if grantable:
                reached.add(grantee)
        waiting -= ready
    return found


def default_privileges(old: Object | None, new: Object | None, major: int) -> list[str]:
    """`alter default privileges` between two states, either of which may be the server's own."""
    item = new or old
    head = f"alter default privileges for role {ident(item.key.name)}"
    if item.key.schema:
        head += f" in schema {ident(item.key.schema)}"
    usual = set() if item.key.schema else builtin(item["builtin"], item.key.name, major)
    before = set(old.acl or ()) if old else usual
    after = tuple(new.acl or ()) if new else tuple(usual)
    return change(item, before, after, head=f"{head} ", on=item.key.part)
