"""What a database holds that access depends on, read from its catalog in a fixed number of queries.

Schemas of PostgreSQL itself and members of extensions are left out; what an extension's members grant is in `facts`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import psycopg
from psycopg.rows import dict_row

OURS = "n.nspname !~ '^pg_' and n.nspname <> 'information_schema'"
"""Predicate on pg_namespace n: schemas that are not PostgreSQL's own."""

_NOT_OF_EXTENSION = """not exists (select from pg_depend e
    where e.deptype = 'e' and e.classid = '{catalog}'::regclass and e.objid = {oid})"""


@dataclass
class Column:
    """One column: its type as Postgres spells it, and what a generator needs to fill it."""

    number: int
    name: str
    type: str
    category: str  # pg_type.typcategory of the base type: N, S, B, D, E, …
    labels: tuple[str, ...]  # of an enum
    not_null: bool
    default: str | None
    identity: str  # '', 'a' (always), 'd' (by default)
    generated: str  # '', 's' (stored), 'v' (virtual)
    base: str  # base type's name, e.g. int8, text


@dataclass
class Constraint:
    """One constraint; `type` is pg_constraint.contype."""

    name: str
    type: str
    definition: str
    expression: str | None
    columns: tuple[str, ...]
    target: int
    target_columns: tuple[str, ...]


@dataclass
class Policy:
    """One row-level security policy with its expressions as Postgres deparses them."""

    name: str
    command: str  # r, a, w, d or *
    permissive: bool
    roles: tuple[str, ...]
    using: str | None
    check: str | None


@dataclass
class Trigger:
    """One trigger that is not internal; `enabled` is pg_trigger.tgenabled."""

    name: str
    function: int
    definition: str
    enabled: str


@dataclass
class Relation:
    """A table, partition, view, materialized view, foreign table or sequence."""

    oid: int
    schema: str
    name: str
    kind: str  # r, p, v, m, f, S
    owner: str
    rls: bool
    forced: bool
    options: tuple[str, ...]
    partition_of: int | None
    definition: str | None
    columns: list[Column] = field(default_factory=list)
    constraints: list[Constraint] = field(default_factory=list)
    indexes: list[str] = field(default_factory=list)
    unique: list[tuple[str, ...]] = field(default_factory=list)
    policies: list[Policy] = field(default_factory=list)
    triggers: list[Trigger] = field(default_factory=list)

    @property
    def title(self) -> str:
        """schema.name, as it stands in contracts and findings."""
        return f"{self.schema}.{self.name}"

    @property
    def sql(self) -> str:
        """The quoted, qualified name."""
        return f"{quote(self.schema)}.{quote(self.name)}"

    def column(self, name: str) -> Column | None:
        return next((column for column in self.columns if column.name == name), None)

    @property
    def key(self) -> tuple[str, ...]:
        """The columns of the primary key, or of the first unique index, or nothing."""
        for constraint in self.constraints:
            if constraint.type == "p":
                return constraint.columns
        return self.unique[0] if self.unique else ()


@dataclass
class Argument:
    """One input argument of a function."""

    name: str
    type: str
    base: str
    category: str
    labels: tuple[str, ...]


@dataclass
class Function:
    """A function, procedure or trigger function of the project (no aggregates, no C)."""

    oid: int
    schema: str
    name: str
    identity: str  # argument types, e.g. "uuid, integer"
    kind: str  # f, p, a, w
    language: str
    definer: bool
    leakproof: bool
    volatile: str
    config: tuple[str, ...]
    owner: str
    returns: str
    returns_set: bool
    body: str
    definition: str | None
    arguments: list[Argument]
    defaults: int

    @property
    def title(self) -> str:
        """schema.name(types), as it stands in contracts and findings."""
        return f"{self.schema}.{self.name}({self.identity})"

    @property
    def sql(self) -> str:
        return f"{quote(self.schema)}.{quote(self.name)}"


@dataclass
class Inventory:
    """Everything that one reading of the catalog gave."""

    major: int
    relations: dict[int, Relation]
    functions: dict[int, Function]
    domains: dict[str, list[str]]  # type name → check expressions
    roles: frozenset[str]

    def relation(self, title: str) -> Relation | None:
        return next((relation for relation in self.relations.values() if relation.title == title), None)

    @property
    def tables(self) -> list[Relation]:
        """What holds rows of its own: tables, partitioned tables, partitions."""
        return [relation for relation in self.relations.values() if relation.kind in "rp"]

    @property
    def views(self) -> list[Relation]:
        return [relation for relation in self.relations.values() if relation.kind in "vmf"]


def quote(name: str) -> str:
    """A quoted identifier, for statements that are put together as text and run by the probe runner."""
    return '"' + name.replace('"', '""') + '"'


def literal(value: str | None) -> str:
    """A quoted literal; None is NULL."""
    if value is None:
        return "null"
    escaped = value.replace("'", "''")
    return "E'" + escaped.replace("\\", "\\\\") + "'" if "\\" in escaped else "'" + escaped + "'"


def read(connection: psycopg.Connection) -> Inventory:
    """Read the catalog of the connected database."""
    with connection.cursor(row_factory=dict_row) as cursor:
        # A search path of nothing makes every deparsed expression name its schemas.
        before = cursor.execute("select current_setting('search_path') as path").fetchone()["path"]
        cursor.execute("select set_config('search_path', 'pg_catalog', false)")
        try:
            return _read(cursor, connection.info.server_version // 10000)
        finally:
            cursor.execute("select set_config('search_path', %s, false)", [before])


def _read(cursor: Any, major: int) -> Inventory:
    relations = {row["oid"]: Relation(**_tuples(row)) for row in cursor.execute(_RELATIONS)}
    for row in cursor.execute(_COLUMNS):
        relation = relations.get(row.pop("relation"))
        if relation:
            relation.columns.append(Column(**_tuples(row)))
    for kind, query, make in (
        ("constraints", _CONSTRAINTS, Constraint),
        ("policies", _POLICIES, Policy),
        ("triggers", _TRIGGERS, Trigger),
    ):
        for row in cursor.execute(query):
            relation = relations.get(row.pop("relation"))
            if relation:
                getattr(relation, kind).append(make(**_tuples(row)))
    for row in cursor.execute(_INDEXES):
        relation = relations.get(row["relation"])
        if relation:
            relation.indexes.append(row["definition"])
            if row["is_unique"] and row["columns"]:
                relation.unique.append(tuple(row["columns"]))
    functions = {}
    for row in cursor.execute(_FUNCTIONS):
        arguments = [Argument(**_tuples(argument)) for argument in row.pop("arguments") or []]
        functions[row["oid"]] = Function(**_tuples(row), arguments=arguments)
    domains: dict[str, list[str]] = {}
    for row in cursor.execute(_DOMAINS):
        domains.setdefault(row["type"], []).append(row["expression"])
    roles = frozenset(row["rolname"] for row in cursor.execute("select rolname from pg_roles"))
    return Inventory(major, relations, functions, domains, roles)


def _tuples(row: dict[str, Any]) -> dict[str, Any]:
    return {key: tuple(value) if isinstance(value, list) else value for key, value in row.items()}


_RELATIONS = f"""
select c.oid::int8, n.nspname as schema, c.relname as name, c.relkind::text as kind,
    pg_get_userbyid(c.relowner) as owner,
    c.relrowsecurity as rls, c.relforcerowsecurity as forced, coalesce(c.reloptions, '{{}}') as options,
    (select i.inhparent::int8 from pg_inherits i where i.inhrelid = c.oid limit 1) as partition_of,
    case when c.relkind in ('v', 'm') then pg_get_viewdef(c.oid) end as definition
from pg_class c join pg_namespace n on n.oid = c.relnamespace
where c.relkind in ('r', 'p', 'v', 'm', 'f', 'S') and {OURS}
    and {_NOT_OF_EXTENSION.format(catalog="pg_class", oid="c.oid")}
order by n.nspname, c.relname"""

_LABELS = """coalesce((select array_agg(l.enumlabel::text order by l.enumsortorder) from pg_enum l
    where l.enumtypid = b.oid), '{}')"""

_COLUMNS = f"""
select a.attrelid::int8 as relation, a.attnum as number, a.attname as name,
    format_type(a.atttypid, a.atttypmod) as type,
    b.typcategory::text as category, {_LABELS} as labels, a.attnotnull or t.typnotnull as not_null,
    pg_get_expr(d.adbin, d.adrelid) as default, a.attidentity::text as identity, a.attgenerated::text as generated,
    b.typname as base
from pg_attribute a
join pg_class c on c.oid = a.attrelid join pg_namespace n on n.oid = c.relnamespace
join pg_type t on t.oid = a.atttypid
join pg_type b on b.oid = case when t.typtype = 'd' then t.typbasetype else t.oid end
left join pg_attrdef d on d.adrelid = a.attrelid and d.adnum = a.attnum
where a.attnum > 0 and not a.attisdropped and c.relkind in ('r', 'p', 'v', 'm', 'f') and {OURS}
order by a.attrelid, a.attnum"""

_CONSTRAINTS = """
select k.conrelid::int8 as relation, k.conname as name, k.contype::text as type,
    pg_get_constraintdef(k.oid) as definition,
    pg_get_expr(k.conbin, k.conrelid) as expression, k.confrelid::int8 as target,
    coalesce((select array_agg(a.attname::text order by u.n) from unnest(k.conkey) with ordinality u(c, n)
        join pg_attribute a on a.attrelid = k.conrelid and a.attnum = u.c), '{}') as columns,
    coalesce((select array_agg(a.attname::text order by u.n) from unnest(k.confkey) with ordinality u(c, n)
        join pg_attribute a on a.attrelid = k.confrelid and a.attnum = u.c), '{}') as target_columns
from pg_constraint k where k.conrelid <> 0 and k.contype in ('c', 'f', 'p', 'u', 'x')
    and (k.contype <> 'f' or k.conparentid = 0)
order by k.conrelid, k.contype, k.conname"""

_INDEXES = """
select i.indrelid::int8 as relation, pg_get_indexdef(i.indexrelid) as definition, i.indisunique as is_unique,
    (select array_agg(a.attname::text order by u.n) from unnest(i.indkey) with ordinality u(c, n)
        join pg_attribute a on a.attrelid = i.indrelid and a.attnum = u.c
        where u.n <= i.indnkeyatts and i.indpred is null and i.indexprs is null) as columns
from pg_index i where i.indisvalid order by i.indrelid, not i.indisprimary, i.indexrelid"""

_POLICIES = """
select p.polrelid::int8 as relation, p.polname as name, p.polcmd::text as command, p.polpermissive as permissive,
    array(select case r when 0 then 'public' else pg_get_userbyid(r)::text end from unnest(p.polroles) r
        order by 1) as roles,
    pg_get_expr(p.polqual, p.polrelid) as using, pg_get_expr(p.polwithcheck, p.polrelid) as check
from pg_policy p order by p.polrelid, p.polname"""

_TRIGGERS = """
select t.tgrelid::int8 as relation, t.tgname as name, t.tgfoid::int8 as function,
    pg_get_triggerdef(t.oid) as definition,
    t.tgenabled::text as enabled
from pg_trigger t where not t.tgisinternal and t.tgparentid = 0 order by t.tgrelid, t.tgname"""

_FUNCTIONS = f"""
select p.oid::int8, n.nspname as schema, p.proname as name,
    (select coalesce(string_agg(format_type(u.t, null), ', ' order by u.n), '')
        from unnest(p.proargtypes::oid[]) with ordinality u(t, n)) as identity,
    p.prokind::text as kind, l.lanname as language, p.prosecdef as definer, p.proleakproof as leakproof,
    p.provolatile::text as volatile, coalesce(p.proconfig, '{{}}') as config, pg_get_userbyid(p.proowner) as owner,
    format_type(p.prorettype, null) as returns, p.proretset as returns_set,
    coalesce(p.prosrc, '') || coalesce(pg_get_function_sqlbody(p.oid), '') as body,
    case when p.prokind in ('f', 'p') then pg_get_functiondef(p.oid) end as definition, p.pronargdefaults as defaults,
    (select jsonb_agg(jsonb_build_object('name', coalesce((p.proargnames)[coalesce(m.place, u.n)], ''),
            'type', format_type(u.t, null), 'base', b.typname, 'category', b.typcategory,
            'labels', {_LABELS}) order by u.n)
        from unnest(p.proargtypes::oid[]) with ordinality u(t, n)
        join pg_type ty on ty.oid = u.t
        join pg_type b on b.oid = case when ty.typtype = 'd' then ty.typbasetype else ty.oid end
        left join lateral (select x.n as place from (
                select s.n, row_number() over (order by s.n) as i
                from unnest(p.proargmodes) with ordinality s(m, n) where s.m in ('i', 'b', 'v')) x
            where x.i = u.n) m on true) as arguments
from pg_proc p join pg_namespace n on n.oid = p.pronamespace join pg_language l on l.oid = p.prolang
where {OURS} and {_NOT_OF_EXTENSION.format(catalog="pg_proc", oid="p.oid")}
order by n.nspname, p.proname, 4"""

_DOMAINS = """
select format_type(k.contypid, null) as type, pg_get_constraintdef(k.oid) as expression
from pg_constraint k where k.contypid <> 0 order by 1, 2"""
