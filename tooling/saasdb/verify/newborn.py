"""What event triggers make of new objects: a table, a view and a function of each schema, made and rolled back.

Only where the function of an event trigger differs from the contract's: what it does shows in nothing that is there.
"""

from __future__ import annotations

import psycopg
from psycopg import sql

from saasdb.verify.findings import Finding
from saasdb.verify.inventory import Inventory
from saasdb.verify.world import SKIPPED_SCHEMAS

_MADE = (
    "create table {0}.saasdb_new (id int)",
    "alter table {0}.saasdb_new add column word text",
    "create view {0}.saasdb_new_view as select 1 as one",
    "create function {0}.saasdb_new() returns int language sql as 'select 1'",
)
_GONE = ("drop function {0}.saasdb_new()", "drop view {0}.saasdb_new_view", "drop table {0}.saasdb_new")
_BORN = """
select 'table' as what, r.rolname, x.privilege_type from pg_class c, aclexplode(c.relacl) x
left join pg_roles r on r.oid = x.grantee where c.oid = to_regclass(%(table)s)
union all select 'view', r.rolname, x.privilege_type from pg_class c, aclexplode(c.relacl) x
left join pg_roles r on r.oid = x.grantee where c.oid = to_regclass(%(table)s || '_view')
union all select 'function', r.rolname, x.privilege_type from pg_proc p, aclexplode(p.proacl) x
left join pg_roles r on r.oid = x.grantee where p.oid = to_regprocedure(%(table)s || '()')
union all select 'table', 'row level security', case when relforcerowsecurity then 'forced' else 'on' end
    from pg_class where oid = to_regclass(%(table)s) and relrowsecurity
union all select 'table', 'policy', polname from pg_policy where polrelid = to_regclass(%(table)s)
union all select 'table', 'trigger', tgname from pg_trigger where tgrelid = to_regclass(%(table)s) and not tgisinternal
union all select 'table', 'published by', p.pubname from pg_publication_rel r join pg_publication p on p.oid = r.prpubid
    where r.prrelid = to_regclass(%(table)s)
order by 1, 2, 3"""

Born = dict[str, str]
"""What was made, e.g. `table of public` → what may be done with it, or why it could not be made."""


def observe(connection: psycopg.Connection, inventory: Inventory, changed: list[str]) -> Born:
    """Make something new in each schema that the project has tables or functions in."""
    if not acting(inventory, changed):
        return {}
    found: Born = {}
    objects = [*inventory.tables, *inventory.functions.values()]
    for schema in sorted({each.schema for each in objects} - SKIPPED_SCHEMAS):
        with connection.transaction(force_rollback=True):
            for statement in _MADE:
                found[f"{statement} of {schema}".replace("{0}.", "")] = _done(connection, statement, schema)
            born: dict[str, list[str]] = {"table": [], "view": [], "function": []}
            name = sql.Identifier(schema, "saasdb_new").as_string(connection)
            for what, who, may in connection.execute(_BORN, {"table": name}):
                born[what].append(f"{who or 'everybody'}: {may}")
            found |= {f"a new {what} of {schema}": "; ".join(said) for what, said in born.items()}
            for statement in _GONE:
                found[f"{statement} of {schema}".replace("{0}.", "")] = _done(connection, statement, schema)
    return found


def _done(connection: psycopg.Connection, statement: str, schema: str) -> str:
    try:
        with connection.transaction():
            connection.execute(sql.SQL(statement).format(sql.Identifier(schema)))
    except psycopg.Error as error:
        return f"{error.sqlstate} {error.diag.message_primary}"
    return "done"


def acting(inventory: Inventory, changed: list[str]) -> list[str]:
    """The changed definitions that event triggers run."""
    titles = [f"function {f.title}" for f in inventory.functions.values() if f.returns == "event_trigger"]
    return [title for title in titles if title in changed]


def compare(before: Born, now: Born, causes: list[str]) -> list[Finding]:
    """Findings of what is born otherwise than with the contract's definitions."""
    differing = [what for what in now if what in before and before[what] != now[what]]
    return [
        Finding(
            "changed",
            cause,
            says=f"{what}: {before[what] or 'nobody but its owner'}",
            happened=f"{what}: {now[what] or 'nobody but its owner'}"[:300],
            decided_by=(cause,),
        )
        for what in differing[:1]
        for cause in causes
    ]
