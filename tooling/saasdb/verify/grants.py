"""Every privilege that anybody but an owner or a superuser holds, object by object.

PostgreSQL's own objects and those of extensions count only where they differ from how they were shipped
(`pg_init_privs`), so that `grant execute on function pg_read_file(text) to anon` is seen and 3,000 defaults are not.
"""

from __future__ import annotations

from collections import defaultdict

import psycopg

Grants = dict[str, dict[str, set[str]]]
"""object, e.g. `table public.payments` → privilege, e.g. `select` or `select (amount)` → the roles that hold it."""

NEXT = {"r": "table", "S": "sequence", "f": "function", "T": "type", "n": "schema", "L": "large object"}


def read(connection: psycopg.Connection) -> Grants:
    """The grants of the connected database, `PUBLIC` written in capitals."""
    found: Grants = defaultdict(lambda: defaultdict(set))
    for title, privilege, grantee, again in connection.execute(_GRANTS):
        found[title][privilege.lower() + (" with grant option" if again else "")].add(grantee)
    for title, privilege, grantee in connection.execute(_NEXT):
        found[title][privilege.lower()].add(grantee)
    return {title: dict(held) for title, held in found.items()}


_OBJECTS = """
select case c.relkind when 'S' then 'sequence ' when 'v' then 'view ' when 'm' then 'materialized view '
        when 'f' then 'foreign table ' else 'table ' end || n.nspname || '.' || c.relname as title,
    c.relacl as acl, case c.relkind when 'S' then 's' else 'r' end as kind, c.relowner as owner, '' as part,
    'pg_class'::regclass as catalog, c.oid, 0 as sub, n.nspname ~ '^pg_' or n.nspname = 'information_schema' as system
from pg_class c join pg_namespace n on n.oid = c.relnamespace where c.relkind in ('r', 'p', 'v', 'm', 'f', 'S')
    and n.nspname !~ '^pg_(toast|temp)'
union all
select case c.relkind when 'v' then 'view ' when 'm' then 'materialized view ' when 'f' then 'foreign table '
        else 'table ' end || n.nspname || '.' || c.relname, a.attacl, 'c', c.relowner,
    ' (' || a.attname || ')', 'pg_class'::regclass, c.oid, a.attnum,
    n.nspname ~ '^pg_' or n.nspname = 'information_schema'
from pg_attribute a join pg_class c on c.oid = a.attrelid join pg_namespace n on n.oid = c.relnamespace
where a.attacl is not null and not a.attisdropped and n.nspname !~ '^pg_(toast|temp)'
union all
select 'function ' || n.nspname || '.' || p.proname || '('
    || coalesce((select string_agg(format_type(u.t, null), ', ' order by u.n)
        from unnest(p.proargtypes::oid[]) with ordinality u(t, n)), '') || ')',
    p.proacl, 'f', p.proowner, '', 'pg_proc'::regclass, p.oid, 0, n.nspname ~ '^pg_' or n.nspname = 'information_schema'
from pg_proc p join pg_namespace n on n.oid = p.pronamespace where n.nspname !~ '^pg_temp'
    and (p.proacl is not null or n.nspname !~ '^pg_' and n.nspname <> 'information_schema')
union all
select 'schema ' || nspname, nspacl, 'n', nspowner, '', 'pg_namespace'::regclass, oid, 0,
    nspname ~ '^pg_' or nspname = 'information_schema'
from pg_namespace where nspname !~ '^pg_(toast|temp)'
union all
select 'type ' || n.nspname || '.' || t.typname, t.typacl, 'T', t.typowner, '', 'pg_type'::regclass, t.oid, 0,
    n.nspname ~ '^pg_' or n.nspname = 'information_schema'
from pg_type t join pg_namespace n on n.oid = t.typnamespace
where t.typtype in ('e', 'd', 'r', 'c') and n.nspname !~ '^pg_'
    and not exists (select from pg_class c where c.oid = t.typrelid and c.relkind <> 'c')
union all
select 'database', datacl, 'd', datdba, '', 'pg_database'::regclass, oid, 0, false
from pg_database where datname = current_database()
union all
select 'language ' || lanname, lanacl, 'l', lanowner, '', 'pg_language'::regclass, oid, 0,
    lanname in ('internal', 'c', 'sql')
from pg_language where lanpltrusted or lanacl is not null
union all
select 'foreign server ' || srvname, srvacl, 'S', srvowner, '', 'pg_foreign_server'::regclass, oid, 0, false
from pg_foreign_server
union all
select 'foreign data wrapper ' || fdwname, fdwacl, 'F', fdwowner, '', 'pg_foreign_data_wrapper'::regclass, oid, 0, false
from pg_foreign_data_wrapper
union all
select 'large object ' || oid, lomacl, 'L', lomowner, '', 'pg_largeobject'::regclass, oid, 0, false
from pg_largeobject_metadata
union all
select 'parameter ' || parname, paracl, 'p', 10, '', 'pg_parameter_acl'::regclass, oid, 0, false from pg_parameter_acl
union all
select 'tablespace ' || spcname, spcacl, 't', spcowner, '', 'pg_tablespace'::regclass, oid, 0, false
from pg_tablespace where spcacl is not null
"""

# An extension's members count like system objects: only what differs from the way they were shipped.
_GRANTS = f"""
with objects as materialized ({_OBJECTS}),
held as (
    select o.title, x.privilege_type || o.part as privilege, x.grantee, x.is_grantable
    from objects o
    left join pg_depend e on e.classid = o.catalog and e.objid = o.oid and e.deptype = 'e' and e.objsubid = 0
    left join pg_init_privs i on i.classoid = o.catalog and i.objoid = o.oid and i.objsubid = o.sub
    cross join lateral aclexplode(coalesce(o.acl, case when o.kind <> 'c' and o.kind <> 'p'
        then acldefault(o.kind::"char", o.owner) end)) x
    where x.grantee <> o.owner and not (
        o.oid < 16384 and o.title like '% information_schema.%' and x.grantee = 0 and x.privilege_type = 'SELECT'
    ) and not (
        (o.system or e.objid is not null) and exists (
            select from aclexplode(coalesce(i.initprivs,
                case when o.kind <> 'c' then acldefault(o.kind::"char", o.owner) end)) s
            where s.grantee = x.grantee and s.privilege_type = x.privilege_type and s.is_grantable = x.is_grantable))
)
select h.title, h.privilege, case h.grantee when 0 then 'PUBLIC' else r.rolname::text end, h.is_grantable
from held h left join pg_roles r on r.oid = h.grantee
where h.grantee = 0 or (not r.rolsuper and r.rolname !~ '^pg_' and r.rolname <> current_user)
"""

# What the next object of each kind would be born with: built-in or the role's global default, plus the schema's.
_NEXT = """
with makers as (
    select current_user::regrole::oid as role
    union select defaclrole from pg_default_acl
    union select relowner from pg_class c join pg_namespace n on n.oid = c.relnamespace
    where c.relkind in ('r', 'p') and n.nspname = 'public'
), ours as (  -- what a superuser makes is beyond a role that is none
    select m.role from makers m join pg_roles r on r.oid = m.role
    where not r.rolsuper or (select rolsuper from pg_roles where rolname = current_user)
), kinds(kind, name) as (values ('r', 'table'), ('S', 'sequence'), ('f', 'function'), ('T', 'type'), ('n', 'schema')),
born as (
    select m.role, k.kind, k.name, null::oid as schema, coalesce(d.defaclacl,
        acldefault((case k.kind when 'S' then 's' else k.kind end)::"char", m.role)) as acl
    from ours m cross join kinds k
    left join pg_default_acl d on d.defaclrole = m.role and d.defaclnamespace = 0 and d.defaclobjtype = k.kind::"char"
    union all
    select d.defaclrole, d.defaclobjtype::text, k.name, d.defaclnamespace, d.defaclacl
    from pg_default_acl d join kinds k on k.kind = d.defaclobjtype::text
    where d.defaclnamespace <> 0 and d.defaclrole in (select role from ours)
)
select 'next ' || b.name || coalesce(' in ' || n.nspname, '')
        || case when r.rolsuper or r.rolname = current_user then '' else ' by ' || r.rolname end, x.privilege_type,
    case x.grantee when 0 then 'PUBLIC' else g.rolname::text end
from born b join pg_roles r on r.oid = b.role left join pg_namespace n on n.oid = b.schema
cross join lateral aclexplode(b.acl) x left join pg_roles g on g.oid = x.grantee
where x.grantee <> b.role and (x.grantee = 0 or not g.rolsuper and g.rolname <> current_user)
"""
