"""Files that are not what they should be: the file and the line are named, and nothing is done."""

import pytest
from command_line import assert_one_clear_error


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"-- head\nselect '\xff';\n", "not UTF-8: byte 0xff"),
        (b"-- head\nselect '\0';\n", "NUL byte"),
        (b"-- head\nselekt 1;\n", "syntax error"),
    ],
)
def test_a_file_that_no_server_can_read_is_named_with_its_line(saasdb, library, empty_url, content, said):
    (library / "functions" / "public" / "is_out.sql").write_bytes(content)
    done = saasdb("apply", "--url", empty_url, "--project", library)
    assert_one_clear_error(done, said, "functions/public/is_out.sql:2")


def test_a_misnamed_migration_is_refused(saasdb, library, empty_url):
    (library / "schema" / "migrations" / "add_isbn.sql").write_text("select 1;")
    done = saasdb("apply", "--url", empty_url, "--project", library)
    assert_one_clear_error(done, "schema/migrations/add_isbn.sql", "14 digits")


def test_two_migrations_of_one_moment_are_refused(saasdb, library, empty_url):
    (library / "schema" / "migrations" / "20260101000000_twin.sql").write_text("select 1;")
    assert_one_clear_error(saasdb("apply", "--url", empty_url, "--project", library), "Two migrations")


def test_windows_line_ends_are_the_same_file(saasdb, library, empty_url):
    assert saasdb("apply", "--url", empty_url, "--project", library).returncode == 0
    for path in library.rglob("*.sql"):
        path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))
    assert saasdb("status", "--url", empty_url, "--project", library).returncode == 0
