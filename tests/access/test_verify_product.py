"""The product's own contract, proven by `verify`, and hand-made breaks that it must name."""

from __future__ import annotations

from collections.abc import Callable

import psycopg
import pytest
from saasdb.contract import Contract, load
from saasdb.settings import find_project
from saasdb.verify.findings import Verdict
from saasdb.verify.run import verify


@pytest.fixture(scope="module")
def contract() -> Contract:
    return load(find_project().room("policies", "access.toml"))


def proven(url: str, contract: Contract, *breaks: str) -> Verdict:
    with psycopg.connect(url, autocommit=True) as connection:
        for statement in breaks:
            connection.execute(statement)
        return verify(connection, contract)


def test_verify_agrees_with_the_product_in_every_cell(fresh_database: Callable[[], str], contract: Contract) -> None:
    verdict = proven(fresh_database(), contract)
    assert verdict.findings == []
    assert len(verdict.cells) > 300
    assert verdict.tried > 3000


def test_verify_leaves_nothing_behind(fresh_database: Callable[[], str], contract: Contract) -> None:
    url = fresh_database()
    query = "select sum(n_live_tup) from pg_stat_user_tables"
    with psycopg.connect(url, autocommit=True) as connection:
        tables = connection.execute(
            "select array_agg(oid::regclass::text order by 1) from pg_class where relkind = 'r'"
        ).fetchone()
        verify(connection, contract)
        assert (
            connection.execute(
                "select array_agg(oid::regclass::text order by 1) from pg_class where relkind = 'r'"
            ).fetchone()
            == tables
        )
        assert connection.execute("select count(*) from auth.users").fetchone() == (0,)
        assert connection.execute(query) is not None


AVATAR = "bucket_id = 'avatars' and name"

BREAKS = {
    "a policy's using is true": (
        'alter policy "members read their own payments" on public.payments using (true)',
        ("public.payments", "member", "select"),
    ),
    "a policy's with check is gone": (
        'alter policy "members change their own profile" on public.profiles with check (true); '
        "grant update (user_id) on public.profiles to authenticated",
        ("public.profiles", "member", "update"),
    ),
    "row level security is off": (
        "alter table public.subscriptions disable row level security",
        ("public.subscriptions", "member", "select"),
    ),
    "row level security is off where nobody has a grant": (
        "alter table public.rate_limit_buckets disable row level security",
        ("table public.rate_limit_buckets", "", ""),
    ),
    "a stray grant": (
        "grant select on public.webhook_events to authenticated",
        ("public.webhook_events", "member", "select"),
    ),
    "a function granted to PUBLIC": (
        "grant execute on function public.consume_rate_limit(text, int, interval, int) to public",
        ("function public.consume_rate_limit(text, integer, interval, integer)", "visitor", "execute"),
    ),
    "a column grant on the plan": (
        "grant update (plan) on public.subscriptions to authenticated",
        ("public.subscriptions", "member", "update"),
    ),
    "an avatar path by prefix": (
        f'alter policy "members add their own avatar" on storage.objects '
        f"with check ({AVATAR} like (select auth.uid()::text) || '%')",
        ("storage.objects", "member", "insert"),
    ),
}


@pytest.mark.parametrize("what", BREAKS)
def test_verify_names_the_cell_when(what: str, fresh_database: Callable[[], str], contract: Contract) -> None:
    statement, cell = BREAKS[what]
    verdict = proven(fresh_database(), contract, statement)
    assert cell in {(f.object, f.persona, f.command) for f in verdict.findings}, [f.cell for f in verdict.findings]
    assert all(finding.says and finding.happened for finding in verdict.findings)
