"""Recognises people and rows in any text: in a result, an error, a NOTICE, a changed row.

Ids, tags and keys of the world are made so that nothing else looks like them; one pass over a text finds them all.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime

from saasdb.verify.principals import Principal
from saasdb.verify.values import UUID
from saasdb.verify.world import World

_TOKEN = re.compile(UUID.pattern + r"|[zZ][qQ]\d{3}[qQ][zZ]|(?<![0-9A-Za-z.])\d{10,}(?![0-9A-Za-z.])")
_RANDOM = re.compile(r"[\w+/=-]{20,}")
"""What a trigger may have made of chance, such as a token's hash: another one in each of two worlds."""
_NUMBERED = re.compile(r"\d{6,}|[\w+/=.-]*[^\W\d][\w+/=.-]*")
"""The same where texts are numbered by a sequence, such as INV000042: it goes on from one world to the next."""
_OWN_DATES = ("2001-01-01", "2001-02-0", "2099-02-0", "2020-01-01", "2019-12-31")
"""How the dates begin that the world is made with (`values.PAST`, `values.FUTURE`, the users' creation)."""
_TIME = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(\.\d+)?([+-]\d\d(:?\d\d)?|Z)?")


class Names:
    """What stands for whom in one world."""

    def __init__(self, world: World):
        self._now = world.now
        self._known: dict[str, str] = {}
        self._plain: dict[str, str] = {}
        self._random: dict[str, str] = {}
        self._pattern = _RANDOM
        # Of several rows that hold one value, such as a team's id, the first person's tells whose it is: where they
        # lie in the table is another order in each of two worlds.
        place = {label: number for number, label in enumerate(world.principals)}
        for oid, rows in world.rows.items():
            relation = world.inventory.relations[oid]
            numbered = {c.name for c in relation.columns if c.category == "S" and "nextval(" in (c.default or "")}
            for row in sorted(rows, key=lambda row: (place.get(row.label, len(place)), row.label)):
                for name, value in row.data.items():
                    telling = isinstance(value, int) and value >= 1_500_000_000
                    key = name in relation.key and isinstance(value, str) and UUID.fullmatch(value)
                    if telling or key:
                        self._known.setdefault(str(value), f"<{relation.name} of {row.label}>")
                        continue
                    pattern = _NUMBERED if name in numbered else _RANDOM
                    if isinstance(value, str) and pattern.fullmatch(value) and not _TOKEN.search(value.lower()):
                        self._pattern = _NUMBERED if name in numbered else self._pattern
                        self._random.setdefault(value, f"<{relation.name}.{name} of {row.label}>")
        for principal in world.principals.values():
            self._known |= {principal.id: f"<{principal.label}>", principal.tag: f"<{principal.label}>"}

    def strangers(self, principal: Principal | None, text: str, said: str) -> set[str]:
        """Whose data a text shows, beyond the caller's and what the caller said himself."""
        found = {
            self._known[token.lower()]: token
            for token in _TOKEN.findall(text)
            if token.lower() in self._known and token not in said
        }
        return {name for name in found if not self.friendly(principal, name)}

    @staticmethod
    def friendly(principal: Principal | None, name: str) -> bool:
        """Whether a name stands for the caller or for who shares a group with them."""
        if principal is None:
            return False
        return principal.label in name or name == "<mate>"

    def plain(self, text: str) -> str:
        """The text with ids, times and generated numbers replaced by what they stand for: the same on every run."""
        if text not in self._plain:  # most calls are answered alike
            named = (
                self._pattern.sub(lambda found: self._random.get(found[0], found[0]), text) if self._random else text
            )
            self._plain[text] = _TIME.sub(self._when, _TOKEN.sub(self._name, named))
        return self._plain[text]

    def _when(self, match: re.Match[str]) -> str:
        """Near now or the world's own: `<time>`. Else how far off, coarse enough for two runs to agree."""
        if match[0].startswith(_OWN_DATES):
            return "<time>"
        try:
            when = datetime.fromisoformat(match[0])
        except ValueError:
            return "<time>"
        seconds = (when.replace(tzinfo=when.tzinfo or UTC) - self._now).total_seconds()
        if abs(seconds) < 1800:
            return "<time>"
        hours = round(seconds / 3600)
        return f"<time {hours:+d} hours>" if abs(hours) < 72 else f"<time {round(seconds / 86400):+d} days>"

    def _name(self, match: re.Match[str]) -> str:
        token = match[0]
        return self._known.get(token.lower()) or ("<number>" if token.isdigit() else "<uuid>")
