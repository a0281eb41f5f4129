"""Operators, their families and classes, and access methods."""

from __future__ import annotations

from collections import defaultdict

from saasdb.catalog.addresses import PG_AM, PG_AMOP, PG_AMPROC, PG_OPCLASS, PG_OPERATOR, PG_OPFAMILY
from saasdb.catalog.gathering import Gathering, Reading
from saasdb.model import Key


def read_access_methods(g: Gathering) -> Reading:
    """Access methods that the user made."""
    rows = yield "select oid, amname, amhandler::regproc::text, amtype::text from pg_am where oid >= 16384"
    for oid, name, handler, letter in rows:
        fields = {"handler": handler, "type": "table" if letter == "t" else "index"}
        g.add(PG_AM, oid, Key("access method", "", name), fields)


_NAME = (
    "(select 'operator(' || quote_ident(n.nspname) || '.' || x.oprname || ')' from pg_operator x"
    " join pg_namespace n on n.oid = x.oprnamespace where x.oid = {})"
)
_OPERATORS = f"""
select o.oid, o.oprname, o.oprnamespace, o.oprowner,
    case when o.oprleft = 0 then 'none' else format_type(o.oprleft, null) end,
    case when o.oprright = 0 then 'none' else format_type(o.oprright, null) end,
    o.oprcode::regproc::text, {_NAME.format("o.oprcom")}, {_NAME.format("o.oprnegate")},
    nullif(o.oprrest, 0)::regproc::text, nullif(o.oprjoin, 0)::regproc::text, o.oprcanhash, o.oprcanmerge
from pg_operator o where o.oid >= 16384 order by o.oid
"""


def read_operators(g: Gathering) -> Reading:
    """Operators, by name and operand types; one that only stands for a commutator to come has no function yet."""
    rows = yield _OPERATORS
    for oid, name, schema, owner, left, right, function, *rest in rows:
        if schema not in g.schemas:
            continue
        commutator, negator, restrict, join, hashes, merges = rest
        if function == "-":
            continue
        fields = {
            "left": left,
            "right": right,
            "function": function,
            "commutator": commutator,
            "negator": negator,
            "restrict": restrict,
            "join": join,
            "hashes": hashes,
            "merges": merges,
        }
        key = Key("operator", g.schemas[schema], name, f"{left}, {right}")
        g.add(PG_OPERATOR, oid, key, fields, owner=owner)


_MEMBERS = """
select 'operator', o.oid, o.amopfamily, d.refobjid, o.amopstrategy,
    format_type(o.amoplefttype, null), format_type(o.amoprighttype, null), o.amopopr::regoperator::text,
    (select quote_ident(n.nspname) || '.' || quote_ident(f.opfname) from pg_opfamily f
     join pg_namespace n on n.oid = f.opfnamespace where f.oid = o.amopsortfamily)
from pg_amop o
left join pg_depend d on d.classid = 'pg_amop'::regclass and d.objid = o.oid
    and d.refclassid = 'pg_opclass'::regclass and d.deptype = 'i'
where o.oid >= 16384
union all
select 'function', p.oid, p.amprocfamily, d.refobjid, p.amprocnum,
    format_type(p.amproclefttype, null), format_type(p.amprocrighttype, null), p.amproc::regprocedure::text, null
from pg_amproc p
left join pg_depend d on d.classid = 'pg_amproc'::regclass and d.objid = p.oid
    and d.refclassid = 'pg_opclass'::regclass and d.deptype = 'i'
where p.oid >= 16384
"""

_CLASSES = """
select c.oid, opcname, opcnamespace, amname, opcowner, opcdefault, format_type(opcintype, null),
    (select quote_ident(n.nspname) || '.' || quote_ident(f.opfname) from pg_opfamily f
     join pg_namespace n on n.oid = f.opfnamespace where f.oid = opcfamily),
    case when opckeytype <> 0 and opckeytype <> opcintype then format_type(opckeytype, null) end
from pg_opclass c join pg_am a on a.oid = opcmethod
where c.oid >= 16384
"""


def read_families(g: Gathering) -> Reading:
    """Operator families with the members that no class brought."""
    rows = yield (
        "select f.oid, opfname, opfnamespace, amname, opfowner from pg_opfamily f join pg_am a on a.oid = opfmethod"
        " where f.oid >= 16384"
    )
    for oid, name, schema, method, owner in rows:
        if schema in g.schemas:
            key = Key("operator family", g.schemas[schema], name, method)
            g.add(PG_OPFAMILY, oid, key, {"method": method, "members": frozenset()}, owner=owner)


def read_classes(g: Gathering) -> Reading:
    """Operator classes with their operators and support functions."""
    members, rows = yield _MEMBERS, _CLASSES
    of_class: dict[int, set[tuple]] = defaultdict(set)
    loose: dict[int, set[tuple]] = defaultdict(set)
    aliases: list[tuple[int, int, int | None, int]] = []
    for kind, oid, family, opclass, number, left, right, what, ordering in members:
        (of_class[opclass] if opclass else loose[family]).add((kind, number, left, right, what, ordering))
        aliases.append((PG_AMOP if kind == "operator" else PG_AMPROC, oid, opclass, family))
    for oid, name, schema, method, owner, default, kind, family, storage in rows:
        if schema not in g.schemas:
            continue
        fields = {
            "method": method,
            "default": default,
            "type": kind,
            "family": family,
            "storage": storage,
            "members": frozenset(of_class[oid]),
        }
        g.add(PG_OPCLASS, oid, Key("operator class", g.schemas[schema], name, method), fields, owner=owner)
    for family, found in loose.items():
        key = g.ours(PG_OPFAMILY, family)
        if key:
            g.objects[key].fields["members"] = frozenset(found)
    for catalog, oid, opclass, family in aliases:
        g.alias(catalog, oid, g.key(PG_OPCLASS, opclass) if opclass else g.key(PG_OPFAMILY, family))
