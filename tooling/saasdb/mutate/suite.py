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
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

import psycopg

from saasdb.errors import SaasdbError
from saasdb.mutate.mutant import Mutant
from saasdb.throwaway import Server

_OF_THE_TOOL = re.compile(r"^\s*(from|import) saasdb\b", re.MULTILINE)
_FAILED = re.compile(r"^(?:FAILED|ERROR) (\S+?)(?: - (.*))?$", re.MULTILINE)


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
    _sound: dict[str, bool] = field(default_factory=dict)

    def __post_init__(self) -> None:
        paths = sorted((self.root / "tests").rglob("test_*.py"))
        self.files = [str(path.relative_to(self.root)) for path in paths]
        # With clones of their own: only tests of the SQL. One of the tool proves or migrates the whole, for a minute.
        self.slow = [
            name for name in self.files if not _OF_THE_TOOL.search((self.root / name).read_text(encoding="utf-8"))
        ]

    def kill(self, mutants: Mapping[int, Mutant], workers: int, answer: Callable[[int, str], None]) -> None:
        """Run the tests that work on one connection against each mutant; answers by number with a test's id or "".

        Raises:
            SaasdbError: pytest could not run.
        """
        alone = {number: mutant for number, mutant in mutants.items() if not mutant.shared}
        for number in mutants.keys() - alone.keys():
            answer(number, "")
        shares = [list(alone.items())[n::workers] for n in range(workers)]
        with tempfile.TemporaryDirectory() as folder:
            running = [self._start(Path(folder), n, share) for n, share in enumerate(shares) if share]
            try:
                heard = [0] * len(running)
                while True:
                    ended = [process.poll() is not None for process, _ in running]
                    for place, (_, fates) in enumerate(running):
                        lines = fates.read_text(encoding="utf-8").splitlines(keepends=True) if fates.exists() else []
                        for line in lines[heard[place] :]:
                            if line.endswith("\n"):
                                answer(*json.loads(line))
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

    def _start(self, folder: Path, number: int, share: list[tuple[int, Mutant]]) -> tuple[subprocess.Popen, Path]:
        jobs, fates = folder / f"{number}.json", folder / f"{number}.fates"
        jobs.write_text(json.dumps([[n, list(m.sql), list(m.names)] for n, m in share]), encoding="utf-8")
        with open(folder / f"{number}.log", "w", encoding="utf-8") as log:
            process = subprocess.Popen(
                self._command(self.files),
                cwd=self.root,
                env=self._environment(self.template, SAASDB_MUTANTS=str(jobs), SAASDB_FATES=str(fates)),
                stdout=log,
                stderr=log,
            )
        return process, fates

    def kill_on_a_clone(self, mutant: Mutant) -> str:
        """The test with databases of its own (races, migrations) that fails because of a mutant, or nothing."""
        if mutant.shared:
            return ""
        with self.server.database(self.template) as url:
            with psycopg.connect(url, autocommit=True) as connection:
                for statement in mutant.sql:
                    connection.execute(statement)
            database = urlsplit(url).path.lstrip("/")
            while True:
                without = [name for name, sound in self._sound.items() if not sound]
                found = _FAILED.search(self._pytest(self.slow, database, without))
                if found is None:
                    return ""
                if found[1] not in self._sound:
                    self._sound[found[1]] = not _FAILED.search(self._pytest([found[1]], self.template, []))
                if self._sound[found[1]]:
                    return found[1]

    def _pytest(self, files: list[str], template: str, without: list[str]) -> str:
        command = [*self._command(files), "--exitfirst", *(f"--deselect={name}" for name in without)]
        environment = self._environment(template)
        done = subprocess.run(command, cwd=self.root, env=environment, capture_output=True, text=True, timeout=900)
        if done.returncode not in (0, 1, 5):  # 5: nothing was collected
            said = (done.stdout + done.stderr).strip().splitlines()
            raise SaasdbError(
                f"pytest could not run: {said[-1] if said else done.returncode}",
                where=" ".join(files[:3]),
                todo="Run `saasdb test` and mend what it says.",
            )
        return done.stdout

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
