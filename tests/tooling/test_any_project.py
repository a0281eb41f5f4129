"""The command works for any project that has these folders: here for one that is not the product."""

import psycopg


def test_another_project_is_proven_by_its_own_contract(saasdb, library):
    done = saasdb("verify", "--project", library)
    assert done.returncode == 0, done.stdout + done.stderr
    policy = library / "policies" / "books.sql"
    policy.write_text(policy.read_text().replace("using (not (select public.is_out(id)))", "using (true)"))
    done = saasdb("verify", "--project", library)
    assert done.returncode == 1
    assert "public.books" in done.stdout and "readers read books that are in" in done.stdout


def test_another_project_is_seeded_by_its_own_files(saasdb, library, empty_url):
    assert saasdb("apply", "--url", empty_url, "--project", library).returncode == 0
    done = saasdb("seed", "demo", "--users", "30", "--mark-throwaway", "--url", empty_url, "--project", library)
    assert done.returncode == 0, done.stderr
    assert done.stdout.split() == ["30", "public.books"]
    with psycopg.connect(empty_url) as connection:
        assert connection.execute("select count(*) from public.books").fetchone() == (32,)


def test_declared_and_migrated_are_compared_for_another_project_too(saasdb, library):
    done = saasdb("diff", "migrated", "declared", "--project", library)
    assert done.returncode == 0, done.stdout + done.stderr
    table = library / "schema" / "tables" / "books.sql"
    table.write_text(table.read_text().replace("title text not null,", "title text not null,\n    isbn text,"))
    done = saasdb("diff", "migrated", "declared", "--sql", "--project", library)
    assert done.returncode == 1
    assert "alter table public.books add column isbn text" in done.stdout
