"""What one argument of a function is tried with: the caller's own, a victim's, nobody's, hostile and oversized."""

from __future__ import annotations

import itertools
import json
import re

from saasdb.verify.atoms import BOTH
from saasdb.verify.inventory import Argument, Function, Relation
from saasdb.verify.payloads import payloads
from saasdb.verify.principals import Principal
from saasdb.verify.values import FUTURE, PAST, UUID, bare, constants_in, made_uuid, own_text, ranges
from saasdb.verify.world import Row, World

HOSTILE = ("' or true --", "%", "", "x'); select 1; --", "admin", '"', "a" * 20000)
MOST_LISTED, FROM_BEFORE = 8, "a row from before"
Value = tuple[str, str | None]
"""How a report calls the value, and its text (None is NULL)."""

_NUMBER = re.compile(r"-?\d+(\.\d+)?")
_USERLIKE = re.compile(r"(^|_)(user|owner|member|account|target|actor|person|customer|uid|profile)(_?(id|uid|uuid))?$")


class Values:
    """Proposes values for one argument, for one caller and one victim, the likeliest first."""

    def __init__(self, world: World):
        self.world = world
        self._found: dict[tuple[str, str], list[Value]] = {}
        self._told: list[Value] | None = None
        self._columns: dict[str, list[tuple[str, str]]] = {}
        self._named: dict[str, list[str]] = {}
        self._beside: dict[tuple[str, str], list[str]] = {}
        self._rows: dict[str, list[tuple[Relation, Row, str, set[str]]]] | None = None
        self._uuids: dict[str, list[tuple[str, str]]] = {}
        for relation in world.inventory.tables:
            for column in relation.columns:
                self._columns.setdefault(column.name, []).append((relation.title, column.name))

    def of(self, function: Function, argument: Argument, caller: Principal, victim: Principal) -> list[Value]:
        """Every value to try: the caller's own first, then the victim's."""
        name = bare(argument.name)
        strings, numbers = constants_in(function.body)
        if argument.labels:
            return [(label, label) for label in argument.labels] + [("null", None)]
        if (
            argument.base == self.world.identity.base
            and argument.base in ("uuid",)
            and (
                _USERLIKE.search(name)
                or not (self._matching(name, victim) or self._measured(function, argument, victim))
            )
        ):
            pool = [
                ("own id", caller.id),
                ("bob's id", victim.id),
                ("null", None),
                ("an unknown id", made_uuid("nobody")),
                ("mate's id", self.world.principals["mate"].id),
            ]
            return (
                pool
                + self._variants()
                + self._near(function, self._matching(name, victim))
                + [(f"bob's {t}", v) for t, v in self._keys(victim)]
            )
        own, others = (self._near(function, _fitting(argument, self._matching(name, who))) for who in (caller, victim))
        if argument.category == "N" or argument.base == "uuid":
            own, others = (
                self._measured(function, argument, who) + near for who, near in ((caller, own), (victim, others))
            )
        if argument.category == "S" and argument.base not in ("uuid",):
            own, others = own + self._compared(function, name, caller), others + self._compared(function, name, victim)
        pool = [pair for twin in itertools.zip_longest(own[:3], others[:3]) for pair in twin if pair]
        if argument.base == "uuid":
            mate = self.world.principals["mate"].id
            others = [("an unknown id", made_uuid("nobody")), ("bob's id", victim.id), ("mate's id", mate)]
            return [*pool, *self._beside_own(function, name, caller), ("null", None), *others]
        if argument.category == "N":
            near = [str(int(float(n)) + d) for n in numbers[:6] for d in (1, 0, -1)]
            top = {"int2": "32767", "int4": "2147483647"}.get(argument.base, "2000000001")
            values = ["1", "10", "0", "-1", top, *near]
            beside = self._beside_own(function, name, caller)
            return [*pool, *beside, *((v, v) for v in dict.fromkeys(values)), ("null", None)]
        if argument.category == "B":
            return [("true", "true"), ("false", "false"), ("null", None)]
        if argument.category == "D":
            return [("now", "now"), ("the past", PAST), ("the future", FUTURE), ("null", None)]
        if argument.category == "T":
            return [
                ("1 day", "1 day"),
                ("1 hour", "1 hour"),
                ("-1 day", "-1 day"),
                ("0", "0"),
                ("100 years", "100 years"),
                ("null", None),
            ]
        if argument.category == "R":
            return [*((text, text) for text in ranges(argument.base)), ("empty", "empty"), ("null", None)]
        if argument.base in ("json", "jsonb"):
            forged = {"role": "admin", "is_admin": True, "user_id": victim.id, "id": victim.id, "sub": victim.id}
            made = payloads(function, argument, lambda key: self._of_key(function, key, caller, victim))
            return [*made, ("{}", "{}"), ("a forged object", json.dumps(forged)), ("[]", "[]"), ("null", None)]
        if argument.base.startswith("_"):
            if argument.base == "_uuid":
                return [("own id", f"{{{caller.id}}}"), ("bob's id", f"{{{victim.id}}}"), ("{}", "{}"), ("null", None)]
            if argument.category == "A":
                return [
                    ("own mail", f"{{{caller.email}}}"),
                    ("bob's mail", f"{{{victim.email}}}"),
                    ("{}", "{}"),
                    ("null", None),
                ]
        words = [w for w in strings if len(w) <= 60 and w.count(" ") < 2]
        fresh = ("a new address", f"new{caller.tag}@example.test")
        mine = (
            [("own mail", caller.email), ("bob's mail", victim.email), fresh]
            if "mail" in name
            else [(f"{caller.tag} text", own_text(caller.tag, argument.name))]
        )
        extra = [("bob's id", victim.id), ("bob's mail", victim.email), ("null", None)]
        known = self.world.tokens.get((function.title, argument.name), [])
        return [
            *pool[:2],
            *known,
            *mine,
            *pool[2:],
            *extra,
            *((w[:20], w) for w in HOSTILE),
            *((w, w) for w in words[:10]),
        ]

    def of_list(self, function: Function, argument: Argument) -> list[Value]:
        """What a list holds that a changed body looks the argument up in: the plan that is no longer sold."""
        found: dict[str, str] = {}
        for relation in self.world.inventory.tables if BOTH in function.body and argument.name else ():
            key = relation.key[0] if len(relation.key) == 1 else ""
            looked_up = rf"\b{re.escape(key)}\s*=\s*(?:\w+\(\s*)?{re.escape(argument.name)}\b"
            if (
                key
                and re.search(rf"\b{re.escape(relation.name)}\b", function.body)
                and re.search(looked_up, function.body)
            ):
                before = [row for row in self.world.rows.get(relation.oid, ()) if row.label == FROM_BEFORE]
                found |= {str(row.data.get(key)): f"{relation.name}.{key} {row.data.get(key)}" for row in before}
        return [(name, value) for value, name in list(found.items())[:MOST_LISTED]]

    def _of_key(self, function: Function, key: Argument, caller: Principal, victim: Principal) -> list[Value]:
        """What a key of a payload is tried with: what an argument is; if it means nothing here, keys of rows."""
        pool = self.of(function, key, caller, victim)
        if key.category == "N" or (pool and pool[0][0].startswith("own ")):
            return pool
        own, others = (self._near(function, self._matching("id", who))[:2] for who in (caller, victim))
        return [*(pair for twin in itertools.zip_longest(own, others) for pair in twin if pair), *pool]

    def _variants(self) -> list[Value]:
        """Ids of users who differ in an enum or a flag: the administrator, the one with a plan, the cancelled one."""
        if self._told is not None:
            return self._told
        found = self._told = []
        for label, principal in self.world.principals.items():
            if principal.variant and len(found) < 10:
                table, name, _ = principal.variant
                column = self.world.inventory.relation(table).column(name)
                relation = self.world.inventory.relation(table)
                if (column.listed or column.category == "B") and any(
                    set(k) & set(self.world.owners(relation)) for k in relation.unique
                ):
                    found.append((f"the id of {label}", principal.id))
        return found

    def _matching(self, name: str, principal: Principal) -> list[Value]:
        """Values of the principal's rows in columns that an argument of this name seems to mean."""
        return self._meant(name, principal.label, "own" if principal.label != "bob" else "bob's")

    def _beside_own(self, function: Function, name: str, caller: Principal) -> list[Value]:
        """The same of somebody else's rows in the caller's group: what only a role in it opens."""
        return self._near(function, self._meant(name, f"mate in {caller.label}'s", "mate's"))[:2]

    def _meant(self, name: str, label: str, whose: str) -> list[Value]:
        if (name, label) in self._found:
            return self._found[name, label]
        found: list[Value] = []
        stems = {name, f"{name}_id", re.sub(r"_?id$", "", name)}
        for relation, row, key, singular in self._rows_of(label):
            for column in relation.columns:
                if column.name not in stems and not (column.name == key and stems & singular):
                    continue
                value = row.data.get(column.name)
                if value is not None and not isinstance(value, dict | list):
                    found.append(
                        (
                            f"{whose} {relation.name}.{column.name}",
                            str(value).lower() if isinstance(value, bool) else str(value),
                        )
                    )
        self._found[name, label] = [(k, v) for v, k in {v: k for k, v in found}.items()]
        return self._found[name, label]

    def _rows_of(self, label: str) -> list[tuple[Relation, Row, str, set[str]]]:
        """The rows under a label, each with its table, the key if that is one column, and words for one such row."""
        if self._rows is None:
            self._rows = {}
            for relation in self.world.inventory.tables:
                if relation.schema in ("auth",) or relation.partition_of:
                    continue
                name, key = relation.name, relation.key
                singular = {name, name.rstrip("s"), re.sub(r"ies$", "y", name), name.split("_")[-1].rstrip("s")}
                for row in self.world.rows.get(relation.oid, ()):
                    whose = row.label.removesuffix("'s other")
                    self._rows.setdefault(whose, []).append((relation, row, key[0] if len(key) == 1 else "", singular))
        return self._rows.get(label, [])

    @staticmethod
    def _near(function: Function, values: list[Value]) -> list[Value]:
        """Four of the values, those of tables that the body names first."""
        return sorted(values, key=lambda v: not re.search(rf"\b{v[0].split()[1].split('.')[0]}\b", function.body))[:4]

    def _measured(self, function: Function, argument: Argument, principal: Principal) -> list[Value]:
        """Values of the columns that the body compares an argument with: the amount that is due, a row's key."""
        if not argument.name:
            return []
        key = (function.title, argument.name)
        if key not in self._beside:
            sign, name = r"\s*(?:=|<>|!=|<=?|>=?|is\s+(?:not\s+)?distinct\s+from)\s*", re.escape(argument.name)
            table = r"\." if argument.category == "N" else r"\b"  # a number is compared with much that is no column
            found = re.findall(rf"{table}(\w+){sign}{name}\b|\b{name}{sign}\w+\.(\w+)", function.body, re.IGNORECASE)
            self._beside[key] = list(dict.fromkeys(one or two for one, two in found))
        return [value for column in self._beside[key] for value in self._near(function, self._held(column, principal))]

    def _held(self, column: str, principal: Principal) -> list[Value]:
        """Of what a column's name may mean what the principal's rows hold under that name, whatever it is called by."""
        held = {str(row.data.get(column)) for _, row, *_ in self._rows_of(principal.label)}
        return [value for value in self._matching(column, principal) if value[1] in held]

    def _compared(self, function: Function, name: str, principal: Principal) -> list[Value]:
        """Values of the text columns that the body names: whatever the argument is compared with is among them."""
        found: list[Value] = []
        if function.title not in self._named:
            words = set(re.findall(r"\w+", function.body))
            self._named[function.title] = sorted(c for c in self._columns if set(re.findall(r"\w+", c)) <= words)
        for column in self._named[function.title]:
            if column == name:
                continue
            for relation in self.world.inventory.tables:
                known = relation.column(column)
                if known and known.category == "S" and relation.schema != "auth" and relation.name in function.body:
                    found += [(k, v) for k, v in self._matching(column, principal) if f"{relation.name}.{column}" in k]
        return found[:4]

    def _keys(self, principal: Principal) -> list[tuple[str, str]]:
        """The UUID keys of a principal's rows, table by table."""
        if principal.label not in self._uuids:
            self._uuids[principal.label] = self._uuid_keys(principal)
        return self._uuids[principal.label]

    def _uuid_keys(self, principal: Principal) -> list[tuple[str, str]]:
        found = []
        for relation in self.world.inventory.tables:
            if (
                len(relation.key) == 1
                and (column := relation.column(relation.key[0]))
                and column.base == "uuid"
                and relation.schema != "auth"
            ):
                row = next((r for r in self.world.rows.get(relation.oid, ()) if r.label == principal.label), None)
                if row and str(row.data.get(column.name)) != principal.id:
                    found.append((relation.name, str(row.data[column.name])))
        return found[:4]


def _fitting(argument: Argument, values: list[Value]) -> list[Value]:
    """Without the keys of another type: a call with one ends before the function is asked."""
    form = UUID if argument.base == "uuid" else _NUMBER if argument.category == "N" else None
    return [pair for pair in values if form is None or form.fullmatch(pair[1])]
