"""Which function makes, alters and drops which kind of object."""

from __future__ import annotations

from collections.abc import Callable

from saasdb.model import Key, Object
from saasdb.render import (
    columns,
    constraints,
    defaults,
    foreign,
    indexes,
    operators,
    publications,
    routines,
    schemas,
    sequences,
    tables,
    text_search,
    triggers,
    types,
    views,
)
from saasdb.render.context import Context
from saasdb.render.names import reference

Create = Callable[[Object, Context], list[str]]
Alter = Callable[[Object, Object, frozenset[str], Context], "list[str] | None"]

CREATE: dict[str, Create] = {
    "schema": schemas.create_schema,
    "extension": schemas.create_extension,
    "language": schemas.create_language,
    "access method": schemas.create_access_method,
    "enum": types.create_enum,
    "composite type": types.create_composite,
    "domain": types.create_domain,
    "range": types.create_range,
    "base type": types.create_base,
    "shell type": types.create_shell,
    "collation": types.create_collation,
    "conversion": types.create_conversion,
    "sequence": sequences.create_sequence,
    "table": tables.create_table,
    "foreign table": tables.create_table,
    "inheritance": tables.create_inheritance,
    "column": columns.create_column,
    "default": defaults.create_default,
    "constraint": constraints.create_constraint,
    "index": indexes.create_index,
    "statistics": indexes.create_statistics,
    "view": views.create_view,
    "materialized view": views.create_materialized,
    "rule": views.create_rule,
    "trigger": triggers.create_trigger,
    "event trigger": triggers.create_event_trigger,
    "policy": triggers.create_policy,
    "function": routines.create_routine,
    "procedure": routines.create_routine,
    "aggregate": routines.create_aggregate,
    "cast": routines.create_cast,
    "transform": routines.create_transform,
    "operator": operators.create_operator,
    "operator family": operators.create_family,
    "operator class": operators.create_class,
    "text search parser": text_search.create_parser,
    "text search template": text_search.create_template,
    "text search dictionary": text_search.create_dictionary,
    "text search configuration": text_search.create_configuration,
    "foreign data wrapper": foreign.create_wrapper,
    "foreign server": foreign.create_server,
    "user mapping": foreign.create_mapping,
    "publication": publications.create_publication,
    "published table": publications.create_published,
    "published schema": publications.create_published,
    "subscription": publications.create_subscription,
}

ALTER: dict[str, Alter] = {
    "extension": schemas.alter_extension,
    "enum": types.alter_enum,
    "composite type": types.alter_composite,
    "domain": types.alter_domain,
    "sequence": sequences.alter_sequence,
    "table": tables.alter_table,
    "foreign table": tables.alter_table,
    "column": columns.alter_column,
    "default": defaults.alter_default,
    "constraint": constraints.alter_constraint,
    "index": indexes.alter_index,
    "statistics": indexes.alter_statistics,
    "view": views.alter_view,
    "materialized view": views.alter_materialized,
    "rule": views.alter_rule,
    "trigger": triggers.alter_trigger,
    "event trigger": triggers.alter_event_trigger,
    "policy": triggers.alter_policy,
    "function": routines.alter_routine,
    "procedure": routines.alter_routine,
    "operator": operators.alter_operator,
    "operator family": operators.alter_family,
    "text search configuration": text_search.alter_configuration,
    "foreign data wrapper": foreign.alter_wrapper,
    "foreign server": foreign.alter_server,
    "user mapping": foreign.alter_mapping,
    "publication": publications.alter_publication,
    "subscription": publications.alter_subscription,
}
"""A kind that is not here is always dropped and created again."""

DROP: dict[str, Create] = {
    "column": columns.drop_column,
    "default": defaults.drop_default,
    "constraint": constraints.drop_constraint,
    "index": indexes.drop_index,
    "inheritance": tables.drop_inheritance,
    "trigger": triggers.drop_trigger,
    "user mapping": foreign.drop_mapping,
    "base type": types.drop_base,
    "published table": publications.drop_published,
    "published schema": publications.drop_published,
    "subscription": publications.drop_subscription,
}
"""Kinds for which `drop <reference>` is not the whole story."""

NOT_DEFINED = frozenset({"default privileges"})
"""Kinds that consist of privileges alone."""


def create(item: Object, ctx: Context) -> list[str]:
    """The statements that make an object; its owner, comment and privileges follow by themselves."""
    return CREATE[item.key.kind](item, ctx)


def alter(old: Object, new: Object, fields: frozenset[str], ctx: Context) -> list[str] | None:
    """The statements that turn one definition into the other in place; None when that cannot be done."""
    fields = fields - {"extensions"}
    if not fields:
        return []
    how = ALTER.get(new.key.kind)
    return how(old, new, fields, ctx) if how else None


def drop(item: Object, ctx: Context) -> list[str]:
    """The statements that remove an object."""
    how = DROP.get(item.key.kind)
    return how(item, ctx) if how else [f"drop {reference(item)}"]


def known(key: Key) -> bool:
    return key.kind in CREATE or key.kind in NOT_DEFINED
