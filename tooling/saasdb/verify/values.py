"""Values for columns and arguments: what a generator tries, most natural first.

Every text value carries its principal's tag, so that a victim's data is recognised wherever it turns up: in a result,
an error message or a NOTICE.
"""

from __future__ import annotations

import functools
import re
import uuid
import zlib
from collections.abc import Iterable, Mapping

from saasdb.verify.moments import moment_said

PAST, FUTURE, LATER = "2001-02-03 04:05:06+00", "2099-02-03 04:05:06+00", "2099-02-04 04:05:06+00"
LONG_PAST = "2001-01-01 00:00:00+00"
MARGINS = (LATER, LONG_PAST)
"""A day outside: what begins in the future ends later still, and what ended in the past began earlier."""
DOMAIN = "example.test"
FIRST_NUMBER = 1_500_000_000
UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
_SPACE = uuid.UUID("6f1c3d52-7a7e-4c0b-9d5e-5aa5db000000")


def made_uuid(*parts: object) -> str:
    """The same UUID for the same parts, on every machine."""
    return str(uuid.uuid5(_SPACE, "/".join(map(str, parts))))


def person_id(label: str) -> str:
    """The id of a person of the world, where ids are UUIDs."""
    return made_uuid("principal", label)


def made_number(*parts: object) -> int:
    """A number that nothing else has by chance; fits an int4."""
    return FIRST_NUMBER + zlib.crc32("/".join(map(str, parts)).encode()) % 600_000_000


def shown(value: str | None) -> str:
    """How a report calls a value."""
    if value is None:
        return "null"
    if moment := moment_said(value):
        return moment
    return value if len(value) <= 60 else f"{len(value)} characters"


def said(side: Mapping[str, str | None]) -> str:
    """How a report calls a row by the columns in which it differs from an ordinary one."""
    return ", ".join(f"{column}={shown(value)}" for column, value in side.items())


def candidates(
    *, base: str, category: str, labels: tuple[str, ...], tag: str, owner: str, seed: str, constants: Iterable[str] = ()
) -> list[str | None]:
    """Texts to cast to a column's type.

    Args:
        base: name of the base type, e.g. `text`, `int8`; an array's begins with an underscore.
        category: pg_type.typcategory.
        labels: an enum's labels.
        tag: what marks the principal in texts.
        owner: the principal's id.
        seed: what makes the value of this column and row differ from others.
        constants: what the checks and policies compare the column with.
    """
    numbers = [constant for constant in constants if re.fullmatch(r"-?\d+(\.\d+)?", constant)]
    if labels:
        return list(labels)
    if base == "uuid":
        return [made_uuid(tag, seed)]
    if base == "_uuid":
        return ["{}", f"{{{owner}}}"]
    if category == "A":
        return [f"{{{tag}}}", "{}", "{1}", *_braced(constants)]
    if category == "B":
        return ["false", "true"]
    if base in ("json", "jsonb"):
        return [f'{{"tag": "{tag}"}}', "{}", "[]", f'"{tag}"', "1"]
    if category == "N":
        # A small number first where the type is small; then around every constant.
        near = [str(int(float(n)) + d) for n in numbers for d in (0, 1, -1)]
        return (
            [str(made_number(tag, seed)), "1", *near, "0", "100", "1000", "10"] if base != "int2" else ["1", *near, "0"]
        )
    if category == "D":
        return [FUTURE, PAST, "now"]
    if category == "T":
        return ["1 day", "5 minutes", "1 month"]
    if base == "bytea":
        return ["\\x" + f"{tag}{zlib.crc32(seed.encode()):08x}".encode().hex(), "\\x"]
    if category == "I":
        return ["192.0.2.1", "192.0.2.0/24"]
    if category == "R":
        return [*ranges(base), "empty"]
    if category == "S" or base in ("citext", "name"):
        return [*_texts(tag, owner, seed), *constants]
    return ["", "{}", "0", "()", None]


def _texts(tag: str, owner: str, seed: str) -> list[str]:
    plain = re.sub(r"[^a-z0-9]", "", f"{tag}{seed.lower()}")
    short = f"{tag}{zlib.crc32(seed.encode()):08x}"
    return [
        short,
        f"{short}@example.test",
        f"https://example.test/{short}",
        f"{owner}/avatar",
        plain[:60],
        "IDR",
        "+62" + str(made_number(tag, seed)),
        str(made_number(tag, seed)),
        "en",
        "a",
        "A1",
        short.upper(),
        short.replace("q", "-"),
        "#a1b2c3",
        "Asia/Jakarta",
        "192.0.2.1",
        "image/png",
        f"/{short}",
        "",
    ]


def ranges(base: str) -> list[str]:
    """Ranges of a type, as Postgres prints them: one that runs, one over, one to come, and one without an end."""
    if re.match("int|num", base):
        points = ["0", "1", "1000", "2000"]
    else:
        points = [point[:10] if "date" in base else f'"{point}"' for point in (LONG_PAST, PAST, FUTURE, LATER)]
        points = [point.replace("+00", "") if base.startswith("ts") and "tz" not in base else point for point in points]
    pairs = [points[1:3], points[:2], points[2:], [points[1], ""]]
    found = [f"[{begin},{end})" for begin, end in pairs]
    return [f"{{{text}}}" for text in found] if "multirange" in base else found


def _braced(constants: Iterable[str]) -> list[str]:
    return ["{" + constant + "}" for constant in constants]


_STRING = re.compile(r"((?<!\w)E)?'((?:[^']|'')*)'")
_ESCAPED = {"n": "\n", "t": "\t", "r": "\r"}
_NUMBER = re.compile(r"(?<![\w.'])-?\d+(?:\.\d+)?(?![\w.'])")


def constants_in(text: str) -> tuple[list[str], list[str]]:
    """The string and the number constants of an expression or a function's body, without comments, in order."""
    strings, numbers = _constants(text)
    return list(strings), list(numbers)


@functools.lru_cache(maxsize=4096)  # every caller's arguments are made from the same few bodies
def _constants(text: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    text = re.sub(r"--[^\n]*", "", text)
    strings = [_said(escaped, found.replace("''", "'")) for escaped, found in _STRING.findall(text)]
    numbers = _NUMBER.findall(_STRING.sub("''", text))
    return tuple(dict.fromkeys(s for s in strings if len(s) <= 200)), tuple(dict.fromkeys(numbers))


def _said(escaped: str, text: str) -> str:
    """What a string constant says; one that begins with E has escapes."""
    return re.sub(r"\\(.)", lambda pair: _ESCAPED.get(pair[1], pair[1]), text) if escaped else text


def addresses_in(text: str, who: str) -> list[str]:
    """E-mail addresses of `who` that fit the constants of a rule: `%@corp.example`, `corp.example`, `admin@%`."""
    found = []
    for string in constants_in(text)[0]:
        bare = string.strip("%").removeprefix("@")
        if re.fullmatch(r"[\w.+-]+@", bare):
            found.append(f"{bare}example.test")
        elif re.fullmatch(r"[\w.+-]+@[\w-]+(\.[\w-]+)+", bare):
            found.append(bare)
        elif re.fullmatch(r"[\w-]+(\.[\w-]+)+", bare) and not re.fullmatch(r"(request|app|storage)\..*|[\d.]+", bare):
            found.append(f"{who}@{bare}")
    return list(dict.fromkeys(found))


def bare(argument: str) -> str:
    """What an argument's name means without its prefix: `p_token` → `token`."""
    return re.sub(r"^(p|in|i|arg|v)?_+|_+$", "", argument.lower()) or "value"


def own_text(tag: str, argument: str) -> str:
    """The text that a caller makes up for an argument."""
    return tag + bare(argument)
