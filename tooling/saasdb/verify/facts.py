"""What bears on access and is no grant: role attributes, memberships, security modes, publications, buckets, owners.

A fact is a short phrase about an object. The phrase's own words say which way it may change without being a hole:
losing an exposure or gaining a protection is harmless, anything else is a finding (`is_harmless`).
"""

from __future__ import annotations

import re
from collections import defaultdict

import psycopg

from saasdb.verify.inventory import Inventory
from saasdb.verify.queries import NOT_OF_EXTENSION, OURS

Facts = dict[str, set[str]]
"""object, e.g. `role anon` → phrases, e.g. `may log in`."""

_LOSS_IS_HARMLESS = (
    "security definer",
    "search path",
    "leakproof",
    "claims to be immutable",
    "row level security off",
    "runs as its owner",
    "may log in",
    "superuser",
    "creates roles",
    "creates databases",
    "replicates",
    "replica identity",
)
_GAIN_IS_HARMLESS = ("row level security forced", "security barrier", "check option", "restrictive")


def is_harmless(fact: str, *, gained: bool) -> bool:
    """Whether gaining (or losing) this fact cannot open or close anything."""
    return fact.startswith(_GAIN_IS_HARMLESS if gained else _LOSS_IS_HARMLESS)


def read(connection: psycopg.Connection, inventory: Inventory) -> Facts:
    """The facts of the connected database."""
    found: Facts = defaultdict(set)
    for query in (_ROLES, _SETTINGS, _PUBLICATIONS, _IDENTITIES, _EVENTS, _RULES, _EXTENSIONS, _SERVERS, _OWNED):
        for title, fact in connection.execute(query):
            found[title].add(fact)
    if any(relation.title == "storage.buckets" for relation in inventory.relations.values()):
        for title, fact in connection.execute(_BUCKETS):
            found[title].add(fact)
    writable = {row[0] for row in connection.execute(_WRITABLE)}
    reachable = {row[0] for row in connection.execute(_REACHABLE)}
    for relation in inventory.relations.values():
        title = relation_title(relation)
        found[title].add(f"owned by {relation.owner}")
        if relation.kind in "rp" and not relation.rls and relation.schema in reachable:
            found[title].add("row level security off")
        if relation.forced:
            found[title].add("row level security forced")
        if relation.kind == "v":
            options = dict(option.partition("=")[::2] for option in relation.options)
            if options.get("security_invoker", "").lower() not in ("true", "on", "1", "yes"):
                found[title].add("runs as its owner")
            if options.get("security_barrier", "").lower() in ("true", "on", "1", "yes"):
                found[title].add("security barrier")
            if options.get("check_option"):
                found[title].add(f"check option {options['check_option']}")
    for function in inventory.functions.values():
        title = f"function {function.title}"
        found[title].add(f"owned by {function.owner}")
        if function.definer:
            found[title].add("security definer")
            weakness = search_path_weakness(function.config, writable)
            if weakness:
                found[title].add(f"search path {weakness}")
        if function.leakproof:
            found[title].add("leakproof")
        if function.volatile == "i" and _READS.search(function.body):
            found[title].add("claims to be immutable and reads")
        for setting in function.config:
            if not setting.startswith("search_path="):
                found[title].add(f"set {setting}")
    return {title: facts for title, facts in found.items() if facts}


_READS = re.compile(r"\bfrom\s+\"?[a-z_]+\"?\.|current_setting|\bauth\.(uid|jwt|role|email)\b|\bnow\(", re.IGNORECASE)


def relation_title(relation: object) -> str:
    """`table public.payments`, as grants and facts call it."""
    kind = {"S": "sequence", "v": "view", "m": "materialized view", "f": "foreign table"}
    return f"{kind.get(relation.kind, 'table')} {relation.title}"


def search_path_weakness(config: tuple[str, ...], writable: set[str]) -> str:
    """What lets a caller slip objects of his own under a definer function's unqualified names, or nothing.

    An empty path is safe. Any other must name pg_temp last, because it is searched first otherwise, and must hold no
    schema in which callers may create.
    """
    pinned = next((setting.partition("=")[2] for setting in config if setting.startswith("search_path=")), None)
    if pinned is None:
        return "not pinned"
    names = [name.strip().strip('"') for name in pinned.split(",") if name.strip().strip('"')]
    open_to_all = sorted(set(names) & writable)
    if "$user" in names:
        return "holds the caller's own schema"
    if open_to_all:
        return f"holds {', '.join(open_to_all)}, where callers may create"
    if names and set(names) != {"pg_catalog"} and names[-1] != "pg_temp":
        return "lets temporary tables come first"
    return ""


_ROLES = """
select 'role ' || r.rolname, f.fact from pg_roles r cross join lateral (values
    (r.rolsuper, 'superuser'), (r.rolcreaterole, 'creates roles'), (r.rolcreatedb, 'creates databases'),
    (r.rolreplication, 'replicates'), (r.rolbypassrls and not r.rolsuper, 'skips row level security'),
    (r.rolcanlogin and not r.rolsuper, 'may log in'),
    (r.rolinherit and exists (select from pg_auth_members m where m.member = r.oid), 'inherits')) f(holds, fact)
where f.holds and r.rolname !~ '^pg_'
union all
select 'role ' || m.rolname, 'member of ' || g.rolname
    || case when a.admin_option then ' and may pass it on' else '' end
    || case when o.inherits = m.rolinherit then '' when o.inherits then ', inheriting' when not o.inherits
        then ', not inheriting' else '' end
    || case when o.sets then '' when not o.sets then ', without set role' else '' end
from pg_auth_members a
cross join lateral (select (to_jsonb(a) ->> 'inherit_option')::boolean, (to_jsonb(a) ->> 'set_option')::boolean)
    o(inherits, sets)  -- from Postgres 16 on
join pg_roles g on g.oid = a.roleid join pg_roles m on m.oid = a.member
where m.rolname !~ '^pg_' and not m.rolsuper"""

_SETTINGS = """
select coalesce('role ' || r.rolname, 'database'), 'starts with ' || u.setting
from pg_db_role_setting s left join pg_roles r on r.oid = s.setrole cross join lateral unnest(s.setconfig) u(setting)
where s.setdatabase in (0, (select oid from pg_database where datname = current_database()))"""

_PUBLICATIONS = """
select 'publication ' || p.pubname, 'publishes ' || t.schemaname || '.' || t.tablename
    || ' (' || coalesce(array_to_string(t.attnames, ', '), '') || ')' || coalesce(' where ' || t.rowfilter, '')
from pg_publication p join pg_publication_tables t on t.pubname = p.pubname
union all
select 'publication ' || pubname, 'publishes every table' from pg_publication where puballtables
union all
select 'publication ' || p.pubname, 'publishes every table of ' || n.nspname
from pg_publication p join pg_publication_namespace s on s.pnpubid = p.oid join pg_namespace n on n.oid = s.pnnspid"""

_IDENTITIES = """
select 'table ' || n.nspname || '.' || c.relname, 'replica identity full'
from pg_class c join pg_namespace n on n.oid = c.relnamespace
where c.relreplident = 'f' and n.nspname !~ '^pg_'"""

_EVENTS = """
select 'event trigger ' || evtname, 'on ' || evtevent || ' runs ' || evtfoid::regproc::text
    || case evtenabled when 'O' then ''
    else ' (' || evtenabled::text || ')' end from pg_event_trigger"""

_RULES = """
select case c.relkind when 'v' then 'view ' else 'table ' end || n.nspname || '.' || c.relname,
    'rule ' || pg_get_ruledef(r.oid)
from pg_rewrite r join pg_class c on c.oid = r.ev_class join pg_namespace n on n.oid = c.relnamespace
where r.rulename <> '_RETURN' and n.nspname !~ '^pg_' and n.nspname <> 'information_schema'"""

_EXTENSIONS = """
select 'extension ' || e.extname, 'installed in ' || n.nspname
from pg_extension e join pg_namespace n on n.oid = e.extnamespace where e.extname <> 'plpgsql'"""

_SERVERS = """
select 'foreign server ' || srvname, 'to ' || coalesce(array_to_string(srvoptions, ' '), 'nowhere')
from pg_foreign_server
union all
select 'foreign server ' || srvname, 'maps ' || usename from pg_user_mappings
union all
select 'large object ' || oid, 'owned by ' || pg_get_userbyid(lomowner) from pg_largeobject_metadata"""

_OWNED = f"""
select 'type ' || n.nspname || '.' || t.typname, 'owned by ' || pg_get_userbyid(t.typowner)
from pg_type t join pg_namespace n on n.oid = t.typnamespace
where t.typtype in ('e', 'd', 'r', 'c') and {OURS} and {NOT_OF_EXTENSION.format(catalog="pg_type", oid="t.oid")}
    and not exists (select from pg_class c where c.oid = t.typrelid and c.relkind <> 'c')
union all
select 'publication ' || pubname, 'owned by ' || pg_get_userbyid(pubowner) from pg_publication
union all
select 'foreign server ' || srvname, 'owned by ' || pg_get_userbyid(srvowner) from pg_foreign_server
union all
select 'schema ' || nspname, 'owned by ' || pg_get_userbyid(nspowner) from pg_namespace
where nspname !~ '^pg_' and nspname <> 'information_schema'"""

_BUCKETS = """
select 'bucket ' || id, f.fact from storage.buckets b cross join lateral (values
    (case when b.public then 'public' else 'private' end),
    ('at most ' || coalesce(b.file_size_limit::text, 'any number of') || ' bytes'),
    ('types ' || coalesce((select string_agg(t, ', ' order by t) from unnest(b.allowed_mime_types) t), 'any'))
) f(fact)"""

_WRITABLE = """
select n.nspname from pg_namespace n cross join lateral aclexplode(coalesce(n.nspacl, acldefault('n', n.nspowner))) x
left join pg_roles r on r.oid = x.grantee
where x.privilege_type = 'CREATE' and x.grantee <> n.nspowner
    and (x.grantee = 0 or not r.rolsuper and r.rolname in ('anon', 'authenticated'))"""

_REACHABLE = """
select distinct n.nspname from pg_namespace n
cross join lateral aclexplode(coalesce(n.nspacl, acldefault('n', n.nspowner))) x
left join pg_roles r on r.oid = x.grantee
where x.privilege_type = 'USAGE' and x.grantee <> n.nspowner and (x.grantee = 0 or not r.rolsuper)"""
