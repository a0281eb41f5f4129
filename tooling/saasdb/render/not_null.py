"""NOT NULL: a constraint with a name since 18, before that a mark on the column."""

from __future__ import annotations

from saasdb.model import Key, Object
from saasdb.render.context import Context
from saasdb.render.names import ident, literal, relation


def inline(column: Object, ctx: Context) -> str:
    rule = column["not null"]
    named = rule["name"] is not None and not _named_by_itself(column, ctx)
    words = [f"constraint {ident(rule['name'])}"] if named else []
    return " ".join([*words, "not null", *(["no inherit"] if rule.get("no inherit") else [])])


def _named_by_itself(column: Object, ctx: Context) -> bool:
    """Whether the server would choose the right name: the usual one, if no other constraint in the schema has it."""
    name = column["not null"]["name"]
    if name != usual_not_null_name(column.key) or column.parent in ctx.copied:
        return False
    return ctx.holders_of(column.key.schema, name) <= {column.parent}


def usual_not_null_name(key: Key) -> str:
    """The name that the server gives a NOT NULL: table and column shortened in turn until 63 bytes hold them."""
    table, column = key.name.encode(), key.part.encode()
    room = 63 - len("_not_null") - 1
    while len(table) + len(column) > room:
        if len(table) > len(column):
            table = table[:-1]
        else:
            column = column[:-1]
    return f"{table.decode(errors='ignore')}_{column.decode(errors='ignore')}_not_null"


def altered(old: Object, new: Object, table: str, ctx: Context) -> list[str]:
    """From the NOT NULL that is there once the parent tables have changed theirs to the one that shall be there."""
    before, after = _left_by_parents(old, new, ctx), new["not null"]
    name = ident(new.key.part)
    if after is None:
        return [f"{table} alter column {name} drop not null"] if before else []
    if before is None:
        return _made_not_null(new, table, ctx)
    if old["not null"] and _handed_down(new, ctx) == (True, True):
        return _altered_with_parents(before, new, table)
    found = []
    if before["name"] != after["name"]:
        found.append(f"{table} rename constraint {ident(before['name'])} to {ident(after['name'])}")
    if before.get("no inherit") != after.get("no inherit"):
        word = "no inherit" if after["no inherit"] else "inherit"
        found.append(f"{table} alter constraint {ident(after['name'])} {word}")
    if before.get("valid") != after.get("valid"):
        if not after["valid"]:
            found.append(f"{table} alter column {name} drop not null")
            found += _made_not_null(new, table, ctx)
        else:
            found.append(f"{table} validate constraint {ident(after['name'])}")
    return [*found, *_rule_comment(before, after, new)]


def _handed_down(column: Object, ctx: Context) -> tuple[bool, bool]:
    """Whether a table that this one inherits from has a NOT NULL for its heirs: before, and after."""
    pairs = ctx.columns_above(column)
    return tuple(any(_is_for_heirs(pair[side]) for pair in pairs) for side in (0, 1))


def _is_for_heirs(column: Object) -> bool:
    return column["not null"] is not None and not column["not null"].get("no inherit")


def _left_by_parents(old: Object, new: Object, ctx: Context) -> dict | None:
    rule, (had, has) = old["not null"], _handed_down(new, ctx)
    if rule and had and not has:
        return rule if rule.get("local") else None
    if not rule and new["not null"] and has and not comes_before_parents(old, new, ctx):
        return {**new["not null"], "comment": None}
    return rule


def comes_before_parents(old: Object, new: Object, ctx: Context) -> bool:
    """Whether a child must have its NOT NULL before its parent does, which would give it one of another name."""
    rule = new["not null"]
    if old["not null"] or not rule or not rule["name"]:
        return False
    return rule["local"] or rule["name"] not in {
        after["not null"]["name"] for _, after in ctx.columns_above(new) if _is_for_heirs(after)
    }


def _altered_with_parents(before: dict, new: Object, table: str) -> list[str]:
    """What a child says of a NOT NULL that its parents have all along."""
    after, found = new["not null"], []
    if before["name"] == after["name"] and after.get("valid") and not before.get("valid"):
        found.append(f"{table} validate constraint {ident(after['name'])}")
    return [*found, *_rule_comment(before, after, new)]


def _rule_comment(before: dict, after: dict, column: Object) -> list[str]:
    if before.get("comment") == after.get("comment"):
        return []
    said = literal(after["comment"]) if after["comment"] else "null"
    return [f"comment on constraint {ident(after['name'])} on {relation(column.key)} is {said}"]


def _made_not_null(new: Object, table: str, ctx: Context) -> list[str]:
    rule, name = new["not null"], ident(new.key.part)
    if rule["name"] is None:
        if ctx.safe:
            return _through_a_check(new, table)
        return [f"{table} alter column {name} set not null"]
    words = f"{table} add constraint {ident(rule['name'])} not null {name}"
    if rule["no inherit"]:
        words += " no inherit"
    if not rule["valid"]:
        found = [f"{words} not valid"]
    elif ctx.safe:
        found = [f"{words} not valid", f"{table} validate constraint {ident(rule['name'])}"]
    elif _named_by_itself(new, ctx) and not rule["no inherit"]:
        found = [f"{table} alter column {name} set not null"]
    else:
        found = [words]
    if rule["comment"]:
        found.append(
            f"comment on constraint {ident(rule['name'])} on {relation(new.key)} is {literal(rule['comment'])}"
        )
    return found


def _through_a_check(new: Object, table: str) -> list[str]:
    """Before 18: a valid check lets SET NOT NULL skip its scan under the strongest lock."""
    check = ident(f"{new.key.part[:40]}__not_null_check")
    name = ident(new.key.part)
    return [
        f"{table} add constraint {check} check ({name} is not null) not valid",
        f"{table} validate constraint {check}",
        f"{table} alter column {name} set not null",
        f"{table} drop constraint {check}",
    ]
