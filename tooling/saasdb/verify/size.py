"""Whether a database holds so much that every statement tried on it in place would take long, and lock long."""

from __future__ import annotations

import psycopg

from saasdb.verify.world import FROM_BEFORE

_LARGER = """
select quote_ident(n.nspname) || '.' || quote_ident(c.relname)
from pg_class c join pg_namespace n on n.oid = c.relnamespace
where c.relkind = 'r' and n.nspname !~ '^pg_' and n.nspname <> 'information_schema' and pg_relation_size(c.oid) > %s
order by pg_relation_size(c.oid) desc"""

_SMALLEST = 28
"""Bytes of a row without columns: what is smaller than that many times the rows cannot hold them."""


def crowded(connection: psycopg.Connection) -> str:
    """The largest table that holds more rows than a proof looks at in place; empty where none does."""
    for (name,) in connection.execute(_LARGER, [_SMALLEST * FROM_BEFORE]).fetchall():
        rows = connection.execute(f"select count(*) from (select from {name} limit {FROM_BEFORE + 1}) t").fetchone()[0]
        if rows > FROM_BEFORE:
            return name
    return ""
