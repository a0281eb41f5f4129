"""Which values split the rows of a table: read from every policy, check, view, function and trigger on a column.

For `or amount > 1000000` a row with 1,000,001 is needed, for `or state = 'SUCCESS'` a successful one. A constant is
tried in every column of a fitting type that the same text names: too many rows cost microseconds, a missing one a hole.
"""

from __future__ import annotations

import functools
import itertools
import re
from collections.abc import Collection
from dataclasses import dataclass, field

from saasdb.verify.inventory import Column, Inventory, Relation
from saasdb.verify.moments import around
from saasdb.verify.values import DOMAIN, FUTURE, PAST, constants_in, person_id, ranges

MOST_PER_COLUMN = 24
MOST_PAIRS = 12
UNNAMED = "zq-other"
"""A word that no rule names."""
BOTH = "\n/* and in the other state */\n"
"""Between the two bodies of a function that differs from the contract's: each is a text of its own."""
_UNCOMPARED = re.compile(r"->>?\s*'(?:[^']|'')*'|\braise\b[^;]*;", re.IGNORECASE)
"""Strings that no column is compared with: the keys of JSON, and what a body says when it refuses."""
_COMPARISON = re.compile(
    r"\b(\w+)\)?(?:::[\w.]+)?\s*(?:=|<>|!=|~~\*?|\b(?:not\s+)?(?:in|i?like)\b)\s*(?:(?:any|all)\s*)?\(*(?:array\[)?"
    r"'(?:[^']|'')*'(?:::[\w.]+)?(?:,\s*'(?:[^']|'')*'(?:::[\w.]+)?)*",
    re.IGNORECASE,
)
"""A column, and the string or list of strings that it is compared with."""
_ADDRESSED = re.compile("domain|host|mail")
"""Columns that a rule may compare with what stands behind the @ of an address."""
_KEY = re.compile(r"(?:->>?|\?|#>>?)\s*'\{?(\w+)")
"""What is looked for in JSON."""
_NOISE = re.compile(r"[0-9A-Z]{5}|[{}\[\]%.,:;/ -]*|INSERT|UPDATE|DELETE|TRUNCATE")
"""Strings of bodies that no column is compared with: SQLSTATEs, empty JSON, punctuation, trigger operations."""


@dataclass
class Sides:
    """For each column of one table, the values (None is NULL) that predicates tell apart.

    Attributes:
        new: those (column, value) that a text of one state alone names: what two states are told apart by, if at all.
    """

    relation: Relation
    columns: dict[str, list[str | None]] = field(default_factory=dict)
    new: set[tuple[str, str | None]] = field(default_factory=set)


def texts_about(inventory: Inventory, relation: Relation) -> list[str]:
    """Every expression and body that can decide over rows of `relation`."""
    if relation.oid not in inventory.about:
        inventory.about[relation.oid] = _texts_about(inventory, relation)
    return inventory.about[relation.oid]


def _texts_about(inventory: Inventory, relation: Relation) -> list[str]:
    texts = [text for policy in relation.policies for text in (policy.using, policy.check) if text]
    name = re.compile(rf"\b{re.escape(relation.name)}\b")
    texts += [other.definition for other in inventory.views if other.definition and name.search(other.definition)]
    own = {trigger.function for trigger in relation.triggers}
    for oid, function in inventory.functions.items():
        if oid in own or name.search(function.body):
            texts += function.body.split(BOTH)
    texts += [trigger.definition for trigger in relation.triggers]
    parent = inventory.relations.get(relation.partition_of or 0)
    if parent:
        texts += texts_about(inventory, parent)
    # Policies of other tables may look into this one; so may helpers that a policy calls.
    texts += [
        text
        for other in inventory.tables
        for policy in other.policies
        for text in (policy.using, policy.check)
        if other is not relation and text and name.search(text)
    ]
    return list(dict.fromkeys(texts))


def of_one_state(inventory: Inventory, relation: Relation, more: Collection[str] | None) -> set[str]:
    """The texts about a table that one state alone has; none where no state is compared with another."""
    if more is None:
        return set()
    joined = [f.body for f in inventory.functions.values() if BOTH in f.body]
    halves = {half for body in joined for half in body.split(BOTH)}
    here = set(texts_about(inventory, relation))
    return (here ^ set(more)) | (here & halves)


def sides(inventory: Inventory, relation: Relation, more: Collection[str] | None = None) -> Sides:
    """The values worth a row of their own, column by column, those that one state alone names first.

    Args:
        more: the texts of another state of the same schema, if one is compared.
    """
    found = Sides(relation)
    # Sorted: two states of one schema with the same texts between them must make the same rows.
    texts = sorted({*texts_about(inventory, relation), *(more or ())})
    new = sorted(of_one_state(inventory, relation, more))
    keyed = {name for constraint in relation.constraints if constraint.type in "fp" for name in constraint.columns}
    for column in relation.columns:
        if column.generated or column.identity:
            continue
        named, asked = _naming(column, texts), _naming(column, new)
        checked = [k.expression for k in relation.constraints if k.expression and column.name in k.columns]
        named, asked = (_without_others(relation, column, texts) for texts in (named, asked))
        first = _values(column, asked, [], column.name in keyed) if asked else []
        if column.listed:
            first = [value for value in first if value is None or any(f"'{value}'" in text for text in asked)]
        first += around(column.base, asked)
        values = list(dict.fromkeys([*first, *_values(column, named, checked, column.name in keyed)]))
        if values:
            found.columns[column.name] = values[:MOST_PER_COLUMN]
            found.new |= {(column.name, value) for value in first}
    return found


def _naming(column: Column, texts: list[str]) -> list[str]:
    return [text for text in texts if re.search(rf"\b{re.escape(column.name)}\b", text)]


def pairs(
    inventory: Inventory,
    relation: Relation,
    base: dict[str, str | None],
    more: Collection[str] | None = None,
    *,
    checked: bool = False,
    columns: int = 2,
) -> list[dict[str, str | None]]:
    """Rows that differ from `base` in two columns (or more) that one predicate names, e.g. published and not deleted.

    A predicate of one state alone comes first, beginning with the row that has everything it names at once.
    `checked` takes what the table's checks allow as well: a predicate may name no value but the ordinary one.
    """
    stated: list[list[dict[str, str | None]]] = []
    first: list[dict[str, str | None]] = []
    found: list[dict[str, str | None]] = []
    keyed = {name for constraint in relation.constraints if constraint.type in "fp" for name in constraint.columns}
    new = of_one_state(inventory, relation, more)
    bodies = {part for function in inventory.functions.values() for part in function.body.split(BOTH)} - new
    short = [text for text in {*texts_about(inventory, relation), *(more or ())} if len(text) < 600]
    for text in sorted(short, key=lambda text: (text not in new, text)):
        named = [
            c
            for c in relation.columns
            if re.search(rf"\b{re.escape(c.name)}\b", text)
            and not c.generated
            and not (c.name in keyed and c.not_null and c.category != "S")
        ]
        # That a row refers to nobody says less than all else: it is no longer anyone's.
        named.sort(key=lambda column: column.name in keyed)
        pools = []
        for column in named:
            own = [value for value in column.listed if f"'{value}'" in text]
            allowed = [k.expression for k in relation.constraints if k.expression and column.name in k.columns]
            about = _without_others(relation, column, [text])
            values = _values(column, about, [*about, *(allowed if checked else ())], column.name in keyed)
            # Of a list the values that the predicate names; all that it does not name are one to it.
            usual = base.get(column.name)
            others = [value for value in values if value not in (*own, usual)][: 1 if column.listed else None]
            near = around(column.base, [text]) if text in new else []
            pools.append([*near, *[value for value in (*own, *others) if value != usual][:3]])
        named_pools = dict(zip((c.name for c in named), pools, strict=True))
        rows = _all_at_once(text, {n: p for n, p in named_pools.items() if any(p)}) if text in new else []
        for chosen in itertools.combinations(list(named_pools.items())[:4], columns):
            each = itertools.product(*(pool for _, pool in chosen))
            rows += [dict(zip([name for name, _ in chosen], values, strict=True)) for values in each]
        if text in new:
            first += rows
        else:
            (found.extend if text in bodies else stated.append)(rows)
    # A turn for each predicate; a body has many words that compare nothing.
    found = first + [row for turn in itertools.zip_longest(*stated) for row in turn if row] + found
    return [dict(t) for t in dict.fromkeys(tuple(sorted(f.items(), key=lambda i: i[0])) for f in found)][:MOST_PAIRS]


def _all_at_once(text: str, pools: dict[str, list[str | None]]) -> list[dict[str, str | None]]:
    """Rows with everything at once that a predicate asks for; what it asks not to be there stays ordinary."""
    absent = rf"\bNOT \(*(\w+\.)?({'|'.join(pools)})\b|\b({'|'.join(pools)})\)* IS NULL"
    without = {name for match in re.finditer(absent, text, re.IGNORECASE) for name in match.groups()}
    asked = {name: pool for name, pool in pools.items() if pool and name not in without}
    several = max(asked, key=lambda name: len(asked[name]), default=None)
    rows = [{name: pool[0] for name, pool in asked.items()} | {several: value} for value in asked.get(several, ())[:4]]
    return rows if len(asked) > 1 else []


def _values(column: Column, named: list[str], checked: list[str], keyed: bool) -> list[str | None]:
    if column.listed:
        return [*column.listed, *([None] if named and not column.not_null else [])]
    values: list[str | None] = []
    strings, numbers = constants_in("\n".join([*named, *checked]))
    if column.category == "B":
        values = ["true", "false"]
    elif keyed:
        # A key of words, such as a plan's: those that it is compared with.
        values = _compared_with(column.name, _compared(named)) if column.category == "S" else []
    elif column.category == "N" and named:
        for number in numbers[:12]:
            whole = int(float(number))
            values += [str(whole + 1), str(whole), str(whole - 1)]
    elif column.category == "S":
        named, checked = _compared(named), _compared(checked)
        enumerated = [s for text in checked for s in constants_in(text)[0] if "ARRAY" in text or " = " in text]
        near = _compared_with(column.name, named)
        measured = re.findall(rf"length\(\W*{re.escape(column.name)}\W[^0-9']{{0,24}}?(\d+)", "\n".join(named))
        near += ["x" * (int(n) + 1) for n in dict.fromkeys(measured) if int(n) <= 500]
        values = [*enumerated, *near, *[part for text in near if "%" in text for part in [text.replace("%", "x")]]]
        for size in (n for limit in _sizes(column.name, named) for n in (limit, limit + 1)):
            values.append("x" * size)
            if "mail" in column.name and size > 20:  # what is measured may have to be an address, too
                values.append("@example.test".rjust(size, "x"))
    elif column.category == "D" and named:
        values = [PAST, FUTURE]
    elif column.category == "R" and named:
        values = ranges(column.base)
    elif column.base == "_uuid" and named:
        values = [f"{{{person_id('alice')}}}"]  # lists of people: with somebody else on it
    elif column.base in ("json", "jsonb") and named:
        keys = [key for key in dict.fromkeys(_KEY.findall("\n".join(named))) if key.isidentifier()][:6]
        others = [string for string in strings if string not in keys and re.fullmatch(r"[\w -]{1,40}", string)][:4]
        values = [s for s in strings if s.startswith('{"')]  # what it is asked to contain
        values += [f'{{"{key}": {said}}}' for key in keys for said in ("true", *(f'"{other}"' for other in others))]
    elif column.category == "A" and named:
        values = _lists(strings)
    if column.category in "AS" and _ADDRESSED.search(column.name) and any("split_part" in text for text in named):
        values.append(f"{{{DOMAIN}}}" if column.category == "A" else DOMAIN)  # where everybody of the world has mail
    if named and not column.not_null:
        values.append(None)
    return list(dict.fromkeys(values))


def _lists(strings: list[str]) -> list[str]:
    """Arrays of the words that a rule names: one each, all, one that it does not name, alone and beside one, none."""
    words = [word for string in strings for word in string.strip("{}").split(",") if re.fullmatch(r"[\w:.*-]+", word)]
    words = list(dict.fromkeys(words))[:4]
    if not words:
        return []
    every = [*([word] for word in words), words, [UNNAMED], [words[0], UNNAMED], []]
    return ["{" + ",".join(each) + "}" for each in every]


def _without_others(relation: Relation, column: Column, texts: list[str]) -> list[str]:
    """Without the strings that another column of the table is compared with: `state` is not `public`, `access` is."""
    others = {other.name for other in relation.columns} - {column.name}
    found = []
    for text in texts:
        for name, comparison in _comparisons(text):
            if name in others:
                text = text.replace(comparison, name)
        found.append(text)
    return found


@functools.lru_cache(maxsize=4096)
def _comparisons(text: str) -> tuple[tuple[str, str], ...]:
    return tuple(dict.fromkeys((found[1], found[0]) for found in _COMPARISON.finditer(text)))


def compared_with(name: str, text: str) -> list[str]:
    """The strings that a text compares a column, variable or argument with."""
    found = [constants_in(comparison)[0] for other, comparison in _comparisons(text) if name and other == name]
    return list(dict.fromkeys(itertools.chain(*found)))


def named(column: str, text: str) -> bool:
    """Whether a text names a column."""
    return bool(re.search(rf"\b{re.escape(column)}\b", text))


def _compared(texts: list[str]) -> list[str]:
    return [_UNCOMPARED.sub("", text) for text in texts]


def _sizes(name: str, texts: list[str]) -> list[int]:
    """The lengths that a text's predicates compare a column's length with."""
    compared = rf"length\([^<>=]{{0,60}}\b{re.escape(name)}\b[^<>=]{{0,60}}\)\s*[<>=]+\s*(\d{{1,5}})\b"
    return sorted({int(size) for text in texts for size in re.findall(compared, text)})[:4]


def _compared_with(name: str, texts: list[str]) -> list[str]:
    """Strings within reach of the column's name in a text (same comparison, list or LIKE)."""
    found: list[str] = []
    for text in texts:
        for match in re.finditer(rf"\b{re.escape(name)}\b", text):
            window = text[max(0, match.start() - 60) : match.end() + 120]
            found += constants_in(window)[0]
    return [v for v in dict.fromkeys(found) if v and len(v) <= 40 and v.count(" ") < 3 and not _NOISE.fullmatch(v)][:8]
