"""`verify`, whole: look at a database, judge it by a contract."""

from __future__ import annotations

from collections.abc import Callable, Set

import psycopg

from saasdb.contract.model import Contract
from saasdb.errors import SaasdbError
from saasdb.verify import judge_facts, served, shape, sidebyside
from saasdb.verify.causes import with_causes
from saasdb.verify.engine import Comparison, Wishes, look, look_deeper
from saasdb.verify.findings import CellResult, Finding, Verdict
from saasdb.verify.inventory import Inventory
from saasdb.verify.judge import Judge
from saasdb.verify.plans import Plans
from saasdb.verify.reach import EVERYTHING, Reach


def verify(connection: psycopg.Connection, contract: Contract, note: Callable[[str], None] = lambda _: None) -> Verdict:
    """Prove that the connected database does what the contract says, and nothing more.

    Args:
        connection: autocommit, a role that can act as the client roles; nothing that is done on it stays.

    Raises:
        SaasdbError: the role lacks the rights, or the contract's roles are not there.
    """
    check_rights(connection, contract)
    wishes = Wishes(lambda inventory: predicates(contract, inventory), lambda inventory: beside(contract, inventory))
    comparison = look(connection, contract.definitions, wishes, note)
    findings, cells = judge(connection, comparison, contract)
    if unanswered := _unanswered(comparison, findings):
        comparison.deeper = look_deeper(connection, comparison, contract.definitions, unanswered, wishes)
        findings, cells = judge(connection, comparison, contract)
    findings = with_causes(findings, comparison)
    return Verdict(findings, comparison.now.tried + _tried(comparison), cells)


def _unanswered(comparison: Comparison, findings: list[Finding]) -> list[str]:
    """The changed definitions of which nothing was found yet: a deeper world, which costs more, may still tell.

    That something is merely refused in another way, or answered otherwise, is not all there is to be found.
    """
    weak = ("new", "unproven", "changed")
    told = {cause for f in findings if f.kind not in weak for cause in (f.object, *f.decided_by)}
    return [title for title in comparison.changed if comparison.frozen and title not in told]


ASSERTIONS = ("tables", "functions", "grants", "facts", "signup", "side by side", "shape")
"""The classes of assertion that a verdict is made of; `mutate` shows that none can be left out."""


def judge(
    connection: psycopg.Connection,
    comparison: Comparison,
    contract: Contract,
    reach: Reach = EVERYTHING,
    without: Set[str] = frozenset(),
) -> tuple[list[Finding], list[CellResult]]:
    """Every finding of a comparison, and the cells of the matrix.

    Args:
        reach: judge only this much; what lies beyond must not have been touched.
        without: classes of `ASSERTIONS` to leave out.
    """
    seen = comparison.now
    shaped = any(
        title.startswith(("indexes", "unique indexes", "constraints", "columns")) for title in comparison.changed
    )
    # What an index served is not put back with the rules: then the contract's own plans say nothing.
    cells = Judge(seen, contract, reach, None if shaped else _plans(comparison))
    if "tables" not in without:
        cells.tables()
    if "functions" not in without:
        cells.functions()
    beside = {
        "grants": lambda: judge_facts.grants(seen, contract),
        "facts": lambda: judge_facts.facts(seen, contract),
        "signup": lambda: judge_facts.signup(seen, contract) if reach.lifecycle else [],
        "side by side": lambda: sidebyside.compare(comparison, contract),
        "shape": lambda: shape.compare(connection, comparison, contract) + served.compare(connection, comparison),
    }
    found = [finding for name, assertion in beside.items() if name not in without for finding in assertion()]
    return _once([*cells.findings, *found]), cells.cells


def _plans(comparison: Comparison) -> Plans | None:
    """Those of the contract's own code; where no change reaches, today's."""
    if comparison.frozen is None:
        return None
    reached = comparison.frozen.reach
    elsewhere = {cell: plan for cell, plan in comparison.now.plans.items() if not reached.table(cell[1])}
    return {**elsewhere, **comparison.frozen.plans}


def _tried(comparison: Comparison) -> int:
    return comparison.frozen.tried if comparison.frozen else 0


def _once(findings: list[Finding]) -> list[Finding]:
    """One finding a cell and kind: the first says what the contract says."""
    order = {"leak": 0, "outage": 1, "changed": 2, "slow": 3, "unproven": 4, "new": 5}
    seen: dict[tuple[str, ...], Finding] = {}
    for finding in findings:
        # What is no cell, such as a membership, is told apart by what it says.
        cell = (finding.persona, finding.command, finding.column)
        seen.setdefault((finding.object, *cell, finding.kind, "" if any(cell) else finding.says), finding)
    return sorted(seen.values(), key=lambda f: order[f.kind])


def predicates(contract: Contract, inventory: Inventory) -> set[tuple[str, str, str]]:
    """Every (table, command, predicate) that the contract states."""
    return {
        (title, command, cell.rows)
        for title, table in contract.tables.items()
        if inventory.relation(title)
        for cells in table.cells.values()
        for command, cell in cells.items()
        if cell.is_predicate and cell.rows != "fails"
    }


def beside(contract: Contract, inventory: Inventory) -> frozenset[str]:
    """What lies in schemas that the contract leaves to others and is not named in it."""
    named = {*contract.tables, *contract.functions}
    objects = [*inventory.relations.values(), *inventory.functions.values()]
    return frozenset(each.title for each in objects if each.schema in contract.platform and each.title not in named)


def check_rights(connection: psycopg.Connection, contract: Contract | None) -> None:
    """Refuse early, in words, what would otherwise fail in the middle.

    Raises:
        SaasdbError: the role does not skip row level security, or a role of the contract is missing.
    """
    skips = connection.execute("select rolsuper or rolbypassrls from pg_roles where rolname = current_user").fetchone()[
        0
    ]
    if not skips:
        raise SaasdbError(
            "This role cannot prove access: it is bound by row level security, so it does not see what others must not",
            where=f"role {connection.info.user}",
            todo="Connect as a superuser, or as `postgres` on Supabase.",
        )
    if contract is None:
        return
    roles = {row[0] for row in connection.execute("select rolname from pg_roles")}
    missing = sorted({p.role for p in contract.personas.values()} - roles)
    if missing:
        raise SaasdbError(
            f"The database has no role {', '.join(missing)}",
            where=contract.source,
            todo="Correct [personas] in the contract, or apply the schema to this database first.",
        )
