"""Constraints of tables and domains."""

from __future__ import annotations

import re

from saasdb.model import Object
from saasdb.render.context import Context
from saasdb.render.names import ident, option_changes, options, relation

_OF_THE_INDEX = frozenset({"options", "tablespace", "clustered", "replica identity", "of"})


def create_constraint(item: Object, ctx: Context) -> list[str]:
    if item.parent.kind == "domain":
        return _create_on_domain(item)
    if item["inherited"] and not item["local"] and ctx.given_by_parent(item.key, item.parent):
        return _validated_child(item, ctx)
    table, name = _table(item), ident(item.key.part)
    kept = ctx.kept(item.parent)
    words = f"{table} add constraint {name} {item['definition']}"
    if not item["valid"] and item["enforced"]:
        return [f"{words} not valid"]
    if ctx.safe and kept and item["enforced"]:
        if item["type"] in ("check", "foreign key") and not _partitioned(item, ctx):
            return [f"{words} not valid", f"{table} validate constraint {name}"]
        if item["type"] in ("primary key", "unique") and not _partitioned(item, ctx):
            return _through_an_index(item, table, ctx)
    if item.get("options") and _partitioned(item, ctx):
        words = f"{table} add constraint {name} {_with_options(item)}"
    return [_in_place(item, words), *_index_facets(item, ctx)]


def _with_options(item: Object) -> str:
    """A partitioned index takes its options when it is made, or never."""
    match = _KEY.match(item["definition"])
    if not match:
        return item["definition"]
    head = item["definition"].removesuffix(match["tail"]) if match["tail"] else item["definition"]
    return f"{head} with ({options(item['options'])}){match['tail']}"


def _validated_child(item: Object, ctx: Context) -> list[str]:
    """A child may be sure of a rule that its parent has not been checked for yet."""
    above = (item.key._replace(schema=link["of"].schema, name=link["of"].name) for link in ctx.parents(item.parent))
    sure = all(ctx.new.objects[key]["valid"] for key in above if key in ctx.new.objects)
    if sure or not item["valid"] or not item["enforced"]:
        return []
    return [f"{_table(item)} validate constraint {ident(item.key.part)}"]


def _table(item: Object) -> str:
    return f"alter {item.parent.kind} {relation(item.key)}"


def _partitioned(item: Object, ctx: Context) -> bool:
    return ctx.new.objects[item.parent].get("partitioned by") is not None


def _in_place(item: Object, words: str) -> str:
    """A partitioned table's key goes on it alone: the partitions' keys are made by name and then attached."""
    if item["type"] in ("primary key", "unique", "exclude") and item.get("columns") is not None:
        return words.replace("alter table ", "alter table only ", 1)
    return words


_KEY = re.compile(
    r"^(?P<kind>PRIMARY KEY|UNIQUE)(?P<nulls> NULLS NOT DISTINCT)? (?P<columns>\([^()]*\))"
    r"(?P<include> INCLUDE \([^()]*\))?"
    r"(?P<tail>(?: (?:NOT )?DEFERRABLE| INITIALLY DEFERRED)*)$"
)


def _through_an_index(item: Object, table: str, ctx: Context) -> list[str]:
    """Build the index while the table is in use, then make the constraint of it."""
    match = _KEY.match(item["definition"])
    if not match or item["definition"].count("(") - bool(match["include"]) != 1:
        return [f"{table} add constraint {ident(item.key.part)} {item['definition']}", *_index_facets(item, ctx)]
    name = ident(item.key.part)
    given = f" with ({options(item['options'])})" if item["options"] else ""
    rest = [text for text in _index_facets(item, ctx) if " set (" not in text]
    return [
        f"create unique index concurrently {name} on {relation(item.key)} {match['columns']}"
        f"{match['include'] or ''}{match['nulls'] or ''}{given}",
        f"{table} add constraint {name} {match['kind']} using index {name}{match['tail']}",
        *rest,
    ]


def _create_on_domain(item: Object) -> list[str]:
    valid = "" if item["valid"] else " not valid"
    return [f"alter domain {relation(item.key)} add constraint {ident(item.key.part)} {item['definition']}{valid}"]


def _index_facets(item: Object, ctx: Context) -> list[str]:
    """What the index behind a key carries and the key's own syntax cannot say."""
    if "options" not in item.fields:
        return []
    index = relation(item.key._replace(name=item.key.part))
    found = []
    if item["options"] and not _partitioned(item, ctx):
        found.append(f"alter index {index} set ({options(item['options'])})")
    if item["tablespace"]:
        found.append(f"alter index {index} set tablespace {ident(item['tablespace'])}")
    if item["clustered"]:
        found.append(f"alter table {relation(item.key)} cluster on {ident(item.key.part)}")
    if item["replica identity"]:
        found.append(f"alter table {relation(item.key)} replica identity using index {ident(item.key.part)}")
    return found


def alter_constraint(old: Object, new: Object, fields: frozenset[str], ctx: Context) -> list[str] | None:
    table = _table(new) if new.parent.kind != "domain" else f"alter domain {relation(new.key)}"
    name = ident(new.key.part)
    if "definition" in fields or "type" in fields or "enforced" in fields:
        return _deferral(old, new, fields, table) or _enforcement(old, new, fields, table, ctx)
    if "no inherit" in fields:
        return None
    if "of" in fields and old.get("of") and (new.get("of") or ctx.kept_partition(new.parent)):
        return None
    if "options" in fields and _partitioned(new, ctx):
        return None
    found = []
    if "valid" in fields:
        if not new["valid"]:
            return None
        found.append(f"{table} validate constraint {name}")
    if fields & _OF_THE_INDEX:
        found += _altered_index(old, new, fields)
    return found


def _deferral(old: Object, new: Object, fields: frozenset[str], table: str) -> list[str]:
    """A foreign key's deferrability changes in place; a unique constraint's is built into its index."""
    if new["type"] != "foreign key" or fields - {"definition"} or new.parent.kind == "domain":
        return []
    if _plain(old["definition"]) != _plain(new["definition"]):
        return []
    words = "deferrable" if new["deferrable"] else "not deferrable"
    if new["deferrable"]:
        words += " initially deferred" if new["deferred"] else " initially immediate"
    return [f"{table} alter constraint {ident(new.key.part)} {words}"]


def _enforcement(old: Object, new: Object, fields: frozenset[str], table: str, ctx: Context) -> list[str] | None:
    if new["type"] != "foreign key" or "enforced" not in fields or fields - {"definition", "enforced", "valid"}:
        return None
    if _plain(old["definition"]) != _plain(new["definition"]) or (new["enforced"] and not new["valid"]):
        return None
    word = "enforced" if new["enforced"] else "not enforced"
    return [f"{table} alter constraint {ident(new.key.part)} {word}"]


def _plain(definition: str) -> str:
    return re.sub(r"( NOT)? DEFERRABLE| INITIALLY (DEFERRED|IMMEDIATE)| NOT ENFORCED", "", definition)


def _altered_index(old: Object, new: Object, fields: frozenset[str]) -> list[str]:
    index, found = relation(new.key._replace(name=new.key.part)), []
    if "options" in fields:
        given, gone = option_changes(old["options"], new["options"])
        found += [f"alter index {index} reset ({gone})"] if gone else []
        found += [f"alter index {index} set ({given})"] if given else []
    if "tablespace" in fields:
        found.append(f"alter index {index} set tablespace {ident(new['tablespace'] or 'pg_default')}")
    if "clustered" in fields:
        word = f"cluster on {ident(new.key.part)}" if new["clustered"] else "set without cluster"
        found.append(f"alter table {relation(new.key)} {word}")
    if "replica identity" in fields and new["replica identity"]:
        found.append(f"alter table {relation(new.key)} replica identity using index {ident(new.key.part)}")
    return found


def drop_constraint(item: Object, ctx: Context) -> list[str]:
    if item.parent.kind == "domain":
        return [f"alter domain {relation(item.key)} drop constraint {ident(item.key.part)}"]
    if item["inherited"] and not item["local"] and ctx.taken_by_parent(item.key, item.parent):
        return []
    only = "only " if ctx.left_to_heirs(item.key) else ""
    return [f"alter {item.parent.kind} {only}{relation(item.key)} drop constraint {ident(item.key.part)}"]


def attach(item: Object, ctx: Context) -> list[str]:
    """Tie a partition's index to the partitioned one. Says nothing new where attaching the partition did it."""
    parent, own = item["of"], _index_of(item)
    above = ctx.new.objects.get(parent)
    if above is None:
        return []
    return [f"alter index {_index_of(above)} attach partition {own}"]


def _index_of(item: Object) -> str:
    name = item.key.part if item.key.kind == "constraint" else item.key.name
    return relation(item.key._replace(name=name))
