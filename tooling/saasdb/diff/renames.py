"""Renames that were asked for, and those that look likely: recognised, never guessed."""

from __future__ import annotations

from saasdb.compare import Changes
from saasdb.errors import SaasdbError
from saasdb.model import Database, Key
from saasdb.plan import Statement
from saasdb.render.names import ident, qualified, relation


def statements(asked: tuple[str, ...], old: Database, new: Database) -> list[Statement]:
    """The statements for `--rename old=new`, each a table or a column.

    A table takes along the constraints, indexes and sequences that carry its name, where the new state has them so.

    Raises:
        SaasdbError: a rename names nothing of the first state, or what it becomes is not in the second.
    """
    found: list[Statement] = []
    for text in asked:
        before, _, after = text.partition("=")
        source = _find(before.strip(), old)
        if source is None or not after.strip():
            raise SaasdbError(
                "--rename names no table or column of the first state",
                where=text,
                todo="Write table=table or table.column=column, with the schema in front where it is not public.",
            )
        follow = _column if source.part else _table
        found += follow(source, after.strip(), old, new, text)
    return found


def _find(text: str, database: Database) -> Key | None:
    parts = [part.strip().strip('"') for part in text.split(".")]
    candidates = {
        1: [("table", "public", parts[0], "")],
        2: [("table", parts[0], parts[-1], ""), ("column", "public", parts[0], parts[-1])],
        3: [("column", *parts)],
    }.get(len(parts), [])
    return next((Key(*key) for key in candidates if Key(*key) in database.objects), None)


def _column(source: Key, after: str, old: Database, new: Database, text: str) -> list[Statement]:
    name = after.split(".")[-1].strip().strip('"')
    target = source._replace(part=name)
    if target not in new.objects:
        raise _missing(target, text)
    head = f"alter table {relation(source)}"
    found = [Statement(f"{head} rename column {ident(source.part)} to {ident(name)}", target)]
    table = old.objects[source].parent
    return found + _followers(table, table, f"_{source.part}_", f"_{name}_", old, new)


def _table(source: Key, after: str, old: Database, new: Database, text: str) -> list[Statement]:
    target = _find(after.strip(), new)
    if target is None or target.part:
        raise _missing(source._replace(name=after.strip()), text)
    found = []
    place = source
    if target.name != source.name:
        found.append(Statement(f"alter table {relation(source)} rename to {ident(target.name)}", target))
        place = source._replace(name=target.name)
    if target.schema != source.schema:
        found.append(Statement(f"alter table {relation(place)} set schema {ident(target.schema)}", target))
    return found + _followers(source, target, f"{source.name}_", f"{target.name}_", old, new)


def _missing(target: Key, text: str) -> SaasdbError:
    return SaasdbError(
        f"--rename leads to {target}, which the second state does not have",
        where=text,
        todo="Name what it is called in the second state.",
    )


def _followers(table: Key, target: Key, was: str, shall: str, old: Database, new: Database) -> list[Statement]:
    """Constraints, indexes, sequences and NOT NULLs that are named after what is renamed."""
    found = []
    for key in old.parts.get(table, ()):
        item = old.objects[key]
        if key.kind == "constraint":
            name = key.part.replace(was, shall, 1)
            there = Key("constraint", target.schema, target.name, name) in new.objects
            if name != key.part and there:
                text = f"alter table {relation(target)} rename constraint {ident(key.part)} to {ident(name)}"
                found.append(Statement(text, target))
        elif key.kind == "index":
            name = key.name.replace(was, shall, 1)
            if name != key.name and Key("index", target.schema, name) in new.objects:
                place = qualified(target.schema, key.name)
                found.append(Statement(f"alter index {place} rename to {ident(name)}", target))
        elif key.kind == "column" and (item["not null"] or {}).get("name"):
            label = item["not null"]["name"]
            name = label.replace(was, shall, 1)
            if name != label:
                text = f"alter table {relation(target)} rename constraint {ident(label)} to {ident(name)}"
                found.append(Statement(text, target))
    for key, item in old.objects.items():
        owner = item.get("owned by") or item.get("identity of") if key.kind == "sequence" else None
        if owner and (owner.schema, owner.name) == (table.schema, table.name):
            name = key.name.replace(was, shall, 1)
            if name != key.name and Key("sequence", target.schema, name) in new.objects:
                place = qualified(target.schema, key.name)
                found.append(Statement(f"alter sequence {place} rename to {ident(name)}", target))
    return found


def likely(changes: Changes) -> list[str]:
    """Drops that look like renames, in words with the option that says so."""
    found = []
    for gone in changes.dropped:
        if gone.kind == "table":
            twins = [key for key in changes.created if key.kind == "table" and _alike(gone, key, changes)]
        elif gone.kind == "column" and changes.old.objects[gone].parent in changes.new.objects:
            kind = changes.old.objects[gone].get("type")
            twins = [
                key
                for key in changes.created
                if key.kind == "column" and key[1:3] == gone[1:3] and changes.new.objects[key].get("type") == kind
            ]
        else:
            continue
        if len(twins) == 1:
            old_name = ".".join(filter(None, gone[1:]))
            new_name = ".".join(filter(None, twins[0][1:]))
            found.append(f"{gone} goes and {twins[0]} comes; if this is a rename, say --rename {old_name}={new_name}")
    return found


def _alike(gone: Key, come: Key, changes: Changes) -> bool:
    """Two tables of which most columns have the same name and type."""
    sides = [
        {(column.key.part, column["type"]) for column in database.parts_of(key, "column")}
        for key, database in ((gone, changes.old), (come, changes.new))
    ]
    return len(sides[0] & sides[1]) * 5 >= max(len(sides[0]), len(sides[1])) * 3
