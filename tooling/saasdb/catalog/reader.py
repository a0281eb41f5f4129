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
from saasdb.catalog.answers import Answers
from saasdb.catalog.gathering import Gathering, Reading
from saasdb.model import Database

_ALWAYS = "true"


def _any(catalog: str, condition: str = "oid >= 16384") -> str:
    """The condition that a catalog has rows that came after initdb; most have none, and no query is spent on them."""
    return f"exists (select from {catalog} where {condition})"


_READERS: tuple[tuple[Callable[[Gathering], Reading], str], ...] = (
    (gathering.read_comments, _ALWAYS),
    (gathering.read_members, _ALWAYS),
    (schemas.read_roles, _ALWAYS),
    (schemas.read_schemas, _ALWAYS),
    (schemas.read_extensions, _ALWAYS),
    (schemas.read_languages, _ALWAYS),
    (routines.read_cast_contexts, _ALWAYS),
    (relations.read_relations, _any("pg_class")),
    (types.read_types, _any("pg_type")),
    (columns.read_columns, _any("pg_class")),
    (relations.read_sequences, _any("pg_sequence", "true")),
    (relations.read_views, _any("pg_class", "oid >= 16384 and relkind in ('v', 'm')")),
    (relations.read_inheritance, _any("pg_inherits", "true")),
    (constraints.read_constraints, _any("pg_constraint")),
    (indexes.read_indexes, _any("pg_class", "oid >= 16384 and relkind in ('i', 'I')")),
    (indexes.read_statistics, _any("pg_statistic_ext")),
    (routines.read_routines, _any("pg_proc")),
    (routines.read_aggregates, _any("pg_aggregate", "aggfnoid >= 16384")),
    (routines.read_casts, _any("pg_cast")),
    (routines.read_transforms, _any("pg_transform")),
    (operators.read_access_methods, _any("pg_am")),
    (operators.read_operators, _any("pg_operator")),
    (operators.read_families, _any("pg_opfamily")),
    (operators.read_classes, f"{_any('pg_opclass')} or {_any('pg_amop')} or {_any('pg_amproc')}"),
    (types.read_collations, _any("pg_collation")),
    (types.read_conversions, _any("pg_conversion")),
    (triggers.read_triggers, _any("pg_trigger")),
    (triggers.read_rules, _any("pg_rewrite", "oid >= 16384 and rulename <> '_RETURN'")),
    (triggers.read_policies, _any("pg_policy")),
    (triggers.read_event_triggers, _any("pg_event_trigger")),
    (text_search.read_parsers, _any("pg_ts_parser")),
    (text_search.read_templates, _any("pg_ts_template")),
    (text_search.read_dictionaries, _any("pg_ts_dict")),
    (text_search.read_configurations, _any("pg_ts_config")),
    (foreign.read_wrappers, _any("pg_foreign_data_wrapper")),
    (foreign.read_servers, _any("pg_foreign_server")),
    (foreign.read_mappings, _any("pg_user_mappings", "true")),
    (publications.read_publications, _any("pg_publication")),
    (publications.read_connections, "has_column_privilege('pg_subscription', 'subconninfo', 'select')"),
    (publications.read_subscriptions, "has_column_privilege('pg_subscription', 'subname', 'select')"),
    (schemas.read_default_privileges, _any("pg_default_acl")),
    (dependencies.read_depends, _any("pg_depend", "objid >= 16384")),
)
"""Every reader, in the order of what they need of each other, and when there is something for it to read.

The dependencies come last: the server works on them while here the rest is put together.
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
            present = connection.execute(_PRESENT).fetchone()
            g = Gathering(connection.info.server_version // 10000, skip_schemas)
            readings = [reader(g) for (reader, _), there in zip(_READERS, present[:-1], strict=True) if there]
            asked = [next(reading) for reading in readings]
            with Answers(connection, [query for queries in asked for query in _listed(queries)]) as answers:
                for reading, queries in zip(readings, asked, strict=True):
                    yield
                    rows = [answers.next() for _ in _listed(queries)]
                    _send(reading, rows[0] if isinstance(queries, str) else rows)
            strangers = dependencies.strangers(g)
            if strangers:
                names = connection.execute(dependencies.names_of(strangers)).fetchall()
                g.unknown += [f"{kind} {identity}" for kind, identity in names]
            user = present[-1]
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


_PRESENT = f"select {', '.join(condition for _, condition in _READERS)}, current_user"


def _listed(queries: str | tuple[str, ...]) -> tuple[str, ...]:
    return (queries,) if isinstance(queries, str) else queries


def _send(reading: Reading, rows: list) -> None:
    try:
        reading.send(rows)
    except StopIteration:
        return
    raise RuntimeError("a reader asks once")
