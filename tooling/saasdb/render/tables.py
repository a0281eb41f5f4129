"""Tables, foreign tables, partitions and inheritance."""

from __future__ import annotations

from saasdb.model import Object
from saasdb.render import columns, conversions
from saasdb.render.context import Context
from saasdb.render.names import (
    foreign_option_changes,
    foreign_options,
    ident,
    option_changes,
    options,
    relation,
)
from saasdb.render.sequences import persistence


def create_table(item: Object, ctx: Context) -> list[str]:
    """The table with its columns; keys, checks and indexes follow as statements of their own."""
    key = item.key
    foreign = key.kind == "foreign table"
    heirs = [link for link in ctx.parents(key) if link["bound"] is None]
    unlogged = "unlogged " if item["persistence"] == "unlogged" else ""
    words = [f"create {unlogged}{key.kind} {relation(key)}"]
    listed = [column for column in ctx.new.parts_of(key, "column") if _stands(column, heirs)]
    if item["of type"]:
        words.append(f"of {item['of type']}")
        lines = [text for column in listed if (text := columns.typed(column, ctx))]
        if lines:
            words.append("(\n    " + ",\n    ".join(lines) + "\n)")
    else:
        lines = [columns.definition(column, ctx) for column in listed]
        lines += _inherited_not_nulls(item, heirs, ctx)
        words.append("(\n    " + ",\n    ".join(lines) + "\n)" if lines else "()")
    if heirs:
        words.append(f"inherits ({', '.join(relation(link['of']) for link in heirs)})")
    if item["partitioned by"]:
        words.append(f"partition by {item['partitioned by']}")
    if item["access method"] and (item["access method"] != "heap" or item["partitioned by"]):
        words.append(f"using {ident(item['access method'])}")
    given = [*item["options"], *(f"toast.{value}" for value in item["toast options"])]
    if given:
        words.append(f"with ({options(given)})")
    if item["tablespace"]:
        words.append(f"tablespace {ident(item['tablespace'])}")
    if foreign:
        words.append(f"server {ident(item['server'])}{foreign_options(item['foreign options'])}")
    found = [" ".join(words)]
    for column in ctx.new.parts_of(key, "column"):
        found += columns.afterwards(column, ctx, inherited=not _stands(column, heirs))
    return found + _switches(item)


def _stands(column: Object, heirs: list[Object]) -> bool:
    return not heirs or column["local"] or not column["inherited"]


def _inherited_not_nulls(item: Object, heirs: list[Object], ctx: Context) -> list[str]:
    """NOT NULL that a child itself puts on a column which it has from its parent."""
    if not heirs:
        return []
    found = []
    for column in ctx.new.parts_of(item.key, "column"):
        rule = column["not null"] or {}
        if _stands(column, heirs) or not rule.get("name"):
            continue
        if rule["local"] or rule["name"] not in _names_from_above(column, heirs, ctx):
            alone = " no inherit" if rule["no inherit"] else ""
            found.append(f"constraint {ident(rule['name'])} not null {ident(column.key.part)}{alone}")
    return found


def _names_from_above(column: Object, heirs: list[Object], ctx: Context) -> set[str]:
    """The names under which a NOT NULL is inherited."""
    found = set()
    for link in heirs:
        above = ctx.new.objects.get(column.key._replace(schema=link["of"].schema, name=link["of"].name))
        rule = (above["not null"] if above else None) or {}
        if rule and not rule["no inherit"]:
            found.add(rule["name"])
    return found


def _switches(item: Object) -> list[str]:
    head, found = f"alter {item.key.kind} {relation(item.key)}", []
    if item["row security"]:
        found.append(f"{head} enable row level security")
    if item["forced row security"]:
        found.append(f"{head} force row level security")
    if item["replica identity"] in ("f", "n") and item.key.kind == "table":
        found.append(f"{head} replica identity {'full' if item['replica identity'] == 'f' else 'nothing'}")
    return found


def alter_table(old: Object, new: Object, fields: frozenset[str], ctx: Context) -> list[str] | None:
    """What can be changed in place; how a table is partitioned cannot."""
    if fields & {"partitioned by", "server"} or ("of type" in fields and not _fits_its_type(new, ctx)):
        return None
    head, found = f"alter {new.key.kind} {relation(new.key)}", []
    if "persistence" in fields:
        found.append(f"{head} set {new['persistence']}")
        for key in ctx.new.objects:
            if key.kind == "sequence" and ctx.kept(key) and _serves(ctx.new.objects[key], new):
                found += persistence(ctx.new.objects[key], new)
    if "of type" in fields and old["of type"]:
        found.append(f"{head} not of")
    if "access method" in fields:
        found.append(f"{head} set access method {_method(new)}")
    if "tablespace" in fields:
        found.append(f"{head} set tablespace {ident(new['tablespace'] or 'pg_default')}")
    found += _options(old, new, "options", "")
    if "row security" in fields:
        found.append(f"{head} {'enable' if new['row security'] else 'disable'} row level security")
    if "forced row security" in fields:
        found.append(f"{head} {'force' if new['forced row security'] else 'no force'} row level security")
    if "replica identity" in fields and new["replica identity"] != "i" and new.key.kind == "table":
        word = {"f": "full", "n": "nothing", "d": "default"}[new["replica identity"]]
        found.append(f"{head} replica identity {word}")
    if "foreign options" in fields:
        found.append(f"{head} {foreign_option_changes(old['foreign options'], new['foreign options'])}")
    return found


def _method(item: Object) -> str:
    """A partitioned table may have none, which leaves it to the partitions."""
    return ident(item["access method"]) if item["access method"] else "default"


def _serves(sequence: Object, table: Object) -> bool:
    column = sequence["owned by"] or sequence["identity of"]
    return column is not None and (column.schema, column.name) == (table.key.schema, table.key.name)


def _fits_its_type(item: Object, ctx: Context) -> bool:
    """Whether a table's columns end up in its type's order when what is new comes last."""
    if not item["of type"]:
        return True
    before, after = ctx.old.column_order.get(item.key, ()), ctx.new.column_order.get(item.key, ())
    kept = [name for name in before if name in after]
    return [*kept, *(name for name in after if name not in kept)] == list(after)


def _options(old: Object, new: Object, name: str, prefix: str) -> list[str]:
    head = f"alter {new.key.kind} {relation(new.key)}"
    given, gone = option_changes(old[name], new[name], prefix)
    return [f"{head} {verb} ({words})" for verb, words in (("reset", gone), ("set", given)) if words]


def finish(old: Object, new: Object, fields: frozenset[str]) -> list[str]:
    """What a table can only be told once it has its columns: its type, and how long values are kept."""
    found = _options(old, new, "toast options", "toast.")
    if "of type" in fields and new["of type"]:
        found.append(f"alter table {relation(new.key)} of {new['of type']}")
    return found


def _aside(item: Object, ctx: Context) -> str:
    return ctx.aside(item.key.schema, item.key.name)


def set_aside(item: Object, ctx: Context) -> list[str]:
    """Instead of dropping a table that comes back in another form: its rows are needed."""
    found = []
    for column in ctx.old.parts_of(item.key, "column"):
        if column["identity"] and column["sequence"]:  # a partition's is the whole's
            found.append(f"alter table {relation(item.key)} alter column {ident(column.key.part)} drop identity")
    return [*found, f"alter table {relation(item.key)} rename to {ident(_aside(item, ctx))}"]


def take_over(item: Object, ctx: Context) -> list[str]:
    """Move the rows of the table that was set aside, then drop it."""
    before = relation(item.key._replace(name=_aside(item, ctx)))
    old_columns = {column.key: column for column in ctx.old.parts_of(item.key, "column")}
    moved = [
        column
        for column in ctx.new.parts_of(item.key, "column")
        if column.key in old_columns and not column["generated"]
    ]
    found = []
    if moved:
        listed = ", ".join(ident(column.key.part) for column in moved)
        values = ", ".join(_value(old_columns[column.key], column, ctx) for column in moved)
        only = "" if ctx.old.objects[item.key]["partitioned by"] else "only "
        found.append(
            f"insert into {relation(item.key)} ({listed}) overriding system value\nselect {values} from {only}{before}"
        )
        found += [columns.continue_sequence(column) for column in moved if column["identity"] and column["sequence"]]
    return [*found, f"drop table {before}"]


def _value(old: Object, new: Object, ctx: Context) -> str:
    return conversions.using(old, new, ctx).removeprefix(" using ") or ident(new.key.part)


def create_inheritance(item: Object, ctx: Context) -> list[str]:
    child, parent = item["child"], item["of"]
    if item["bound"] is not None:
        return [f"alter table {relation(parent)} attach partition {relation(child)} {item['bound']}"]
    return [f"alter {child.kind} {relation(child)} inherit {relation(parent)}"]


def drop_inheritance(item: Object, ctx: Context) -> list[str]:
    child, parent = item["child"], item["of"]
    if item["bound"] is not None:
        found = [f"alter table {relation(parent)} detach partition {relation(child)}"]
        left = ctx.keys_left_behind.get(child[1:3], ())
        return found + [f"alter table {relation(child)} drop constraint {ident(name)}" for _, name in left]
    return [f"alter {child.kind} {relation(child)} no inherit {relation(parent)}"]
