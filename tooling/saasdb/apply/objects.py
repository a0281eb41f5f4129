"""What a code file made: found in the catalog by comparing it before and after, never by reading the file's text."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass

import psycopg

_SNAPSHOT = """
select 'function' as kind, p.oid, p.xmin::text || ':' || p.cmin::text as stamp
from pg_catalog.pg_proc as p
where p.pronamespace not in ('pg_catalog'::regnamespace, 'information_schema'::regnamespace)
union all
select 'policy', oid, xmin::text || ':' || cmin::text from pg_catalog.pg_policy
union all
select 'trigger', oid, xmin::text || ':' || cmin::text from pg_catalog.pg_trigger where not tgisinternal
union all
select 'grants', c.oid, coalesce(c.relacl::text, '') || coalesce(string_agg(a.attacl::text, ',' order by a.attnum), '')
from pg_catalog.pg_class as c
left join pg_catalog.pg_attribute as a on a.attrelid = c.oid and a.attacl is not null
where c.relkind in ('r', 'p', 'v', 'm', 'f', 'S')
  and c.relnamespace not in ('pg_catalog'::regnamespace, 'information_schema'::regnamespace)
group by c.oid, c.relacl
"""

# Definitions are compared as the catalog stores them: the server's own deparsers (pg_get_expr and its kin) lock the
# tables that an expression names, and an apply with nothing to do must not wait for anybody. Object numbers in a stored
# expression differ from database to database; the objects' names, from pg_depend, stand in for them.
_DESCRIBE = """
with named as (
    select d.classid, d.objid, string_agg(
        pg_catalog.pg_describe_object(d.refclassid, d.refobjid, d.refobjsubid), ',' order by
        pg_catalog.pg_describe_object(d.refclassid, d.refobjid, d.refobjsubid)
    ) as objects
    from pg_catalog.pg_depend as d
    where d.classid in ('pg_policy'::regclass, 'pg_trigger'::regclass, 'pg_proc'::regclass)
      and d.objid = any(%(policy)s::oid[] || %(trigger)s::oid[] || %(function)s::oid[])
    group by 1, 2
)
select
    'function' as kind, p.oid, n.nspname, p.proname, '' as table_name,
    pg_catalog.pg_get_function_identity_arguments(p.oid) as arguments,
    concat_ws(
        '|', pg_catalog.pg_get_function_result(p.oid), p.prolang, p.procost, p.prorows, p.prokind, p.prosecdef,
        p.proleakproof, p.proisstrict, p.proretset, p.provolatile, p.proparallel, p.proargnames, p.prosrc, p.probin,
        regexp_replace(concat(p.prosqlbody, p.proargdefaults), '\\m\\d{5,}\\M', 'N', 'g'), named.objects, p.proconfig,
        p.proacl
    ) as definition
from pg_catalog.pg_proc as p
join pg_catalog.pg_namespace as n on n.oid = p.pronamespace
left join named on named.classid = 'pg_proc'::regclass and named.objid = p.oid
where p.oid = any(%(function)s) and p.prokind in ('f', 'p')
union all
select
    'policy', p.oid, n.nspname, p.polname, c.relname, '',
    concat_ws(
        '|', p.polcmd, p.polpermissive, regexp_replace(p.polqual::text, '\\m\\d{5,}\\M', 'N', 'g'), '#',
        regexp_replace(p.polwithcheck::text, '\\m\\d{5,}\\M', 'N', 'g'), named.objects,
        (select string_agg(case r when 0 then 'public' else r::regrole::text end, ',' order by r)
         from unnest(p.polroles) as r)
    )
from pg_catalog.pg_policy as p
join pg_catalog.pg_class as c on c.oid = p.polrelid
join pg_catalog.pg_namespace as n on n.oid = c.relnamespace
left join named on named.classid = 'pg_policy'::regclass and named.objid = p.oid
where p.oid = any(%(policy)s)
union all
select
    'trigger', t.oid, n.nspname, t.tgname, c.relname, '',
    concat_ws(
        '|', t.tgtype, t.tgenabled, t.tgfoid::regproc, t.tgargs, t.tgattr, t.tgoldtable, t.tgnewtable, t.tgdeferrable,
        t.tginitdeferred, regexp_replace(t.tgqual::text, '\\m\\d{5,}\\M', 'N', 'g'), named.objects
    )
from pg_catalog.pg_trigger as t
join pg_catalog.pg_class as c on c.oid = t.tgrelid
join pg_catalog.pg_namespace as n on n.oid = c.relnamespace
left join named on named.classid = 'pg_trigger'::regclass and named.objid = t.oid
where t.oid = any(%(trigger)s)
union all
select
    'grants', c.oid, n.nspname, c.relname, c.relname, '',
    concat_ws(
        '|',
        (select string_agg(a::text, ',' order by a::text) from unnest(c.relacl) as a),
        (select string_agg(t.attname || t.attacl::text, ',' order by t.attnum)
         from pg_catalog.pg_attribute as t where t.attrelid = c.oid and t.attacl is not null)
    )
from pg_catalog.pg_class as c
join pg_catalog.pg_namespace as n on n.oid = c.relnamespace
where c.oid = any(%(grants)s)
"""

KINDS = ("function", "policy", "trigger", "grants")
_DROP_ORDER = {"policy": 0, "trigger": 1, "function": 2, "grants": 3}


@dataclass(frozen=True)
class CodeObject:
    """One object of the code lane, as the ledger remembers it."""

    kind: str
    schema: str
    name: str
    table: str = ""
    arguments: str = ""
    fingerprint: str = ""
    """Changes when the object's definition or its grants change, whoever changes them. `<major>:<hash>`."""
    oid: int = 0

    @property
    def key(self) -> tuple[str, str, str, str, str]:
        return (self.kind, self.schema, self.name, self.table, self.arguments)

    def differs(self, other: CodeObject) -> bool:
        """Whether the definitions differ, as far as they can be compared: not across major versions of the server."""
        mine, theirs = self.fingerprint.partition(":"), other.fingerprint.partition(":")
        return mine[0] == theirs[0] and mine[2] != theirs[2]

    @property
    def drop_order(self) -> int:
        """Policies and triggers go before the functions that they call."""
        return _DROP_ORDER[self.kind]

    def __str__(self) -> str:
        if self.kind == "function":
            return f"function {self.schema}.{self.name}({self.arguments})"
        if self.kind == "grants":
            return f"grants on {self.schema}.{self.name}"
        return f'{self.kind} "{self.name}" on {self.schema}.{self.table}'


Snapshot = dict[tuple[str, int], str]


def snapshot(connection: psycopg.Connection) -> Snapshot:
    """Every code object with the row version that it has now."""
    return {(kind, oid): stamp for kind, oid, stamp in connection.execute(_SNAPSHOT)}


def made_since(connection: psycopg.Connection, before: Snapshot) -> tuple[CodeObject, ...]:
    """The objects that are new or were written again since `before`, with their fingerprints."""
    after = snapshot(connection)
    return describe(connection, [key for key, stamp in after.items() if before.get(key) != stamp])


def current(connection: psycopg.Connection) -> tuple[CodeObject, ...]:
    """Every code object of the database."""
    return describe(connection, list(snapshot(connection)))


def describe(connection: psycopg.Connection, keys: list[tuple[str, int]]) -> tuple[CodeObject, ...]:
    """The objects behind catalog oids, in a stable order, with names that do not depend on the search path."""
    oids = {kind: [oid for k, oid in keys if k == kind] for kind in KINDS}
    path = connection.execute("select current_setting('search_path')").fetchone()[0]
    connection.execute("select set_config('search_path', '', true)")
    rows = connection.execute(_DESCRIBE, oids).fetchall()
    connection.execute("select set_config('search_path', %s, true)", [path])
    major = connection.info.server_version // 10000
    found = (
        CodeObject(kind, schema, name, table, arguments, _fingerprint(major, definition), oid)
        for kind, oid, schema, name, table, arguments, definition in rows
    )
    return tuple(sorted(found, key=lambda each: each.key))


def _fingerprint(major: int, definition: str) -> str:
    """The stored form of an expression changes with the server's major version, so that is part of it."""
    return f"{major}:{hashlib.sha256(definition.encode()).hexdigest()[:32]}"


def record(each: CodeObject) -> dict[str, str]:
    """A code object as the ledger keeps it."""
    return {key: value for key, value in asdict(each).items() if key != "oid" and value}


def recorded(objects: Iterable[Mapping[str, str]]) -> tuple[CodeObject, ...]:
    """Code objects as the ledger kept them."""
    return tuple(CodeObject(**each) for each in objects)
