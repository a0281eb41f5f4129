"""Checks, compared by their truth: a row that the old one refuses and the new ones take."""

from __future__ import annotations

import itertools

import psycopg

from saasdb.verify.inventory import Relation, literal
from saasdb.verify.values import candidates, constants_in

MOST_ROWS, MOST_ALONE = 60_000, 1500
"""How many rows a check is asked about at once, and one by one."""


def weaker(connection: psycopg.Connection, relation: Relation, gone: str, left: list[str]) -> str | None:
    """A row that the check `gone` refuses and none of `left` does, or None."""
    strings, numbers = constants_in(" ".join([gone, *left]))
    named = [c for c in relation.columns if c.name in gone]
    pools = []
    for column in named:
        options = candidates(
            base=column.base,
            category=column.category,
            labels=column.labels,
            tag="zqz",
            owner="00000000-0000-4000-8000-000000000001",
            seed=column.name,
            constants=[*strings, *numbers],
        )
        if column.category == "N":
            options += [str(int(float(n)) + d) for n in numbers for d in (-1, 0, 1)] + ["-1", "0"]
        if column.category == "S":
            options += ["x" * (int(n) + d) for n in numbers if n.isdigit() and int(n) < 100_000 for d in (0, 1)]
            options += (
                [s + t for s in strings for t in ("x", "/x")]
                + [t + s for s in strings for t in ("x", "/")]
                + ["HTTP://x", "http://x", "javascript:x", "x y", "x\ny", "A@B.CD", "\u00e9"]
            )
        if column.base == "uuid":
            options += ["00000000-0000-4000-8000-000000000002"]
        if column.category == "S" and any(c.base == "uuid" for c in named):
            options += [f"00000000-0000-4000-8000-00000000000{n}/{s.strip('/')}" for n in (1, 2) for s in strings]
        pools.append([None, *dict.fromkeys(options)])
    if not named:
        return None
    rest = " and ".join(f"({_body(d)}) is not false" for d in left) or "true"
    others = "".join(f', null::{c.type} as "{c.name}"' for c in relation.columns if c not in named)
    asked = f"({_body(gone)}) is false and {rest}"
    most = int(MOST_ROWS ** (1 / len(pools)))  # all at once: what two columns say together has many pairs
    lists = ", ".join(
        f"""(values {", ".join(f"({literal(v)}::{c.type})" for v in pool[:most])}) "v{n}" ("{c.name}")"""
        for n, (c, pool) in enumerate(zip(named, pools, strict=True))
    )
    shown = ", ".join(f'"{c.name}"::text' for c in named)
    cells = ", ".join(f'"v{n}"."{c.name}"' for n, c in enumerate(named))
    query = f'select {shown} from (select {cells}{others} from {lists}) as "{relation.name}" where {asked} limit 1'
    found = _ask(connection, query)
    if found is None:  # some value fails in the check: one by one
        for combination in itertools.islice(itertools.product(*pools), MOST_ALONE):
            cells = ", ".join(f'{literal(v)}::{c.type} as "{c.name}"' for c, v in zip(named, combination, strict=True))
            query = f'select {shown} from (select {cells}{others}) as "{relation.name}" where {asked}'
            if found := _ask(connection, query):
                break
    if not found:
        return None
    return ", ".join(f"{c.name} = {(v or 'null')[:60]}" for c, v in zip(named, found[0], strict=True))


def _ask(connection: psycopg.Connection, query: str) -> list[tuple] | None:
    try:
        with connection.transaction(force_rollback=True):
            connection.execute("set local search_path = pg_catalog")
            return connection.execute(query).fetchall()
    except psycopg.Error:
        return None


def weaker_domain(connection: psycopg.Connection, name: str, gone: list[str], left: list[str]) -> str | None:
    """A value that the checks `gone` of a domain refuse and those that are left do not, or None."""
    query = """select format_type(b.oid, null), b.typcategory from pg_type d join pg_type b on b.oid = d.typbasetype
        where d.oid = to_regtype(%s)"""
    base, category = connection.execute(query, [name]).fetchone() or ("text", "")
    strings, numbers = constants_in(" ".join([*gone, *left]))
    sizes = [int(float(n)) + d for n in numbers if abs(float(n)) < 100_000 for d in (-1, 0, 1)]
    options = [*strings, *map(str, sizes), "", "-1", "0", "1", "1000000000"]
    if category == "S":
        stems = ("", "a@", "a@b.c", "https://x")
        options += ["a", "A1", "a@b", "a@b.c", "@", "a b@c", "A@B.C", " ", "http://x", "\u00e9", "x" * 5000]
        options += [stem + "x" * (size - len(stem)) for stem in stems for size in sizes if size > len(stem)]
    holds = [" and ".join(f"({_condition(e)}) is not false" for e in each) or "true" for each in (gone, left)]
    for option in dict.fromkeys(options):
        try:
            with connection.transaction(force_rollback=True):
                connection.execute("set local search_path = pg_catalog")
                value = f'(select {literal(option)}::{base} as "value") v'
                if connection.execute(f"select not ({holds[0]}) and ({holds[1]}) from {value}").fetchone()[0]:
                    return option
        except psycopg.Error:
            continue
    return None


def _condition(expression: str) -> str:
    """A domain's check with `VALUE` as a column."""
    return _body(expression).replace("VALUE", '"value"')


def _body(definition: str) -> str:
    """The condition of a check, without what says when it is asked."""
    return (
        definition.removeprefix("CHECK ")
        .removesuffix(" NO INHERIT")
        .removesuffix(" NOT VALID")
        .removesuffix(" NOT ENFORCED")
        .strip()
    )
