"""Writes down the contract that a database implements today, for a person to correct."""

from __future__ import annotations

import re
from collections import Counter

import psycopg

from saasdb.contract.model import COMMANDS, Cell, Contract, FunctionContract, Persona, TableContract
from saasdb.verify import atoms
from saasdb.verify import functions as function_words
from saasdb.verify.callers import ROLES
from saasdb.verify.engine import Note, Observation, Wishes, look
from saasdb.verify.inventory import Inventory, Relation
from saasdb.verify.plans import FAST
from saasdb.verify.principals import Principal
from saasdb.verify.words import DENIED, Words, effective, group, members, odd

Remarks = dict[str, list[str]]


def suggest(connection: psycopg.Connection, note: Note = lambda _: None) -> tuple[Contract, Remarks]:
    """The contract of the connected database and remarks on what looks unintended."""
    seen = look(connection, wishes=Wishes(predicates_of_policies), note=note).now
    contract = Contract("access.toml", personas=personas(seen))
    words = Words(seen)
    found: Remarks = {}
    for relation in seen.inventory.relations.values():
        if relation.kind in "rpvmf":
            table = table_contract(seen, words, contract, relation)
            if table.cells or relation.schema not in ("auth", "storage"):
                contract.tables[relation.title] = table
                if looks := unintended(table, relation):
                    found[relation.title] = looks
    for function in seen.inventory.functions.values():
        said = function_contract(seen, contract, function.title)
        said.security = "definer" if function.definer else ""
        if said.personas or function.definer:
            contract.functions[function.title] = said
    contract.grants = grants_beside(seen, contract)
    contract.owners, contract.facts = owners_and_facts(seen)
    contract.gives, contract.decides = dict(seen.lifecycle.defaults), set(seen.lifecycle.decided)
    contract.definitions = seen.definitions
    for title, facts in contract.facts.items():
        for fact in facts:
            if fact.startswith(
                ("search path", "row level security off", "runs as its owner", "leakproof", "publishes every")
            ):
                found.setdefault(title, []).append(fact)
    for column in contract.decides:
        if re.search(r"role|plan|tier|admin|quota|limit|credit|balance", column):
            found.setdefault("signup", []).append(f"a user's own metadata decides {column}")
    return contract, found


def predicates_of_policies(inventory: Inventory) -> set[tuple[str, str, str]]:
    """What the policies of each client role say, command by command."""
    found = set()
    for relation in inventory.tables:
        for role in {*ROLES.values(), *(r for p in relation.policies for r in p.roles)}:
            for command in COMMANDS if relation.rls else ():
                predicate = effective(relation, command, role)
                if predicate != "false":
                    found.add((relation.title, command, predicate))
    return found


def personas(seen: Observation) -> dict[str, Persona]:
    """One persona a client role, and one for those of whom an `is_admin()` says yes."""
    found: dict[str, Persona] = {}
    for role in dict.fromkeys(c.role for c in seen.callers):
        name = next((p for p, r in ROLES.items() if r == role), role)
        found[name] = Persona(name, role)
    if "member" in found:
        for title in _admin_helpers(seen):
            yes = [
                c
                for c in seen.callers
                if c.plain
                and not c.forged
                and c.principal
                and "true" in seen.functions.calls.get((c.label, title, ""), _NO).result
            ]
            variants = {c.principal.variant for c in yes if c.principal.variant}
            if yes and len(yes) <= 4 and len(variants) == 1:
                table, column, value = variants.pop()
                found["admin"] = Persona("admin", found["member"].role, table, f"{column} = '{value}'")
                break
        else:
            told = [_told_by(p, found["member"].role) for p in seen.world.principals.values() if _role_of_admin(p)]
            # A role in a row that names nobody (an invitation) tells nobody apart; one in a membership tells best.
            told = [persona for persona in told if members(seen, persona)]
            if told:
                found["admin"] = next((persona for persona in told if _memberships(seen, persona)), told[0])
    return found


def _role_of_admin(principal: Principal) -> bool:
    variant = principal.variant
    return bool(variant) and variant[2] in ("admin", "superadmin", "super_admin") and "role" in variant[1]


def _told_by(principal: Principal, role: str) -> Persona:
    table, column, value = principal.variant
    return Persona("admin", role, table, f"{column} = '{value}'")


def _memberships(seen: Observation, persona: Persona) -> bool:
    """Whether a user is part of the key of the table that tells a persona."""
    relation = seen.inventory.relation(persona.table)
    return any(set(key) & set(seen.world.owners(relation)) for key in relation.unique)


class _No:
    result = ""


_NO = _No()


def _admin_helpers(seen: Observation) -> list[str]:
    return [
        f.title
        for f in seen.inventory.functions.values()
        if f.returns == "boolean" and not f.arguments and "admin" in f.name
    ]


def table_contract(seen: Observation, words: Words, contract: Contract, relation: Relation) -> TableContract:
    """One table's cells, each in the narrowest word that holds for everybody it speaks of."""
    table = TableContract(relation.title)
    owners = seen.world.owners(relation)
    for persona in contract.personas.values():
        callers = group(seen, persona, contract.personas)
        cells: dict[str, Cell] = {}
        for command in COMMANDS:
            best = None
            for owner in [table.owner] if table.owner else [*owners, ""]:
                found = (
                    words.insert(callers, relation)
                    if command == "insert"
                    else words.select(callers, relation, owner, command)
                )
                if best is None or (best.rows == "mixed" and found.rows != "mixed"):
                    best = found
                if found.rows == "own" and command != "insert":
                    table.owner = owner
                    break
            if best.rows == DENIED:
                continue
            rows, others = best.rows, odd(seen, persona, contract.personas)
            if words.beyond(others, relation, command, rows, table.owner):
                rows = "mixed"  # a rule that trusts a claim: the policy's own words say whom
            predicate = effective(relation, command, persona.role)
            # Own rows of this world, but the rule knows of more: its own words hold where other rows are made, too.
            told = [c.name for c in relation.columns if c.name != table.owner and atoms.named(c.name, predicate)]
            if rows in ("mixed", "none") or (rows in ("own", "all") and told and command != "insert"):
                fits = predicate != "false" and not words.fits(callers, relation, command, predicate)
                if rows != "none" and fits and not words.beyond(others, relation, command, predicate, table.owner):
                    rows = predicate
            complete = frozenset(c.name for c in relation.columns if not (c.generated and command != "select"))
            columns = None if command == "delete" or complete <= best.columns else best.columns
            cells[command] = Cell(rows, columns, best.moves)
        base = (
            next((p.name for p in contract.personas.values() if p.role == persona.role and not p.table), None)
            if persona.table
            else None
        )
        if base:
            # A persona told by a row has the cells of its role; only what differs is written.
            cells = {c: cell for c, cell in cells.items() if not _same(words, callers, relation, table, base, c, cell)}
        if cells:
            table.cells[persona.name] = cells
        for command in COMMANDS:
            plan = seen.plans.get((persona.name, relation.title, command))
            if plan and plan not in FAST and cells.get(command):
                table.slow[persona.name if command == "select" else f"{persona.name}.{command}"] = plan
    if not seen.world.rows.get(relation.oid) and relation.kind in "rp" and relation.title in seen.problems:
        table.unproven = f"no row could be made: {seen.problems[relation.title][:160]}"
    return table


def _same(
    words: Words, callers: list, relation: Relation, table: TableContract, base: str, command: str, cell: Cell
) -> bool:
    other = table.cell(base, command)
    if other is None or (
        (other.columns or ()) != (cell.columns or ()) and not (cell.rows == "none" or other.rows == "mixed")
    ):
        return False
    return not words.holds(callers, relation, command, other.rows, table.owner)


def function_contract(seen: Observation, contract: Contract, title: str) -> FunctionContract:
    """One function's word by persona."""
    said = FunctionContract(title)
    for persona in contract.personas.values():
        if persona.role not in seen.functions.execute.get(title, ()):
            continue
        labels = {c.label for c in group(seen, persona, contract.personas)}
        calls = [call for (caller, _), call in seen.functions.of(title).items() if caller in labels]
        if not calls:
            if title in seen.functions.skipped:
                said.unproven = seen.functions.skipped[title]
            said.personas[persona.name] = "own"
            continue
        said.personas[persona.name] = function_words.word(calls)
    # Who is refused whatever they pass is left out, where somebody else of the same role is not.
    works = {contract.personas[p].role for p, word in said.personas.items() if word != "fails"}
    said.personas = {p: w for p, w in said.personas.items() if w != "fails" or contract.personas[p].role not in works}
    return said


def grants_beside(seen: Observation, contract: Contract) -> dict[str, dict[str, set[str]]]:
    """Grants that no cell says: on other objects, to other roles, and the privileges that are no command."""
    said = _said_by_cells(contract)
    found: dict[str, dict[str, set[str]]] = {}
    for title, held in seen.grants.items():
        for privilege, holders in held.items():
            command = "execute" if privilege == "execute" else privilege.split(" ")[0]
            name = title.partition(" ")[2].removeprefix("view ").removeprefix("table ")
            kept = holders if "grant option" in privilege else {h for h in holders if (name, command, h) not in said}
            if kept:
                found.setdefault(title, {})[privilege] = set(kept)
    return found


def _said_by_cells(contract: Contract) -> set[tuple[str, str, str]]:
    """(object, command, role) that some cell of the contract speaks of."""
    personas = contract.personas
    said = {
        (table.title, command, personas[persona].role)
        for table in contract.tables.values()
        for persona, cells in table.cells.items()
        for command in cells
    }
    return said | {(f.title, "execute", personas[p].role) for f in contract.functions.values() for p in f.personas}


def owners_and_facts(seen: Observation) -> tuple[dict[str, str], dict[str, set[str]]]:
    """Who owns what lies in each schema, and every fact that this does not already say."""
    counts: dict[str, Counter] = {}
    for title, facts in seen.facts.items():
        for fact in facts:
            if fact.startswith("owned by "):
                counts.setdefault(schema_of(title), Counter())[fact.removeprefix("owned by ")] += 1
    owners = {schema: counter.most_common(1)[0][0] for schema, counter in counts.items() if schema}
    facts = {}
    for title, said in seen.facts.items():
        kept = {fact for fact in said if fact != f"owned by {owners.get(schema_of(title))}"}
        if kept:
            facts[title] = kept
    return owners, facts


def schema_of(title: str) -> str:
    """The schema in an object's title: `table public.payments` → `public`."""
    kind, _, name = title.partition(" ")
    if kind in ("role", "bucket", "extension", "publication", "event", "database", "schema", "large"):
        return ""
    return name.removeprefix("view ").partition("(")[0].rpartition(".")[0].split(" ")[-1]


def unintended(table: TableContract, relation: Relation) -> list[str]:
    """Remarks on cells that most products do not mean."""
    found = []
    for persona, cells in table.cells.items():
        for command, cell in cells.items():
            if persona in ("visitor", "member") and cell.rows == "all" and command != "select":
                found.append(f"every {persona} may {command} every row")
            if persona == "visitor" and cell.rows == "all" and command == "select":
                found.append("every visitor reads every row")
            if cell.rows == "none":
                found.append(f"{persona} is granted {command} but no policy lets a row through: revoke it")
            if cell.rows == "fails":
                found.append(f"{persona} cannot {command}: the statement fails")
        if persona in table.slow:
            found.append(f"reading is slow for {persona}: {table.slow[persona]}")
    return found
