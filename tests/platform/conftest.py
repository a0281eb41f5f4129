"""Replicas of a hosted Supabase database, with and without the project applied to it by its unprivileged role."""

from __future__ import annotations

from contextlib import ExitStack
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg
import pytest
from psycopg import sql

REPLICA = Path(__file__).with_name("replica")
REGIMES = {
    "old project": ["grants_of_old_projects.sql"],
    "new project": ["grants_of_old_projects.sql", "grants_of_new_projects.sql"],
}
HOSTED = "hosted_postgres"


def hosted_url(url: str) -> str:
    """The same database, for the role that a customer gets."""
    parts = urlsplit(url)
    _, _, host = parts.netloc.rpartition("@")
    return urlunsplit(parts._replace(netloc=f"{HOSTED}:hosted@{host}"))


def forget_hosted(server) -> None:
    """Roles belong to the server: one that a broken run left behind goes first, with all that it owned."""
    with psycopg.connect(server.admin_url, autocommit=True) as connection:
        if not connection.execute("select from pg_roles where rolname = %s", (HOSTED,)).fetchone():
            return
        for statement in ("drop owned by {}", "drop role {}"):
            connection.execute(sql.SQL(statement).format(sql.Identifier(HOSTED)))


def make_replica(url: str, regime: str, *, first: bool) -> None:
    """Fill an empty database as the platform does, before the customer's first migration."""
    with psycopg.connect(url) as connection:
        for path in sorted(REPLICA.glob("[0-9]_*.sql")):
            if first or not path.name.startswith("1_"):
                connection.execute(path.read_text())
        for name in REGIMES[regime]:
            connection.execute((REPLICA / name).read_text())
        connection.execute(
            sql.SQL("grant create, temporary on database {} to {}").format(
                sql.Identifier(connection.info.dbname), sql.Identifier(HOSTED)
            )
        )
        # on hosted databases schema public belongs to pg_database_owner, and its member is supabase_admin
        connection.execute(sql.SQL("grant usage, create on schema public to {}").format(sql.Identifier(HOSTED)))


@pytest.fixture(scope="session")
def untouched_replicas(server):
    """regime -> URL of a replica to which nothing was applied; the superuser's."""
    forget_hosted(server)
    with ExitStack() as databases:
        urls = {}
        for number, regime in enumerate(REGIMES):
            urls[regime] = databases.enter_context(server.database())
            make_replica(urls[regime], regime, first=number == 0)
        yield urls
    forget_hosted(server)


@pytest.fixture
def a_replica(untouched_replicas):
    """`a_replica(url, regime)`: one more, in the empty database at `url`; the roles are there already."""
    return lambda url, regime: make_replica(url, regime, first=False)


@pytest.fixture
def as_hosted():
    """`as_hosted(url)`: the same database, for the role that a customer gets."""
    return hosted_url


@pytest.fixture(scope="session")
def theirs():
    """`theirs(connection)`: everything that the catalog says of auth and storage, object by object."""
    return read_theirs


@pytest.fixture(scope="session")
def applied(untouched_replicas):
    """regime -> (URL of the superuser, what auth and storage were before); the project applied as hosted_postgres."""
    from saasdb.apply.run import apply
    from saasdb.files import load
    from saasdb.settings import find_project

    files = load(find_project())
    before = {}
    for regime, url in untouched_replicas.items():
        with psycopg.connect(url) as connection:
            before[regime] = read_theirs(connection)
        apply(hosted_url(url), files)
    return {regime: (url, before[regime]) for regime, url in untouched_replicas.items()}


@pytest.fixture(params=REGIMES)
def replica(request, applied):
    """A replica with the project applied, under one of the two regimes: a superuser's connection, rolled back."""
    url, _ = applied[request.param]
    with psycopg.connect(url) as connection:
        yield connection
        connection.rollback()


READ = """
    with ours as (
        select oid, nspname from pg_namespace where nspname in ('auth', 'storage')
    )
    select 'schema ' || nspname, to_jsonb(n) - 'oid' from pg_namespace as n where n.oid in (select oid from ours)
    union all
    select 'relation ' || c.oid::regclass,
           to_jsonb(c) - '{oid,relpages,reltuples,relallvisible,relallfrozen,relfrozenxid,relminmxid,relfilenode,
                           relhastriggers,reltoastrelid,relhasindex}'::text[]
    from pg_class as c where c.relnamespace in (select oid from ours)
    union all
    select 'column ' || a.attrelid::regclass || '.' || a.attname, to_jsonb(a) - 'attrelid'
    from pg_attribute as a join pg_class as c on c.oid = a.attrelid
    where c.relnamespace in (select oid from ours)
    union all
    select 'default ' || d.adrelid::regclass || '.' || d.adnum, to_jsonb(pg_get_expr(d.adbin, d.adrelid))
    from pg_attrdef as d join pg_class as c on c.oid = d.adrelid where c.relnamespace in (select oid from ours)
    union all
    select 'function ' || p.oid::regprocedure, to_jsonb(p) - 'oid'
    from pg_proc as p where p.pronamespace in (select oid from ours)
    union all
    select 'type ' || t.oid::regtype, to_jsonb(t) - '{oid,typrelid,typarray,typelem}'::text[]
    from pg_type as t where t.typnamespace in (select oid from ours)
    union all
    select 'constraint ' || n.conrelid::regclass || ' ' || n.conname, to_jsonb(pg_get_constraintdef(n.oid))
    from pg_constraint as n where n.connamespace in (select oid from ours)
    union all
    select 'index ' || i.indexrelid::regclass, to_jsonb(pg_get_indexdef(i.indexrelid))
    from pg_index as i join pg_class as c on c.oid = i.indrelid where c.relnamespace in (select oid from ours)
    union all
    select 'trigger ' || t.tgrelid::regclass || ' ' || t.tgname, to_jsonb(pg_get_triggerdef(t.oid) || t.tgenabled::text)
    from pg_trigger as t join pg_class as c on c.oid = t.tgrelid
    where c.relnamespace in (select oid from ours) and not t.tgisinternal
    union all
    select 'policy ' || p.polrelid::regclass || ' ' || p.polname, to_jsonb(p) - '{oid,polrelid}'::text[]
    from pg_policy as p join pg_class as c on c.oid = p.polrelid where c.relnamespace in (select oid from ours)
    union all
    select 'rule ' || r.ev_class::regclass || ' ' || r.rulename, to_jsonb(pg_get_ruledef(r.oid))
    from pg_rewrite as r join pg_class as c on c.oid = r.ev_class where c.relnamespace in (select oid from ours)
    union all
    select 'comment ' || pg_describe_object(d.classoid, d.objoid, d.objsubid), to_jsonb(d.description)
    from pg_description as d
    where pg_describe_object(d.classoid, d.objoid, d.objsubid) ~ '\\m(auth|storage)\\M'
      and d.classoid <> 'pg_policy'::regclass
"""


def read_theirs(connection) -> dict[str, object]:
    """What the catalog says of auth and storage; names that one object hides from another are qualified."""
    connection.execute("set local search_path = pg_catalog")
    found = dict(connection.execute(READ).fetchall())
    connection.rollback()
    return found
