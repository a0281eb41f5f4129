"""`mutate`, whole: every mutant to the bench, what survives there to the tests that name it, and then to all else."""

from __future__ import annotations

import multiprocessing
import queue
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import psycopg

from saasdb.contract.model import Contract
from saasdb.errors import SaasdbError
from saasdb.mutate.bench import Bench, Tried
from saasdb.mutate.catalog import every
from saasdb.mutate.mutant import Mutant
from saasdb.mutate.suite import Suite
from saasdb.throwaway import Server

Advance = Callable[[str, int, int], None]


@dataclass(frozen=True)
class Result:
    """What became of one mutant: by whom it was noticed and how, or why nobody can.

    Attributes:
        by: `verify`, `tests`, `equivalent`, or nothing when it survived.
        how: the finding's cell, the test's name, or the reason.
    """

    mutant: Mutant
    by: str
    how: str


@dataclass
class Score:
    """All results, in the catalog's order, and how long the bench took in seconds (its set-up not counted)."""

    results: list[Result]
    seconds: float = 0.0
    tested: bool = True
    counts: dict[str, dict[str, int]] = field(init=False)

    def __post_init__(self) -> None:
        self.counts = {}
        for result in self.results:
            of_kind = self.counts.setdefault(result.mutant.kind, {"verify": 0, "tests": 0, "equivalent": 0, "": 0})
            of_kind[result.by] += 1

    def of(self, by: str) -> list[Result]:
        """The results of one fate; nothing is survival."""
        return [result for result in self.results if result.by == by]

    @property
    def percent(self) -> float:
        """Killed, of those that could be."""
        killed, left = len(self.of("verify")) + len(self.of("tests")), len(self.of(""))
        return 100.0 * killed / (killed + left) if killed + left else 100.0


def mutate(
    server: Server,
    template: str,
    contract: Contract,
    *,
    only: str = "",
    workers: int = 2,
    suite: Suite | None = None,
    advance: Advance = lambda what, done, total: None,
    without: frozenset[str] = frozenset(),
) -> Score:
    """Try every mutant of a database.

    Args:
        template: a database of the server that holds the sound schema; it is cloned, never written.
        only: a text that a mutant's kind or title must hold.
        workers: processes on the bench, and test runs at once.
        suite: the tests that get what the bench did not notice; None for none.
        without: classes of assertion that `verify` does without, to show that they are needed.

    Raises:
        SaasdbError: the schema does not agree with its contract, no mutant is asked for, or a worker failed.
    """
    tried, seconds = _on_benches(server, template, contract, only, workers, suite is None, advance, without)
    results = {number: judged(mutant, outcome) for number, (mutant, outcome) in tried.items()}
    open_numbers = [number for number, result in sorted(results.items()) if not result.by]
    if suite:
        stages = [
            lambda left: _by_tests(results, left, suite, workers, advance, "tests that name it"),
            lambda left: _by_tests(results, left, suite, workers, advance, "races that name it", clones=True),
            lambda left: _once_more(server, template, contract, results, left, advance, without),
            lambda left: _by_tests(results, left, suite, workers, advance, "all other tests", naming=False),
            lambda left: _by_tests(
                results, left, suite, workers, advance, "all other races", clones=True, naming=False
            ),
        ]
        for stage in stages:
            if left := [number for number in open_numbers if not results[number].by]:
                stage(left)
    return Score([results[number] for number in sorted(results)], seconds, suite is not None)


def judged(mutant: Mutant, outcome: Tried) -> Result:
    """The result of a mutant that has only been on the bench."""
    if outcome.finding:
        return Result(mutant, "verify", f"{outcome.finding.kind}: {outcome.finding.cell}")
    return Result(mutant, "equivalent" if outcome.equivalent else "", outcome.equivalent)


# the bench ------------------------------------------------------------------------------------------------------------


def _on_benches(
    server: Server,
    template: str,
    contract: Contract,
    only: str,
    workers: int,
    wide: bool,
    advance: Advance,
    without: frozenset[str],
) -> tuple[dict[int, tuple[Mutant, Tried]], float]:
    context = multiprocessing.get_context("spawn")
    answers, turn, alone = context.Queue(), context.Value("i", 0), context.Lock()
    job = (server.admin_url, template, contract, only, wide, without, turn, alone, answers)
    running = [context.Process(target=_work, args=job, daemon=True) for _ in range(workers)]
    for each in running:
        each.start()
    tried: dict[int, tuple[Mutant, Tried]] = {}
    total, began, ended = 0, 0.0, 0
    try:
        while ended < workers:
            kind, *said = _next(answers, running)
            if kind == "failed":
                raise SaasdbError(*said[:1], where=said[1], todo=said[2])
            if kind == "ready":
                total, began = said[0], began or time.monotonic()
            elif kind == "tried":
                number, mutant, outcome = said
                tried[number] = mutant, outcome
                advance("mutants", len(tried), total)
            else:
                ended += 1
    finally:
        for each in running:
            each.terminate()
            each.join()
    if not total:
        raise SaasdbError("No mutant is called so", where=f"--only {only}", todo="Name a table, function or kind.")
    return tried, time.monotonic() - began


def _next(answers: Any, running: list[Any]) -> tuple[Any, ...]:
    while True:
        try:
            return answers.get(timeout=1)
        except queue.Empty:
            if not all(each.is_alive() or each.exitcode == 0 for each in running):
                raise SaasdbError("A worker died", todo="Run it again with --workers 1.") from None


def _work(
    admin_url: str,
    template: str,
    contract: Contract,
    only: str,
    wide: bool,
    without: frozenset[str],
    turn: Any,
    alone: Any,
    answers: Any,
) -> None:
    """One process: a clone, a bench, and whatever mutant is next."""
    try:
        server = Server(admin_url)
        with server.database(template) as url, _connected(url) as connection:
            bench = Bench(connection, contract, without)
            try:
                mutants = _chosen(connection, bench, contract, only)
                answers.put(("ready", len(mutants)))
                while (number := _turn(turn)) < len(mutants):
                    mutant = mutants[number]
                    if mutant.shared:
                        with alone:
                            outcome = bench.attack(mutant, wide=wide)
                    else:
                        outcome = bench.attack(mutant, wide=wide)
                    answers.put(("tried", number, mutant, outcome))
            finally:
                bench.close()
        answers.put(("done",))
    except SaasdbError as error:
        answers.put(("failed", error.what, error.where, error.todo))
    except psycopg.Error as error:
        answers.put(("failed", f"A mutant could not be tried: {str(error).splitlines()[0]}", None, None))


def _chosen(connection: psycopg.Connection, bench: Bench, contract: Contract, only: str) -> list[Mutant]:
    return [m for m in every(connection, bench.stage, contract) if only in f"{m.kind} {m.title}"]


def _turn(turn: Any) -> int:
    with turn.get_lock():
        turn.value += 1
        return turn.value - 1


def _connected(url: str) -> psycopg.Connection:
    return psycopg.connect(url, autocommit=True, application_name="saasdb mutate")


# the tests ------------------------------------------------------------------------------------------------------------


def _by_tests(
    results: dict[int, Result],
    numbers: list[int],
    suite: Suite,
    workers: int,
    advance: Advance,
    tests: str,
    *,
    clones: bool = False,
    naming: bool = True,
) -> None:
    mutants = {number: results[number].mutant for number in numbers}
    answered: list[int] = []

    def answer(number: int, test: str) -> None:
        answered.append(number)
        if test:
            results[number] = Result(mutants[number], "tests", test)
        advance(f"survivors against {tests}", len(answered), len(numbers))

    suite.kill(mutants, workers, answer, clones=clones, naming=naming)


def _once_more(
    server: Server,
    template: str,
    contract: Contract,
    results: dict[int, Result],
    numbers: list[int],
    advance: Advance,
    without: frozenset[str],
) -> None:
    """What neither a quick look nor the tests noticed, as every caller that there is."""
    with server.database(template) as url, _connected(url) as connection:
        bench = Bench(connection, contract, without)
        try:
            for done, number in enumerate(numbers, start=1):
                results[number] = judged(results[number].mutant, bench.attack(results[number].mutant, wide=True))
                advance("a wider look at the rest", done, len(numbers))
        finally:
            bench.close()
