"""The one catalog reader: each catalog once, joined here by oid."""

from __future__ import annotations

import gc
from collections.abc import Iterable

import psycopg

from saasdb.catalog import (
    columns,
    constraints,
    dependencies,
    foreign,
    indexes,
    operators,
    publications,
    relations,
    routines,
    schemas,
    text_search,
    triggers,
    types,
)
from saasdb.catalog.gathering import Gathering
from saasdb.model import Database

_READERS = (
    schemas.read_roles,
    schemas.read_schemas,
    schemas.read_extensions,
    schemas.read_languages,
    relations.read_relations,
    types.read_types,
    columns.read_columns,
    relations.read_sequences,
    relations.read_views,
    relations.read_inheritance,
    constraints.read_constraints,
    indexes.read_indexes,
    indexes.read_statistics,
    routines.read_routines,
    routines.read_aggregates,
    routines.read_casts,
    routines.read_transforms,
    operators.read_access_methods,
    operators.read_operators,
    operators.read_families,
    operators.read_classes,
    types.read_collations,
    types.read_conversions,
    triggers.read_triggers,
    triggers.read_rules,
    triggers.read_policies,
    triggers.read_event_triggers,
    text_search.read_parsers,
    text_search.read_templates,
    text_search.read_dictionaries,
    text_search.read_configurations,
    foreign.read_wrappers,
    foreign.read_servers,
    foreign.read_mappings,
    publications.read_publications,
    publications.read_subscriptions,
    schemas.read_default_privileges,
)


def read(connection: psycopg.Connection, *, skip_schemas: Iterable[str] = ()) -> Database:
    """Everything in the database that the user made, in one read-only snapshot.

    Args:
        connection: any role; what it may not read is the same for everyone, since catalogs are public.
        skip_schemas: schemas to leave alone together with all that lies in them.

    Raises:
        psycopg.Error: the connection fails.
    """
    was = connection.autocommit
    collecting = gc.isenabled()
    gc.disable()  # hundreds of thousands of values that all stay: looking for garbage among them took a third
    if not was:
        connection.commit()
        connection.autocommit = True
    try:
        with connection.transaction():
            connection.execute("set transaction isolation level repeatable read read only")
            connection.execute("set local search_path = ''")
            connection.execute("set local quote_all_identifiers = off")
            gathering = Gathering(connection, skip_schemas)
            for reader in _READERS:
                reader(gathering)
            needs = dependencies.read_needs(gathering)
            casts = {
                (source, target): how
                for source, target, how in gathering.rows(
                    "select format_type(castsource, null), format_type(casttarget, null), castcontext::text"
                    " from pg_cast"
                )
            }
            user = connection.execute("select current_user").fetchone()[0]
    finally:
        connection.autocommit = was
        if collecting:
            gc.enable()
    return Database(
        objects=gathering.objects,
        needs=needs,
        user=user,
        major=gathering.major,
        casts=casts,
        unknown=tuple(gathering.unknown),
        column_order=gathering.column_order,
    )
