"""Text search: parsers, templates, dictionaries, configurations."""

from __future__ import annotations

from collections import defaultdict

from saasdb.catalog.addresses import PG_TS_CONFIG, PG_TS_DICT, PG_TS_PARSER, PG_TS_TEMPLATE
from saasdb.catalog.gathering import Gathering, Reading
from saasdb.model import Key


def read_parsers(g: Gathering) -> Reading:
    """Parsers."""
    rows = yield (
        "select oid, prsname, prsnamespace, prsstart::regproc::text, prstoken::regproc::text, prsend::regproc::text,"
        " nullif(prsheadline, 0)::regproc::text, prslextype::regproc::text from pg_ts_parser where oid >= 16384"
    )
    for oid, name, schema, *functions in rows:
        if schema in g.schemas:
            fields = dict(zip(("start", "gettoken", "end", "headline", "lextypes"), functions, strict=True))
            g.add(PG_TS_PARSER, oid, Key("text search parser", g.schemas[schema], name), fields)


def read_templates(g: Gathering) -> Reading:
    """Dictionary templates."""
    rows = yield (
        "select oid, tmplname, tmplnamespace, nullif(tmplinit, 0)::regproc::text, tmpllexize::regproc::text"
        " from pg_ts_template where oid >= 16384"
    )
    for oid, name, schema, init, lexize in rows:
        if schema in g.schemas:
            key = Key("text search template", g.schemas[schema], name)
            g.add(PG_TS_TEMPLATE, oid, key, {"init": init, "lexize": lexize})


def read_dictionaries(g: Gathering) -> Reading:
    """Dictionaries with their template and options."""
    rows = yield (
        "select d.oid, dictname, dictnamespace, dictowner,"
        " quote_ident(n.nspname) || '.' || quote_ident(t.tmplname), dictinitoption from pg_ts_dict d"
        " join pg_ts_template t on t.oid = dicttemplate join pg_namespace n on n.oid = tmplnamespace"
        " where d.oid >= 16384"
    )
    for oid, name, schema, owner, template, options in rows:
        if schema in g.schemas:
            key = Key("text search dictionary", g.schemas[schema], name)
            g.add(PG_TS_DICT, oid, key, {"template": template, "options": options}, owner=owner)


def read_configurations(g: Gathering) -> Reading:
    """Configurations: which dictionaries, in order, see which kind of token."""
    maps, rows = yield (
        "select m.mapcfg, t.alias, quote_ident(n.nspname) || '.' || quote_ident(d.dictname)"
        " from pg_ts_config_map m join pg_ts_config c on c.oid = m.mapcfg and c.oid >= 16384"
        " join lateral ts_token_type(c.cfgparser) t on t.tokid = m.maptokentype"
        " join pg_ts_dict d on d.oid = m.mapdict join pg_namespace n on n.oid = d.dictnamespace"
        " order by m.mapcfg, m.maptokentype, m.mapseqno",
        "select c.oid, cfgname, cfgnamespace, cfgowner, quote_ident(n.nspname) || '.' || quote_ident(p.prsname)"
        " from pg_ts_config c join pg_ts_parser p on p.oid = cfgparser join pg_namespace n on n.oid = prsnamespace"
        " where c.oid >= 16384",
    )
    mappings: dict[int, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    for configuration, token, dictionary in maps:
        mappings[configuration][token].append(dictionary)
    for oid, name, schema, owner, parser in rows:
        if schema in g.schemas:
            fields = {"parser": parser, "mappings": {token: tuple(found) for token, found in mappings[oid].items()}}
            g.add(PG_TS_CONFIG, oid, Key("text search configuration", g.schemas[schema], name), fields, owner=owner)
