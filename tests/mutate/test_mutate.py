"""`mutate` on the product: breaks are noticed, equivalences are the server's own word, and no assertion is idle."""

from __future__ import annotations

import copy
import json
import re
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import psycopg
import pytest
from saasdb.contract import Contract, load, parse
from saasdb.contract.write import dump
from saasdb.errors import SaasdbError
from saasdb.mutate.bench import Bench
from saasdb.mutate.catalog import every
from saasdb.mutate.mutant import Mutant
from saasdb.mutate.run import Score, judged, mutate
from saasdb.settings import find_project
from saasdb.verify import grants, inventory
from saasdb.verify.reach import EVERYTHING
from saasdb.verify.run import ASSERTIONS
from saasdb.verify.suggest import suggest


@pytest.fixture(scope="module")
def contract():
    return load(find_project().room("policies", "access.toml"))


@pytest.fixture(scope="module")
def bench(server, project_template, contract) -> Iterator[Bench]:
    with server.database(project_template) as url, psycopg.connect(url, autocommit=True) as connection:
        made = Bench(connection, contract)
        try:
            yield made
        finally:
            made.close()


@pytest.fixture(scope="module")
def foreign(server) -> Iterator[tuple[str, Contract]]:
    """A database of another make, and the contract that was suggested for it."""
    folder = Path(__file__).parent.parent / "access" / "foreign"
    with server.database() as url, psycopg.connect(url, autocommit=True) as connection:
        for name in ("platform", "kit"):
            connection.execute((folder / f"{name}.sql").read_text(encoding="utf-8"))
        yield url, parse(dump(*suggest(connection)), "access.toml")


@pytest.fixture(scope="module")
def foreign_bench(foreign) -> Iterator[Bench]:
    url, said = foreign
    with psycopg.connect(url, autocommit=True) as connection:
        made = Bench(connection, said)
        try:
            yield made
        finally:
            made.close()


def attacked(bench: Bench, only: str, without: frozenset[str] = frozenset()) -> Score:
    """Mutants whose kind or title holds a text, before verify alone, and that without a class of assertion."""
    bench.without = without
    chosen = [m for m in every(bench.connection, bench.stage, bench.contract) if only in f"{m.kind} {m.title}"]
    try:
        return Score([judged(mutant, bench.attack(mutant, wide=True)) for mutant in chosen])
    finally:
        bench.without = frozenset()


@pytest.fixture
def attack(bench):
    """`attack("policy", {"tables"})`: on the product."""
    return partial(attacked, bench)


@pytest.fixture
def attack_foreign(request):
    """`attack_foreign("policy", {"tables"})`: on a schema of another make."""
    return lambda *asked: attacked(request.getfixturevalue("foreign_bench"), *asked)


def test_verify_kills_every_mutant_of_a_table_s_policies_and_grants(server, project_template, contract) -> None:
    score = mutate(server, project_template, contract, only="public.payments", workers=2)
    access = [r for r in score.results if r.mutant.kind in ("policy", "predicate part", "grant", "column grant")]
    assert len(access) > 25
    assert {r.by for r in access} == {"verify", "equivalent"}
    [opened] = [r for r in access if "is true" in r.mutant.what]
    assert opened.by == "verify" and "public.payments · member · select" in opened.how


def test_an_equivalent_mutant_says_why_and_the_server_agrees(attack) -> None:
    score = attack("row level security is forced")
    assert len(score.results) >= 9
    assert {r.by for r in score.results} == {"equivalent"}
    assert all("skips row level security in any case" in r.how for r in score.results)


def test_the_bench_is_as_it_was_after_every_mutant(bench, contract, attack) -> None:
    before = inventory.read(bench.connection), grants.read(bench.connection)
    attack("public.profiles")
    attack("role authenticated")
    assert (inventory.read(bench.connection), grants.read(bench.connection)) == before


@pytest.mark.parametrize("rereads", ["", "grants", "everything"])
def test_a_mutant_that_changes_nothing_is_noticed_by_nobody(bench, rereads: str) -> None:
    nothing = Mutant("grant", "public.profiles", "nothing", ("select 1",), EVERYTHING, (), rereads)
    tried = bench.attack(nothing)
    assert (tried.finding, tried.equivalent) == (None, "the catalog is the same with it")


NEEDED = {
    "tables": "grant public.waitlist",
    "functions": "execute function public.current_plan",
    "grants": "default privilege",
    "facts": "bucket",
    "signup": "trigger auth.users",
    "side by side": "guard function public.cancel_plan",
    "shape": "orders_paid_check is gone",
}
"""For each class of assertion, mutants that it notices; the last two need a contract that freezes definitions."""


@pytest.mark.parametrize("assertion", ASSERTIONS)
def test_verify_without_one_class_of_assertion_lets_mutants_live(attack, attack_foreign, assertion: str) -> None:
    only = NEEDED[assertion]
    on = attack_foreign if assertion in ("side by side", "shape") else attack
    whole, less = on(only), on(only, frozenset({assertion}))
    assert len(whole.results) == len(less.results) > 0
    assert len(less.of("verify")) < len(whole.of("verify"))
    assert less.percent < whole.percent


def test_a_contract_that_does_not_hold_is_refused_before_any_mutant(server, project_template, contract) -> None:
    wrong = copy.deepcopy(contract)
    table = next(t for t in wrong.tables.values() if t.cells.get("member", {}).get("select"))
    del table.cells["member"]["select"]
    with pytest.raises(SaasdbError, match="does not agree with its contract"):
        mutate(server, project_template, wrong, only="grant", workers=1)


def test_the_guide_tells_how_many_mutants_there_are(bench, contract) -> None:
    guide = (find_project().root / "docs" / "mutate.md").read_text(encoding="utf-8")
    mutants = list(every(bench.connection, bench.stage, contract))
    assert f"{len(mutants):,} mutants" in guide
    assert len({mutant.title for mutant in mutants}) == len(mutants), "each has a name of its own"


def test_an_operator_sees_lines_of_progress_without_a_terminal(saasdb) -> None:
    done = saasdb("mutate", "--no-tests", "--only", "default privilege")
    assert done.returncode == 0, done.stderr
    assert re.search(r"^mutants: 1 of (\d+)\n(.*\n)*mutants: \1 of \1$", done.stderr, re.MULTILINE)


def test_an_operator_gets_json_and_exit_1_when_a_mutant_survives(saasdb) -> None:
    done = saasdb("mutate", "--no-tests", "--json", "--only", "waitlist_email_key")
    assert done.returncode == 1, done.stderr
    told = json.loads(done.stdout)
    assert [m["fate"] for m in told["mutants"]] == ["survived"]
    assert told["percent"] == 0


def test_an_operator_sees_the_tests_kill_what_verify_cannot_see(saasdb) -> None:
    done = saasdb("mutate", "--only", "waitlist_email_key")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "1 mutants, 1 killed (0 by verify, 1 by the tests), 0 equivalent, 0 survived: 100 % killed" in done.stdout


def test_an_operator_who_asks_for_no_mutant_is_told_so(saasdb) -> None:
    done = saasdb("mutate", "--no-tests", "--only", "nothing is called so")
    assert done.returncode == 2
    assert "No mutant is called so" in done.stderr and "Traceback" not in done.stderr
