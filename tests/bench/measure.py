"""What the benchmarks share: a database with the product in it, and variants timed side by side.

Times are never asserted. Every variant runs in every round, in turn, so that a busy machine slows all of them;
the table shows the median of the rounds and its ratio to the first variant.
"""

from __future__ import annotations

import argparse
import statistics
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import psycopg
from saasdb.apply.declared import load_migrated, template_key
from saasdb.files import load
from saasdb.settings import find_project
from saasdb.throwaway import open_server
from saasdb.throwaway.binaries import find_binaries


def arguments(description: str, **more: Mapping) -> argparse.Namespace:
    """The options that every benchmark has, and those in `more`: name → arguments of `add_argument`."""
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("--url", help="a database with the product in it; without it a throwaway is made")
    parser.add_argument("--rounds", type=int, default=7, help="rounds of every variant")
    for name, options in more.items():
        parser.add_argument("--" + name.replace("_", "-"), **options)
    return parser.parse_args()


@contextmanager
def product(url: str | None) -> Iterator[str]:
    """The URL of a database with the product in it."""
    if url:
        yield url
        return
    files = load(find_project())
    with open_server(reuse=False) as server:
        template = server.template(template_key(files, "migrated"), lambda into: load_migrated(into, files))
        with server.database(template) as fresh:
            yield fresh


def pgbench(url: str, script: str, *, clients: int = 1, seconds: float = 1) -> float:
    """Transactions a second of one script, prepared, measured by pgbench."""
    with tempfile.NamedTemporaryFile("w", suffix=".sql") as file:
        file.write(script)
        file.flush()
        command = [str(Path(find_binaries().bin) / "pgbench"), "--no-vacuum", "--protocol=prepared"]
        command += [f"--client={clients}", f"--time={max(1, round(seconds))}", f"--file={file.name}", url]
        done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode:
        raise SystemExit(f"pgbench failed:\n{done.stderr}")
    return next(float(line.split()[2]) for line in done.stdout.splitlines() if line.startswith("tps"))


def race(variants: Mapping[str, Callable[[], float]], rounds: int) -> dict[str, list[float]]:
    """Every variant once a round, in turn; variant → what each round gave."""
    results: dict[str, list[float]] = {name: [] for name in variants}
    for _ in range(rounds):
        for name, run in variants.items():
            results[name].append(run())
    return results


def seconds_of(run: Callable[[], object]) -> float:
    """How long one call takes."""
    began = time.perf_counter()
    run()
    return time.perf_counter() - began


def pages(connection: psycopg.Connection, query: str, parameters: tuple = ()) -> tuple[int, str]:
    """Pages that a query reads when they are all in memory, and the kinds of its plan's nodes."""
    explain = f"explain (analyze, buffers, format json) {query}"
    connection.execute(explain, parameters)
    plan = connection.execute(explain, parameters).fetchone()[0][0]["Plan"]
    return plan["Shared Hit Blocks"] + plan["Shared Read Blocks"], " < ".join(_nodes(plan))


def _nodes(plan: Mapping) -> Iterator[str]:
    yield plan["Node Type"]
    for child in plan.get("Plans", ()):
        yield from _nodes(child)


def table(title: str, results: Mapping[str, list[float]], unit: str, *, more_is_better: bool) -> None:
    """Print the medians and their ratios to the first variant."""
    print(f"\n{title}")
    word = "of" if more_is_better else "times"
    medians = {name: statistics.median(values) for name, values in results.items()}
    first = next(iter(medians.values()))
    width = max(map(len, medians))
    for name, median in medians.items():
        print(f"  {name:<{width}}  {median:>10,.1f} {unit:<9} {median / first:>8.2f} {word} the first")
