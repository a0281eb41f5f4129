"""Types, collations and conversions."""

from __future__ import annotations

from saasdb.catalog.addresses import PG_CLASS, PG_COLLATION, PG_CONVERSION, PG_TYPE
from saasdb.catalog.gathering import Gathering, Reading
from saasdb.model import Key

_TYPES = """
select t.oid, t.typname, t.typnamespace, t.typtype::text, t.typowner,
    coalesce(t.typacl, acldefault('T', t.typowner))::text[], t.typrelid, t.typisdefined,
    case when t.typtype = 'e' then
        (select array_agg(e.enumlabel order by e.enumsortorder) from pg_enum e where e.enumtypid = t.oid) end,
    case when t.typtype = 'd' then format_type(t.typbasetype, t.typtypmod) end, t.typnotnull,
    coalesce(pg_get_expr(t.typdefaultbin, 0), t.typdefault),
    case when t.typtype = 'd' and t.typcollation <> b.typcollation then
        (select quote_ident(n.nspname) || '.' || quote_ident(l.collname) from pg_collation l
         join pg_namespace n on n.oid = l.collnamespace where l.oid = t.typcollation) end
from pg_type t left join pg_type b on b.oid = t.typbasetype
where t.oid >= 16384 and (t.typtype <> 'b' or t.typinput <> 'array_in'::regproc)
    and (t.typtype <> 'c' or t.typrelid in (select oid from pg_class where relkind = 'c'))
order by t.oid
"""

_ARRAYS = "select oid, typarray from pg_type where oid >= 16384 and typarray <> 0"

_RANGES = """
select r.rngtypid, format_type(r.rngsubtype, null), r.rngmultitypid,
    (select quote_ident(n.nspname) || '.' || quote_ident(o.opcname) from pg_opclass o
     join pg_namespace n on n.oid = o.opcnamespace where o.oid = r.rngsubopc and not o.opcdefault),
    (select quote_ident(n.nspname) || '.' || quote_ident(l.collname) from pg_collation l
     join pg_namespace n on n.oid = l.collnamespace join pg_type s on s.oid = r.rngsubtype
     where l.oid = r.rngcollation and l.oid <> s.typcollation),
    nullif(r.rngcanonical, 0)::regproc::text, nullif(r.rngsubdiff, 0)::regproc::text,
    (select m.typname from pg_type m where m.oid = r.rngmultitypid)
from pg_range r where r.rngtypid >= 16384
"""

_BASE = """
select t.oid, typlen, typbyval, typinput::regproc::text, typoutput::regproc::text,
    nullif(typreceive, 0)::regproc::text, nullif(typsend, 0)::regproc::text, nullif(typmodin, 0)::regproc::text,
    nullif(typmodout, 0)::regproc::text, nullif(typanalyze, 0)::regproc::text,
    nullif(typsubscript, 0)::regproc::text, typcategory::text, typispreferred, typdelim::text, typalign::text,
    typstorage::text, typcollation <> 0, case when typelem <> 0 then format_type(typelem, null) end
from pg_type t where typtype = 'b' and oid >= 16384 and typinput <> 'array_in'::regproc
"""
_BASE_FIELDS = (
    *("length", "by value", "input", "output", "receive", "send", "typmod_in", "typmod_out", "analyze", "subscript"),
    *("category", "preferred", "delimiter", "alignment", "storage", "collatable", "element"),
)


def read_types(g: Gathering) -> Reading:
    """Enums, domains, composites, ranges and base types; row and array types stand for what they come with."""
    ranged, based, arrays, rows = yield _RANGES, _BASE, _ARRAYS, _TYPES
    ranges = {row[0]: row[1:] for row in ranged}
    bases = {row[0]: row[1:] for row in based}
    multiranges = {row[1]: oid for oid, row in ranges.items() if row[1]}
    for row in rows:
        oid, name, schema, letter, owner, acl, relation, defined, labels, base, not_null, default, coll = row
        if oid in multiranges or schema not in g.schemas:
            continue
        if letter == "c":
            kind, fields = "composite type", {"attributes": ()}
        elif letter == "e":
            kind, fields = "enum", {"labels": tuple(labels or ())}
        elif letter == "d":
            kind, fields = "domain", {"type": base, "not null": not_null, "default": default, "collation": coll}
        elif letter == "r":
            subtype, _, opclass, collation, canonical, subdiff, multirange = ranges.get(oid, (None,) * 7)
            kind = "range"
            fields = {
                "subtype": subtype,
                "subtype_opclass": opclass,
                "collation": collation,
                "canonical": canonical,
                "subtype_diff": subdiff,
                "multirange_type_name": multirange,
            }
        elif letter == "b" and oid in bases:
            kind = "base type"
            fields = dict(zip(_BASE_FIELDS, bases[oid], strict=True)) | {"default": default}
        elif letter == "p" and not defined:
            kind, fields, acl = "shell type", {}, None
        else:
            continue
        key = g.add(PG_TYPE, oid, Key(kind, g.schemas[schema], name), fields, owner=owner, acl=acl)
        if kind == "composite type" and relation:
            g.alias(PG_CLASS, relation, key or g.keys[PG_TYPE][oid])
    keys = g.keys[PG_TYPE]
    for multirange, oid in multiranges.items():
        g.alias(PG_TYPE, multirange, keys.get(oid))
    for oid, array in arrays:
        g.alias(PG_TYPE, array, keys.get(oid))


_COLLATIONS = """
select c.oid, collname, collnamespace, collowner, collprovider::text, collisdeterministic,
    collcollate, collctype, {locale}, {rules}
from pg_collation c where c.oid >= 16384
"""


def read_collations(g: Gathering) -> Reading:
    """Collations that the user made; the version that the library reports is no part of the definition."""
    locale = "colllocale" if g.major >= 17 else "colliculocale"
    rules = "collicurules" if g.major >= 16 else "null::text"
    rows = yield _COLLATIONS.format(locale=locale, rules=rules)
    for oid, name, schema, owner, provider, fixed, *rest in rows:
        if schema not in g.schemas:
            continue
        collate, ctype, local, tailoring = rest
        fields = {
            "provider": {"c": "libc", "i": "icu", "b": "builtin", "d": "default"}[provider],
            "deterministic": fixed,
            "collate": collate,
            "ctype": ctype,
            "locale": local,
            "rules": tailoring,
        }
        g.add(PG_COLLATION, oid, Key("collation", g.schemas[schema], name), fields, owner=owner)


def read_conversions(g: Gathering) -> Reading:
    """Encoding conversions."""
    rows = yield (
        "select oid, conname, connamespace, conowner, pg_encoding_to_char(conforencoding),"
        " pg_encoding_to_char(contoencoding), conproc::regproc::text, condefault from pg_conversion"
        " where oid >= 16384"
    )
    for oid, name, schema, owner, source, target, function, default in rows:
        if schema in g.schemas:
            fields = {"from": source, "to": target, "function": function, "default": default}
            g.add(PG_CONVERSION, oid, Key("conversion", g.schemas[schema], name), fields, owner=owner)
