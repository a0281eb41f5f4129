"""The one catalog reader: each catalog once, joined here by oid."""

from __future__ import annotations

import gc
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from contextlib import contextmanager

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
    PG_ATTRDEF,
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
from saasdb.catalog.gathering import Gathering, Reading
from saasdb.model import Database

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
    (relations.read_sequences, PG_SEQUENCE),
    (relations.read_views, PG_REWRITE),
    (relations.read_inheritance, PG_INHERITS),
    (constraints.read_constraints, PG_CONSTRAINT),
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
)
"""Every reader, in the order of what they need of each other, and the catalog without which it has nothing to read."""

_BORN_EMPTY = (
    *(PG_DEFAULT_ACL, PG_EVENT_TRIGGER, PG_FOREIGN_DATA_WRAPPER, PG_FOREIGN_SERVER, PG_INHERITS, PG_PUBLICATION),
    *(PG_SEQUENCE, PG_SUBSCRIPTION, PG_TRANSFORM, PG_USER_MAPPING),
)
"""Catalogs in which initdb puts nothing, and whose rows need not depend on anything."""

# Which catalogs hold something of the user's: most hold nothing, and then no query is spent on them. What lies in a
# schema depends on it. Beside them stands what some reader has to know: an object that none keeps is named as unknown.
# Left out there are rows that serve another object: toast tables, array types, a foreign key's triggers, defaults.
_PRESENT = f"""
select classid, array_agg(objid) filter (where deptype = 'n' and classid not in (
    {PG_ATTRDEF}, {PG_CLASS}, {PG_CONSTRAINT}, {PG_POLICY}, {PG_REWRITE}, {PG_TRIGGER}, {PG_TYPE}))
from pg_depend where objid >= {FIRST_USER_OID} group by classid
union all
select catalog, null from unnest('{{{", ".join(map(str, _BORN_EMPTY))}}}'::oid[]) catalog
where pg_relation_size(catalog) > 0
"""

_RIGHTS = """
select current_user, has_column_privilege('pg_subscription', 'subname', 'select'),
    has_column_privilege('pg_subscription', 'subconninfo', 'select')
"""

_SETTINGS = (
    "set transaction isolation level repeatable read read only",
    "set local search_path = ''",  # so that every name is printed whole
    "set local quote_all_identifiers = off",
    "set local jit = off",  # compiling takes longer than running
    "set local work_mem = '64MB'",
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
        turns = [_reading(connection, skipped) for connection in connections]
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


@contextmanager
def undisturbed() -> Iterator[None]:
    """No search for garbage meanwhile: among hundreds of thousands of values that all stay it took a third."""
    collecting = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if collecting:
            if not gc.get_freeze_count():
                gc.freeze()  # what is here now is old; taken for young it would all be searched at once
                gc.unfreeze()
            gc.enable()


def _reading(connection: psycopg.Connection, skip_schemas: tuple[str, ...]) -> Generator[None, None, Database]:
    """Read one database, giving way to whoever reads another after every catalog."""
    was = connection.autocommit
    if not was:
        connection.commit()
        connection.autocommit = True
    try:
        with connection.transaction():
            connection.execute("; ".join(_SETTINGS))
            user, subscriptions, secrets = connection.execute(_RIGHTS).fetchone()
            present = dict(connection.execute(_PRESENT).fetchall())
            g = Gathering(connection.info.server_version // 10000, skip_schemas)
            g.sees_connections = secrets
            readings = [
                reader(g)
                for reader, catalog in _READERS
                if catalog == _ALWAYS or (catalog in present and (catalog != PG_SUBSCRIPTION or subscriptions))
            ]
            asked = [next(reading) for reading in readings]
            queries = [query for each in asked for query in _listed(each)]
            with Answers(connection, [*queries, dependencies.DEPENDS]) as answers:
                for reading, each in zip(readings, asked, strict=True):
                    yield
                    rows = [answers.next() for _ in _listed(each)]
                    _send(reading, rows[0] if isinstance(each, str) else rows)
                g.depends = answers.next_later()
            unread = {(catalog, oid) for catalog, oids in present.items() for oid in oids or ()}
            strangers = dependencies.strangers(g, unread)
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
