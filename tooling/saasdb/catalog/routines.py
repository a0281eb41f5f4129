"""Functions, procedures, aggregates, casts and transforms."""

from __future__ import annotations

from saasdb.catalog.addresses import FIRST_USER_OID, PG_CAST, PG_PROC, PG_TRANSFORM
from saasdb.catalog.gathering import Gathering, Reading
from saasdb.model import Key

_ROUTINES = """
select p.oid, p.proname, p.pronamespace, p.prokind::text, p.proowner,
    coalesce(p.proacl, acldefault('f', p.proowner))::text[], oidvectortypes(p.proargtypes),
    pg_get_functiondef(p.oid), pg_get_function_result(p.oid), p.proargnames, p.proargmodes::text[],
    p.pronargdefaults, p.provariadic, l.lanname, p.prosqlbody is not null, p.prosrc,
    case when p.proallargtypes is not null then
        (select array_agg(format_type(t, null) order by n) from unnest(p.proallargtypes) with ordinality u(t, n)) end
from pg_proc p join pg_language l on l.oid = p.prolang
where p.oid >= 16384 and p.prokind <> 'a'
order by p.oid
"""


def read_routines(g: Gathering) -> Reading:
    """Functions, window functions and procedures, each by name and argument types."""
    rows = yield _ROUTINES
    for row in rows:
        oid, name, schema, letter, owner, acl, arguments, definition, result, names, modes, defaults, *rest = row
        if schema not in g.schemas:
            continue
        variadic, language, parsed, source, types = rest
        kind = "procedure" if letter == "p" else "function"
        fields = {
            "definition": definition.rstrip("\n"),
            "result": result,
            "names": tuple(names or ()),
            "modes": tuple(modes or ()),
            "types": tuple(types or ()),
            "defaults": defaults,
            "variadic": variadic != 0,
            "window": letter == "w",
            "language": language,
            "parsed": parsed,
            "source": None if parsed else source,
        }
        g.add(PG_PROC, oid, Key(kind, g.schemas[schema], name, arguments), fields, owner=owner, acl=acl)


_AGGREGATES = """
select p.oid, p.proname, p.pronamespace, p.proowner, coalesce(p.proacl, acldefault('f', p.proowner))::text[],
    oidvectortypes(p.proargtypes), pg_get_function_arguments(p.oid), a.aggkind::text, a.aggnumdirectargs,
    a.aggtransfn::regproc::text, format_type(a.aggtranstype, null), a.aggtransspace,
    nullif(a.aggfinalfn, 0)::regproc::text, a.aggfinalextra, a.aggfinalmodify::text,
    nullif(a.aggcombinefn, 0)::regproc::text, nullif(a.aggserialfn, 0)::regproc::text,
    nullif(a.aggdeserialfn, 0)::regproc::text, a.agginitval,
    nullif(a.aggmtransfn, 0)::regproc::text, nullif(a.aggminvtransfn, 0)::regproc::text,
    case when a.aggmtranstype <> 0 then format_type(a.aggmtranstype, null) end, a.aggmtransspace,
    nullif(a.aggmfinalfn, 0)::regproc::text, a.aggmfinalextra, a.aggmfinalmodify::text, a.aggminitval,
    case when a.aggsortop <> 0 then (select 'operator(' || quote_ident(n.nspname) || '.' || o.oprname || ')'
        from pg_operator o join pg_namespace n on n.oid = o.oprnamespace where o.oid = a.aggsortop) end,
    p.proparallel::text
from pg_aggregate a join pg_proc p on p.oid = a.aggfnoid
where p.oid >= 16384
order by p.oid
"""
_AGGREGATE_FIELDS = (
    *("arguments", "kind", "direct", "sfunc", "stype", "sspace", "finalfunc", "finalfunc_extra", "finalfunc_modify"),
    *("combinefunc", "serialfunc", "deserialfunc", "initcond", "msfunc", "minvfunc", "mstype", "msspace"),
    *("mfinalfunc", "mfinalfunc_extra", "mfinalfunc_modify", "minitcond", "sortop", "parallel"),
)


def read_aggregates(g: Gathering) -> Reading:
    """Aggregates, for which the server has no printer of its own."""
    rows = yield _AGGREGATES
    for oid, name, schema, owner, acl, types, *rest in rows:
        if schema in g.schemas:
            key = Key("aggregate", g.schemas[schema], name, types)
            g.add(PG_PROC, oid, key, dict(zip(_AGGREGATE_FIELDS, rest, strict=True)), owner=owner, acl=acl)


def read_casts(g: Gathering) -> Reading:
    """How types convert into each other, and the user's own casts, by source and target type."""
    rows = yield (
        "select oid, format_type(castsource, null), format_type(casttarget, null),"
        " case when oid >= 16384 then nullif(castfunc, 0)::regprocedure::text end, castcontext::text, castmethod::text"
        " from pg_cast"
    )
    for oid, source, target, function, context, method in rows:
        g.casts[source, target] = context
        if oid < FIRST_USER_OID:
            continue
        fields = {"source": source, "target": target, "function": function, "context": context, "method": method}
        g.add(PG_CAST, oid, Key("cast", "", source, target), fields)


def read_transforms(g: Gathering) -> Reading:
    """Transforms, by type and language."""
    rows = yield (
        "select t.oid, format_type(trftype, null), lanname, nullif(trffromsql, 0)::regprocedure::text,"
        " nullif(trftosql, 0)::regprocedure::text from pg_transform t join pg_language l on l.oid = trflang"
        " where t.oid >= 16384"
    )
    for oid, kind, language, from_sql, to_sql in rows:
        fields = {"type": kind, "language": language, "from": from_sql, "to": to_sql}
        g.add(PG_TRANSFORM, oid, Key("transform", "", kind, language), fields)
