"""One row as one statement, and statements that stay if they succeed and say why if they do not."""

from __future__ import annotations

import json
from typing import Any

from saasdb.verify.inventory import Column, Relation, literal, quote
from saasdb.verify.moments import moment_sql

TRY = r"""
create function pg_temp.saasdb_try(p_statement text) returns jsonb language plpgsql as $saasdb$
declare
    v_row jsonb; v_state text; v_message text; v_constraint text; v_column text;
begin
    execute p_statement into v_row;
    set constraints all immediate;
    return jsonb_build_object('state', '00000', 'row', v_row);
exception when others then
    get stacked diagnostics v_state = returned_sqlstate, v_message = message_text, v_constraint = constraint_name,
        v_column = column_name;
    return jsonb_build_object('state', v_state, 'message', v_message, 'constraint', v_constraint, 'column', v_column);
end
$saasdb$;
create function pg_temp.saasdb_try_all(p_statements text[]) returns setof jsonb language plpgsql as $saasdb$
declare
    v_statement text;
begin
    foreach v_statement in array p_statements loop
        return next pg_temp.saasdb_try(v_statement);
    end loop;
end
$saasdb$
"""
"""`pg_temp.saasdb_try(text)` and `pg_temp.saasdb_try_all(text[])`: SQLSTATE, constraint and row of each, as JSON."""


def insert_sql(relation: Relation, chosen: dict[str, str | None]) -> str:
    """INSERT … RETURNING the row as JSON, values cast to their columns' types."""
    columns = ", ".join(quote(c) for c in chosen)
    cells = ", ".join(cast(relation.column(c), v) for c, v in chosen.items())
    if not chosen:
        return f"insert into {relation.sql} as t default values returning to_jsonb(t.*)"
    return (
        f"insert into {relation.sql} as t ({columns}) overriding system value values ({cells}) returning to_jsonb(t.*)"
    )


def cast(column: Column, value: str | None) -> str:
    if value is None:
        return f"null::{column.type}"
    return f"{moment_sql(value) or literal(value)}::{column.type}"


def said(column: Column, value: str | None) -> str:
    """A value as a caller writes it: a type of a schema that the role cannot use is not named."""
    if "." in column.type:
        return "null" if value is None else literal(value)
    return cast(column, value)


def as_text(value: Any) -> str | None:
    if value is None or isinstance(value, str):
        return value
    return json.dumps(value)
