"""Columns."""

from __future__ import annotations

from saasdb.model import Object
from saasdb.render import conversions, not_null, views
from saasdb.render.context import Context
from saasdb.render.names import (
    foreign_option_changes,
    foreign_options,
    ident,
    literal,
    option_changes,
    options,
    relation,
)
from saasdb.render.sequences import born_with, identity_settings, narrowed, renamed

_IDENTITY = {"a": "always", "d": "by default"}
_GENERATED = {"s": "stored", "v": "virtual"}


def definition(column: Object, ctx: Context) -> str:
    """A column as it stands in `create table` and `add column`."""
    words = [ident(column.key.part), column["type"]]
    if column["foreign options"]:
        words.append(foreign_options(column["foreign options"]).strip())
    if column["compression"]:
        words.append(f"compression {column['compression']}")
    if column["collation"]:
        words.append(f"collate {column['collation']}")
    return " ".join([*words, *_rules(column, ctx)])


def typed(column: Object, ctx: Context) -> str:
    """A column of a `create table … of` where it says more than its type does; else nothing."""
    rules = _rules(column, ctx)
    return " ".join([ident(column.key.part), "with options", *rules]) if rules else ""


def _rules(column: Object, ctx: Context) -> list[str]:
    words = []
    default = ctx.default_of(column.key)
    if column["generated"]:
        kind, expression = column["generated"]
        words.append(f"generated always as ({expression}) {_GENERATED[kind]}")
    elif column["identity"] and column["sequence"]:
        words.append(_identity(column, ctx))
    elif default is not None:
        words.append(f"default {default['expression']}")
    rule = column["not null"]
    if rule and rule.get("valid", True) and (rule.get("local", True) or not column["local"] or _partition(column, ctx)):
        words.append(not_null.inline(column, ctx))
    return words


def _partition(column: Object, ctx: Context) -> bool:
    return any(link["bound"] is not None for link in ctx.parents(column.parent)) or not column["inherited"]


def _identity(column: Object, ctx: Context) -> str:
    sequence = ctx.new.objects[column["sequence"]]
    return f"generated {_IDENTITY[column['identity']]} as identity ({identity_settings(column, sequence)})"


def afterwards(column: Object, ctx: Context, *, inherited: bool = False) -> list[str]:
    """What a column definition has no place for, once the column is there."""
    head, found = f"alter {column.parent.kind} only {relation(column.key)}", []
    head = head.replace("foreign table only", "foreign table")
    name = ident(column.key.part)
    rule = column["not null"]
    if rule and not rule.get("valid", True):
        found.append(f"{head} add constraint {ident(rule['name'])} not null {name} not valid")
    if rule and rule.get("comment"):
        found.append(
            f"comment on constraint {ident(rule['name'])} on {relation(column.key)} is {literal(rule['comment'])}"
        )
    if column["storage"]:
        found.append(f"{head} alter column {name} set storage {column['storage']}")
    if column["statistics"] is not None:
        found.append(f"{head} alter column {name} set statistics {column['statistics']}")
    if column["options"]:
        found.append(f"{head} alter column {name} set ({options(column['options'])})")
    default = ctx.default_of(column.key) if inherited else None
    if default is not None:
        found.append(f"{head} alter column {name} set default {default['expression']}")
    if column["identity"] and column["sequence"] in ctx.made:
        found += born_with(column, ctx.new.objects[column["sequence"]], ctx.new.objects[column.parent])
    return found


def create_column(item: Object, ctx: Context) -> list[str]:
    """Add a column, unless it arrives by itself (from a parent table, a type, or with its view)."""
    if item.parent.kind not in ("table", "foreign table"):
        return []
    table = ctx.new.objects[item.parent]
    was = ctx.old.objects.get(item.parent)
    bound = table["of type"] is not None and (was is None or was["of type"] == table["of type"])
    told = bound or ctx.given_by_parent(item.key, item.parent)
    if told and (bound or not item["local"]):
        found = afterwards(item, ctx, inherited=True)
        rule = item["not null"]
        if bound and rule:
            found.insert(0, f"alter table {relation(item.key)} alter column {ident(item.key.part)} set not null")
        if not bound and rule and rule.get("local"):
            found = [*not_null.made(item, f"alter {item.parent.kind} {relation(item.key)}", ctx), *found]
        if ctx.major >= 17 and _generated_otherwise(item, ctx):
            head = f"alter {item.parent.kind} {relation(item.key)} alter column {ident(item.key.part)}"
            found.insert(0, _regenerated(item, head))
        return found
    head = f"alter {item.parent.kind} {relation(item.key)}"
    if item["identity"] and ctx.has_heirs(item.parent):
        plain = Object(item.key, {**item.fields, "identity": None}, parent=item.parent)
        counted = (
            f"alter table only {relation(item.key)} alter column {ident(item.key.part)} add {_identity(item, ctx)}"
        )
        return [f"{head} add column {definition(plain, ctx)}", counted, *afterwards(item, ctx)]
    return [f"{head} add column {definition(item, ctx)}", *afterwards(item, ctx)]


def _generated_otherwise(column: Object, ctx: Context) -> bool:
    """Whether a column that comes from a parent is not generated as that parent's is."""
    above = (
        ctx.new.objects.get(column.key._replace(schema=link["of"].schema, name=link["of"].name))
        for link in ctx.parents(column.parent)
        if ctx.kept(link.key)
    )
    return any(other is not None and other["generated"] != column["generated"] for other in above)


def drop_column(item: Object, ctx: Context) -> list[str]:
    if item.parent.kind not in ("table", "foreign table"):
        return []
    shall = ctx.new.objects.get(item.parent)
    if ctx.old.objects[item.parent]["of type"] is not None and shall is not None and shall["of type"] is not None:
        return []
    if ctx.taken_by_parent(item.key, item.parent) and not item["local"]:
        return []
    only = "only " if ctx.left_to_heirs(item.key) else ""
    return [f"alter {item.parent.kind} {only}{relation(item.key)} drop column {ident(item.key.part)}"]


def alter_column(old: Object, new: Object, fields: frozenset[str], ctx: Context) -> list[str] | None:
    """Everything that a column can become without being dropped; only a generated one must sometimes be."""
    if new.parent.kind == "materialized view" and not fields & {"type", "collation"}:
        return views.column_settings(old, new)
    if new.parent.kind not in ("table", "foreign table"):
        return []
    if _must_be_made_anew(old, new, ctx):
        return None
    table, name = f"alter {new.parent.kind} {relation(new.key)}", ident(new.key.part)
    head = f"{table} alter column {name}"
    only = f"alter {new.parent.kind} only {relation(new.key)} alter column {name}"
    if new.parent.kind == "foreign table":
        only = head
    mine = not ctx.columns_above(new)
    found = []
    if "identity" in fields and old["identity"] and not new["identity"] and old["sequence"]:
        found.append(f"{head} drop identity")
    if "generated" in fields and _left_by_parents(old, new, ctx) != new["generated"]:
        found.append(_regenerated(new, head))
    if fields & {"type", "collation"} and mine and ctx.new.objects[new.parent]["of type"] is None:
        collation = f" collate {new['collation']}" if new["collation"] else ""
        using = "" if new["generated"] else conversions.using(old, new, ctx)
        if old["sequence"] and new["sequence"]:
            found += narrowed(ctx.old.objects[old["sequence"]], ctx.new.objects[new["sequence"]])
        found.append(f"{head} type {new['type']}{collation}{using}")
    if "not null" in fields:
        found += not_null.altered(old, new, table, ctx)
    if "identity" in fields and new["identity"] and new["sequence"]:
        if old["identity"]:
            found.append(f"{head} set generated {_IDENTITY[new['identity']]}")
        else:
            found.append(f"{head} add {_identity(new, ctx)}")
            found += born_with(new, ctx.new.objects[new["sequence"]], ctx.new.objects[new.parent])
            found.append(continue_sequence(new))
    if "sequence" in fields and old["sequence"] and new["sequence"]:
        found += renamed(ctx.old.objects[old["sequence"]], ctx.new.objects[new["sequence"]])
    if "storage" in fields:
        found.append(f"{only} set storage {new['storage'] or _usual_storage(new, ctx)}")
    if "compression" in fields:
        found.append(f"{head} set compression {new['compression'] or 'default'}")
    if "statistics" in fields:
        found.append(f"{only} set statistics {-1 if new['statistics'] is None else new['statistics']}")
    if "options" in fields:
        given, gone = option_changes(old["options"], new["options"])
        found += [f"{only} reset ({gone})"] if gone else []
        found += [f"{only} set ({given})"] if given else []
    if "foreign options" in fields:
        found.append(f"{head} {foreign_option_changes(old['foreign options'], new['foreign options'])}")
    return [text for text in found if text]


def _usual_storage(column: Object, ctx: Context) -> str:
    """Before 16 there is no word for it: numbers and addresses stay in line, everything else long is moved out."""
    if ctx.major >= 16:
        return "default"
    return "main" if conversions.base(column["type"])[0] in ("numeric", "inet", "cidr") else "extended"


def _must_be_made_anew(old: Object, new: Object, ctx: Context) -> bool:
    before, after = old["generated"], new["generated"]
    if before and after and old["type"] != new["type"] and _moves_to_another_kind(old, new, ctx, before != after):
        return True
    if before == after:
        return False
    if after is None:
        return before[0] == "v"
    return before is None or before[0] != after[0] or ctx.major < 17


def _left_by_parents(old: Object, new: Object, ctx: Context) -> tuple[str, str] | None:
    """What a column is generated from once the columns that it is inherited from have changed."""
    for before, after in ctx.columns_above(new):
        if before["generated"] != after["generated"]:
            return after["generated"]
    return old["generated"]


def _moves_to_another_kind(old: Object, new: Object, ctx: Context, expression: bool) -> bool:
    """Whether a generated column's type cannot change in place: it takes no `using`, and the expression goes first."""
    if conversions.using(old, new, ctx):
        return True
    return expression and not conversions.assignable(new["type"], old["type"], ctx)


def _regenerated(new: Object, head: str) -> str:
    if new["generated"] is None:
        return f"{head} drop expression"
    return f"{head} set expression as ({new['generated'][1]})"


def continue_sequence(column: Object) -> str:
    """Let an identity column's sequence go on after the largest value that is there."""
    sequence, name = relation(column["sequence"]), ident(column.key.part)
    return (
        f"select pg_catalog.setval({literal(sequence)}, max({name}), true) from {relation(column.key)}"
        f" having max({name}) is not null"
    )
