"""The small world that probes act in: users made the way the product makes them, and rows on every side of every rule.

Everything happens inside the caller's transaction. Each user gets a row in every table that leads back to users; for
each value that a predicate tells apart there is one more user who differs in that value alone. So an administrator, a
cancelled plan or an amount above a limit are found without knowing what the schema means.
"""

from __future__ import annotations

import itertools
import json
import re
from dataclasses import dataclass, field
from typing import Any

import psycopg

from saasdb.verify import atoms, values
from saasdb.verify.inventory import Column, Constraint, Inventory, Relation, literal, quote
from saasdb.verify.principals import Identity, Principal, identity

SKIPPED_SCHEMAS = {
    "auth",
    "storage",
    "realtime",
    "vault",
    "supabase_migrations",
    "supabase_functions",
    "extensions",
    "graphql",
    "graphql_public",
    "pgsodium",
    "cron",
    "net",
    "_realtime",
    "pgbouncer",
    "saasdb",
}
"""The platform's own schemas: tried as they are, not filled (users and objects excepted)."""

MOST_VARIANTS = 64
ADMINLIKE = {
    "admin",
    "owner",
    "superadmin",
    "super_admin",
    "staff",
    "moderator",
    "support",
    "manager",
    "editor",
    "true",
}
"""Values that make somebody more than an ordinary user: who has one is tried as thoroughly as the main callers."""
OTHER_BUCKET = "zq-other"
"""A bucket of the world's own, gone with it."""
_OWNERLIKE = re.compile(
    r"^(user|owner|account|author|creator|member|profile|actor|customer|person|sender)(_?(id|uid|uuid))?$|_by(_id)?$"
)

_TRY = r"""
create function pg_temp.saasdb_try(p_statement text) returns jsonb language plpgsql as $saasdb$
declare
    v_row jsonb; v_state text; v_message text; v_constraint text; v_column text;
begin
    execute p_statement into v_row;
    set constraints all immediate;
    return jsonb_build_object('state', '00000', 'row', v_row);
exception when others then
    get stacked diagnostics v_state = returned_sqlstate, v_message = message_text, v_constraint = constraint_name,
        v_column = column_name;
    return jsonb_build_object('state', v_state, 'message', v_message, 'constraint', v_constraint, 'column', v_column);
end
$saasdb$
"""


@dataclass
class Row:
    """One row of the world.

    Attributes:
        label: e.g. `bob's` or `public.orders.state=SUCCESS`; the same on every run of the same schema.
        data: its columns, as JSON gives them.
        place: its tableoid and ctid.
    """

    label: str
    data: dict[str, Any]
    place: str


@dataclass
class World:
    """What was built, and what could not be."""

    inventory: Inventory
    identity: Identity
    principals: dict[str, Principal] = field(default_factory=dict)
    rows: dict[int, list[Row]] = field(default_factory=dict)
    recipes: dict[int, dict[str, str | None]] = field(default_factory=dict)
    problems: dict[str, str] = field(default_factory=dict)
    """object → why a row could not be made."""
    _owners: dict[int, list[str]] = field(default_factory=dict)

    def owners(self, relation: Relation) -> list[str]:
        """The columns that hold a principal's id, the likeliest owner first."""
        if relation.oid in self._owners:
            return self._owners[relation.oid]
        ids = {principal.id for principal in self.principals.values()}
        found = [
            c.name
            for c in relation.columns
            if any(str(row.data.get(c.name)) in ids for row in self.rows.get(relation.oid, ()))
        ]
        self._owners[relation.oid] = sorted(
            found, key=lambda name: (name not in ("user_id", "owner_id"), found.index(name))
        )
        return self._owners[relation.oid]


class Builder:
    """Builds a world on one connection."""

    def __init__(self, connection: psycopg.Connection, inventory: Inventory, more: dict[str, list[str]] | None = None):
        self.connection = connection
        self.inventory = inventory
        self.more = more or {}
        self.world = World(inventory, identity(inventory))
        self.made: dict[int, dict[str, dict[str, Any]]] = {}
        self.labels: dict[int, list[tuple[dict[str, Any], str]]] = {}
        self.choice: dict[int, dict[str, int]] = {}
        connection.execute(_TRY)

    def build(self) -> World:
        """Make the users and the rows; what fails is in `problems`."""
        world = self.world
        for label, more in (
            ("alice", {}),
            ("bob", {}),
            ("mate", {}),
            ("gone", {"deleted": True}),
            ("guest", {"anonymous": True}),
        ):
            self._principal(label, **more)
        self.order = self._order()
        for relation in self.order:
            for principal in list(world.principals.values()):
                self._row(relation, principal)
            self._shared(relation)
        self._variants()
        self._objects()
        self._soft_delete()
        self._read_back()
        return world

    # users ------------------------------------------------------------------------------------------------------

    def _principal(self, label: str, override: dict[str, str | None] | None = None, **more: Any) -> Principal:
        world = self.world
        principal = world.identity.new(label, len(world.principals) + 1, **more)
        world.principals[label] = principal
        users = world.identity.users
        if users is not None:
            self._user(users, principal, override or {})
        return principal

    def _user(self, users: Relation, principal: Principal, override: dict[str, str | None]) -> bool:
        known = {
            world_column: value
            for world_column, value in {
                world_key(self.world): principal.id,
                "aud": "authenticated",
                "role": "authenticated",
                "email": None if principal.anonymous else principal.email,
                "is_anonymous": str(principal.anonymous).lower(),
                "email_confirmed_at": None if principal.anonymous else "2020-01-01",
                "created_at": "2020-01-01",
                "raw_app_meta_data": '{"provider": "email"}',
                "raw_user_meta_data": json.dumps({"full_name": principal.tag}),
            }.items()
            if (c := users.column(world_column)) and not c.generated and (not c.labels or value in c.labels)
        }
        known = {**known, **override}
        if known.get("email", "") is None and users.column("email").not_null:
            known["email"] = principal.email
        return self._insert(
            users, principal, principal.label, known, minimal=users.schema == "auth", pinned=set(override)
        )

    # order ------------------------------------------------------------------------------------------------------

    def _order(self) -> list[Relation]:
        users = self.world.identity.users
        pending = [
            r
            for r in self.inventory.tables
            if (r.schema not in SKIPPED_SCHEMAS or (r.policies and r.schema != "storage"))
            and r is not users
            and r.partition_of is None
        ]
        pending += [
            r
            for r in self.inventory.tables
            if r.kind == "r"
            and r.partition_of
            and r not in pending
            and r.schema not in SKIPPED_SCHEMAS
            and r.partition_of not in self.inventory.relations
        ]
        done: list[Relation] = []
        while pending:
            waiting = {r.oid for r in pending}
            free = [
                r
                for r in pending
                if not any(k.type == "f" and k.target in waiting and k.target != r.oid for k in r.constraints)
            ]
            done += free or pending[:1]
            pending = [r for r in pending if r not in done]
        return done

    # rows -------------------------------------------------------------------------------------------------------

    def _row(
        self,
        relation: Relation,
        principal: Principal,
        override: dict[str, str | None] | None = None,
        label: str | None = None,
        others: Principal | None = None,
    ) -> bool:
        known = {**self._links(relation, principal, others), **(override or {})}
        return self._insert(relation, principal, label or principal.label, known, pinned=set(override or ()))

    def _shared(self, relation: Relation) -> None:
        """A second person in the first one's group: `mate` in what belongs to alice."""
        alice, mate = self.world.principals["alice"], self.world.principals["mate"]
        own, shared = self._links(relation, mate, None), self._links(relation, mate, alice)
        if own != shared:
            self._row(relation, mate, label="mate in alice's", others=alice)

    def _links(self, relation: Relation, principal: Principal, others: Principal | None) -> dict[str, str | None]:
        """Foreign keys and other references: to the principal, and to what is theirs (or of `others`)."""
        links: dict[str, str | None] = {}
        users = self.world.identity.users
        for constraint in relation.constraints:
            if constraint.type != "f":
                continue
            if users is not None and constraint.target == users.oid:
                links |= dict.fromkeys(constraint.columns, principal.id)
                continue
            whose = (others or principal).label
            rows = self.made.get(constraint.target, {})
            row = (
                rows.get(whose) or rows.get(principal.label) or next(iter(rows.values()), None) or self._any(constraint)
            )
            if row:
                for column, target in zip(constraint.columns, constraint.target_columns, strict=True):
                    if constraint.target != relation.oid:
                        links[column] = None if row.get(target) is None else str(row[target])
        for column in relation.columns:
            if column.name in links or column.identity or column.generated:
                continue
            if column.base == self.world.identity.base and column.base == "uuid" and _OWNERLIKE.search(column.name):
                links[column.name] = principal.id
            elif column.category == "S" and "email" in column.name:
                links[column.name] = principal.email
            elif column.category == "S" and re.fullmatch(r"(owner|user)_id", column.name):
                links[column.name] = principal.id
        return links

    def _any(self, constraint: Constraint) -> dict[str, Any] | None:
        target = self.inventory.relations.get(constraint.target)
        if target is None:
            return None
        found = self.connection.execute(f"select to_jsonb(t) from {target.sql} t limit 1").fetchone()
        return found[0] if found else None

    def _insert(
        self,
        relation: Relation,
        principal: Principal,
        label: str,
        known: dict[str, str | None],
        *,
        minimal: bool = False,
        pinned: set[str] = frozenset(),
    ) -> bool:
        """Insert by trying: what a constraint refuses is changed where that constraint looks."""
        options = self._options(relation, principal, label)
        choice = self.choice.setdefault(relation.oid, {})
        chosen = dict(known)
        for column in relation.columns:
            if column.name in chosen or column.generated or column.identity == "a":
                continue
            needed = column.not_null and column.default is None
            if needed or (not minimal and not _keeps_default(column)):
                place = choice.get(column.name, 0)
                chosen[column.name] = options[column.name][min(place, len(options[column.name]) - 1)]
        for column in relation.columns:
            if column.name in known:
                continue
            if not minimal and column.identity and column.category == "N" and column.base != "int2":
                chosen[column.name] = str(values.made_number(principal.tag, relation.name, label))
        answer: dict[str, Any] = {}
        search: dict[str, itertools.product] = {}
        for _ in range(160):
            answer = self._execute_insert(relation, chosen)
            if answer["state"] == "00000":
                break
            if not self._repair(relation, answer, chosen, options, known, pinned, search):
                break
        if answer["state"] == "00000" and answer.get("row"):
            self._remember(relation, principal, label, answer["row"])
            choice |= {c: options[c].index(v) for c, v in chosen.items() if c in options and v in options[c]}
            self.world.recipes.setdefault(relation.oid, {c: v for c, v in chosen.items()})
            return True
        if answer["state"] == "23505" and self._adopt(relation, principal, label, known, pinned, options):
            return True
        if relation.title not in self.world.problems:
            self.world.problems[f"{relation.title}"] = (
                f"{label}: {answer.get('message', 'a trigger swallowed the row')}"
            )
        return False

    def _options(self, relation: Relation, principal: Principal, label: str) -> dict[str, list[str | None]]:
        options = {}
        for column in relation.columns:
            checked = [k.expression for k in relation.constraints if k.expression and column.name in k.columns]
            checked += self.inventory.domains.get(column.type, [])
            strings, numbers = values.constants_in("\n".join(checked))
            options[column.name] = values.candidates(
                base=column.base,
                category=column.category,
                labels=column.labels,
                tag=principal.tag,
                owner=principal.id,
                seed=f"{relation.name}{column.name}{label}",
                constants=[*strings, *numbers],
            ) + ([] if column.not_null else [None])
        return options

    def _execute_insert(self, relation: Relation, chosen: dict[str, str | None]) -> dict[str, Any]:
        return self.connection.execute("select pg_temp.saasdb_try(%s)", [insert_sql(relation, chosen)]).fetchone()[0]

    def _repair(
        self,
        relation: Relation,
        answer: dict[str, Any],
        chosen: dict[str, str | None],
        options: dict[str, list],
        known: dict[str, str | None],
        pinned: set[str],
        search: dict[str, itertools.product],
    ) -> bool:
        """Change `chosen` where the refusal points; False when there is nothing left to change."""
        name = answer.get("constraint") or ""
        if answer["state"] == "23502" and answer.get("column") in options and chosen.get(answer["column"]) is None:
            chosen[answer["column"]] = options[answer["column"]][0]
            return True
        constraint = next((k for k in relation.constraints if k.name == name), None)
        columns = list(constraint.columns) if constraint else []
        if answer["state"][:2] == "22" or not columns:
            # A value that the type or a trigger does not take: try the columns one by one.
            columns = [c for c in chosen if c not in known and c not in pinned]
            name = answer["state"]
            if name not in search:
                search[name] = iter(
                    [
                        {c: v}
                        for c in columns
                        for v in [None, *options[c][1:]]
                        if not (v is None and relation.column(c).not_null)
                    ]
                )
            step = next(search[name], None)
            if step is None:
                return False
            chosen.update(step)
            return True
        if constraint.type == "f":
            for column in columns:
                if not relation.column(column).not_null and column not in pinned and chosen.get(column) is not None:
                    chosen[column] = None
                    return True
            return False
        if constraint.type in "pu":
            return False
        free = [c for c in columns if c not in pinned and c not in known and c in options]
        if name not in search:
            pools = [[v for v in _around(options[c], constraint.expression or "", relation.column(c))] for c in free]
            search[name] = (dict(zip(free, combination, strict=True)) for combination in itertools.product(*pools))
        step = next(search[name], None)
        if step is None:
            return False
        chosen.update(step)
        return True

    def _adopt(
        self,
        relation: Relation,
        principal: Principal,
        label: str,
        known: dict[str, str | None],
        pinned: set[str],
        options: dict[str, list[str | None]],
    ) -> bool:
        """Take over the row that a trigger already made for this user, and fill it."""
        for key in relation.unique:
            if not any(c in known for c in key):
                continue
            where = " and ".join(f"{quote(c)} = {literal(known[c])}" for c in key if known.get(c) is not None)
            if not where:
                continue
            fills = [{c: known[c] for c in pinned}] if pinned else [{}]
            if not pinned and principal.variant is None:
                self._fill(relation, where, known, options)
            if pinned:
                # A check may ask for another column beside the pinned one.
                for constraint in relation.constraints:
                    if constraint.type == "c" and pinned & set(constraint.columns):
                        fills += [
                            {**fills[0], c: v} for c in constraint.columns if c not in pinned for v in options[c][:6]
                        ]
            for fill in fills:
                sets = ", ".join(f"{quote(c)} = {literal(v)}" for c, v in fill.items())
                statement = (
                    f"update {relation.sql} t set {sets} where {where} returning to_jsonb(t)"
                    if sets
                    else f"select to_jsonb(t) from {relation.sql} t where {where}"
                )
                answer = self.connection.execute("select pg_temp.saasdb_try(%s)", [statement]).fetchone()[0]
                if answer["state"] == "00000" and answer.get("row"):
                    self._remember(relation, principal, label, answer["row"])
                    self.world.recipes.setdefault(
                        relation.oid,
                        {c: _text(v) for c, v in answer["row"].items() if not relation.column(c).generated},
                    )
                    return True
        return False

    def _fill(
        self, relation: Relation, where: str, known: dict[str, str | None], options: dict[str, list[str | None]]
    ) -> None:
        """Give the empty columns of a trigger's row values that can be recognised, one column at a time."""
        for column in relation.columns:
            if (
                column.not_null
                or column.default is not None
                or column.generated
                or column.name in known
                or column.category == "D"
            ):
                continue
            for value in options[column.name][:5]:
                name = quote(column.name)
                statement = (
                    f"update {relation.sql} t set {name} = {cast(column, value)} "
                    f"where {where} and {name} is null returning to_jsonb(t)"
                )
                if (
                    self.connection.execute("select pg_temp.saasdb_try(%s)", [statement]).fetchone()[0]["state"]
                    == "00000"
                ):
                    break

    def _remember(self, relation: Relation, principal: Principal, label: str, row: dict[str, Any]) -> None:
        self.made.setdefault(relation.oid, {}).setdefault(principal.label, row)
        self.labels.setdefault(relation.oid, []).append((row, label))

    # variants ---------------------------------------------------------------------------------------------------

    def _variants(self) -> None:
        """One more user for each value that a predicate tells apart, with everything an ordinary user has."""
        wanted = []
        users = self.world.identity.users
        for relation in [*([users] if users else []), *self.order]:
            found = atoms.sides(self.inventory, relation, self.more.get(relation.title, ()))
            base = self.made.get(relation.oid, {}).get("alice", {})
            for column, options in found.columns.items():
                if relation is users and column in (
                    self.world.identity.key,
                    "email",
                    "is_anonymous",
                    "raw_user_meta_data",
                ):
                    continue
                for value in options:
                    if _text(base.get(column)) != value:
                        wanted.append((relation, column, value))
        for relation, column, value in _first(wanted):
            self._variant(relation, {column: value})
        for relation in [*([users] if users and users.schema != "auth" else []), *self.order]:
            base = {c: _text(v) for c, v in self.made.get(relation.oid, {}).get("alice", {}).items()}
            for override in atoms.pairs(self.inventory, relation, base, self.more.get(relation.title, ())):
                self._variant(relation, override)

    def _variant(self, relation: Relation, override: dict[str, str | None]) -> None:
        """A user who differs from the others in these columns of one table."""
        said = ", ".join(f"{column}={'null' if value is None else value}" for column, value in override.items())
        label = f"{relation.title}.{said}"
        column, value = next(iter(override.items()))
        user = relation is self.world.identity.users
        principal = self._principal(label, override if user else None, variant=(relation.title, column, value))
        near = self.order if value in ADMINLIKE or user else self._related(relation)
        for other in near:
            if other is not relation:
                self._row(other, principal)
            elif not self._row(other, principal, override, label) and principal.label not in self.made.get(
                other.oid, {}
            ):
                self.world.problems.pop(other.title, None)
                self._row(other, principal)

    def _related(self, relation: Relation) -> list[Relation]:
        """The tables that references lead to and from, users apart: where a row of another kind may matter."""
        users = self.world.identity.users
        near = {relation.oid}
        while True:
            more = {
                oid
                for table in self.order
                for k in table.constraints
                if k.type == "f" and {table.oid, k.target} & near and (users is None or k.target != users.oid)
                for oid in (table.oid, k.target)
            }
            if more <= near:
                return [table for table in self.order if table.oid in near]
            near |= more

    # storage ----------------------------------------------------------------------------------------------------

    def _objects(self) -> None:
        """Objects under honest and hostile names, in every bucket that there is."""
        objects = self.inventory.relation("storage.objects")
        if objects is None:
            return
        strings = values.constants_in(
            "\n".join([*atoms.texts_about(self.inventory, objects), *self.more.get(objects.title, ())])
        )[0]
        words = [s.strip("/%") for s in strings if re.fullmatch(r"[\w%./-]{1,40}", s)]
        # A rule that names its bucket is only proven beside a bucket that it does not name.
        self._execute_insert(self.inventory.relation("storage.buckets"), {"id": OTHER_BUCKET, "name": OTHER_BUCKET})
        buckets = [row[0] for row in self.connection.execute("select id from storage.buckets order by id")]
        for bucket in buckets[:4]:
            for principal in (self.world.principals["alice"], self.world.principals["bob"]):
                for number, name in enumerate(hostile_names(principal.id, words)):
                    known = {"bucket_id": bucket, "name": name, "id": values.made_uuid(bucket, name, number)}
                    if objects.column("owner_id"):
                        known["owner_id"] = principal.id
                    answer = self._execute_insert(objects, known)
                    if answer["state"] == "00000" and answer["row"]:
                        shown = name.replace(principal.id, f"<{principal.label}>").replace(
                            principal.id.upper(), f"<{principal.label.upper()}>"
                        )
                        self._remember(objects, principal, f"{bucket}/{shown}", answer["row"])

    def _soft_delete(self) -> None:
        users = self.world.identity.users
        if users is not None and users.column("deleted_at"):
            gone = self.world.principals["gone"].id
            self.connection.execute(
                "select pg_temp.saasdb_try(%s)",
                [
                    f"update {users.sql} t set deleted_at = now() "
                    f"where {quote(self.world.identity.key)} = {literal(gone)} returning to_jsonb(t)"
                ],
            )

    # reading back -----------------------------------------------------------------------------------------------

    def _read_back(self) -> None:
        for relation in self.inventory.tables:
            labelled = {}
            for row, label in [*self.labels.get(relation.oid, ()), *self.labels.get(relation.partition_of or 0, ())]:
                labelled.setdefault(_key(relation, row), label)
            fetched = self.connection.execute(
                f"select tableoid::int8 || ctid::text, to_jsonb(t) from {relation.sql} t limit 3000"
            ).fetchall()
            self.world.rows[relation.oid] = [
                Row(labelled.get(_key(relation, data)) or self._whose(data), data, place) for place, data in fetched
            ]

    def _whose(self, data: dict[str, Any]) -> str:
        """A label for a row that a trigger made or that was here before."""
        said = {str(value) for value in data.values()}
        owner = next((p.label for p in self.world.principals.values() if p.id in said), None)
        return f"{owner}'s other" if owner else "a row from before"


def _first(wanted: list[tuple[Relation, str, str | None]]) -> list[tuple[Relation, str, str | None]]:
    """At most `MOST_VARIANTS`: enums and flags first (what roles and plans are), then a turn for each column."""
    turns: dict[tuple[int, str], int] = {}
    ranked = []
    for relation, column, value in wanted:
        kind = relation.column(column)
        turn = turns[relation.oid, column] = turns.get((relation.oid, column), -1) + 1
        ranked.append((0 if kind.labels or kind.category == "B" else 1 + turn, len(ranked), (relation, column, value)))
    return [item for _, _, item in sorted(ranked, key=lambda r: r[:2])[:MOST_VARIANTS]]


def insert_sql(relation: Relation, chosen: dict[str, str | None]) -> str:
    """INSERT … RETURNING the row as JSON, values cast to their columns' types."""
    columns = ", ".join(quote(c) for c in chosen)
    cells = ", ".join(cast(relation.column(c), v) for c, v in chosen.items())
    if not chosen:
        return f"insert into {relation.sql} as t default values returning to_jsonb(t)"
    return f"insert into {relation.sql} as t ({columns}) overriding system value values ({cells}) returning to_jsonb(t)"


def cast(column: Column, value: str | None) -> str:
    return f"null::{column.type}" if value is None else f"{literal(value)}::{column.type}"


def hostile_names(owner: str, words: list[str]) -> list[str]:
    """Object names around `<owner>/avatar`: what a sound path rule takes, and what a loose one lets through."""
    names = [
        f"{owner}/avatar",
        f"{owner}/avatar.png",
        f"{owner}/avatar/x",
        f"{owner}/avatarx",
        f"{owner}/other",
        f"{owner}/a/b/c",
        owner,
        f"{owner}/",
        f"{owner}//avatar",
        f"/{owner}/avatar",
        f" {owner}/avatar",
        f"{owner} /avatar",
        f"{owner.upper()}/avatar",
        f"{owner}/AVATAR",
        f"{owner}x/avatar",
        f"x{owner}/avatar",
        f"public/{owner}/avatar",
        f"{owner}/../avatar",
        f"../{owner}/avatar",
        f"{owner[:8]}/avatar",
        f"{owner.replace('-', '_')}/avatar",
        f"{owner.replace('-', '')}/avatar",
        f"{owner}\uff0favatar",
        f"{owner}/\u0430vatar",
        f"{owner}\\avatar",
        f"{owner}%2Favatar",
        f"x/{owner}",
        f"{owner}.avatar",
    ]
    for word in words[:8]:
        names += [
            f"{owner}/{word}",
            f"{word}/{owner}",
            f"{word}/{owner}/avatar",
            f"{word}/x",
            f"{word}",
            f"{owner}/{word}/x",
        ]
    return list(dict.fromkeys(names))


def world_key(world: World) -> str:
    return world.identity.key


def _keeps_default(column: Column) -> bool:
    """Columns that an ordinary row leaves to their default: the product's own starting values."""
    # An empty date says that nothing happened yet: not paid, not deleted, not cancelled.
    if column.default is None and column.category == "D" and not column.not_null:
        return True
    return (
        column.default is not None
        and (bool(column.labels) or column.category in "BDN" or column.base == "uuid" or column.category == "S")
        and column.base != "uuid"
    ) or bool(column.identity)


def _around(options: list[str | None], expression: str, column: Column) -> list[str | None]:
    """Candidates for a column that a check refused: the check's own constants and their neighbours first."""
    strings, numbers = values.constants_in(expression)
    near = [str(int(float(n)) + d) for n in numbers for d in (0, 1, -1)] if column.category == "N" else list(strings)
    if column.category == "S":
        near += ["x" * int(n) for n in numbers if n.isdigit() and 0 < int(n) < 200]
    return list(dict.fromkeys([*options, *near]))[:40]


def _key(relation: Relation, data: dict[str, Any]) -> str:
    return json.dumps([data.get(c) for c in relation.key] if relation.key else data, sort_keys=True)


def _text(value: Any) -> str | None:
    if value is None or isinstance(value, str):
        return value
    return json.dumps(value)
