"""JSON arguments, made from the keys that a body reads: a payload that finds its row, as a gateway would send it.

Every key is a value of its own (`order_id`, `amount`), so each is tried as an argument of that name would be.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator

from saasdb.verify.inventory import Argument, Function

Value = tuple[str, str | None]
Path = tuple[str, ...]
MOST_KEYS, MOST_VALUES, MOST_PAYLOADS = 8, 4, 24
_STEP = r"\s*->>?\s*'([\w-]+)'"
_CAST = re.compile(r"\s*\)*\s*::\s*(?:pg_catalog\.)?(\w+)")
_SIGN = r"\s*(?:=|<>|!=|<=?|>=?|is\s+(?:not\s+)?distinct\s+from)\s*"
_BEFORE = re.compile(rf"\b\w+\.(\w+)(?:::\w+)?{_SIGN}\(*$", re.IGNORECASE)
_AFTER = re.compile(rf"\s*\)*(?:\s*::\s*[\w.]+)?{_SIGN}\(*\w+\.(\w+)", re.IGNORECASE)
"""A column that a key is compared with."""
_NUMBERS = {"int", "int2", "int4", "int8", "integer", "bigint", "smallint", "numeric", "decimal", "real", "float8"}


def payloads(
    function: Function, argument: Argument, values: Callable[[Argument], list[Value]]
) -> Iterator[tuple[str, str]]:
    """Objects with every key that the body reads: the caller's own, the victim's, then one key at a time otherwise.

    Args:
        values: what is tried for an argument, its own value first and the victim's next.
    """
    keys = dict(_keys(function.body, argument.name))
    pools = {path: _around(values(key)[:MOST_VALUES]) for path, key in list(keys.items())[:MOST_KEYS]}
    if not pools:
        return
    own = {path: pool[0] for path, pool in pools.items()}
    others = {
        path: pool[1] if len(pool) > 1 and pool[1][0].startswith("bob") else pool[0] for path, pool in pools.items()
    }
    turns = [own, others]
    for rank in range(max(map(len, pools.values()))):
        turns += [{**own, path: pool[rank]} for path, pool in pools.items() if rank < len(pool)]
    said = {_object(turn, keys): ", ".join(f"{path[-1]}: {name}" for path, (name, _) in turn.items()) for turn in turns}
    yield from ((shown, text) for text, shown in list(said.items())[:MOST_PAYLOADS])


def _around(pool: list[Value]) -> list[Value]:
    """The first values; then none at all, and a little more and less than the first."""
    name, value = pool[0] if pool else ("null", None)
    near = (
        [(f"{name} {d:+d}", str(int(value) + d)) for d in (1, -1)] if re.fullmatch(r"-?\d{1,18}", value or "") else []
    )
    return [*pool[:2], ("null", None), *near, *pool[2:]]


def _keys(body: str, argument: str) -> Iterator[tuple[Path, Argument]]:
    """Each path that is read from the argument, as an argument of the type that it is cast to."""
    for match in re.finditer(rf"\b{re.escape(argument)}((?:{_STEP})+)", body) if argument else ():
        path = tuple(re.findall(_STEP, match[1]))
        cast = _CAST.match(body, match.end())
        compared = _BEFORE.search(body[: match.start()][-60:]) or _AFTER.match(body, match.end())
        type_ = cast[1].lower() if cast else "text"
        base = "int8" if type_ in _NUMBERS else type_ if type_ in ("uuid", "bool") else "text"
        category = {"int8": "N", "uuid": "U", "bool": "B"}.get(base, "S")
        yield path, Argument(compared[1] if compared else path[-1], type_, base, category, ())


def _object(turn: dict[Path, Value], keys: dict[Path, Argument]) -> str:
    made: dict = {}
    for path, (_, value) in turn.items():
        place = made
        for step in path[:-1]:
            place = place.setdefault(step, {})
            if not isinstance(place, dict):
                break
        else:
            number = keys[path].category == "N" and re.fullmatch(r"-?\d{1,18}", value or "")
            place[path[-1]] = int(value) if number else value
    return json.dumps(made)
