"""A deeper world for a comparison: rows and people around the tables whose rules changed.

Two states are told apart by a row of an unusual kind (archived, expired, shared with the whole group) that somebody
with a role reaches, or by somebody with a role who is on an unusual side (suspended, in a group that was closed). Each
alone is in every world; both together are made only where a rule changed, because there are many of them.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator

from saasdb.verify import atoms, leading, values
from saasdb.verify.inserts import as_text
from saasdb.verify.inventory import Relation
from saasdb.verify.principals import ADMINLIKE, Principal
from saasdb.verify.question import Question, Side, named_in
from saasdb.verify.telling import telling
from saasdb.verify.tokens import hashed, value_for
from saasdb.verify.values import own_text
from saasdb.verify.variants import VariantMaker

MOST_TABLES, MOST_LEADERS, MOST_SIDES, MOST_TRIPLES, MOST_CROSSED, MOST_BEARERS, MOST_BESIDE = 12, 6, 14, 4, 16, 10, 6
MOST_EVERYWHERE = 24


def deepen(maker: VariantMaker, question: Question) -> None:
    """Add to a world that has its ordinary people and variants."""
    maker.filling = True
    tables = [relation for relation in maker.order if relation.title in question.tables][:MOST_TABLES]
    alice, mate = maker.world.principals["alice"], maker.world.principals["mate"]
    leaders = _leaders(maker)
    known = set(maker.world.principals)
    _everywhere(maker, tables)
    for leader, relation in leaders:
        for other in [relation, *(table for table in tables if table is not relation)]:
            _beside(maker, other, mate, leader, f"mate in {leader.label}'s")
    guests = [maker.world.principals["guest"]] if maker._named("is_anonymous") else []
    for relation in tables:
        sides = list(_sides(maker, relation, question))
        for principal in [alice, *guests, *(leader for leader, _ in leaders)]:
            for side in sides:
                label = f"{relation.title}.{values.said(side)} of {principal.label}"
                _quietly(maker, relation, principal, side, label)
        if _made_at_signup(maker, relation):
            for side in sides:
                if f"{relation.title}.{values.said(side)}" not in maker.world.principals:
                    maker._variant(relation, side)
        elif _groups(maker, relation):
            _in_her_group(maker, relation, sides)
        _bearers(maker, relation, tables, question)
        for side in _counted(maker, relation, question):
            maker._variant(relation, side)
        for side in leading.sides(maker, relation, tables, question):
            # Of a person of its own, so that it is no row of alice's.
            label = f"{relation.title}.{', '.join(side)} of alice's"
            who = maker._principal(label, variant=(relation.title, next(iter(side)), None), led=True)
            _quietly(maker, relation, who, side, label)
    seconds = [_second(maker, leader, role, side) for leader, role in leaders for side in _sides(maker, role, question)]
    known |= {second.label for second in seconds if second}
    for leader, role, relation, side in itertools.islice(_crossings(maker, leaders, tables, question), MOST_CROSSED):
        label = f"{leader.label} and {relation.title}.{values.said(side)}"
        title, column, value = leader.variant
        crossed = _alike(maker, leader, label)
        near = {r.oid for r in (*maker._related(role), *maker._related(relation), relation)}
        for other in (r for r in maker.order if r.oid in near):
            override = ({column: value} if other.title == title else {}) | (side if other is relation else {})
            _quietly(maker, other, crossed, override, crossed.label)
    for leader, role in leaders[:2]:
        title, column, value = leader.variant
        guest = _alike(maker, leader, f"{leader.label}, not signed up", anonymous=True)
        for other in maker._related(role):
            _quietly(maker, other, guest, {column: value} if other.title == title else {}, guest.label)
    people = {"bob", *(who.label for who in (alice, mate, *guests, *(leader for leader, _ in leaders)))}
    maker.world.deeper = people | (set(maker.world.principals) - known)


def _everywhere(maker: VariantMaker, tables: list[Relation]) -> None:
    """People who differ in one of the tables have a row in the others: whose plan is over has an order that is open."""
    titles = {relation.title for relation in tables}
    people = [p for p in maker.world.principals.values() if p.variant and not p.barred and p.variant[0] in titles]
    for relation in tables if len(tables) > 1 else ():
        made = maker.made.get(relation.oid, {})
        for person in [p for p in people if p.label not in made][:MOST_EVERYWHERE]:
            _quietly(maker, relation, person, {}, person.label)


def _in_her_group(maker: VariantMaker, relation: Relation, sides: list[Side]) -> None:
    """Rows of people in a group that is not theirs, on each side: what they wrote and who invited them is there.

    Where somebody has one such row at most (a membership, an invitation to an address), each is of a person of its own.
    """
    alice, bob = maker.world.principals["alice"], maker.world.principals["bob"]
    links = maker.references.of(relation, alice)
    told = {name for name, value in links.items() if value in (alice.id, alice.email)}
    keyed = any(set(key) & told for key in relation.unique)
    for side in [*([] if _members(maker, relation) else [{}]), *sides] if told else ():
        label = f"{relation.title}.{values.said(side)} in alice's"
        column, value = next(iter(side.items()), (min(told), None))
        who = maker._principal(label, variant=(relation.title, column, value), barred=True) if keyed else bob
        _quietly(maker, relation, who, side, label, alice)


def _alike(maker: VariantMaker, leader: Principal, label: str, *, anonymous: bool = False) -> Principal:
    """Somebody of a leader's standing; where the table of users says it, with the row that does."""
    title, column, value = leader.variant
    users = maker.world.identity.users
    own = {column: value} if users and users.title == title else None
    return maker._principal(label, own, variant=leader.variant, barred=True, anonymous=anonymous)


def _second(maker: VariantMaker, leader: Principal, role: Relation, side: Side) -> Principal | None:
    """Another of a leader's standing beside him, who does not count: the last one who does may not leave.

    They are there and do nothing themselves.
    """
    title, column, value = leader.variant
    told = column not in side and all(role.column(c).category in "BDR" and v is not None for c, v in side.items())
    if not told or title != role.title or role is maker.world.identity.users:
        return None
    label = f"{role.title}.{column}={value}, {values.said(side)} in {leader.label}'s"
    second = _alike(maker, leader, label)
    _beside(maker, role, second, leader, label, {**side, column: value})
    return second


def _bearers(maker: VariantMaker, relation: Relation, tables: list[Relation], question: Question) -> None:
    """People who hold the token of a row that keeps its hash: an ordinary row, another's, and one on each side.

    So do people whose row of another table that the function asks is on a side: the key of somebody who left.
    """
    bob = maker.references.of(relation, maker.world.principals["bob"])
    grouped = {c for k in relation.constraints if k.type == "f" for c in k.columns} - _owned(maker, relation)
    theirs = [{c: value} for c, value in bob.items() if c not in grouped]
    for column, function, argument, expression in hashed(maker.inventory, relation):
        own = [(relation, side) for side in [{}, *theirs, *_sides(maker, relation, question)] if column not in side]
        beside = [
            [(other, side) for side in _sides(maker, other, question)][:MOST_BESIDE]
            for other in tables
            if other is not relation and named_in([function.body], other)
        ]
        for other, side in [*own[:MOST_BEARERS], *itertools.chain(*beside)]:
            label = f"{other.title}.{values.said(side) or column} with a token for {function.name}"
            if label in maker.world.principals:
                continue
            bearer = maker._principal(label, variant=(other.title, next(iter(side), column), None), barred=True)
            value = value_for(maker.connection, bearer.tag, argument, expression)
            if value is not None:
                for each in (r for r in maker.order if r in (relation, other)):
                    differs = side if each is other else {}
                    _quietly(maker, each, bearer, {**differs, column: value} if each is relation else differs, label)
                known = maker.world.tokens.setdefault((function.title, argument), [])
                known.append((f"the token of {label}", own_text(bearer.tag, argument)))


def _crossings(
    maker: VariantMaker, leaders: list[tuple[Principal, Relation]], tables: list[Relation], question: Question
) -> Iterator[tuple[Principal, Relation, Relation, Side]]:
    """Those with a role, on each side that a date or a flag tells apart, a turn for each table."""
    groups = {k.target for _, role in leaders for k in role.constraints if k.type == "f"}
    turns = [
        [
            (leader, role, relation, side)
            for side in _sides(maker, relation, question)
            if len(side) == 1 and all(relation.column(c).category in "BDR" and v is not None for c, v in side.items())
            for leader, role in sorted(leaders, key=lambda each: each[0].variant[2] not in ADMINLIKE)
            if leader.variant[:2] != (relation.title, next(iter(side)))
        ]
        for relation in tables
        if _members(maker, relation) or relation.oid in groups
    ]
    for turn in itertools.zip_longest(*turns):
        yield from (each for each in turn if each)


def _leaders(maker: VariantMaker) -> list[tuple[Principal, Relation]]:
    """Who differs in a role: an enum or a flag of a table that says who belongs to what."""
    found = []
    for principal in list(maker.world.principals.values()):
        if principal.variant is None or principal.barred or not principal.label.startswith(principal.variant[0] + "."):
            continue
        title, column, value = principal.variant
        relation = maker.inventory.relation(title)
        told = value in relation.column(column).listed or value in ADMINLIKE
        told = told and (value != "true" or relation.column(column).category == "B")
        belongs = relation is maker.world.identity.users or (relation in maker.order and _members(maker, relation))
        if told and belongs and "," not in principal.label:
            found.append((principal, relation))
    # A turn for each table; the weightiest roles first.
    found.sort(key=lambda each: each[0].variant[2] not in ADMINLIKE)
    return found[:MOST_LEADERS]


def _owned(maker: VariantMaker, relation: Relation) -> set[str]:
    """The columns that hold a user's id."""
    alice = maker.world.principals["alice"]
    return {name for name, value in maker.references.of(relation, alice).items() if value == alice.id}


def _members(maker: VariantMaker, relation: Relation) -> bool:
    """Whether a row says that somebody belongs to something: the user is part of its key."""
    owned = _owned(maker, relation)
    return any(set(key) & owned for key in relation.unique)


def _counted(maker: VariantMaker, relation: Relation, question: Question) -> list[Side]:
    """Dated rows whose numbers add to a sum: what one used is nothing otherwise, whenever it was."""
    if not any("sum(" in text for text in question.texts) or not _owned(maker, relation):
        return []
    keyed = {c for k in relation.constraints if k.type in "fp" for c in k.columns}
    counts = [c for c in relation.columns if c.category == "N" and c.name not in keyed]
    numbers = {c.name: "1" for c in counts if c.default or question.names(c.name)}
    found = atoms.sides(maker.inventory, relation, maker.more.get(relation.title)).columns
    dates = {name: found.get(name, ()) for name in found if relation.column(name).category == "D"}
    return [
        {name: value, **numbers}
        for name, options in dates.items()
        for value in options
        if numbers and value is not None and question.names(name)
    ]


def _made_at_signup(maker: VariantMaker, relation: Relation) -> bool:
    """Whether everybody has one row of a table, and so no second one: a plan, a profile."""
    owned = _owned(maker, relation)
    return any(len(key) == 1 and set(key) <= owned for key in relation.unique)


def _groups(maker: VariantMaker, relation: Relation) -> bool:
    users = maker.world.identity.users
    return any(k.type == "f" and (users is None or k.target != users.oid) for k in relation.constraints)


def _sides(maker: VariantMaker, relation: Relation, question: Question) -> Iterator[Side]:
    """What an ordinary row could say otherwise, value by value and then in two columns at once."""
    more = maker.more.get(relation.title)
    base = {c: as_text(v) for c, v in maker.made.get(relation.oid, {}).get("alice", {}).items()}
    found = atoms.sides(maker.inventory, relation, more)
    owned = _owned(maker, relation)
    one = [
        [{name: value} for value in options if base.get(name) != value]
        for name, options in found.columns.items()
        if name not in owned
    ]
    turns = [side for turn in itertools.zip_longest(*one) for side in turn if side]
    turns.sort(key=lambda side: (not found.new.issuperset(side.items()), not any(map(question.names, side))))
    two, three = (
        [side for side in atoms.pairs(maker.inventory, relation, base, more, checked=True, columns=n)] for n in (2, 3)
    )
    if relation.oid not in question.told:
        people = [maker.world.principals["alice"], maker.world.principals["bob"], *(p for p, _ in _leaders(maker)[:2])]
        question.told[relation.oid] = telling(maker, relation, people)
    every = [*question.told[relation.oid], *turns[:MOST_SIDES], *two[: MOST_SIDES // 2], *three[:MOST_TRIPLES]]
    every = [dict(side) for side in dict.fromkeys(tuple(sorted(side.items())) for side in every)]
    return iter([side for side in every if not set(side) & owned])


def _beside(
    maker: VariantMaker,
    relation: Relation,
    principal: Principal,
    others: Principal,
    label: str,
    side: Side | None = None,
) -> None:
    """A row of one person in what belongs to another."""
    own, shared = maker.references.of(relation, principal), maker.references.of(relation, principal, others)
    if own != shared:
        _quietly(maker, relation, principal, side or {}, label, others)


def _quietly(
    maker: VariantMaker,
    relation: Relation,
    principal: Principal,
    side: Side,
    label: str,
    others: Principal | None = None,
) -> None:
    """Make a row if it can be made: one that cannot is no gap in the world that every `verify` tries."""
    had = relation.title in maker.world.problems
    known = {**maker.references.of(relation, principal, others), **side}
    # The row that everybody gets at the signup is taken over for a person of its own, never that of another.
    adopt = label == principal.label and _made_at_signup(maker, relation)
    maker._insert(relation, principal, label, known, pinned=set(side), adopt=adopt)
    if not had:
        maker.world.problems.pop(relation.title, None)
