"""The throwaway server: fast, private, for any user, and gone without a trace (tests/faults holds how it ends)."""

import os
import subprocess
import sys

import psycopg
import pytest
from saasdb.throwaway import open_server

AS_A_PLAIN_USER = """
import os
import psycopg
from saasdb.throwaway import open_server
with open_server("embedded", reuse=False) as one, open_server("embedded", reuse=False) as two:
    for server in (one, two):
        with server.database() as url, psycopg.connect(url) as connection:
            print(os.getuid(), connection.execute("select current_user").fetchone()[0])
    assert one.admin_url != two.admin_url
"""


def test_a_clone_holds_what_its_template_holds_and_a_template_is_loaded_once(server):
    def build(url):
        with psycopg.connect(url) as connection:
            connection.execute("create table thing as select 7 as seven")

    name = server.template("one thing", build)
    assert server.template("one thing", lambda url: 1 / 0) == name
    with server.database(name) as url, psycopg.connect(url) as connection:
        assert connection.execute("select seven from thing").fetchone() == (7,)


def test_a_template_that_fails_to_load_leaves_nothing(server):
    with pytest.raises(ZeroDivisionError):
        server.template("one that fails", lambda url: 1 / 0)
    with psycopg.connect(server.admin_url) as connection:
        assert not connection.execute("select 1 from pg_database where datname like '%draft'").fetchone()


def test_a_plain_user_runs_two_servers_at_once(tmp_path):
    # Root becomes a plain user in a namespace of its own: the files stay readable, PostgreSQL sees no root.
    become = ["unshare", "--user", "--map-user=1000", "--map-group=1000"] if os.getuid() == 0 else []
    done = subprocess.run(
        [*become, sys.executable, "-c", AS_A_PLAIN_USER],
        capture_output=True,
        text=True,
        env={**os.environ, "SAASDB_HOME": f"/tmp/saasdb-plain-{os.getpid()}"},
    )
    assert done.returncode == 0, done.stderr
    for line in done.stdout.splitlines():
        uid, role = line.split()
        assert uid != "0" and role == "postgres"
    assert len(done.stdout.splitlines()) == 2
    subprocess.run(["rm", "-rf", f"/tmp/saasdb-plain-{os.getpid()}"], check=True)


def test_a_server_listens_on_no_network(server):
    if os.environ.get("SAASDB_ENGINE", "embedded") == "embedded":
        with psycopg.connect(server.admin_url) as connection:
            assert connection.execute("show listen_addresses").fetchone() == ("",)


def test_a_given_server_lends_databases_and_gets_them_all_back(server):
    def databases():
        with psycopg.connect(server.admin_url) as connection:
            return {name for (name,) in connection.execute("select datname from pg_database")}

    before = databases()
    with open_server("url", url=server.admin_url) as given, given.database() as url:
        assert len(databases() - before) == 1
        psycopg.connect(url).close()
    assert databases() == before


def test_up_detach_leaves_a_server_that_down_removes(saasdb, library):
    home = f"/tmp/saasdb-up-{os.getpid()}"
    first = saasdb("up", "--detach", "--project", library, SAASDB_HOME=home)
    assert first.returncode == 0, first.stderr
    url = first.stdout.splitlines()[-1]
    with psycopg.connect(url) as connection:
        assert connection.execute("select count(*) from public.books").fetchone() == (3,)
    again = saasdb("up", "--detach", "--project", library, SAASDB_HOME=home)
    assert again.stdout.splitlines()[-1] == url
    assert saasdb("down", SAASDB_HOME=home).stdout == "stopped\n"
    with pytest.raises(psycopg.OperationalError):
        psycopg.connect(url)
    assert saasdb("down", SAASDB_HOME=home).stdout == "nothing was running\n"
    subprocess.run(["rm", "-rf", home], check=True)
