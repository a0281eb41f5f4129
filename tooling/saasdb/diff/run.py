"""One diff from the words on the command line to statements that are proven."""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from saasdb.compare import Changes, compare
from saasdb.diff import proof, roles, stakes, states
from saasdb.diff.words import Word, parse
from saasdb.errors import SaasdbError
from saasdb.plan import Plan, Statement, plan
from saasdb.throwaway import Server, open_server


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
        notes: what a person should know besides: column orders, unknown objects.
    """

    changes: Changes
    plan: Plan
    statements: tuple[Statement, ...]
    notes: tuple[str, ...] = field(default=())

    @property
    def equal(self) -> bool:
        return not self.statements


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
        changes = compare(old.database, new.database)
        safe = old.live if options.safe is None else options.safe
        planned = plan(changes, safe=safe)
        before = roles.statements(old.roles, new.roles) if not (old.live or new.live) else []
        statements = [*before, *planned.statements]
        _refuse_losses(old, planned, options)
        _judge(old, new, changes, statements, server, options)
        return Outcome(changes, planned, tuple(statements), tuple(_notes(old, new, changes)))


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


def _refuse_losses(old: states.State, planned: Plan, options: Options) -> None:
    if options.allow_drop or not planned:
        return
    with states.connect(old.url) as connection:
        lost = stakes.at_stake(connection, planned)
    if lost:
        raise SaasdbError(
            "This would lose rows: " + "; ".join(map(str, lost)),
            where=old.word.label,
            todo="Add --allow-drop if they may go, or --rename old=new if this is a rename.",
        )


def _judge(
    old: states.State, new: states.State, changes: Changes, statements: list[Statement], server: _Lazy, options: Options
) -> None:
    if not options.prove:
        return
    if not statements:
        if not old.live and not new.live and not changes.reordered:
            _refuse(proof.same_dump(old, new, server()))
        return
    verdict = proof.prove(old, new, statements, server(), skip_schemas=options.skip_schemas)
    if verdict.left:
        left = verdict.left
        listed = [f"missing: {key}" for key in left.created] + [f"too many: {key}" for key in left.dropped]
        listed += [
            f"differs: {key}: " + "; ".join(f"{name} is {was}, should be {now}" for name, was, now in change.told())
            for key, change in left.changed.items()
        ]
        raise SaasdbError(
            "The statements do not lead to the second state. Left over:\n    " + "\n    ".join(listed),
            todo="Nothing was printed. Make these changes by hand, then run diff again for the rest.",
        )
    _refuse(verdict.dump_left)


def _refuse(left: tuple[str, ...]) -> None:
    if left:
        raise SaasdbError(
            "pg_dump sees a difference that cannot be written as SQL yet. Left over:\n    "
            + "\n    ".join(text.replace("\n", "\n      ") for text in left),
            todo="Nothing was printed. Make these changes by hand, then run diff again for the rest.",
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
