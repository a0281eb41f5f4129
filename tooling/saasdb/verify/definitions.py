"""The SQL behind the behaviour, object by object, and how to put it back for a comparison.

A contract may freeze these texts. Where the database still says the same, behaviour is the same; where it does not,
both are tried on the same world and only what they do differently is a finding: a reworded policy is none.
"""

from __future__ import annotations

import re

import psycopg

from saasdb.verify.inventory import Column, Inventory, Relation, quote

SKIPPED = {
    "graphql",
    "graphql_public",
    "pgsodium",
    "vault",
    "extensions",
    "realtime",
    "supabase_functions",
    "pgbouncer",
    "saasdb",
}


def read(inventory: Inventory) -> dict[str, str]:
    """object → SQL, in a form that two readings of the same state spell alike."""
    found: dict[str, str] = {}
    for function in inventory.functions.values():
        if function.definition and function.language in ("sql", "plpgsql") and function.schema not in SKIPPED:
            found[f"function {function.title}"] = function.definition.strip() + "\n"
    for relation in inventory.relations.values():
        if relation.schema in SKIPPED or relation.kind == "S":
            continue
        if relation.kind in "vm":
            options = f" with ({', '.join(sorted(relation.options))})" if relation.options else ""
            kind = "materialized view" if relation.kind == "m" else "view"
            found[f"{kind} {relation.title}"] = (
                f"create or replace view {relation.sql}{options} as\n{relation.definition.strip()}\n"
            )
            found[f"columns of {relation.title}"] = "".join(
                f"{column.name}: {column.type}\n" for column in sorted(relation.columns, key=lambda column: column.name)
            )
        if relation.kind in "rp":
            found |= _table(relation)
        if relation.triggers or relation.kind in "rp":
            # Frozen empty as well: the first trigger of a table acts where none did.
            found[f"triggers of {relation.title}"] = "".join(
                f"{one_line(t.definition)};\n" + (f"-- enabled {t.enabled}\n" if t.enabled != "O" else "")
                for t in relation.triggers
            )
    for name, checks in inventory.domains.items():
        found[f"domain {name}"] = "\n".join(map(one_line, checks)) + "\n"
    return found


def _table(relation: Relation) -> dict[str, str]:
    found = {}
    policies = "".join(policy_sql(relation, policy) + ";\n" for policy in relation.policies)
    if policies or relation.rls:
        found[f"policies of {relation.title}"] = (
            f"alter table {relation.sql} enable row level security;\n" if relation.rls else ""
        ) + policies
    checks = [f"{k.name}: {one_line(k.definition)}" for k in relation.constraints]
    found[f"constraints of {relation.title}"] = "".join(f"{line}\n" for line in sorted(checks))
    unique = sorted(one_line(i.split(" USING ", 1)[1]) for i in relation.indexes if i.startswith("CREATE UNIQUE"))
    found[f"unique indexes of {relation.title}"] = "".join(f"{line}\n" for line in unique)
    plain = sorted(one_line(i.split(" USING ", 1)[1]) for i in relation.indexes if not i.startswith("CREATE UNIQUE"))
    found[f"indexes of {relation.title}"] = "".join(f"{line}\n" for line in plain)
    found[f"columns of {relation.title}"] = "".join(
        _column(column) for column in sorted(relation.columns, key=lambda column: column.name)
    )
    return found


def _column(column: Column) -> str:
    """A column as one line: `name: type not null default …`."""
    parts = [f"{column.name}: {column.type}"]
    if column.not_null:
        parts.append("not null")
    if column.default:
        parts.append(f"{'generated' if column.generated else 'default'} {one_line(column.default)}")
    if column.identity:
        parts.append(f"identity {column.identity}")
    if column.labels:
        parts.append(f"in ({', '.join(column.labels)})")
    return " ".join(parts) + "\n"


_PIECES = re.compile(r"E?'(?:[^']|'')*'|\s+")


def one_line(sql: str) -> str:
    """SQL with its line breaks as spaces, those within texts escaped: what is kept line by line has none of its own.

    A CASE in a check or a trigger's condition is deparsed on several lines.
    """

    def joined(piece: re.Match[str]) -> str:
        text = piece[0]
        if text.isspace():
            return " "
        if "\n" not in text:
            return text
        escaped = text if text.startswith("E") else "E" + text.replace("\\", "\\\\")
        return escaped.replace("\n", "\\n")

    return _PIECES.sub(joined, sql)


def policy_sql(relation: Relation, policy: object) -> str:
    """CREATE POLICY as one line."""
    command = {"r": "select", "a": "insert", "w": "update", "d": "delete", "*": "all"}[policy.command]
    roles = ", ".join("public" if role == "public" else quote(role) for role in policy.roles)
    parts = [
        f"create policy {quote(policy.name)} on {relation.sql}"
        f" as {'permissive' if policy.permissive else 'restrictive'} for {command} to {roles}"
    ]
    if policy.using is not None:
        parts.append(f"using ({policy.using})")
    if policy.check is not None:
        parts.append(f"with check ({policy.check})")
    return " ".join(parts)


_POLICY = re.compile(r'^create policy "(?:[^"]|"")*" on ', re.MULTILINE)


def differing(now: dict[str, str], frozen: dict[str, str]) -> list[str]:
    """The objects whose SQL is not the frozen one, gone ones included; nothing was promised of new ones.

    What a policy is called decides nothing.
    """
    differ = [title for title, sql in frozen.items() if now.get(title) != sql]
    same = {t for t in differ if t.startswith("policies of ") and _renamed(now.get(t), frozen[t])}
    return [title for title in differ if title not in same]


def _renamed(now: str | None, frozen: str) -> bool:
    one, two = (sorted(_POLICY.sub("create policy on ", text or "").splitlines()) for text in (now, frozen))
    return one == two


def restore(
    connection: psycopg.Connection, now: Inventory, frozen: dict[str, str], titles: list[str]
) -> dict[str, str]:
    """Put the frozen SQL of these objects back, inside the caller's transaction; returns what could not be put back."""
    failed: dict[str, str] = {}
    order = sorted(
        titles,
        key=lambda t: ("function", "view", "constraints", "columns", "policies", "triggers").index(
            next(
                (k for k in ("function", "view", "constraints", "columns", "policies", "triggers") if t.startswith(k)),
                "columns",
            )
        ),
    )
    connection.execute("set local check_function_bodies = off")
    # Frozen texts were deparsed under this path, so every name in them outside pg_catalog is qualified.
    connection.execute("set local search_path = pg_catalog")
    for title in [*order, *order]:  # twice: a function may need a view that comes later
        try:
            with connection.transaction():
                _restore(connection, now, title, frozen[title])
            failed.pop(title, None)
        except psycopg.Error as error:
            failed[title] = str(error).splitlines()[0]
    connection.execute("set local search_path to default")
    return failed


def _restore(connection: psycopg.Connection, now: Inventory, title: str, sql: str) -> None:
    kind, _, rest = title.partition(" of ") if " of " in title else (title.split(" ")[0], "", title.partition(" ")[2])
    relation = now.relation(rest)
    if relation is None and kind != "function":
        return  # the table itself is gone, which is a finding of its own
    if kind == "function":
        connection.execute(sql)
    elif kind == "view" and relation is not None:
        if {option.partition("=")[0] for option in relation.options}:
            connection.execute(
                f"alter view {relation.sql} reset ({', '.join(o.partition('=')[0] for o in relation.options)})"
            )
        connection.execute(sql)
    elif kind == "policies" and relation is not None:
        existing = connection.execute("select polname from pg_policy where polrelid = %s", [relation.oid]).fetchall()
        for (name,) in existing:
            connection.execute(f"drop policy {quote(name)} on {relation.sql}")
        if not relation.rls or "enable row level security" not in sql:
            connection.execute(sql)
        else:
            connection.execute(sql.split(";\n", 1)[1] or "select")
    elif kind == "triggers":
        existing = connection.execute(
            "select tgname from pg_trigger where tgrelid = %s and not tgisinternal and tgparentid = 0", [relation.oid]
        ).fetchall()
        for (name,) in existing:
            connection.execute(f"drop trigger {quote(name)} on {relation.sql}")
        for statement in sql.split(";\n"):
            line = statement.split("-- enabled")[-1].strip() if statement.startswith("-- enabled") else statement
            if line.startswith("CREATE"):
                connection.execute(line)
    elif kind == "constraints" and relation is not None:
        _checks(connection, relation, sql)
    elif kind == "columns" and relation is not None:
        _defaults_and_nulls(connection, relation, sql)


def _checks(connection: psycopg.Connection, relation: Relation, sql: str) -> None:
    frozen = dict(line.split(": ", 1) for line in sql.splitlines() if ": " in line)
    query = "select conname, pg_get_constraintdef(oid) from pg_constraint where conrelid = %s and contype = 'c'"
    existing = {name: one_line(definition) for name, definition in connection.execute(query, [relation.oid])}
    for name, definition in existing.items():
        if frozen.get(name, "").replace(" NOT VALID", "") != definition.replace(" NOT VALID", ""):
            connection.execute(f"alter table {relation.sql} drop constraint {quote(name)}")
    for name, definition in frozen.items():
        if definition.startswith("CHECK") and existing.get(name, "").replace(" NOT VALID", "") != definition.replace(
            " NOT VALID", ""
        ):
            rule = definition.replace(" NOT VALID", "")
            connection.execute(f"alter table {relation.sql} add constraint {quote(name)} {rule} not valid")


def _defaults_and_nulls(connection: psycopg.Connection, relation: Relation, sql: str) -> None:
    for line in sql.splitlines():
        name, _, rest = line.partition(": ")
        column = relation.column(name)
        if column is None or column.generated or column.identity:
            continue
        frozen = rest.split(" default ", 1)[1].split(" in (")[0] if " default " in rest else None
        if frozen != (column.default and one_line(column.default)):
            change = f"set default {frozen}" if frozen else "drop default"
            connection.execute(f"alter table {relation.sql} alter column {quote(name)} {change}")
        if column.not_null and " not null" not in rest:
            connection.execute(f"alter table {relation.sql} alter column {quote(name)} drop not null")
    named = {line.partition(": ")[0] for line in sql.splitlines()}
    keyed = {name for k in relation.constraints if k.type == "p" for name in k.columns}
    for column in relation.columns:
        # A column that was not there had to be named by nobody.
        if column.name not in named | keyed and column.not_null and column.default is None and not column.identity:
            connection.execute(f"alter table {relation.sql} alter column {quote(column.name)} drop not null")
