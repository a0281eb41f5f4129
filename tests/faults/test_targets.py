"""Wrong targets: one clear error each, exit 2, no traceback, no password."""

import psycopg
import pytest
from command_line import assert_one_clear_error


@pytest.mark.parametrize("verb", ["apply", "status", "seed demo", "verify"])
def test_a_server_that_is_not_there_is_named_without_its_password(saasdb, library, verb):
    url = "postgresql://me:s3cret@127.0.0.1:1/nothing"
    done = saasdb(*verb.split(), "--url", url, "--project", library)
    assert_one_clear_error(done, "Cannot connect", "postgresql://me:***@127.0.0.1:1/nothing")


@pytest.mark.parametrize("verb", ["apply", "status"])
@pytest.mark.parametrize("url", ["not a url", "mysql://me:s3cret@host/db", "host=127.0.0.1 port=1 password=s3cret"])
def test_what_is_no_url_of_a_postgres_is_said_to_be_none(saasdb, library, url, verb):
    assert_one_clear_error(saasdb(verb, "--url", url, "--project", library))


def test_a_database_that_is_not_there_is_named(saasdb, library, server):
    done = saasdb("apply", "--url", server.url("no_such_database"), "--project", library)
    assert_one_clear_error(done, 'database "no_such_database" does not exist')


def test_apply_without_a_target_asks_for_one_and_never_makes_up_its_own(saasdb, library):
    assert_one_clear_error(saasdb("apply", "--project", library), "--url", "DATABASE_URL")


def test_a_role_without_rights_is_told_what_it_lacks_and_nothing_is_done(saasdb, library, empty_url):
    with psycopg.connect(empty_url) as connection:
        connection.execute("drop role if exists faults_powerless")
        connection.execute("create role faults_powerless login")
    url = empty_url.replace("postgres@", "faults_powerless@")
    assert_one_clear_error(saasdb("apply", "--url", url, "--project", library), "may not create", "grant create on")
    with psycopg.connect(empty_url) as connection:
        assert connection.execute("select to_regnamespace('saasdb')").fetchone() == (None,)
        connection.execute("drop role faults_powerless")


def test_a_role_that_may_not_read_the_ledger_is_told_who_may(saasdb, library, empty_url):
    assert saasdb("apply", "--url", empty_url, "--project", library).returncode == 0
    with psycopg.connect(empty_url) as connection:
        connection.execute("drop role if exists faults_onlooker")
        connection.execute("create role faults_onlooker login")
    url = empty_url.replace("postgres@", "faults_onlooker@")
    assert_one_clear_error(saasdb("status", "--url", url, "--project", library), "may not read the ledger")
    with psycopg.connect(empty_url) as connection:
        connection.execute("drop role faults_onlooker")


def test_half_a_database_is_refused_and_left_as_it_is(saasdb, library, empty_url):
    with psycopg.connect(empty_url) as connection:
        connection.execute("create table public.books (id int)")
    done = saasdb("apply", "--adopt", "--url", empty_url, "--project", library)
    assert_one_clear_error(done, 'relation "books" already exists', "20260101000000_create_books_and_loans.sql:3")
    with psycopg.connect(empty_url) as connection:
        assert connection.execute("select to_regclass('public.loans')").fetchone() == (None,)
        assert connection.execute("select count(*) from saasdb.migrations").fetchone() == (0,)


def test_a_folder_that_is_no_project_is_said_to_be_none(saasdb, tmp_path):
    assert_one_clear_error(saasdb("status", "--url", "postgresql://x", "--project", tmp_path), "not a saasdb project")


def test_an_unknown_engine_is_answered_with_the_known_ones(saasdb, library):
    assert_one_clear_error(saasdb("up", "--engine", "oracle", "--project", library), "embedded, docker, url")


def test_demo_rows_do_not_go_into_a_database_that_nobody_marked(saasdb, library, empty_url):
    assert saasdb("apply", "--url", empty_url, "--project", library).returncode == 0
    done = saasdb("seed", "demo", "--url", empty_url, "--project", library)
    assert_one_clear_error(done, "not marked throwaway")
    assert saasdb("seed", "demo", "--mark-throwaway", "--url", empty_url, "--project", library).returncode == 0


def test_a_command_without_a_verb_shows_the_verbs_and_says_what_is_missing(saasdb):
    done = saasdb()
    assert_one_clear_error(done)
    assert "verify" in done.stdout and "No verb" in done.stderr


def test_a_command_says_which_version_it_is(saasdb):
    done = saasdb("--version")
    assert (done.returncode, done.stdout.split()[0]) == (0, "saasdb")
