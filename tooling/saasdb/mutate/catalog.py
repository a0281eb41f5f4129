"""Every mutant that the catalog of one database gives."""

from __future__ import annotations

from collections.abc import Iterator

import psycopg

from saasdb.contract.model import Contract
from saasdb.mutate import functions, grants, policies, tables
from saasdb.mutate.mutant import Mutant
from saasdb.verify.inventory import Relation
from saasdb.verify.stage import Stage, client_roles
from saasdb.verify.world import SKIPPED_SCHEMAS


def every(connection: psycopg.Connection, stage: Stage, contract: Contract) -> Iterator[Mutant]:
    """Mutants of what belongs to the project; of other people's schemas only what the contract names in them."""
    inventory = stage.inventory
    theirs = SKIPPED_SCHEMAS | contract.platform
    clients = client_roles(inventory, stage.grants)
    ours = [r for r in inventory.relations.values() if r.schema not in theirs and not r.partition_of]
    stored = [r for r in ours if r.kind in "rp"]
    code = [f for f in inventory.functions.values() if f.schema not in theirs and f.kind in "fp"]
    schemas = sorted({r.schema for r in ours} | {f.schema for f in code})
    yield from policies.mutants(stored, _with_our_policies(stage, contract, theirs))
    yield from grants.of_tables([r for r in ours if r.kind in "rpvmf"], stage.grants, clients)
    yield from grants.of_functions(code, stage.grants, clients)
    sequences = {f"sequence {r.title}": stage.grants.get(f"sequence {r.title}", {}) for r in ours if r.kind == "S"}
    held = {**{f"schema {name}": {} for name in schemas}, **stage.grants, **sequences}
    yield from grants.beside(held, clients, schemas)
    yield from grants.next_objects(clients, schemas)
    yield from functions.mutants(inventory, code)
    yield from tables.mutants(inventory, stored)
    everywhere = [r for r in inventory.tables if not r.partition_of]
    yield from tables.triggers(inventory, everywhere, {f.oid for f in code})
    yield from tables.buckets(connection)
    yield from tables.roles(connection, clients)


def _with_our_policies(stage: Stage, contract: Contract, theirs: set[str]) -> list[Relation]:
    return [r for r in stage.inventory.tables if r.schema in theirs and r.policies and r.title in contract.tables]
