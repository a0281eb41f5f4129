"""The values that a column may have, where they are few: an enum's, the list of a check, the rows of a lookup table."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from saasdb.verify.inventory import Column, Relation

MOST_LOOKED_UP = 8
"""Rows of a lookup table; what has more is no list of plans or roles."""


def fill(cursor: Any, relations: Mapping[int, Relation], domains: Mapping[str, Sequence[str]]) -> None:
    """Set `listed` of every column."""
    for relation in relations.values():
        for column in relation.columns:
            column.listed = column.labels or _checked(column, relation, domains)
    referring: dict[tuple[int, str], list[Column]] = {}
    for relation in relations.values():
        for key in relation.constraints:
            if key.type == "f" and len(key.columns) == 1 and _lookup(relations.get(key.target), key.target_columns[0]):
                column = relation.column(key.columns[0])
                if not column.listed:
                    referring.setdefault((key.target, key.target_columns[0]), []).append(column)
    for (oid, name), columns in referring.items():
        found = _rows(cursor, relations[oid], name)
        for column in columns:
            column.listed = found


def _lookup(relation: Relation | None, key: str) -> bool:
    """Whether a table may be a list that others choose from: rows known by a word, which refer to nothing."""
    if relation is None or relation.schema in ("auth", "storage"):
        return False
    return relation.column(key).category == "S" and not any(k.type == "f" for k in relation.constraints)


def _rows(cursor: Any, relation: Relation, name: str) -> tuple[str, ...]:
    """The words that are there, unless there are too many, or the connected role may not read them."""
    if not cursor.execute("select has_table_privilege(%s::oid, 'select') as may", [relation.oid]).fetchone()["may"]:
        return ()
    column = '"' + name.replace('"', '""') + '"'
    query = f"select {column}::text as word from {relation.sql} order by 1 limit {MOST_LOOKED_UP + 1}"
    found = tuple(row["word"] for row in cursor.execute(query))
    return found if 1 < len(found) <= MOST_LOOKED_UP else ()


_LIST = re.compile(
    r"\W*(CHECK )?\W*\w+\W*(::\w+)?\W*= ANY \W*ARRAY\[(?P<list>('[^']*'(::[\w ]+)?(, )?)+)\][^']*", re.ASCII
)
"""`status in ('open', 'closed')` as Postgres prints it, of a table's check or a domain's."""


def _checked(column: Column, relation: Relation, domains: Mapping[str, Sequence[str]]) -> tuple[str, ...]:
    """What a check on a text column alone lists: a role or a status, where others have an enum."""
    alone = [k.expression for k in relation.constraints if k.expression and k.columns == (column.name,)]
    for check in [*alone, *domains.get(column.type, ())] if column.category == "S" else ():
        if match := _LIST.fullmatch(check):
            return tuple(re.findall(r"'([^']*)'", match["list"]))
    return ()
