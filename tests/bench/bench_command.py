"""How long the command takes to answer `--help`, beside a bare program of the same framework, side by side.

python tests/bench/bench_command.py [--runs 15]
"""

import argparse
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

BARE = """
import typer
app = typer.Typer()
@app.command()
def one(text: str = "x"):
    "One verb."
@app.command()
def two(text: str = "x"):
    "Another verb."
app()
"""


def seconds(command):
    begun = time.perf_counter()
    subprocess.run(command, check=True, capture_output=True)
    return time.perf_counter() - begun


def main():
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--runs", type=int, default=15)
    runs = options.parse_args().runs
    with tempfile.TemporaryDirectory() as folder:
        bare = Path(folder) / "bare.py"
        bare.write_text(BARE)
        variants = {
            "bare typer program": [sys.executable, str(bare), "--help"],
            "saasdb --help": [sys.executable, "-m", "saasdb", "--help"],
            "saasdb apply --help": [sys.executable, "-m", "saasdb", "apply", "--help"],
        }
        took = {name: [] for name in variants}
        for _ in range(runs):  # in turns, so that a busy moment meets every variant
            for name, command in variants.items():
                took[name].append(seconds(command))
    base = statistics.median(took["bare typer program"])
    print(f"{'':24}{'p50 ms':>8}{'ratio':>8}   (at most 1.30)")
    for name, all_of_it in took.items():
        middle = statistics.median(all_of_it)
        print(f"{name:24}{middle * 1000:8.0f}{middle / base:8.2f}")


if __name__ == "__main__":
    main()
