"""Writes a contract as TOML that a person can read and correct."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable

from saasdb.contract.model import COMMANDS, Cell, Contract

_BARE = re.compile(r"^[A-Za-z0-9_-]+$")


def dump(contract: Contract, comments: dict[str, list[str]] | None = None) -> str:
    """The TOML text of a contract; `comments` (object → remarks) become comment lines above the object."""
    said = comments or {}
    lines = [
        "version = 1",
        "",
        "# What is not written here is denied. Rows: none, own (the owner column is the caller), all, or a predicate.",
        "# Lines that start with `# ?` mark what looks unintended.",
        "",
        "[personas]",
    ]
    for persona in contract.personas.values():
        parts = {"role": persona.role, **({"table": persona.table, "where": persona.where} if persona.table else {})}
        lines.append(f"{key(persona.name)} = {{ {', '.join(f'{k} = {text(v)}' for k, v in parts.items())} }}")
    for table in contract.tables.values():
        lines += ["", *_remarks(said, table.title), f"[tables.{key(table.title)}]"]
        for name, value in (
            ("for", table.purpose),
            ("written_by", table.written_by),
            ("read_by", table.read_by),
            ("owner", table.owner),
            ("unproven", table.unproven),
        ):
            if value:
                lines.append(f"{name} = {text(value)}")
        if table.slow:
            lines.append(f"slow = {{ {', '.join(f'{key(p)} = {text(how)}' for p, how in table.slow.items())} }}")
        for persona, cells in table.cells.items():
            lines += [f"{key(persona)}.{command} = {_cell(cells[command])}" for command in COMMANDS if command in cells]
    for function in contract.functions.values():
        lines += ["", *_remarks(said, function.title), f"[functions.{key(function.title)}]"]
        lines += [
            f"{name} = {text(value)}"
            for name, value in (
                ("for", function.purpose),
                ("security", function.security),
                ("unproven", function.unproven),
            )
            if value
        ]
        lines += [f"{key(persona)} = {text(word)}" for persona, word in function.personas.items()]
    if contract.grants:
        lines += ["", "[grants]"]
        for title, held in sorted(contract.grants.items()):
            lines += _remarks(said, title)
            lines += [f"{key(title)}.{key(p)} = {_list(roles)}" for p, roles in sorted(held.items())]
    if contract.owners:
        lines += [
            "",
            "[owners]",
            *(f"{key(schema)} = {text(role)}" for schema, role in sorted(contract.owners.items())),
        ]
    if contract.facts:
        lines += ["", "[facts]"]
        for title, facts in sorted(_beside_security(contract).items()):
            lines += [*_remarks(said, title), f"{key(title)} = {_list(facts)}"]
    if contract.gives or contract.decides:
        lines += ["", "[signup]", f"metadata_decides = {_list(contract.decides)}"]
        lines += [f"gives.{key(column)} = {text(value)}" for column, value in sorted(contract.gives.items())]
    if contract.definitions:
        lines += [
            "",
            "# The SQL that the words above were read from: what changed is tried against it, side by side.",
            "[definitions]",
        ]
        lines += [f"{key(title)} = {text(sql, long=True)}" for title, sql in sorted(contract.definitions.items())]
    return "\n".join(lines) + "\n"


def _beside_security(contract: Contract) -> dict[str, set[str]]:
    """The facts without those that a function's own `security` line says."""
    found = {}
    for title, facts in contract.facts.items():
        function = contract.functions.get(title.removeprefix("function "))
        left = facts - {"security definer"} if function and function.security == "definer" else facts
        if left:
            found[title] = left
    return found


def _remarks(said: dict[str, list[str]], title: str) -> list[str]:
    return [f"# ? {remark}" for remark in said.get(title, ())]


def key(name: str) -> str:
    return name if _BARE.match(name) else text(name)


def text(value: str, *, long: bool = False) -> str:
    if long and "'''" not in value and "\n" in value and not re.search(r"[\x00-\x08\x0b-\x1f\x7f]", value):
        return f"'''\n{value}'''"
    # JSON's escapes are TOML's too, once DEL is escaped as well.
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")


def _list(values: Iterable[str]) -> str:
    return "[" + ", ".join(text(value) for value in sorted(values)) + "]"


def _cell(cell: Cell) -> str:
    if cell.columns is None and not cell.moves:
        return text(cell.rows)
    parts = [f"rows = {text(cell.rows)}"]
    if cell.columns is not None:
        parts.append(f"columns = {_list(cell.columns)}")
    if cell.moves:
        parts.append(f"moves = {_list(cell.moves)}")
    return "{ " + ", ".join(parts) + " }"
