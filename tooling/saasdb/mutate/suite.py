"""The project's own tests against a mutant: on a clone that holds it, the files that name the object first."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import threading
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

import psycopg

from saasdb.errors import SaasdbError
from saasdb.mutate.mutant import Mutant
from saasdb.throwaway import Server

FIRST = 2
"""How many files are run before all the others: most mutants die in the file that bears their object's name."""

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
    _texts: dict[str, str] = field(default_factory=dict)
    _failing: set[str] = field(default_factory=set)
    """Tests that fail on the sound schema too, and so say nothing of a mutant."""
    _sound: set[str] = field(default_factory=set)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def __post_init__(self) -> None:
        for path in sorted((self.root / "tests").rglob("test_*.py")):
            text = path.read_text(encoding="utf-8")
            if not _OF_THE_TOOL.search(text):  # a test of the tool brings its own server and says nothing about the SQL
                self._texts[str(path.relative_to(self.root))] = text

    def kill(self, mutant: Mutant) -> str:
        """The test that fails because of a mutant, or nothing.

        Raises:
            SaasdbError: pytest could not run.
        """
        ranked = self._ranked(mutant)
        with self.server.database(self.template) as url:
            with psycopg.connect(url, autocommit=True) as connection:
                for statement in mutant.sql:
                    connection.execute(statement)
            database = urlsplit(url).path.lstrip("/")
            for files in (ranked[:FIRST], ranked[FIRST:]):
                failed = self._run(files, database) if files else ""
                if failed:
                    return failed
        return ""

    def _ranked(self, mutant: Mutant) -> list[str]:
        """Test files, those that name what the mutant is about first."""

        def score(name: str) -> int:
            stem, text = Path(name).stem, self._texts[name]
            return sum(
                (8 if word in stem else 0) + min(len(re.findall(rf"\b{re.escape(word)}\b", text)), 4)
                for word in mutant.names
                if len(word) > 2
            )

        return sorted(self._texts, key=lambda name: (-score(name), name))

    def _run(self, files: list[str], database: str) -> str:
        """The first test that fails on the database and passes on the sound one."""
        while True:
            found = _FAILED.search(self._pytest(files, database, sorted(self._failing), "--exitfirst"))
            if found is None:
                return ""
            test = found[1]
            with self._lock:
                if test not in self._sound and test not in self._failing:
                    fails = _FAILED.search(self._pytest([test], self.template, []))
                    (self._failing if fails else self._sound).add(test)
            if test in self._sound:
                return test

    def _pytest(self, files: list[str], template: str, without: list[str], *more: str) -> str:
        environment = {
            **os.environ,
            "SAASDB_PROJECT": str(self.root),
            "SAASDB_ENGINE": "url",
            "SAASDB_SERVER_URL": self.server.admin_url,
            "SAASDB_TEMPLATE": template,
        }
        command = [sys.executable, "-m", "pytest", "-q", "-rfE", "--tb=no", "-p", "no:cacheprovider", *more, *files]
        command += [f"--deselect={name}" for name in without]
        done = subprocess.run(command, cwd=self.root, env=environment, capture_output=True, text=True, timeout=900)
        if done.returncode not in (0, 1, 5):  # 5: nothing was collected
            said = (done.stdout + done.stderr).strip().splitlines()
            raise SaasdbError(
                f"pytest could not run: {said[-1] if said else done.returncode}",
                where=" ".join(files[:3]),
                todo="Run `saasdb test` and mend what it says.",
            )
        return done.stdout
