"""Rows that lead to two people: somebody's that names alice beside its owner, or holds a text that a row of hers holds.

Who granted a role, whose plan a payment is for, an order's number that two tables write down without a key between
them: a rule that follows the wrong one is told by no row of which everything is one person's.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from saasdb.verify.inserts import as_text
from saasdb.verify.inventory import Relation
from saasdb.verify.question import Question, Side
from saasdb.verify.variants import VariantMaker

_EQUAL = re.compile(r"\b(\w+)\.(\w+)(?:::\w+)?\)?\s*=\s*\(?(\w+)\.(\w+)\b")


def sides(maker: VariantMaker, relation: Relation, tables: list[Relation], question: Question) -> Iterator[Side]:
    """What rows of others are to hold of alice's: one reference, then what a rule compares with another table."""
    alice, bob = (maker.references.of(relation, maker.world.principals[who]) for who in ("alice", "bob"))
    led = [column for column in alice if alice[column] != bob.get(column)]
    for column in sorted(filter(question.names, led)) if len(led) > 1 else ():
        yield {column: alice[column]}
    for other in (table for table in tables if table is not relation):
        row = maker.made.get(other.oid, {}).get("alice")
        same = {one: two for one, two in _compared(relation, other, question) if one not in alice} if row else {}
        held = {one: as_text(row[two]) for one, two in same.items() if row.get(two) is not None}
        if held:
            yield held


def _compared(relation: Relation, other: Relation, question: Question) -> Iterator[tuple[str, str]]:
    """The columns of a table that a rule compares with those of another, whatever both are called there."""
    for text in question.texts:
        for _, one, _, two in _EQUAL.findall(text):
            for mine, theirs in ((one, two), (two, one)):
                if (here := relation.column(mine)) and (there := other.column(theirs)) and here.type == there.type:
                    yield mine, theirs
