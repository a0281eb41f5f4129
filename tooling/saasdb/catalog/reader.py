"""The one catalog reader: each catalog once, joined here by oid."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable, Sequence
from contextlib import ExitStack

import psycopg

from saasdb.catalog import (
    columns,
    constraints,
    dependencies,
    foreign,
    gathering,
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
from saasdb.catalog.addresses import (
    FIRST_USER_OID,
    PG_CLASS,
    PG_COLLATION,
    PG_CONSTRAINT,
    PG_CONVERSION,
    PG_DEFAULT_ACL,
    PG_EVENT_TRIGGER,
    PG_FOREIGN_DATA_WRAPPER,
    PG_FOREIGN_SERVER,
    PG_INHERITS,
    PG_OPERATOR,
    PG_OPFAMILY,
    PG_POLICY,
    PG_PROC,
    PG_PUBLICATION,
    PG_REWRITE,
    PG_SEQUENCE,
    PG_STATISTIC_EXT,
    PG_SUBSCRIPTION,
    PG_TRANSFORM,
    PG_TRIGGER,
    PG_TS_CONFIG,
    PG_TS_DICT,
    PG_TS_PARSER,
    PG_TS_TEMPLATE,
    PG_TYPE,
    PG_USER_MAPPING,
)
from saasdb.catalog.answers import Answers
from saasdb.catalog.beside import second_session
from saasdb.catalog.gathering import Gathering, Reading
from saasdb.model import Database
from saasdb.undisturbed import undisturbed

_ALWAYS = 0

_READERS: tuple[tuple[Callable[[Gathering], Reading], int], ...] = (
    (gathering.read_comments, _ALWAYS),
    (gathering.read_members, _ALWAYS),
    (schemas.read_roles, _ALWAYS),
    (schemas.read_schemas, _ALWAYS),
    (schemas.read_extensions, _ALWAYS),
    (schemas.read_languages, _ALWAYS),
    (relations.read_relations, PG_CLASS),
    (types.read_types, PG_TYPE),
    (columns.read_columns, PG_CLASS),
    (constraints.read_not_null, PG_CONSTRAINT),
    (relations.read_sequences, PG_SEQUENCE),
    (relations.read_views, PG_REWRITE),
    (relations.read_inheritance, PG_INHERITS),
    (constraints.read_keys, PG_CONSTRAINT),
    (constraints.read_checks, PG_CONSTRAINT),
    (indexes.read_indexes, PG_CLASS),
    (indexes.read_statistics, PG_STATISTIC_EXT),
    (routines.read_routines, PG_PROC),
    (routines.read_aggregates, PG_PROC),
    (routines.read_casts, _ALWAYS),
    (routines.read_transforms, PG_TRANSFORM),
    (operators.read_access_methods, _ALWAYS),
    (operators.read_operators, PG_OPERATOR),
    (operators.read_families, PG_OPFAMILY),
    (operators.read_classes, PG_OPFAMILY),
    (types.read_collations, PG_COLLATION),
    (types.read_conversions, PG_CONVERSION),
    (triggers.read_triggers, PG_TRIGGER),
    (triggers.read_rules, PG_REWRITE),
    (triggers.read_policies, PG_POLICY),
    (triggers.read_event_triggers, PG_EVENT_TRIGGER),
    (text_search.read_parsers, PG_TS_PARSER),
    (text_search.read_templates, PG_TS_TEMPLATE),
    (text_search.read_dictionaries, PG_TS_DICT),
    (text_search.read_configurations, PG_TS_CONFIG),
    (foreign.read_wrappers, PG_FOREIGN_DATA_WRAPPER),
    (foreign.read_servers, PG_FOREIGN_SERVER),
    (foreign.read_mappings, PG_USER_MAPPING),
    (publications.read_publications, PG_PUBLICATION),
    (publications.read_subscriptions, PG_SUBSCRIPTION),
    (schemas.read_default_privileges, PG_DEFAULT_ACL),
    (dependencies.read_dependent, _ALWAYS),
)
"""Every reader, in the order of what they need of each other, and the catalog without which it has nothing to read."""

_PRINTED = (
    *(constraints.read_checks, indexes.read_indexes, indexes.read_statistics),
    *(triggers.read_triggers, triggers.read_rules, triggers.read_policies),
)
"""Readers whose queries print expressions, for which the server opens every table: no two sessions should."""

_BORN_EMPTY = (
    *(PG_DEFAULT_ACL, PG_EVENT_TRIGGER, PG_FOREIGN_DATA_WRAPPER, PG_FOREIGN_SERVER, PG_INHERITS, PG_PUBLICATION),
    *(PG_SEQUENCE, PG_SUBSCRIPTION, PG_TRANSFORM, PG_USER_MAPPING),
)
"""Catalogs in which initdb puts nothing, and whose rows need not depend on anything."""

_IN_SCHEMAS = sorted({catalog for _, catalog in _READERS} - {_ALWAYS, *_BORN_EMPTY})
"""Catalogs of what lies in a schema, and so depends on it."""


def _array(catalogs: Iterable[int]) -> str:
    return f"unnest('{{{', '.join(map(str, catalogs))}}}'::oid[]) catalog"


# Which catalogs hold something of the user's: most hold nothing, and then no query is spent on them.
_PRESENT = f"""
select catalog from {_array(_IN_SCHEMAS)},
    lateral (select from pg_depend where classid = catalog and objid >= {FIRST_USER_OID} limit 1) found
union all
select catalog from {_array(_BORN_EMPTY)} where pg_relation_size(catalog) > 0
"""

_RIGHTS = """
select current_user, has_column_privilege('pg_subscription', 'subname', 'select'),
    has_column_privilege('pg_subscription', 'subconninfo', 'select')
"""

_SETTINGS = "; ".join(
    (
        "set transaction isolation level repeatable read read only",
        "set local search_path = ''",  # so that every name is printed whole
        "set local quote_all_identifiers = off",
        "set local jit = off",  # compiling takes longer than running
        "set local max_parallel_workers_per_gather = 0",  # every worker would open the tables anew
        "set local work_mem = '64MB'",
    )
)


def read(connection: psycopg.Connection, *, skip_schemas: Iterable[str] = ()) -> Database:
    """Everything in the database that the user made, in one read-only snapshot.

    Args:
        connection: any role; what it may not read is the same for everyone, since catalogs are public.
        skip_schemas: schemas to leave alone together with all that lies in them.

    Raises:
        psycopg.Error: the connection fails.
    """
    return read_together([connection], skip_schemas=skip_schemas)[0]


def read_together(connections: Sequence[psycopg.Connection], *, skip_schemas: Iterable[str] = ()) -> list[Database]:
    """Read several databases at once: their servers work side by side.

    Args:
        connections: one to each database, as for `read`.
        skip_schemas: as for `read`, of each.

    Raises:
        psycopg.Error: a connection fails.
    """
    skipped = tuple(skip_schemas)
    with undisturbed():
        asked: list[Answers] = []
        turns = [_reading(connection, skipped, asked, len(connections) == 1) for connection in connections]
        found: dict[int, Database] = {}
        try:
            while len(found) < len(turns):
                for number, turn in enumerate(turns):
                    if number not in found:
                        try:
                            next(turn)
                        except StopIteration as end:
                            found[number] = end.value
        finally:
            for turn in turns:
                turn.close()
    return [found[number] for number in range(len(turns))]


def _reading(
    connection: psycopg.Connection, skip_schemas: tuple[str, ...], all_asked: list[Answers], alone: bool
) -> Generator[None, None, Database]:
    """Read one database, giving way to whoever reads another after every catalog.

    Args:
        all_asked: what all who read together have asked; whoever is at work takes in what has come for the others.
        alone: whether nobody else reads, so that the server has a processor to spare.
    """

    was = connection.autocommit
    if not was:
        connection.commit()
        connection.autocommit = True
    try:
        with connection.transaction():
            connection.execute(_SETTINGS)
            user, subscriptions, secrets = connection.execute(_RIGHTS).fetchone()
            present = {catalog for (catalog,) in connection.execute(_PRESENT)}
            g = Gathering(connection.info.server_version // 10000, skip_schemas)
            g.sees_connections = secrets
            readings = [
                (reader, reader(g))
                for reader, catalog in _READERS
                if catalog == _ALWAYS or (catalog in present and (catalog != PG_SUBSCRIPTION or subscriptions))
            ]
            asked = [_listed(next(reading)) for _, reading in readings]
            with ExitStack() as stack:
                second = stack.enter_context(second_session(connection, _SETTINGS)) if alone else None
                apart = [second is not None and reader in _PRINTED for reader, _ in readings]
                here = [query for queries, there in zip(asked, apart, strict=True) if not there for query in queries]
                beside = [query for queries, there in zip(asked, apart, strict=True) if there for query in queries]
                sessions = [(connection, here), (second, beside)] if second else [(connection, here)]
                here.append(dependencies.DEPENDS)
                answers = [stack.enter_context(Answers(session, queries, all_asked)) for session, queries in sessions]
                all_asked += answers
                for (_, reading), queries, there in zip(readings, asked, apart, strict=True):
                    yield
                    answer = answers[there]
                    _send(reading, [answer.kept()() for _ in queries] if len(queries) > 1 else answer.next())
                g.depends = answers[0].kept()
                for each in answers:
                    all_asked.remove(each)
            strangers = dependencies.strangers(g)
            if strangers:
                names = connection.execute(dependencies.names_of(strangers)).fetchall()
                g.unknown += [f"{kind} {identity}" for kind, identity in names]
    finally:
        connection.autocommit = was
    return Database(
        objects=g.objects,
        find_needs=dependencies.needs(g),
        user=user,
        major=g.major,
        casts=g.casts,
        unknown=tuple(g.unknown),
        column_order=g.column_order,
    )


def _listed(queries: str | tuple[str, ...]) -> tuple[str, ...]:
    return (queries,) if isinstance(queries, str) else queries


def _send(reading: Reading, rows: list) -> None:
    try:
        reading.send(rows)
    except StopIteration:
        return
    raise RuntimeError("a reader asks once")
