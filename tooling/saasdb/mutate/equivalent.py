"""Mutants that change nothing anybody could notice: each with a named reason that the server itself confirms."""

from __future__ import annotations

import re

import psycopg

from saasdb.mutate.mutant import Mutant
from saasdb.verify import facts, grants, inventory
from saasdb.verify.objects import OTHER_BUCKET
from saasdb.verify.stage import Stage

COMMANDS = {"r": "select", "a": "insert", "w": "update", "d": "delete"}


def why_equivalent(connection: psycopg.Connection, stage: Stage, mutant: Mutant) -> str:
    """Why a mutant that is in place makes no difference, or nothing.

    Args:
        connection: the mutant is applied on it.
        stage: the sound state.
    """
    for reason in (_no_schema, _owner_skips, _nobody_else, _cannot_move, _still_held, _nothing_within, _same_catalog):
        said = reason(connection, stage, mutant)
        if said:
            return said
    return ""


def _same_catalog(connection: psycopg.Connection, stage: Stage, mutant: Mutant) -> str:
    """A statement that the server took and that left the catalog as it was."""
    if mutant.kind == "guard":
        return ""
    connection.execute("set local search_path = pg_catalog")  # read as the sound state was
    now = inventory.read(connection)
    said = facts.read(connection, now)
    said.pop(f"bucket {OTHER_BUCKET}", None)
    same = now == stage.inventory and grants.read(connection) == stage.grants and said == stage.facts
    return "the catalog is the same with it" if same else ""


def _no_schema(connection: psycopg.Connection, stage: Stage, mutant: Mutant) -> str:
    """A grant on what lies in a schema that the role may not enter."""
    if mutant.kind not in ("grant", "column grant", "execute", "type", "sequence"):
        return ""
    role = re.search(r"\bto (\S+)$", mutant.what)
    if role is None or role[1] == "PUBLIC":
        return ""
    schema = mutant.object.partition("(")[0].split(" ")[-1].split(".")[0]
    may = connection.execute("select has_schema_privilege(%s, %s, 'usage')", [role[1], schema]).fetchone()[0]
    return "" if may else f"{role[1]} has no USAGE on schema {schema}"


def _owner_skips(connection: psycopg.Connection, stage: Stage, mutant: Mutant) -> str:
    """Forcing row level security on an owner who skips it anyway."""
    if mutant.kind != "row level security" or "forced" not in mutant.what:
        return ""
    relation = stage.inventory.relation(mutant.object)
    query = "select rolsuper or rolbypassrls from pg_roles where rolname = %s"
    skips = connection.execute(query, [relation.owner]).fetchone()[0]
    return f"the owner, {relation.owner}, skips row level security in any case" if skips else ""


def _nobody_else(connection: psycopg.Connection, stage: Stage, mutant: Mutant) -> str:
    """A policy for everybody where everybody else has no grant for its command, or skips row level security."""
    if mutant.kind != "policy" or not mutant.what.endswith("is for everybody"):
        return ""
    relation = stage.inventory.relation(mutant.object)
    policy = next(p for p in relation.policies if f'"{p.name}" is for everybody' == mutant.what)
    commands = list(COMMANDS.values()) if policy.command == "*" else [COMMANDS[policy.command]]
    query = """
        select r.rolname from pg_roles r, unnest(%(commands)s::text[]) c
        where not r.rolsuper and not r.rolbypassrls and r.rolname !~ '^pg_'
            and not exists (select from unnest(%(roles)s::text[]) held where pg_has_role(r.oid, held, 'usage'))
            and (has_table_privilege(r.oid, %(table)s, c)
                or c <> 'delete' and has_any_column_privilege(r.oid, %(table)s, c))"""
    values = {"commands": commands, "roles": list(policy.roles), "table": relation.sql}
    others = sorted({row[0] for row in connection.execute(query, values)})
    return "" if others else f"no other role that row level security holds may {' or '.join(commands)} here"


def _cannot_move(connection: psycopg.Connection, stage: Stage, mutant: Mutant) -> str:
    """A weaker check beside the same `using`, where nobody can change a column that either names.

    The row that `using` let through is then the row that the check sees: it has nothing to say.
    """
    if mutant.kind not in ("policy", "predicate part") or not mutant.what.startswith("check of "):
        return ""
    relation = stage.inventory.relation(mutant.object)
    policy = next((p for p in relation.policies if f'"{p.name}"' in mutant.what), None)
    if policy is None or policy.command != "w" or policy.using != policy.check:
        return ""
    named = [c.name for c in relation.columns if re.search(rf"\b{re.escape(c.name)}\b", policy.check)]
    bodies = [stage.inventory.functions[t.function].body for t in relation.triggers if "BEFORE" in t.definition]
    written = re.compile(rf"\bnew(\.({'|'.join(map(re.escape, named))}))?\s*:?=", re.IGNORECASE)
    if not named or any(written.search(body) for body in bodies):
        return ""
    query = """
        select r.rolname, c.name from pg_roles r, unnest(%(columns)s::text[]) c(name)
        where not r.rolsuper and not r.rolbypassrls and has_column_privilege(r.oid, %(table)s, c.name, 'update')
            and (%(everybody)s
                or exists (select from unnest(%(roles)s::text[]) held where pg_has_role(r.oid, held, 'usage')))"""
    everybody = "public" in policy.roles
    roles = [] if everybody else list(policy.roles)
    values = {"columns": named, "table": relation.sql, "everybody": everybody, "roles": roles}
    if connection.execute(query, values).fetchone():
        return ""
    return f"using says the same, and nobody whom it holds may change {', '.join(named)}"


def _still_held(connection: psycopg.Connection, stage: Stage, mutant: Mutant) -> str:
    """A privilege on a schema taken from a role that holds it otherwise, e.g. through PUBLIC."""
    taken = re.fullmatch(r"(usage|create) revoked from (\S+)", mutant.what)
    if mutant.kind != "schema privilege" or taken is None:
        return ""
    schema, role = mutant.object.partition(" ")[2], taken[2]
    if role == "PUBLIC":
        return ""  # roles that nobody names may have held it so: `_nothing_within` asks for these
    held = connection.execute("select has_schema_privilege(%s, %s, %s)", [role, schema, taken[1]]).fetchone()[0]
    return f"{role} holds {taken[1]} on schema {schema} through PUBLIC or another role" if held else ""


def _nothing_within(connection: psycopg.Connection, stage: Stage, mutant: Mutant) -> str:
    """USAGE on a schema taken from PUBLIC, where no role that loses it holds anything in the schema."""
    if mutant.kind != "schema privilege" or mutant.what != "usage revoked from PUBLIC":
        return ""
    schema = mutant.object.partition(" ")[2]
    relations = [r.oid for r in stage.inventory.relations.values() if r.schema == schema]
    functions = [f.oid for f in stage.inventory.functions.values() if f.schema == schema]
    query = """
        with losing as (select oid from pg_roles where not has_schema_privilege(oid, %(schema)s, 'usage')),
        held as (
            select l.oid from losing l, unnest(%(relations)s::oid[]) r(oid) join pg_class c on c.oid = r.oid
            where case when c.relkind = 'S' then has_sequence_privilege(l.oid, r.oid, 'usage, select, update') else
                has_table_privilege(l.oid, r.oid, 'select, insert, update, delete, truncate, references, trigger')
                or has_any_column_privilege(l.oid, r.oid, 'select, insert, update, references') end
            union all
            select l.oid from losing l, unnest(%(functions)s::oid[]) f(oid)
            where has_function_privilege(l.oid, f.oid, 'execute')
            union all
            select l.oid from losing l, pg_type t left join pg_class c on c.oid = t.typrelid
            where t.typnamespace = %(schema)s::regnamespace and t.typelem = 0 and coalesce(c.relkind, 'c') = 'c'
                and has_type_privilege(l.oid, t.oid, 'usage')
            union all
            select l.oid from losing l where has_schema_privilege(l.oid, %(schema)s, 'create')
        )
        select (select count(*) from losing), (select count(*) from held)"""
    values = {"schema": schema, "relations": relations, "functions": functions}
    losing, held = connection.execute(query, values).fetchone()
    return "" if held else f"none of the {losing} roles that lose it holds anything in schema {schema}"
