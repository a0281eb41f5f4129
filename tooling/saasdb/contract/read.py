"""Reads a contract, strictly: an unknown word is an error that names its line, never something passed over."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Any

from saasdb.contract.model import CALLS, COMMANDS, Cell, Contract, FunctionContract, Persona, TableContract
from saasdb.errors import SaasdbError

SECTIONS = (
    "version",
    "platform",
    "personas",
    "tables",
    "functions",
    "grants",
    "facts",
    "owners",
    "signup",
    "definitions",
)
_TABLE_KEYS = ("for", "written_by", "read_by", "owner", "slow", "unproven")
_FUNCTION_KEYS = ("for", "security", "unproven")
_GROUPS = {"everything": ("select", "insert", "update", "delete")}


def load(path: Path) -> Contract:
    """Read a contract file.

    Raises:
        SaasdbError: it cannot be read, is not TOML, or says something that a contract cannot say.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        raise SaasdbError(
            "There is no such contract",
            where=str(path),
            todo="Write it with `saasdb verify --suggest --url URL > access.toml`, then name it with --contract.",
        ) from None
    except (OSError, UnicodeDecodeError) as error:
        raise SaasdbError(
            f"The contract cannot be read: {error}", where=str(path), todo="Give a UTF-8 text file."
        ) from None
    return parse(text, str(path))


def parse(text: str, source: str) -> Contract:
    """Read a contract's text; `source` is its name in messages. Raises like `load`."""
    try:
        raw = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise SaasdbError(f"The contract is not valid TOML: {error}", where=source, todo="Correct that line.") from None
    return _Reader(text, source).contract(raw)


class _Reader:
    def __init__(self, text: str, source: str):
        self.text, self.source = text, source
        self._within = 0  # the line of the object that is being read: its keys come after it

    def wrong(self, what: str, key: str, todo: str) -> SaasdbError:
        return SaasdbError(what, where=f"{self.source}:{self._line(key)}", todo=todo)

    def _line(self, key: str) -> int:
        """The first line that names a key, dotted or in brackets."""
        pattern = re.compile(rf'(^|[\s."\[{{,]){re.escape(key)}($|[\s."\]=}}])')
        lines = enumerate(self.text.splitlines(), start=1)
        found = [n for n, line in lines if pattern.search(line) and not line.lstrip().startswith("#")]
        return next((n for n in found if n >= self._within), found[0] if found else 1)

    def contract(self, raw: dict[str, Any]) -> Contract:
        for key in raw:
            if key not in SECTIONS:
                raise self.wrong(f"A contract has no section {key!r}", key, f"Use one of: {', '.join(SECTIONS)}.")
        if raw.get("version") != 1:
            raise self.wrong("This contract's version is not 1", "version", "Write `version = 1` on its first line.")
        contract = Contract(self.source)
        for name, body in self._tables(raw, "personas").items():
            contract.personas[name] = self._persona(name, body)
        for title, body in self._tables(raw, "tables").items():
            contract.tables[title] = self._table(title, body, contract)
            contract.lines[title] = self._within
        for title, body in self._tables(raw, "functions").items():
            contract.functions[title] = self._function(title, body, contract)
            contract.lines[title] = self._within
            if contract.functions[title].security == "definer":
                contract.facts.setdefault(f"function {title}", set()).add("security definer")
        self._within = 0
        for title, body in self._tables(raw, "grants").items():
            contract.grants[title] = {
                p.lower(): set(self._strings(title, p, roles)) for p, roles in self._dict(title, body).items()
            }
            contract.lines[title] = self._line(title)
        for title, phrases in self._tables(raw, "facts").items():
            contract.facts.setdefault(title, set()).update(self._strings("facts", title, phrases))
        for schema, role in self._tables(raw, "owners").items():
            contract.owners[schema] = self._string("owners", schema, role)
        contract.platform = set(self._strings("the contract", "platform", raw.get("platform", [])))
        signup = self._tables(raw, "signup")
        for key in signup:
            if key not in ("gives", "metadata_decides"):
                raise self.wrong(f"[signup] has no key {key!r}", key, "Use gives or metadata_decides.")
        contract.gives = {
            k: self._string("gives", k, v) for k, v in self._dict("gives", signup.get("gives", {})).items()
        }
        contract.decides = set(self._strings("signup", "metadata_decides", signup.get("metadata_decides", [])))
        for title, text in self._tables(raw, "definitions").items():
            contract.definitions[title] = self._string("definitions", title, text)
        return contract

    def _tables(self, raw: dict[str, Any], key: str) -> dict[str, Any]:
        return self._dict(key, raw.get(key, {}))

    def _dict(self, key: str, value: Any) -> dict[str, Any]:
        if not isinstance(value, dict):
            raise self.wrong(f"{key} must be a table, not {value!r}", key, f"Write it as [{key}] with keys below.")
        return value

    def _string(self, where: str, key: str, value: Any) -> str:
        if not isinstance(value, str):
            raise self.wrong(f"{key} of {where} must be a text, not {value!r}", key, "Put it in quotes.")
        return value

    def _strings(self, where: str, key: str, value: Any) -> list[str]:
        if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
            raise self.wrong(f"{key} of {where} must be a list of texts, not {value!r}", key, 'Write it as ["…", "…"].')
        return value

    def _persona(self, name: str, body: Any) -> Persona:
        body = self._dict(name, body)
        for key in body:
            if key not in ("role", "table", "where"):
                raise self.wrong(f"The persona {name} has no key {key!r}", key, "Use role, table and where.")
        if "role" not in body or ("table" in body) != ("where" in body):
            raise self.wrong(
                f"The persona {name} needs a role, and table and where together",
                name,
                'e.g. { role = "authenticated" }.',
            )
        return Persona(name, **{key: self._string(name, key, value) for key, value in body.items()})

    def _table(self, title: str, body: Any, contract: Contract) -> TableContract:
        table = TableContract(title)
        self._within = 0
        self._within = self._line(title)
        for key, value in self._dict(title, body).items():
            if key == "for":
                table.purpose = self._string(title, key, value)
            elif key == "slow":
                table.slow = {p: self._string(title, p, how) for p, how in self._dict(key, value).items()}
            elif key in _TABLE_KEYS:
                setattr(table, key, self._string(title, key, value))
            elif key in contract.personas:
                table.cells[key] = self._cells(title, key, value)
            else:
                known = ", ".join((*_TABLE_KEYS, *contract.personas))
                raise self.wrong(f"{title} has no key and no persona {key!r}", key, f"Use one of: {known}.")
        return table

    def _cells(self, title: str, persona: str, value: Any) -> dict[str, Cell]:
        cells: dict[str, Cell] = {}
        for command, body in self._dict(f"{title} {persona}", value).items():
            if command not in COMMANDS:
                raise self.wrong(
                    f"{title}, {persona}: there is no command {command!r}",
                    command,
                    f"Use one of: {', '.join(COMMANDS)}.",
                )
            cells[command] = self._cell(f"{title}, {persona}, {command}", command, body)
        return cells

    def _cell(self, where: str, key: str, body: Any) -> Cell:
        if isinstance(body, str):
            return Cell(body)
        if not isinstance(body, dict) or "rows" not in body or set(body) - {"rows", "columns", "moves"}:
            raise self.wrong(
                f"{where} must be rows, or a table of rows, columns and moves; not {body!r}",
                key,
                'e.g. { rows = "own", columns = ["name"] }.',
            )
        columns = frozenset(self._strings(where, "columns", body["columns"])) if "columns" in body else None
        return Cell(
            self._string(where, "rows", body["rows"]),
            columns,
            frozenset(self._strings(where, "moves", body.get("moves", []))),
        )

    def _function(self, title: str, body: Any, contract: Contract) -> FunctionContract:
        function = FunctionContract(title)
        self._within = 0
        self._within = self._line(title)
        for key, value in self._dict(title, body).items():
            if key == "for":
                function.purpose = self._string(title, key, value)
            elif key in _FUNCTION_KEYS:
                setattr(function, key, self._string(title, key, value))
                if key == "security" and value not in ("definer", "invoker"):
                    raise self.wrong(
                        f"{title}: security is definer or invoker, not {value!r}", key, "Leave it out for invoker."
                    )
            elif key in contract.personas:
                if value not in CALLS:
                    raise self.wrong(
                        f"{title}, {key}: a call is {' or '.join(CALLS)}, not {value!r}",
                        key,
                        "Leave the persona out to deny it.",
                    )
                function.personas[key] = value
            else:
                raise self.wrong(
                    f"{title} has no key and no persona {key!r}",
                    key,
                    f"Use one of: {', '.join((*_FUNCTION_KEYS, *contract.personas))}.",
                )
        return function
