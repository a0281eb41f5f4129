"""Foreign-data wrappers, servers and user mappings."""

from __future__ import annotations

from saasdb.catalog.addresses import PG_FOREIGN_DATA_WRAPPER, PG_FOREIGN_SERVER, PG_USER_MAPPING
from saasdb.catalog.gathering import Gathering, Reading
from saasdb.model import Key

SECRETS = ("password", "sslpassword", "passfile", "sslkey", "secret", "token", "key", "passphrase", "sslcert")


def read_wrappers(g: Gathering) -> Reading:
    """Foreign-data wrappers that no extension brought."""
    rows = yield (
        "select oid, fdwname, fdwowner, nullif(fdwhandler, 0)::regproc::text, nullif(fdwvalidator, 0)::regproc::text,"
        " fdwoptions, coalesce(fdwacl, acldefault('F', fdwowner))::text[] from pg_foreign_data_wrapper"
    )
    for oid, name, owner, handler, validator, options, acl in rows:
        fields = {"handler": handler, "validator": validator, "foreign options": tuple(options or ())}
        g.add(PG_FOREIGN_DATA_WRAPPER, oid, Key("foreign data wrapper", "", name), fields, owner=owner, acl=acl)


def read_servers(g: Gathering) -> Reading:
    """Foreign servers."""
    rows = yield (
        "select s.oid, srvname, srvowner, srvtype, srvversion, fdwname, srvoptions,"
        " coalesce(srvacl, acldefault('S', srvowner))::text[] from pg_foreign_server s"
        " join pg_foreign_data_wrapper w on w.oid = srvfdw"
    )
    for oid, name, owner, kind, version, wrapper, options, acl in rows:
        fields = {"type": kind, "version": version, "wrapper": wrapper, "foreign options": tuple(options or ())}
        g.add(PG_FOREIGN_SERVER, oid, Key("foreign server", "", name), fields, owner=owner, acl=acl)


def read_mappings(g: Gathering) -> Reading:
    """User mappings; who may not read an option sees none, and what is secret is never shown."""
    rows = yield "select umid, srvid, srvname, umuser, umoptions from pg_user_mappings"
    for oid, server_oid, server, role, options in rows:
        parent = g.ours(PG_FOREIGN_SERVER, server_oid)
        if parent:
            key = Key("user mapping", "", server, g.roles.get(role, "public") if role else "public")
            fields = {"role": g.roles[role] if role else "", "foreign options": tuple(options or ())}
            g.add(PG_USER_MAPPING, oid, key, fields)
