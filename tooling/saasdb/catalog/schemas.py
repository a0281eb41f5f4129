"""Roles, schemas, extensions, languages and default privileges."""

from __future__ import annotations

from saasdb.catalog.addresses import PG_DEFAULT_ACL, PG_EXTENSION, PG_LANGUAGE, PG_NAMESPACE
from saasdb.catalog.gathering import Gathering, Reading
from saasdb.model import Key


def read_roles(g: Gathering) -> Reading:
    """Role names by oid; roles belong to the server, not to the database, and are no objects here."""
    rows = yield "select oid, rolname, acldefault('r', oid)::text[], acldefault('s', oid)::text[] from pg_roles"
    for oid, name, table, sequence in rows:
        g.roles[oid] = name
        g.born_acls["r", oid] = table
        g.born_acls["s", oid] = sequence


def read_schemas(g: Gathering) -> Reading:
    """Every schema that is not the system's or a session's."""
    rows = yield (
        "select oid, nspname, nspowner, coalesce(nspacl, acldefault('n', nspowner))::text[] from pg_namespace"
        " where nspname !~ '^pg_' and nspname <> 'information_schema' order by nspname"
    )
    for oid, name, owner, acl in rows:
        if name in g.skip_schemas:
            continue
        key = g.add(PG_NAMESPACE, oid, Key("schema", "", name), {}, owner=owner, acl=acl)
        g.schemas[oid] = name
        g.alias(PG_NAMESPACE, oid, key)


def read_extensions(g: Gathering) -> Reading:
    """Extensions with their schema and version; of what belongs to one, only schemas are told, which others fill."""
    rows = yield (
        "select e.oid, extname, nspname, extversion, case when extname <> 'plpgsql' then"
        " (select default_version from pg_available_extensions a where a.name = extname) end"
        " from pg_extension e join pg_namespace n on n.oid = extnamespace order by extname"
    )
    for oid, name, schema, version, usual in rows:
        given = (g.schemas.get(of) for of, owner in g.members[PG_NAMESPACE].items() if owner.name == name)
        fields = {"schema": schema, "version": version, "usual": usual in (None, version)}
        fields["schemas"] = tuple(sorted(filter(None, given)))
        g.add(PG_EXTENSION, oid, Key("extension", "", name), fields)


def read_languages(g: Gathering) -> Reading:
    """Procedural languages that no extension brought."""
    rows = yield (
        "select oid, lanname, lanpltrusted, nullif(lanplcallfoid, 0)::regproc::text,"
        " nullif(laninline, 0)::regproc::text, nullif(lanvalidator, 0)::regproc::text, lanowner,"
        " coalesce(lanacl, acldefault('l', lanowner))::text[] from pg_language where lanispl"
    )
    for oid, name, trusted, handler, inline, validator, owner, acl in rows:
        fields = {"trusted": trusted, "handler": handler, "inline": inline, "validator": validator}
        g.add(PG_LANGUAGE, oid, Key("language", "", name), fields, owner=owner, acl=acl)


_BORN = {"r": "tables", "S": "sequences", "f": "functions", "T": "types", "n": "schemas", "L": "large objects"}


def read_default_privileges(g: Gathering) -> Reading:
    """`alter default privileges`: what the next table, function, … of a role is born with."""
    rows = yield ("select oid, defaclrole, defaclnamespace, defaclobjtype::text, defaclacl::text[] from pg_default_acl")
    for oid, role, schema, what, acl in rows:
        if schema and schema not in g.schemas:
            continue
        place = g.schemas.get(schema, "")
        key = Key("default privileges", place, g.roles[role], _BORN.get(what, what))
        g.add(PG_DEFAULT_ACL, oid, key, {"builtin": what}, acl=acl)
