"""apply: forward once, code as it is, and nothing at all when there is nothing to do."""

import psycopg
import pytest
from saasdb.apply.freeze import freeze
from saasdb.apply.run import apply, look
from saasdb.apply.status import status
from saasdb.errors import SaasdbError
from saasdb.files import load
from saasdb.settings import find_project


def files_of(folder):
    return load(find_project(folder))


def rows(url, query, parameters=None):
    with psycopg.connect(url) as connection:
        return connection.execute(query, parameters).fetchall()


def policies(url):
    return [name for (name,) in rows(url, "select policyname from pg_policies order by 1")]


def test_a_first_apply_makes_everything_and_the_second_has_nothing_to_do(library, empty_url):
    files = files_of(library)
    assert [step.kind for step in apply(empty_url, files).steps] == ["platform"] + ["migration"] * 2 + ["code"] * 4
    assert policies(empty_url) == ["readers read books that are in"]
    assert apply(empty_url, files).steps == ()
    assert status(empty_url, files).clean


def test_an_apply_with_nothing_to_do_waits_for_no_lock_on_any_table(library, empty_url):
    files = files_of(library)
    apply(empty_url, files)
    with psycopg.connect(empty_url) as holder:
        holder.execute("lock table public.books, public.loans, public.authors in access exclusive mode")
        assert apply(empty_url, files, lock_timeout="1ms").steps == ()


def test_the_ledger_says_what_was_applied_when_by_whom_and_how_long_it_took(library, empty_url):
    apply(empty_url, files_of(library))
    found = rows(
        empty_url,
        "select file, applied_by, took_ms >= 0, tool_version <> '', applied_at <= now(), length(checksum)"
        " from saasdb.migrations order by version",
    )
    assert found[0] == (
        "schema/migrations/20260101000000_create_books_and_loans.sql",
        "postgres",
        True,
        True,
        True,
        64,
    )


def test_a_changed_policy_replaces_the_old_one_and_leaves_a_policy_of_somebody_else_alone(library, empty_url):
    apply(empty_url, files_of(library))
    with psycopg.connect(empty_url) as connection:
        connection.execute("create policy theirs on public.books for select to library_reader using (true)")
    file = library / "policies" / "books.sql"
    file.write_text(file.read_text().replace("readers read books that are in", "readers read all books"))
    apply(empty_url, files_of(library))
    assert policies(empty_url) == ["readers read all books", "theirs"]


def test_what_left_the_files_leaves_the_database(library, empty_url):
    apply(empty_url, files_of(library))
    (library / "triggers" / "books.sql").unlink()
    (library / "functions" / "public" / "stamp_title.sql").unlink()
    plan = apply(empty_url, files_of(library))
    assert {step.kind for step in plan.steps} == {"gone"}
    assert rows(empty_url, "select tgname from pg_trigger where not tgisinternal") == []
    assert rows(empty_url, "select 1 from pg_proc where proname = 'stamp_title'") == []
    assert apply(empty_url, files_of(library)).steps == ()


def test_a_function_whose_result_changed_is_made_anew(library, empty_url):
    apply(empty_url, files_of(library))
    (library / "policies" / "books.sql").unlink()
    apply(empty_url, files_of(library))
    file = library / "functions" / "public" / "is_out.sql"
    file.write_text(file.read_text().replace("returns boolean", "returns int").replace("exists (select", "(select"))
    apply(empty_url, files_of(library))
    assert rows(empty_url, "select pg_get_function_result(oid) from pg_proc where proname = 'is_out'") == [("integer",)]
    assert apply(empty_url, files_of(library)).steps == ()


def test_a_function_that_does_not_compile_stops_the_apply_and_nothing_of_the_code_lane_is_kept(library, empty_url):
    file = library / "functions" / "public" / "is_out.sql"
    file.write_text(file.read_text().replace("from public.loans", "from public.lones"))
    with pytest.raises(SaasdbError, match="lones") as caught:
        apply(empty_url, files_of(library))
    assert "functions/public/is_out.sql" in caught.value.where
    assert policies(empty_url) == []
    assert rows(empty_url, "select count(*) from saasdb.migrations") == [(2,)]


def test_a_policy_changed_by_hand_is_drift_and_the_next_apply_sets_it_right(library, empty_url):
    files = files_of(library)
    apply(empty_url, files)
    with psycopg.connect(empty_url) as connection:
        connection.execute('alter policy "readers read books that are in" on public.books using (true)')
        connection.execute("grant insert on public.books to library_reader")
    found = status(empty_url, files)
    assert [(drift.path, drift.what) for drift in found.drift] == [("policies/books.sql", "changed by hand")] * 2
    assert apply(empty_url, files).steps[0].reason == "drifted"
    assert status(empty_url, files).clean
    assert rows(empty_url, "select has_table_privilege('library_reader', 'public.books', 'insert')") == [(False,)]


def test_a_migration_that_fails_is_rolled_back_whole_and_those_before_it_stay(library, empty_url):
    (library / "schema" / "migrations" / "20260103000000_break.sql").write_text(
        "-- break: half of it works.\n\ncreate table public.half (id int);\nselect nothing_there;\n"
    )
    with pytest.raises(SaasdbError) as caught:
        apply(empty_url, files_of(library))
    assert caught.value.where == "schema/migrations/20260103000000_break.sql:4"
    assert "42703" in caught.value.what
    assert rows(empty_url, "select to_regclass('public.half')") == [(None,)]
    assert rows(empty_url, "select count(*) from saasdb.migrations") == [(2,)]


def test_an_edited_migration_is_refused_before_anything_is_done(library, empty_url):
    apply(empty_url, files_of(library))
    file = library / "schema" / "migrations" / "20260102000000_create_authors.sql"
    file.write_text(file.read_text() + "-- a word more\n")
    with pytest.raises(SaasdbError, match="edited after it was applied"):
        apply(empty_url, files_of(library))
    assert [line.state for line in status(empty_url, files_of(library)).migrations] == ["applied", "edited"]


def test_a_migration_older_than_the_newest_applied_is_refused(library, empty_url):
    apply(empty_url, files_of(library))
    (library / "schema" / "migrations" / "20260101120000_late.sql").write_text("select 1;\n")
    with pytest.raises(SaasdbError, match="is older than 20260102000000_create_authors"):
        apply(empty_url, files_of(library))


def test_files_older_than_the_database_are_refused(library, empty_url):
    apply(empty_url, files_of(library))
    (library / "schema" / "migrations" / "20260102000000_create_authors.sql").unlink()
    with pytest.raises(SaasdbError, match="these files lack"):
        apply(empty_url, files_of(library))


def test_a_frozen_history_only_grows_at_its_end(library):
    assert len(freeze(files_of(library))) == 2
    late = library / "schema" / "migrations" / "20260101120000_late.sql"
    late.write_text("select 1;\n")
    with pytest.raises(SaasdbError, match="comes before"):
        freeze(files_of(library))
    late.rename(late.with_name("20260104000000_late.sql"))
    assert freeze(files_of(library)) == ["20260104000000_late.sql"]
    assert freeze(files_of(library)) == []
    first = library / "schema" / "migrations" / "20260101000000_create_books_and_loans.sql"
    first.write_text(first.read_text() + "\n")
    with pytest.raises(SaasdbError, match="edited after it was frozen"):
        freeze(files_of(library))


def test_a_new_migration_that_nobody_froze_does_not_reach_a_database(library, empty_url):
    freeze(files_of(library))
    (library / "schema" / "migrations" / "20260104000000_more.sql").write_text("select 1;\n")
    with pytest.raises(SaasdbError, match="not frozen yet"):
        apply(empty_url, files_of(library))


def test_a_second_applier_is_told_who_is_applying(library, empty_url):
    with psycopg.connect(empty_url) as first:
        first.execute("select pg_advisory_xact_lock(%s)", [0x5AA5DB])
        with pytest.raises(SaasdbError, match=r"else is applying to this database \(process \d+, role"):
            apply(empty_url, files_of(library))
    assert rows(empty_url, "select to_regnamespace('saasdb')") == [(None,)]


def test_a_database_of_somebody_else_is_not_applied_to_by_mistake(library, empty_url):
    with psycopg.connect(empty_url) as connection:
        connection.execute("create table public.theirs (id int)")
    with pytest.raises(SaasdbError, match="is it the right one"):
        apply(empty_url, files_of(library))
    apply(empty_url, files_of(library), adopt=True)


def test_a_grant_that_the_server_ignores_is_an_error(library, empty_url):
    apply(empty_url, files_of(library))
    with psycopg.connect(empty_url) as connection:
        connection.execute("create role weak_applier nologin")
        connection.execute("create schema theirs; create table theirs.thing (id int)")
    try:
        (library / "policies" / "thing.sql").write_text(
            "set local role weak_applier;\ngrant usage on schema public to library_reader;\n"
        )
        with pytest.raises(SaasdbError, match="ignored a grant"):
            apply(empty_url, files_of(library))
    finally:
        with psycopg.connect(empty_url) as connection:
            connection.execute("drop role weak_applier")


def test_a_concurrent_index_is_built_outside_a_transaction_and_a_broken_one_is_named(library, empty_url):
    place = library / "schema" / "migrations" / "20260103000000_index_titles.sql"
    place.write_text(
        "-- index_titles: finds a book by its title.\n-- transaction: none\n\n"
        "create unique index concurrently books_title_idx on public.books (title);\n"
    )
    apply(empty_url, files_of(library))
    assert rows(empty_url, "select indisvalid from pg_index where indexrelid = 'books_title_idx'::regclass") == [
        (True,)
    ]
    broken = library / "schema" / "migrations" / "20260104000000_again.sql"
    broken.write_text(
        "-- again: the same.\n-- transaction: none\n\n"
        "create index concurrently books_title_idx on public.books (title);\n"
    )
    with pytest.raises(SaasdbError):
        apply(empty_url, files_of(library))
    with pytest.raises(SaasdbError, match="broke off half way"):
        look(empty_url, files_of(library))


def test_the_plan_names_each_step_and_the_locks_that_it_was_seen_to_take(library, empty_url, saasdb):
    apply(empty_url, files_of(library))
    (library / "schema" / "migrations" / "20260103000000_add_isbn.sql").write_text(
        "-- add_isbn: what is printed on the back.\n\nalter table public.books add column isbn text;\n"
    )
    file = library / "policies" / "books.sql"
    file.write_text(file.read_text() + "\n-- a remark\n")
    done = saasdb("apply", "--plan", "--url", empty_url, "--project", library, "--json")
    assert done.returncode == 1, done.stderr
    assert '"lock": "access exclusive"' in done.stdout
    assert '"table": "public.books"' in done.stdout
    assert "public.loans" not in done.stdout
    assert rows(empty_url, "select 1 from information_schema.columns where column_name = 'isbn'") == []


def test_the_printed_script_does_with_psql_what_apply_does(library, empty_url, saasdb, psql):
    done = saasdb("apply", "--print", "--url", empty_url, "--project", library)
    assert done.returncode == 0, done.stderr
    psql(empty_url, done.stdout)
    assert policies(empty_url) == ["readers read books that are in"]
    assert {step.kind for step in apply(empty_url, files_of(library)).steps} <= {"code", "platform"}
    assert status(empty_url, files_of(library)).clean
