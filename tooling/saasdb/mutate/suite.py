"""The project's own tests against mutants: those on one connection first, then those that need a clone of their own."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from saasdb.errors import SaasdbError
from saasdb.mutate.mutant import Mutant
from saasdb.throwaway import Server

_OF_THE_TOOL = re.compile(r"^\s*(from|import) saasdb\b", re.MULTILINE)


@dataclass
class Suite:
    """Runs tests on a server.

    Args:
        root: the project's folder.
        server: where clones are made.
        template: the database that holds the sound schema.
    """

    root: Path
    server: Server
    template: str

    def __post_init__(self) -> None:
        paths = sorted((self.root / "tests").rglob("test_*.py"))
        self.files = [str(path.relative_to(self.root)) for path in paths]
        # With clones of their own: only tests of the SQL. One of the tool proves or migrates the whole, for a minute.
        self.slow = [
            name for name in self.files if not _OF_THE_TOOL.search((self.root / name).read_text(encoding="utf-8"))
        ]

    def kill(
        self,
        mutants: Mapping[int, Mutant],
        workers: int,
        answer: Callable[[int, str], None],
        *,
        clones: bool = False,
        naming: bool = True,
    ) -> None:
        """Run tests against each mutant, the likeliest first; answers by number with the test that failed, or "".

        Args:
            workers: sessions of pytest at once.
            clones: whether to run the tests with databases of their own (races, migrations) rather than those on one
                connection.
            naming: whether to run the tests that name what was changed, or the others.

        Raises:
            SaasdbError: pytest could not run.
        """
        alone = {number: mutant for number, mutant in mutants.items() if not mutant.shared}
        for number in mutants.keys() - alone.keys():
            answer(number, "")
        more = {"SAASDB_TESTS": "naming" if naming else "others"} | ({"SAASDB_CLONES": "1"} if clones else {})
        shares = [list(alone.items())[n::workers] for n in range(workers)]
        with tempfile.TemporaryDirectory() as folder:
            running = [self._start(Path(folder), n, share, more) for n, share in enumerate(shares) if share]
            try:
                heard = [0] * len(running)
                while True:
                    ended = [process.poll() is not None for process, _ in running]
                    for place, (_, fates) in enumerate(running):
                        lines = fates.read_text(encoding="utf-8").splitlines(keepends=True) if fates.exists() else []
                        for line in lines[heard[place] :]:
                            if line.endswith("\n"):
                                answer(*json.loads(line)[:2])
                                heard[place] += 1
                    if all(ended):
                        break
                    time.sleep(0.2)
                if sum(heard) != len(alone):
                    said = (Path(folder) / "0.log").read_text(encoding="utf-8").strip().splitlines()
                    raise SaasdbError(
                        f"The tests ended early: {said[-1] if said else 'no answer'}",
                        where=str(self.root / "tests"),
                        todo="Run `saasdb test` and mend what it says.",
                    )
            finally:
                for process, _ in running:
                    process.terminate()
                    process.wait()

    def _start(
        self, folder: Path, number: int, share: list[tuple[int, Mutant]], more: dict[str, str]
    ) -> tuple[subprocess.Popen, Path]:
        jobs, fates = folder / f"{number}.json", folder / f"{number}.fates"
        jobs.write_text(json.dumps([[n, m.kind, list(m.sql), list(m.names)] for n, m in share]), encoding="utf-8")
        with open(folder / f"{number}.log", "w", encoding="utf-8") as log:
            process = subprocess.Popen(
                self._command(self.slow if "SAASDB_CLONES" in more else self.files),
                cwd=self.root,
                env=self._environment(self.template, SAASDB_MUTANTS=str(jobs), SAASDB_FATES=str(fates), **more),
                stdout=log,
                stderr=log,
            )
        return process, fates

    def _command(self, files: list[str]) -> list[str]:
        return [sys.executable, "-m", "pytest", "-q", "-rfE", "--tb=no", "-p", "no:cacheprovider", *files]

    def _environment(self, template: str, **more: str) -> dict[str, str]:
        return {
            **os.environ,
            "SAASDB_PROJECT": str(self.root),
            "SAASDB_ENGINE": "url",
            "SAASDB_SERVER_URL": self.server.admin_url,
            "SAASDB_TEMPLATE": template,
            **more,
        }
