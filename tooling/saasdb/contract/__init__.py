"""The access contract: who may do what, stated apart from the SQL that implements it. See docs/contract.md."""

from saasdb.contract.model import Cell, Contract, FunctionContract, Persona, TableContract
from saasdb.contract.read import load, parse

__all__ = ["Cell", "Contract", "FunctionContract", "Persona", "TableContract", "load", "parse"]
