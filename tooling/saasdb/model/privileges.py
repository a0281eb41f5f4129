"""Privileges as values, read from `aclitem`."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import NamedTuple

NAMES = {
    "r": "select",
    "a": "insert",
    "w": "update",
    "d": "delete",
    "D": "truncate",
    "x": "references",
    "t": "trigger",
    "m": "maintain",
    "X": "execute",
    "U": "usage",
    "C": "create",
    "c": "connect",
    "T": "temporary",
    "s": "set",
    "A": "alter system",
}
"""The letters of an `aclitem`, from the table "ACL Privilege Abbreviations" of the manual."""

PUBLIC = ""
"""The grantee that stands for every role."""


class Grant(NamedTuple):
    """One privilege that one role holds.

    Attributes:
        grantee: a role name, or `PUBLIC`.
        privilege: in lower-case words, e.g. `select`.
        grantable: whether it was given with grant option.
        grantor: the role that gave it.
    """

    grantee: str
    privilege: str
    grantable: bool
    grantor: str


_ITEM = re.compile(r'^(?P<grantee>"(?:[^"]|"")*"|[^=]*)=(?P<letters>[a-zA-Z*]*)/(?P<grantor>.+)$', re.DOTALL)


def parse_acl(items: Iterable[str] | None) -> tuple[Grant, ...] | None:
    """`aclitem[]` as text → grants in the order in which they were given; None stays None.

    Raises:
        ValueError: an item is not of the form grantee=letters/grantor.
    """
    if items is None:
        return None
    found = []
    for item in items:
        match = _ITEM.match(item)
        if not match:
            raise ValueError(f"not an aclitem: {item}")
        grantee, grantor = _unquoted(match["grantee"]), _unquoted(match["grantor"])
        for letter, star in re.findall(r"([a-zA-Z])(\*?)", match["letters"]):
            found.append(Grant(grantee, NAMES.get(letter, letter), bool(star), grantor))
    return tuple(found)


def _unquoted(name: str) -> str:
    return name[1:-1].replace('""', '"') if name.startswith('"') else name
