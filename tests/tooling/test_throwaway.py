"""The throwaway server: fast, private, and gone without a trace."""

import psycopg


def test_a_clone_holds_what_its_template_holds(server):
    def build(url):
        with psycopg.connect(url) as connection:
            connection.execute("create table thing as select 7 as seven")

    name = server.template("one thing", build)
    assert server.template("one thing", lambda url: 1 / 0) == name
    with server.database(name) as url, psycopg.connect(url) as connection:
        assert connection.execute("select seven from thing").fetchone() == (7,)
