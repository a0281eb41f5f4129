"""One diff from the words on the command line to statements that are proven."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from saasdb import catalog
from saasdb.compare import Changes, compare
from saasdb.diff import judge, proof, renames, roles, stakes, states, strangers
from saasdb.diff.amend import amend
from saasdb.diff.owners import Owners, owners
from saasdb.diff.words import Word, parse
from saasdb.errors import SaasdbError
from saasdb.model import Database, Key
from saasdb.plan import Plan, Statement, family_rules, plan
from saasdb.throwaway import Server, open_server
from saasdb.undisturbed import undisturbed


@dataclass(frozen=True)
class Options:
    """How to diff.

    Attributes:
        safe: whether to write for a database in use; None: when the first state is a live database.
        allow_drop: whether rows may be lost.
        prove: whether to try the statements on a copy of the first state.
        skip_schemas: schemas to leave alone.
        renames: `table=table` or `table.column=column`, as asked for.
        engine: the throwaway's engine.
        project: the project's folder, for `declared` and `migrated`.
    """

    safe: bool | None = None
    allow_drop: bool = False
    prove: bool = True
    skip_schemas: tuple[str, ...] = ()
    renames: tuple[str, ...] = ()
    engine: str | None = None
    project: Path | None = None


@dataclass(frozen=True)
class Outcome:
    """What a diff found.

    Attributes:
        changes: what differs.
        statements: what turns the first state into the second, in order.
        adopting: the other way round, when the first state is a live database and the second a project: what would
            make the files say what the database has.
        notes: what a person should know besides: column orders, unknown objects.
    """

    changes: Changes
    plan: Plan
    statements: tuple[Statement, ...]
    adopting: tuple[Statement, ...] = ()
    notes: tuple[str, ...] = field(default=())

    @property
    def equal(self) -> bool:
        return not self.statements


@undisturbed()
def diff(from_text: str, to_text: str, options: Options, *, on: Server | None = None) -> Outcome:
    """Compare two states and prove the statements between them.

    Args:
        on: the throwaway server to use; without one it is started when it is needed.

    Raises:
        SaasdbError: a state cannot be loaded, rows would be lost without leave, something cannot be written as SQL,
            or the proof fails.
    """
    words = parse(from_text), parse(to_text)
    with ExitStack() as stack:
        server = _Lazy(stack, options.engine, words, on)
        project = partial(_project, options.project)
        old = stack.enter_context(states.opened(words[0], server, project, options.skip_schemas))
        new = stack.enter_context(states.opened(words[1], server, project, options.skip_schemas))
        old.subscribed = old.subscribed or new.subscribed
        mine = _owners(old, new)
        for state in (old, new):
            state.database = (mine.there() if state.live else mine).seen(state.database)
        ignored, said = _strangers(old, new, server, project)
        bench = _Workbench(stack, old, new, server, mine)
        renamed = renames.statements(options.renames, old.database, new.database)
        database = bench.after(renamed, options) if renamed else old.database
        changes = compare(database, new.database, ignore=ignored)
        planned = plan(changes, safe=old.live if options.safe is None else options.safe)
        made = roles.statements(old.roles, new.roles) if not (old.live or new.live) else []
        statements = [*made, *planned.statements]
        if not options.allow_drop:
            _refuse_losses(old, bench, bool(renamed), planned)
        if options.prove:
            statements += _proven(bench, new, changes, statements, ignored, options)
        notes = [*said, *renames.likely(changes), *_notes(old, new, changes)]
        return Outcome(changes, planned, (*renamed, *statements), _adopting(old, new, ignored), tuple(notes))


def _beside(old: states.State, new: states.State) -> tuple[states.State, states.State] | None:
    """The live database and the project, where these two are compared."""
    for live, project in ((old, new), (new, old)):
        if live.live and project.word.kind == "project":
            return live, project
    return None


def _owners(old: states.State, new: states.State) -> Owners:
    beside = _beside(old, new)
    return owners(beside[0].database, beside[1].database, strangers.BOOKS) if beside else Owners("", "")


def _strangers(
    old: states.State, new: states.State, server: _Lazy, project: Callable[[], object]
) -> tuple[frozenset[Key], list[str]]:
    """What to leave out: nothing, unless one side is a live database and the other a project."""
    if beside := _beside(old, new):
        live, ours = (state.database for state in beside)
        return strangers.strangers(live, ours, states.platform(server(), project()))
    return frozenset(), []


def _adopting(old: states.State, new: states.State, ignored: frozenset[Key]) -> tuple[Statement, ...]:
    if not (old.live and new.word.kind == "project"):
        return ()
    return plan(compare(new.database, old.database, ignore=ignored)).statements


class _Workbench:
    """A database in the first state on which statements may be tried, made when it is first needed."""

    def __init__(self, stack: ExitStack, old: states.State, new: states.State, server: _Lazy, mine: Owners):
        self.stack, self.old, self.new, self.server, self.mine = stack, old, new, server, mine
        self._url: str | None = None

    @property
    def url(self) -> str:
        if self._url is None:
            self._url = self.stack.enter_context(proof.copy(self.old, self.new, self.server()))
        return self._url

    def after(self, statements: list[Statement], options: Options) -> Database:
        """What the first state is once these statements have run."""
        with states.connect(self.url) as connection:
            proof.run(connection, statements)
            return self.mine.seen(catalog.read(connection, skip_schemas=options.skip_schemas))


def _proven(
    bench: _Workbench,
    new: states.State,
    changes: Changes,
    statements: list[Statement],
    ignored: frozenset[Key],
    options: Options,
) -> list[Statement]:
    """Prove the statements, and return those that only `pg_dump` knew to be needed."""
    old = bench.old
    second = not (ignored or options.skip_schemas)
    if not statements and not changes:
        if old.live or new.live:
            return []
        verdict = proof.Verdict(changes, proof.same_dump(old, new), True)
    else:
        verdict = proof.prove(
            bench.url, new, statements, bench.mine, ignored, second_opinion=second, skip_schemas=options.skip_schemas
        )
    found: list[Statement] = []
    if verdict.left and (more := family_rules.made_anew(verdict.left)):
        verdict = proof.prove(bench.url, new, more, bench.mine, ignored, second_opinion=second)
        found += more
    for _ in range(2):  # what is taken from a table is taken from its columns too, and only then missing there
        more = amend(verdict.dump_left) if verdict.dump_left and not verdict.left else None
        if not more:
            break
        verdict = proof.prove(bench.url, new, more, bench.mine, ignored, second_opinion=True)
        found += more
    judge.refuse(verdict)
    return found


class _Lazy:
    """The throwaway server, started when it is first needed and kept for the whole diff."""

    def __init__(self, stack: ExitStack, engine: str | None, words: tuple[Word, Word], on: Server | None):
        self.stack, self.engine, self.words, self.given = stack, engine, words, on
        self.server: Server | None = None

    def __call__(self) -> Server:
        if self.server is None:
            self.server = self.given or self.stack.enter_context(open_server(self.engine))
            files = (*self.words[0].files, *self.words[1].files)
            self.stack.enter_context(roles.cleaned_up(self.server.admin_url, files))
        return self.server


def _project(folder: Path | None) -> object:
    from saasdb.files import load
    from saasdb.settings import find_project

    return load(find_project(folder))


def _refuse_losses(old: states.State, bench: _Workbench, renamed: bool, planned: Plan) -> None:
    """Stop before rows are lost. After a rename the old names are only on the workbench."""
    if not planned or (renamed and old.live):
        return
    risky = stakes.risky(planned)
    if not risky:
        return
    with states.connect(bench.url if renamed else old.url) as connection:
        lost = stakes.at_stake(connection, risky)
    if lost:
        raise SaasdbError(
            "This would lose rows: " + "; ".join(map(str, lost)),
            where=old.word.label,
            todo="Add --allow-drop if they may go, or --rename old=new if this is a rename.",
        )


def _notes(old: states.State, new: states.State, changes: Changes) -> list[str]:
    found = [
        f"{key}: the columns stand in another order ({', '.join(new.database.column_order[key])}); "
        "Postgres cannot move a column, so this is left as it is"
        for key in changes.reordered
    ]
    for state in (old, new):
        found += [f"{state.word.label} holds what diff does not read: {name}" for name in state.database.unknown]
    return found
