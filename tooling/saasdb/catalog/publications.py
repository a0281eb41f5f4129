"""Publications and subscriptions."""

from __future__ import annotations

from saasdb.catalog.addresses import (
    PG_CLASS,
    PG_PUBLICATION,
    PG_PUBLICATION_NAMESPACE,
    PG_PUBLICATION_REL,
    PG_SUBSCRIPTION,
)
from saasdb.catalog.gathering import Gathering, Reading
from saasdb.model import Key

_PUBLICATIONS = """
select oid, pubname, pubowner, puballtables, pubinsert, pubupdate, pubdelete, pubtruncate, pubviaroot, {generated}
from pg_publication
"""


def read_publications(g: Gathering) -> Reading:
    """Publications, and as parts of them each table (with columns and row filter) and each schema."""
    generated = "pubgencols::text" if g.major >= 18 else "'n'"
    publications, tables, schemas = yield (
        _PUBLICATIONS.format(generated=generated),
        "select oid, prpubid, prrelid, prattrs::int2[], pg_get_expr(prqual, prrelid) from pg_publication_rel",
        "select oid, pnpubid, pnnspid from pg_publication_namespace",
    )
    names: dict[int, Key] = {}
    for oid, name, owner, everything, *rest in publications:
        insert, update, delete, truncate, root, gencols = rest
        commands = {"insert": insert, "update": update, "delete": delete, "truncate": truncate}
        fields = {
            "all tables": everything,
            "publish": tuple(command for command, on in commands.items() if on),
            "via root": root,
            "generated columns": {"n": "none", "s": "stored"}.get(gencols, gencols),
        }
        key = Key("publication", "", name)
        if g.add(PG_PUBLICATION, oid, key, fields, owner=owner):
            names[oid] = key
    for oid, publication, table, columns, filtered in tables:
        table_key = g.ours(PG_CLASS, table)
        if publication not in names or table_key is None:
            continue
        listed = tuple(sorted(g.column_name(table, number) for number in columns)) if columns else None
        key = Key("published table", table_key.schema, table_key.name, names[publication].name)
        fields = {"columns": listed, "where": filtered, "publication": names[publication]}
        g.add(PG_PUBLICATION_REL, oid, key, fields, parent=names[publication])
    for oid, publication, schema in schemas:
        if publication in names and schema in g.schemas:
            key = Key("published schema", "", g.schemas[schema], names[publication].name)
            fields = {"publication": names[publication]}
            g.add(PG_PUBLICATION_NAMESPACE, oid, key, fields, parent=names[publication])


_SUBSCRIPTIONS = """
select s.oid, subname, subowner, subenabled, subbinary, substream::text, subtwophasestate::text, subdisableonerr,
    subslotname, subsynccommit, subpublications, {password}, {run_as_owner}, {origin}, {failover}, {connection}
from pg_subscription s join pg_database d on d.oid = subdbid where d.datname = current_database()
"""


def read_subscriptions(g: Gathering) -> Reading:
    """Subscriptions; their connection string, which may hold a secret, only where it may be read."""
    new = g.major >= 16
    rows = yield _SUBSCRIPTIONS.format(
        connection="subconninfo" if g.sees_connections else "null::text",
        password="subpasswordrequired" if new else "true",
        run_as_owner="subrunasowner" if new else "false",
        origin="suborigin" if new else "'any'",
        failover="subfailover" if g.major >= 17 else "false",
    )
    for oid, name, owner, enabled, binary, stream, two_phase, disable, slot, commit, publications, *rest in rows:
        password, run_as_owner, origin, failover, connection = rest
        fields = {
            "connection": connection,
            "enabled": enabled,
            "binary": binary,
            "streaming": {"f": "off", "t": "on", "p": "parallel", "false": "off", "true": "on"}[stream],
            "two_phase": two_phase != "d",
            "disable_on_error": disable,
            "slot_name": slot,
            "synchronous_commit": commit,
            "publications": tuple(sorted(publications)),
            "password_required": password,
            "run_as_owner": run_as_owner,
            "origin": origin,
            "failover": failover,
        }
        g.add(PG_SUBSCRIPTION, oid, Key("subscription", "", name), fields, owner=owner)
