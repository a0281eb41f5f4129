"""Applied to a database whose auth and storage belong to others, by a role that is no superuser."""

from __future__ import annotations

import uuid

import psycopg
import pytest
from psycopg import sql
from saasdb.apply.code import run_code
from saasdb.apply.execute import execute_file
from saasdb.files import load
from saasdb.settings import find_project

OUR_TABLES = [
    "profiles",
    "user_roles",
    "subscriptions",
    "payments",
    "webhook_events",
    "waitlist",
    "ai_usage",
    "rate_limit_buckets",
    "audit_logs",
]


def act(connection, role, user_id=None):
    claims = f'{{"sub": "{user_id}", "role": "{role}"}}' if user_id else f'{{"role": "{role}"}}'
    connection.execute("select set_config('request.jwt.claims', %s, true)", (claims,))
    connection.execute(f"set local role {role}")


def refused(connection, statement, parameters=None):
    with pytest.raises(psycopg.errors.InsufficientPrivilege), connection.transaction():
        connection.execute(statement, parameters)


def sign_up(connection):
    act(connection, "supabase_auth_admin")
    user_id = uuid.uuid4()
    connection.execute(
        'insert into auth.users (id, email, raw_user_meta_data) values (%s, %s, \'{"full_name": "Siti"}\')',
        (user_id, f"{user_id}@example.test"),
    )
    connection.execute("reset role")
    return user_id


def test_the_role_that_applies_is_no_superuser_and_owns_nothing_of_theirs(replica):
    role = replica.execute(
        "select rolsuper, rolbypassrls, rolcreaterole from pg_roles where rolname = 'hosted_postgres'"
    ).fetchone()
    assert role == (False, True, True)
    owned = replica.execute(
        "select c.oid::regclass::text from pg_class as c where c.relowner = 'hosted_postgres'::regrole "
        "and c.relnamespace in ('auth'::regnamespace, 'storage'::regnamespace)"
    ).fetchall()
    assert owned == []
    ours = {
        name
        for (name,) in replica.execute(
            "select relname from pg_class where relnamespace = 'public'::regnamespace and relkind = 'r' "
            "and relowner = 'hosted_postgres'::regrole"
        )
    }
    assert ours == set(OUR_TABLES)


@pytest.mark.parametrize("regime", ["old project", "new project"])
def test_nothing_of_theirs_is_altered_but_our_triggers_and_policies_are_added(regime, applied, theirs):
    url, before = applied[regime]
    with psycopg.connect(url) as connection:
        after = theirs(connection)
    assert {key for key in before if after.get(key) != before[key]} == set()
    added = set(after) - set(before)
    assert added, "the trigger and the policies are there"
    assert {key for key in added if not key.startswith(("trigger auth.users ", "policy storage.objects "))} == set()
    # they show that they are ours by the pattern of our names: `_100_what_it_does`, and a sentence
    assert all(key.split(" ")[2].startswith("_") for key in added if key.startswith("trigger"))


@pytest.mark.parametrize("regime", ["old project", "new project"])
def test_the_platforms_own_files_are_never_run_there(regime, applied):
    url, _ = applied[regime]
    with psycopg.connect(url) as connection:
        owner, versioning = connection.execute(
            "select (select nspowner::regrole::text from pg_namespace where nspname = 'auth'), "
            "exists (select from pg_attribute where attrelid = 'storage.objects'::regclass and attname = 'archived_at')"
        ).fetchone()
        seen = [path for (path,) in connection.execute("select file from saasdb.migrations")]
    assert (owner, versioning) == ("supabase_admin", False)
    assert seen and not any("platform" in path for path in seen)


def test_signing_up_gives_a_profile_a_plan_and_a_role(replica):
    user_id = sign_up(replica)
    found = replica.execute(
        "select p.full_name, s.plan, r.role from public.profiles as p join public.subscriptions as s using (user_id) "
        "join public.user_roles as r using (user_id) where p.user_id = %s",
        (user_id,),
    ).fetchone()
    assert found == ("Siti", "FREE", "member")


def test_members_read_their_own_rows_and_nobody_elses(replica):
    mine, other = sign_up(replica), sign_up(replica)
    act(replica, "authenticated", mine)
    for table in ("profiles", "user_roles", "subscriptions"):
        assert replica.execute(f"select user_id from public.{table}").fetchall() == [(mine,)]
    changed = replica.execute("update public.profiles set full_name = 'Ayu' where user_id in (%s, %s)", (mine, other))
    assert changed.rowcount == 1
    refused(replica, "update public.subscriptions set plan = 'ULTIMATE' where user_id = %s", (mine,))
    refused(replica, "update public.user_roles set role = 'admin' where user_id = %s", (mine,))
    refused(replica, "truncate public.profiles")


def test_the_server_takes_a_payment_and_the_plan_follows(replica):
    user_id = sign_up(replica)
    act(replica, "service_role")
    [number] = replica.execute(
        "select external_id from public.create_payment(%s, 'doku', 'PRO', 150000)", (user_id,)
    ).fetchone()
    replica.execute("select public.apply_payment_event('doku', %s, 'SUCCESS', 150000, now())", (number,))
    assert replica.execute("select public.current_plan(%s)", (user_id,)).fetchone() == ("PRO",)
    replica.execute("select public.consume_rate_limit('k', 1, '1 minute')")
    replica.execute("select public.reserve_ai_tokens(%s, 10, 100)", (user_id,))
    replica.execute("select public.join_waitlist('a@example.test')")
    act(replica, "authenticated", user_id)
    assert replica.execute("select public.current_plan()").fetchone() == ("PRO",)
    assert replica.execute("select amount from public.payments").fetchall() == [(150000,)]


def test_members_keep_their_avatar_at_one_path(replica):
    mine, other = sign_up(replica), sign_up(replica)
    act(replica, "authenticated", mine)
    insert = "insert into storage.objects (bucket_id, name) values ('avatars', %s)"
    assert replica.execute(insert, (f"{mine}/avatar",)).rowcount == 1
    refused(replica, insert, (f"{other}/avatar",))
    refused(replica, insert, (f"{mine}/avatar2",))
    bucket = "select public, file_size_limit, allowed_mime_types from storage.buckets where id = 'avatars'"
    replica.execute("reset role")
    public, limit, types = replica.execute(bucket).fetchone()
    assert (public, limit) == (False, 2 * 1024 * 1024)
    assert set(types) == {"image/jpeg", "image/png", "image/webp", "image/gif"}


def test_deleting_a_user_works_for_auth_and_leaves_the_payment(replica):
    user_id = sign_up(replica)
    act(replica, "service_role")
    replica.execute("select public.create_payment(%s, 'doku', 'PRO', 150000)", (user_id,))
    act(replica, "supabase_auth_admin")
    replica.execute("delete from auth.users where id = %s", (user_id,))
    replica.execute("reset role")
    assert replica.execute("select count(*) from public.profiles").fetchone() == (0,)
    assert replica.execute("select amount from public.payments").fetchall() == [(150000,)]


GRANTS = """
    select pg_describe_object(o.classid, o.oid, 0) || coalesce('.' || o.part, ''),
           case when a.grantee = 0 then 'PUBLIC' else a.grantee::regrole::text end, a.privilege_type, a.is_grantable
    from (
        select 'pg_class'::regclass as classid, c.oid, null as part, c.relacl as acl from pg_class as c
        where c.relnamespace in ('public'::regnamespace, 'private'::regnamespace) and c.relkind <> 'i'
        union all
        select 'pg_class'::regclass, t.attrelid, t.attname, t.attacl from pg_attribute as t
        join pg_class as c on c.oid = t.attrelid
        where c.relnamespace in ('public'::regnamespace, 'private'::regnamespace)
        union all
        select 'pg_proc'::regclass, p.oid, null, coalesce(p.proacl, acldefault('f', p.proowner)) from pg_proc as p
        where p.pronamespace in ('public'::regnamespace, 'private'::regnamespace)
        union all
        select 'pg_type'::regclass, t.oid, null, coalesce(t.typacl, acldefault('T', t.typowner)) from pg_type as t
        where t.typnamespace in ('public'::regnamespace, 'private'::regnamespace) and t.typtype in ('e', 'd')
        union all
        select 'pg_namespace'::regclass, n.oid, null, n.nspacl from pg_namespace as n where n.nspname = 'private'
    ) as o, aclexplode(o.acl) as a
    where a.grantee not in ('hosted_postgres'::regrole, 'postgres'::regrole)
"""


def test_the_grants_are_the_same_under_both_regimes_and_on_a_plain_postgres(applied, db):
    found = {}
    for regime, (url, _) in applied.items():
        with psycopg.connect(url) as connection:
            found[regime] = set(connection.execute(GRANTS).fetchall())
    old, new = found["old project"], found["new project"]
    assert old == new != set()
    assert {key for key in old if key[1] in {"PUBLIC", "anon"} and "function" in key[0]} == set()
    assert set(db.execute(GRANTS).fetchall()) == old


@pytest.mark.parametrize("regime", ["old project", "new project"])
@pytest.mark.parametrize("role", ["anon", "authenticated", "service_role"])
def test_what_is_created_next_is_nobodys(regime, role, applied):
    url, _ = applied[regime]
    with psycopg.connect(url) as connection:
        connection.execute("set role hosted_postgres")
        connection.execute("create table public.next_thing (id bigserial primary key)")
        connection.execute("create function public.next_function() returns int language sql as 'select 1'")
        connection.execute("create view public.next_view as select 1 as one")
        connection.execute("create function private.next_function() returns int language sql as 'select 1'")
        connection.execute("create type public.next_type as enum ('a')")
        held = connection.execute(
            "select has_table_privilege(%(role)s, 'public.next_thing', p) from unnest(array['select', 'insert', "
            "'update', 'delete', 'truncate', 'references', 'trigger']) as p union all "
            "select has_sequence_privilege(%(role)s, 'public.next_thing_id_seq', 'usage, select, update') union all "
            "select has_function_privilege(%(role)s, 'public.next_function()', 'execute') union all "
            "select has_function_privilege(%(role)s, 'private.next_function()', 'execute') union all "
            "select has_type_privilege(%(role)s, 'public.next_type', 'usage') union all "
            "select has_table_privilege(%(role)s, 'public.next_view', 'select, insert, update, delete')",
            {"role": role},
        ).fetchall()
        connection.rollback()
    assert [each for (each,) in held if each] == []


@pytest.mark.parametrize("regime", ["old project", "new project"])
def test_a_second_apply_does_nothing(regime, applied, as_hosted):
    from saasdb.apply.run import apply

    url, _ = applied[regime]
    assert apply(as_hosted(url), load(find_project())).steps == ()


@pytest.mark.parametrize("role", ["anon", "authenticated", "service_role", "authenticator", "supabase_auth_admin"])
def test_nobody_reads_or_rewrites_what_was_applied(role, replica):
    """The ledger of migrations says what a database has; only the role that applies holds it."""
    replica.execute(sql.SQL("set local role {}").format(sql.Identifier(role)))
    for statement in (
        "select * from saasdb.migrations",
        "delete from saasdb.migrations where true",
        "create table saasdb.mine (id int)",
    ):
        refused(replica, statement)


def test_no_grant_is_a_silent_no_op_there(server, a_replica, as_hosted):
    """A grant without the right to grant is a warning and exit 0 (01007, 01006): the file would lie."""
    files = load(find_project())
    with server.database() as url:
        a_replica(url, "new project")
        with psycopg.connect(as_hosted(url)) as connection:
            warnings = []
            connection.add_notice_handler(
                lambda said: said.severity == "WARNING" and warnings.append(f"{said.sqlstate} {said.message_primary}")
            )
            for migration in files.migrations:
                execute_file(connection, migration)
            run_code(connection, files.code)
    assert warnings == []
