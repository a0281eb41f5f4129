"""Writing, tried: every column changed, every reference given away, rows of every kind added."""

from __future__ import annotations

import re
from collections.abc import Callable

from saasdb.verify import values
from saasdb.verify.callers import Caller, group_of
from saasdb.verify.inserts import as_text, said
from saasdb.verify.inventory import Relation, quote
from saasdb.verify.objects import MOST_BUCKETS
from saasdb.verify.paths import hostile_names
from saasdb.verify.principals import ADMINLIKE
from saasdb.verify.runner import Probe
from saasdb.verify.tables import MOST_TOLD, Seen, TableProbes

ODD_TEXTS = {
    "something long": "x" * 5000,
    "markup": "<script>alert(1)</script>",
    "a script link": "javascript:alert(1)",
    "nothing": "",
}
LARGE = "a large number"
ODD_VALUES = frozenset({*ODD_TEXTS, LARGE, "-1", "0"})
"""What an attacker writes and an ordinary client does not: a new check against one takes nothing away."""

MOST_FURTHER = 24


class WriteProbes:
    """Fills the `changed`, `moved` and `added` of a table view."""

    def __init__(self, probes: TableProbes):
        self.probes, self.runner, self.builder, self.world = probes, probes.runner, probes.builder, probes.world
        self.inventory, self.callers, self.tables, self.seen = (
            probes.inventory,
            probes.callers,
            probes.tables,
            probes.seen,
        )

    def observe(self) -> None:
        self._change()
        self._add()

    # changing ---------------------------------------------------------------------------------------------------

    def _change(self) -> None:
        self._try_changes([(c, r, c.main or self._heard(r, c)) for c in self.callers for r in self.tables])
        self._try_changes(
            [(caller, relation, True) for caller, relation in self._stand_ins(self.seen.changed, lambda s: s.rows)],
            again=True,
        )

    def _try_changes(self, turns: list[tuple[Caller, Relation, bool]], again: bool = False) -> None:
        jobs, probes = [], []
        for caller, relation, thorough in turns:
            for place, name in enumerate(self.probes.may(caller.role, relation, "update")):
                column = relation.column(name)
                # Who differs in one value alone cannot have other columns: one tells which rows they reach.
                if column.generated or (place > 1 and not (_tells(caller) or thorough)):
                    continue
                numbered = column.identity == "a"  # takes the next number alone
                telling = () if numbered else self._telling(relation, caller, name, thorough)
                values = [(self.seen.moved, f"{name} to {t}", v) for t, v in telling]
                if not again:
                    values.insert(0, (self.seen.changed, name, self.fresh(relation, caller, name)))
                for where, shown, value in values:
                    cell = "default" if numbered else said(column, value)
                    statement = f"update {relation.sql} set {quote(name)} = {cell}"
                    jobs.append((where, caller, relation, shown, statement))
                    probes.append(self.probes.write(caller, relation, statement))
        answers = self.probes.attempts([job[2] for job in jobs], probes)
        for (where, caller, relation, name, statement), answer in zip(jobs, answers, strict=True):
            where[caller.label, relation.title, name] = self.probes.outcome(relation, answer, statement)

    def _stand_ins(
        self, where: dict[tuple[str, str, str], Seen], worked: Callable[[Seen], object]
    ) -> list[tuple[Caller, Relation]]:
        """Where the main caller of a role gets nowhere (a viewer, say), the first of the role who does: an editor."""
        found = []
        for relation in self.tables:
            able = {label for (label, title, _), seen in where.items() if title == relation.title and worked(seen)}
            for main in (c for c in self.callers if c.main and c.label not in able):
                others = (c for c in self.callers if c.role == main.role and c.plain and not c.forged)
                if other := next((c for c in others if c.label in able), None):
                    found.append((other, relation))
        return found

    def _heard(self, relation: Relation, caller: Caller) -> bool:
        """Whether a rule about the table reads the setting that a caller made."""
        return bool(caller.setting) and any(caller.setting in text for text in self.builder.texts_about(relation))

    def fresh(self, relation: Relation, caller: Caller, name: str) -> str | None:
        """A value that the column takes: for a reference the caller's own, else one like the world's."""
        column = relation.column(name)
        principal = caller.principal or self.world.principals["alice"]
        links = self.builder.links(relation, principal)
        if name in links:
            return links[name]
        recipe = self.world.recipes.get(relation.oid, {}).get(name)
        options = self.builder.options(relation, principal, "changed")[name]
        place = self.builder.choice.get(relation.oid, {}).get(name, 0)
        chosen = options[min(place, len(options) - 1)]
        if column.listed or column.category in "BDR":
            return recipe if recipe is not None else chosen
        return chosen

    def _telling(self, relation: Relation, caller: Caller, name: str, thorough: bool) -> list[tuple[str, str | None]]:
        """Values that must be tried one by one: somebody else's id, nobody's, and each side of each predicate."""
        if not thorough and not (caller.principal and caller.principal.variant):
            return []
        principal = caller.principal or self.world.principals["alice"]
        column = relation.column(name)
        found: list[tuple[str, str | None]] = []
        bob = self.builder.links(relation, self.world.principals["bob"])
        if name in bob and bob[name] != self.builder.links(relation, principal).get(name):
            found.append(("bob's", bob[name]))
            if not column.not_null:
                found.append(("null", None))
        if not thorough or caller.principal is None:
            return found
        theirs = (self.builder.made.get(relation.oid, {}).get("bob") or {}).get(name)
        if (name,) in relation.unique and name not in bob and theirs is not None:
            found.append((f"bob's {name}", as_text(theirs)))
        if column.category == "S" and name not in bob:
            other = self.world.principals["bob"]
            found += [
                (f"bob's {n}", text)
                for n, text in (
                    ("id", other.id),
                    ("path", f"{other.id}/avatar"),
                    ("path in capitals", f"{other.id}/AVATAR"),
                )
            ]
            found += ODD_TEXTS.items()
        if relation.title == "storage.objects" and name == "name":
            for who in (self.world.principals["bob"], principal):
                found += [(f"<{who.label}> {n}", text) for n, text in enumerate(hostile_names(who.id, [])[:14])]
        sides = self.builder.sides(relation)
        found += [("no value" if v is None else values.shown(v), v) for v in sides.columns.get(name, ())]
        if column.category == "N":
            found += [("-1", "-1"), ("0", "0"), (LARGE, "2000000001" if column.base != "int2" else "32767")]
        return found

    # adding -----------------------------------------------------------------------------------------------------

    def _add(self) -> None:
        # In a deeper world there are few callers, and what those with a role may add beyond others is asked as well.
        thorough = {c.label for c in self.callers if c.main or (self.world.deeper and c.leads)}
        turns = [(caller, relation, caller.label in thorough) for caller in self.callers for relation in self.tables]
        self._try_adding(turns)
        added = {key: seen for key, seen in self.seen.added.items() if key[2] == "own"}
        self._try_adding([(caller, relation, True) for caller, relation in self._stand_ins(added, lambda s: s.passed)])

    def add_without(self, relation: Relation, other: Relation, empty: str) -> None:
        """Add every kind of row while nothing is in another table: whom it lists already, a trigger does not add."""
        turns = [(caller, relation, True) for caller in self.callers if caller.main and caller.principal]
        self._try_adding(turns, empty, f" with nothing in {other.title}")

    def _try_adding(
        self, turns: list[tuple[Caller, Relation, bool]], before: str | None = None, state: str = ""
    ) -> None:
        jobs, probes = [], []
        watched = self.probes.effects is not None
        for caller, relation, thorough in turns:
            may = self.probes.may(caller.role, relation, "insert")
            for kind, chosen in self.rows_to_add(relation, caller, set(may), thorough) if may else ():
                names = [name for name in chosen if name in may]
                cells = ", ".join(said(relation.column(name), chosen[name]) for name in names)
                head = f"insert into {relation.sql} ({', '.join(map(quote, names))})"
                statement = f"{head} values ({cells})" if names else f"insert into {relation.sql} default values"
                jobs.append((caller, relation, kind + state, statement))
                self.probes.rows_tried[caller.label, relation.title, kind] = {name: chosen[name] for name in names}
                probe = Probe(
                    caller.role, caller.settings, statement, before=before, effects=watched, most=MOST_TOLD + 1
                )
                probes.append(probe)
        answers = self.probes.attempts([job[1] for job in jobs], probes)
        where = self.seen.otherwise_added if state else self.seen.added
        for (caller, relation, kind, statement), answer in zip(jobs, answers, strict=True):
            where[caller.label, relation.title, kind] = Seen(
                answer.state,
                frozenset(),
                answer.message,
                statement,
                self.probes.told(answer),
                heard=self.probes.heard(answer),
            )

    def rows_to_add(
        self, relation: Relation, caller: Caller, may: set[str], thorough: bool
    ) -> list[tuple[str, dict[str, str | None]]]:
        """Rows by kind: the caller's own, another's in each reference, nobody's, and each side of each predicate."""
        world = self.world
        principal = caller.principal or world.principals["alice"]
        bob = world.principals["bob" if principal.label != "bob" else "alice"]
        own, others = (self.builder.links(relation, p) for p in (principal, bob))
        base: dict[str, str | None] = {}
        options = self.builder.options(relation, principal, f"added by {caller.label}")
        choice = self.builder.choice.get(relation.oid, {})
        recipe = world.recipes.get(relation.oid, {})
        for column in relation.columns:
            if column.generated or column.identity or column.name in own:
                continue
            if (column.not_null and column.default is None) or (
                column.name in recipe and recipe[column.name] is not None and column.default is None
            ):
                place = choice.get(column.name, 0)
                base[column.name] = options[column.name][min(place, len(options[column.name]) - 1)]
        rows = [("own", {**base, **own})]
        if any(own.get(c) != others.get(c) for c in others):
            rows.append(("another's", {**base, **others}))
        if len([c for c in others if own.get(c) != others.get(c)]) > 1:
            rows += [
                (f"own with another's {c}", {**base, **own, c: others[c]})
                for c in others
                if own.get(c) != others.get(c)
            ]
        rows += [(f"own with no {c}", {**base, **own, c: None}) for c in own if not relation.column(c).not_null]
        rows += [
            (f"own with {c} of {label}", {**base, **own, c: value})
            for c, label, value in self._further(relation, caller)
        ]
        if relation.title == "storage.objects":
            rows = []
            group = group_of(world, principal) if caller.main or caller.persona == "member" else []
            for bucket in [
                row.data["id"] for row in world.rows.get(self.inventory.relation("storage.buckets").oid, ())
            ][:MOST_BUCKETS]:
                if (caller.main and caller.role != "service_role") or (
                    caller.plain is False and caller.persona == "visitor"
                ):
                    for who, named in (("own", principal), ("another's", bob)):
                        rows += [
                            (
                                f"{bucket}/{_shown(name, named.id, who)}",
                                {"bucket_id": bucket, "name": name},
                            )
                            for name in hostile_names(named.id, self._words(relation))
                        ]
                else:
                    rows += [
                        (f"{bucket}/<{who}>/avatar", {"bucket_id": bucket, "name": f"{named.id}/avatar"})
                        for who, named in (("own", principal), ("another's", bob))
                    ]
                # What belongs to a group lies under its name.
                rows += [
                    (f"{bucket}/<group>/<{who}>/file", {"bucket_id": bucket, "name": f"{place}/{named.id}/file"})
                    for place in group
                    for who, named in (("own", principal), ("another's", bob))
                ]
            return rows
        if thorough and caller.role != "service_role":
            rows += self._taken({**base, **own}, relation, bob.label, may)
            sides = self.builder.sides(relation)
            whose = {"own": own, "another's": others} if own != others else {"own": own}
            rows += [
                (f"{who} with {c} = {values.shown(value)}", {**base, **links, c: value})
                for who, links in whose.items()
                for c, found in sides.columns.items()
                if c in may and not (who == "another's" and c in others)
                for value in found
            ]
        return rows

    def _further(self, relation: Relation, caller: Caller) -> list[tuple[str, str, str]]:
        """In a deeper world one has rows of every kind: (column, label, key) of each that a new row may refer to."""
        who = caller.principal.label if caller.principal else ""
        found = []
        for key in (k for k in relation.constraints if k.type == "f" and len(k.columns) == 1):
            theirs = [
                row for row in self.world.rows.get(key.target, ()) if row.label.endswith(f" of {who}") and row.data
            ]
            if who in self.world.deeper and key.target != relation.oid:
                found += [(key.columns[0], r.label, str(r.data[key.target_columns[0]])) for r in theirs[:MOST_FURTHER]]
        return found

    def _taken(
        self, row: dict[str, str | None], relation: Relation, whose: str, may: set[str]
    ) -> list[tuple[str, dict[str, str | None]]]:
        """The caller's own row with what another's row holds and a unique index keeps apart: the refusal tells."""
        theirs = self.builder.made.get(relation.oid, {}).get(whose)
        keys = [
            [c for c in may & set(row) if re.search(rf"\b{re.escape(c)}\b", index.split(" USING ", 1)[1])]
            for index in relation.indexes
            if index.startswith("CREATE UNIQUE")
        ]
        person = self.world.principals[whose]
        # A mail address may be invited by many; what belongs to another is another kind of row.
        links = {c for c, value in self.builder.references.of(relation, person).items() if value != person.email}
        found = []
        for key in keys if theirs else ():
            taken = {c: as_text(theirs.get(c)) for c in sorted(key) if c not in links}
            if taken:
                found.append((f"own with {whose}'s {', '.join(taken)}", {**row, **taken}))
        return found

    def _words(self, relation: Relation) -> list[str]:
        strings = values.constants_in("\n".join(self.builder.texts_about(relation)))[0]
        return [s.strip("/%") for s in strings if re.fullmatch(r"[\w%./-]{1,40}", s)]


def _tells(caller: Caller) -> bool:
    variant = caller.principal.variant if caller.principal else None
    return caller.plain and not caller.forged and (variant is None or variant[2] in ADMINLIKE)


def _shown(name: str, owner: str, who: str) -> str:
    """An object's name with its owner's id replaced by who that is."""
    return name.replace(owner, f"<{who}>").replace(owner.upper(), f"<{who.upper()}>")
