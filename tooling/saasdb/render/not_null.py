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
    """What must be said of a column's NOT NULL, besides what its parents' statements do by themselves."""
    before, after = old["not null"], new["not null"]
    above = [(was["not null"], now["not null"]) for was, now in ctx.columns_above(new)]
    held, holds = (any(_is_for_heirs(pair[side]) for pair in above) for side in (0, 1))
    if held and not holds and not (before or {}).get("local"):
        return made(new, table, ctx) if after else []  # the parent's has taken it along
    if holds and not held and before and _comes_from_above(new, ctx):
        return [f"{table} alter column {ident(new.key.part)} drop not null"]  # to get the parent's, and its name
    if holds and not before and after and not comes_before_parents(old, new, ctx):
        return rule_comment({}, after, new)
    if before and after and not before.get("local") and any(_made_not_valid(*pair) for pair in above):
        return rule_comment({}, after, new)  # the parent's was dropped and made again, and the child's with it
    found = _altered(old, new, table, ctx, renamed=not renamed_above(before, after, above))
    if held and holds and after and after.get("local") and not before.get("local"):
        found.append(f"{table} alter column {ident(new.key.part)} set not null")  # makes it the table's own too
    return found


def _made_not_valid(was: dict | None, now: dict | None) -> bool:
    return bool(was and now and was.get("valid") and not now.get("valid", True))


def renamed_above(before: dict | None, after: dict | None, above: list[tuple]) -> bool:
    """Whether a parent's rule is renamed from and to the same names: the child's then is too."""
    if not before or not after:
        return False
    names = (before["name"], after["name"])
    return any(was and now and (was["name"], now["name"]) == names for was, now in above)


def comes_before_parents(old: Object, new: Object, ctx: Context) -> bool:
    """Whether a child's NOT NULL changes before its parent's, which would give it one of another name or find it there.

    One that it had from its parents alone is gone, or its own, only after theirs.
    """
    before, after = old["not null"], new["not null"]
    if not after:
        return False
    if before:
        return bool(after.get("inherited")) and not before.get("inherited")
    return after["name"] is not None and not _comes_from_above(new, ctx)


def _comes_from_above(column: Object, ctx: Context) -> bool:
    """Whether a NOT NULL is just what the parents' would make by itself. A partition may have it under its own name."""
    rule = column["not null"]
    if not rule or rule.get("local", True):
        return False
    above = [now["not null"] for _, now in ctx.columns_above(column)]
    return bool(column.get("heir")) or rule["name"] in {one["name"] for one in above if _is_for_heirs(one)}


def _is_for_heirs(rule: dict | None) -> bool:
    return rule is not None and not rule.get("no inherit")


def _altered(old: Object, new: Object, table: str, ctx: Context, *, renamed: bool) -> list[str]:
    before, after = old["not null"], new["not null"]
    name = ident(new.key.part)
    if after is None:
        return [f"{table} alter column {name} drop not null"] if before else []
    if before is None:
        return made(new, table, ctx)
    found = []
    if renamed and before["name"] != after["name"]:
        found.append(f"{table} rename constraint {ident(before['name'])} to {ident(after['name'])}")
    if before.get("no inherit") != after.get("no inherit"):
        word = "no inherit" if after["no inherit"] else "inherit"
        found.append(f"{table} alter constraint {ident(after['name'])} {word}")
    if before.get("valid") != after.get("valid"):
        if not after["valid"] and before.get("inherited"):
            pass  # only the whole family's can be made anew
        elif not after["valid"]:
            found.append(f"{table} alter column {name} drop not null")
            found += made(new, table, ctx)
        else:
            found.append(f"{table} validate constraint {ident(after['name'])}")
    return [*found, *rule_comment(before, after, new)]


def rule_comment(before: dict, after: dict, column: Object) -> list[str]:
    """What `comment on constraint` must say of a column's NOT NULL."""
    if before.get("comment") == after.get("comment"):
        return []
    said = literal(after["comment"]) if after["comment"] else "null"
    return [f"comment on constraint {ident(after['name'])} on {relation(column.key)} is {said}"]


def made(new: Object, table: str, ctx: Context) -> list[str]:
    """What puts a NOT NULL on a column that is there."""
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
