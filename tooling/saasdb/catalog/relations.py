"""Tables, views, sequences, composite types: what lies in `pg_class`."""

from __future__ import annotations

from sys import intern

from saasdb.catalog.addresses import PG_CLASS, PG_REWRITE, PG_TYPE
from saasdb.catalog.gathering import Gathering, Reading
from saasdb.model import Key

KINDS = {
    "r": "table",
    "p": "table",
    "f": "foreign table",
    "v": "view",
    "m": "materialized view",
    "S": "sequence",
    "c": "composite type",
}
_PERSISTENCE = {"p": "logged", "u": "unlogged", "t": "temporary"}

_RELATIONS = """
select c.oid, c.relname, c.relnamespace, c.relkind::text, c.relpersistence::text, c.relowner,
    c.relacl::text[],
    c.reloptions, t.reloptions, am.amname, s.spcname, c.relreplident::text, c.relrowsecurity, c.relforcerowsecurity,
    case when c.relkind = 'p' then pg_get_partkeydef(c.oid) end,
    case when c.reloftype <> 0 then format_type(c.reloftype, null) end, c.relispopulated, c.reltype,
    f.ftoptions, srv.srvname
from pg_class c
left join pg_class t on t.oid = c.reltoastrelid and t.relkind = 't' and t.reloptions is not null
left join pg_am am on am.oid = c.relam
left join pg_tablespace s on s.oid = c.reltablespace
left join pg_foreign_table f on f.ftrelid = c.oid
left join pg_foreign_server srv on srv.oid = f.ftserver
where c.relkind in ('r', 'p', 'f', 'v', 'm', 'S', 'c') and c.relpersistence <> 't' and c.oid >= 16384
order by c.oid
"""


def read_relations(g: Gathering) -> Reading:
    """Every relation with what is said of it as a whole; columns, definitions and options follow by themselves."""
    rows = yield _RELATIONS
    for row in rows:
        oid, name, schema, letter, persistence, owner, acl, options, toast, method, space, identity, *rest = row
        if schema not in g.schemas:
            continue
        secured, forced, partitioned_by, of_type, populated, row_type, foreign_options, server = rest
        kind = KINDS[letter]
        fields = {
            "persistence": _PERSISTENCE[persistence],
            "options": tuple(options or ()),
        }
        if kind in ("table", "foreign table"):
            fields |= {
                "toast options": tuple(toast or ()),
                "access method": method,
                "tablespace": space,
                "replica identity": identity,
                "row security": secured,
                "forced row security": forced,
                "partitioned by": partitioned_by,
                "of type": of_type,
            }
        if kind == "foreign table":
            fields |= {"server": server, "foreign options": tuple(foreign_options or ())}
        if kind == "materialized view":
            fields |= {"access method": method, "tablespace": space, "populated": populated}
        key = Key(kind, g.schemas[schema], intern(name))
        if kind == "composite type":
            g.alias(PG_CLASS, oid, key)  # the type itself is read from pg_type, which holds its owner and privileges
            if row_type in g.members[PG_TYPE]:
                g.keys[PG_CLASS][oid] = g.members[PG_TYPE][row_type]
            continue
        if acl is None:
            acl = g.born_acls["s" if letter == "S" else "r", owner]
        key = g.add(PG_CLASS, oid, key, fields, owner=owner, acl=acl) or g.keys[PG_CLASS][oid]
        g.alias(PG_TYPE, row_type, key)


_VIEWS = """
select c.oid, pg_get_viewdef(c.oid), r.oid
from pg_class c join pg_rewrite r on r.ev_class = c.oid and r.rulename = '_RETURN'
where c.relkind in ('v', 'm')
  and c.relnamespace not in (select oid from pg_namespace where nspname ~ '^pg_' or nspname = 'information_schema')
"""


def read_views(g: Gathering) -> Reading:
    """What each view selects, as the server prints it; its rule stands for the view in dependencies."""
    rows = yield _VIEWS
    for oid, definition, rule in rows:
        key = g.ours(PG_CLASS, oid)
        if key is None:
            continue
        fields = g.objects[key].fields
        fields["definition"] = definition.strip().removesuffix(";")
        fields["columns"] = g.view_columns.get(key, ())
        g.alias(PG_REWRITE, rule, key)


_SEQUENCES = """
select q.seqrelid, format_type(q.seqtypid, null), q.seqstart, q.seqincrement, q.seqmin, q.seqmax, q.seqcache,
    q.seqcycle, d.refobjid, d.refobjsubid, d.deptype::text
from pg_sequence q
left join pg_depend d on d.classid = 'pg_class'::regclass and d.objid = q.seqrelid and d.objsubid = 0
    and d.refclassid = 'pg_class'::regclass and d.deptype in ('a', 'i') and d.refobjsubid > 0
"""


def read_sequences(g: Gathering) -> Reading:
    """Sequence options, and the column that owns each; an identity column's sequence is part of that column."""
    rows = yield _SEQUENCES
    for oid, kind, start, step, low, high, cache, cycle, table, column, how in rows:
        key = g.ours(PG_CLASS, oid)
        if key is None:
            continue
        owned_by = g.columns.get((table, column)) if table else None
        fields = g.objects[key].fields
        fields |= {
            "type": kind,
            "start": start,
            "increment": step,
            "minimum": low,
            "maximum": high,
            "cache": cache,
            "cycle": cycle,
            "owned by": owned_by if how == "a" else None,
            "identity of": owned_by if how == "i" else None,
        }
        if how == "i" and owned_by:
            g.objects[key].parent = owned_by
            g.say(owned_by, "sequence", key)


_INHERITANCE = """
select i.inhrelid, i.inhparent, i.inhseqno, c.relispartition, pg_get_expr(c.relpartbound, c.oid)
from pg_inherits i join pg_class c on c.oid = i.inhrelid
where c.relkind in ('r', 'p', 'f')
order by i.inhrelid, i.inhseqno
"""


def read_inheritance(g: Gathering) -> Reading:
    """Who inherits from whom, and which part of a partitioned table a partition holds."""
    rows = yield _INHERITANCE
    for child, parent, number, partition, bound in rows:
        child_key, parent_key = g.ours(PG_CLASS, child), g.ours(PG_CLASS, parent)
        if child_key is None or parent_key is None:
            continue
        key = Key("inheritance", child_key.schema, child_key.name, f"{parent_key.schema}.{parent_key.name}")
        fields = {"of": parent_key, "child": child_key, "bound": bound if partition else None, "number": number}
        g.add_part(key, fields, child_key, parent_key)
        if not partition:
            for column in g.columns_of(child_key):
                g.say(column, "heir", True)
