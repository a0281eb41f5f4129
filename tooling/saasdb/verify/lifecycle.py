"""What signing up, editing one's own metadata, being soft-deleted and being deleted do to the rows of the product.

A user writes their own `raw_user_meta_data`. So a signup is repeated with every column's name and the most powerful
values in it, and what differs from a plain signup is what users decide about themselves.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field

from saasdb.verify import atoms
from saasdb.verify.claimed import bodies, forged, of_another
from saasdb.verify.functions import FunctionProbes
from saasdb.verify.inserts import cast
from saasdb.verify.inventory import Relation, literal, quote
from saasdb.verify.noise import mask
from saasdb.verify.otherwise_calls import the_last
from saasdb.verify.principals import Principal
from saasdb.verify.question import tables_in
from saasdb.verify.runner import Answer, Probe, Runner
from saasdb.verify.states import EMPTIED, emptying
from saasdb.verify.values import addresses_in, made_uuid, shown
from saasdb.verify.whom import asked_about
from saasdb.verify.world import World

BY_SERVICE = ("deleting a user", "soft-deleting a user", "a user changing their address")
"""What the platform does to users with a role of its own."""
SERVICE = "saasdb_signs_up"
"""Writes users where the platform has no role for it; may do that alone, so a trigger must bring its own rights."""
_NEW = Principal("plain", made_uuid("signup", "plain"), 900)
"""Who signs up."""


@dataclass(frozen=True)
class Event:
    """What one event did: SQLSTATE, and per table what came and what went, in words that are the same on every run."""

    state: str
    effects: dict[str, str]
    message: str = ""


@dataclass
class Lifecycle:
    """Events by name, and the columns that a user's own metadata decides."""

    events: dict[str, Event] = field(default_factory=dict)
    decided: dict[str, str] = field(default_factory=dict)
    """`table.column` → a value that a signup's metadata put there."""
    defaults: dict[str, str] = field(default_factory=dict)
    """`table.column` → what an ordinary signup puts there (enums, booleans and numbers)."""


@dataclass(frozen=True)
class Signup:
    """One signup to try.

    Attributes:
        name: the event's name.
        metadata: what the user says of themselves.
        known: columns of the users table that are not as in a plain signup.
        role: who inserts the row, or None for the connection's own role.
        before: SQL to run beforehand, as the connection's own role.
        chosen: whether what differs is the user's own choice, so that it must decide nothing.
    """

    name: str
    metadata: dict = field(default_factory=lambda: {"full_name": "Plain"})
    known: dict[str, str | None] = field(default_factory=dict)
    role: str | None = None
    before: str | None = None
    chosen: bool = False


_PLAIN = Signup("signup")


def _free(users: Relation, known: dict[str, str | None]) -> str | None:
    """Takes an address or number from the user of the world who has it: a rule that looks for it made that user."""
    for name, value in known.items():
        if name in ("email", "phone") and value is not None and not users.column(name).not_null:
            return f"update {users.sql} set {quote(name)} = null where {quote(name)} = {literal(value)}"
    return None


class LifecycleProbes:
    """Tries the events; needs a users table.

    Args:
        compared: whether two states are compared by them: then what an event did must be the same on every run.
    """

    def __init__(self, runner: Runner, world: World, functions: FunctionProbes, *, compared: bool = True):
        self.runner, self.world, self.functions, self.compared = runner, world, functions, compared
        self.view = Lifecycle()

    def observe(self) -> Lifecycle:
        users = self.world.identity.users
        if users is None:
            return self.view
        service = self._service(users)
        wanted = [_PLAIN, *self._odd(users, service)]
        plain, *tried = answers = self._signups(users, wanted)
        again = self._signups(users, wanted) if self.compared else answers
        for signup, answer, other in zip(wanted, [plain, *tried], again, strict=True):
            self.view.events[signup.name] = self._event(answer, other)
            if signup.chosen and answer.ok:
                self._compare(plain, answer)
        self._defaults(plain)
        alice, where = self.world.principals["alice"], quote(self.world.identity.key)
        here = f"where {where} = {literal(alice.id)}"
        taken: dict[str, str | None] = {}
        events = self._plain_events(users, here, "")
        for person in self._asked_about(users):
            events |= self._plain_events(users, f"where {where} = {literal(person.id)}", f", {person.label}")
        for leader, _, state, before in the_last(self.functions, self._changed_triggers()):
            person = leader.principal
            for name, event in self._plain_events(users, f"where {where} = {literal(person.id)}", "").items():
                events[f"{name}, {person.label} {state}"] = event
                taken[f"{name}, {person.label} {state}"] = before
        if users.column("raw_user_meta_data"):
            claims = {**forged(self.world, self.functions.changed), **of_another(self.world)}
            for name, metadata in claims.items():
                events[f"a user's metadata saying {name}"] = (
                    f"update {users.sql} set raw_user_meta_data = {literal(json.dumps(metadata))}::jsonb {here}"
                )
        if users.column("email"):
            for address in self._addresses(users):
                name = f"a user changing their address to {address}"
                events[name] = f"update {users.sql} set email = {literal(address)} {here}"
                taken[name] = _free(users, {"email": address})
        probes = [Probe(None, {}, s, before=taken.get(name), effects=True) for name, s in events.items()]
        for name in [n for n in BY_SERVICE if n in events and service and self.compared]:
            # A trigger that runs as who fires it has that role's rights.
            events[f"{name} by the service for it"] = events[name]
            probes.append(Probe(service[0], {}, events[name], before=service[1] or taken.get(name), effects=True))
        answers = self.runner.run(probes)
        again = self.runner.run(probes) if self.compared else answers
        for name, answer, other in zip(events, answers, again, strict=True):
            self.view.events[name] = self._event(answer, other)
        return self.view

    def _plain_events(self, users: Relation, where: str, whose: str) -> dict[str, str]:
        """What may happen to anybody, as statements."""
        events = {f"deleting a user{whose}": f"delete from {users.sql} {where}"}
        if users.column("deleted_at"):
            events[f"soft-deleting a user{whose}"] = f"update {users.sql} set deleted_at = now() {where}"
        if users.column("email"):
            change = f"update {users.sql} set email = 'other@example.test' {where}"
            events[f"a user changing their address{whose}"] = change
        return events

    def _asked_about(self, users: Relation) -> list[Principal]:
        """People who differ in what a changed trigger of the users asks about: who left must not come back."""
        functions = self.world.inventory.functions
        run = [functions[t.function] for t in users.triggers if t.function in functions]
        changed = "\n".join(f.body for f in run if f.title in self.functions.changed)
        return asked_about(self.functions, changed) if changed else []

    def _service(self, users: Relation) -> tuple[str, str | None] | None:
        """A role that may write users and nothing else, and the SQL that makes it where the platform has none."""
        grants = f"usage on schema {quote(users.schema)}", f"select, insert, update, delete on {users.sql}"
        made = "; ".join(
            [f"create role {SERVICE} bypassrls", f"grant {SERVICE} to current_user"]
            + [f"grant {grant} to {SERVICE}" for grant in grants]
        )
        tries = ("supabase_auth_admin", None), (SERVICE, made)
        key = quote(self.world.identity.key)
        empty = f"insert into {users.sql} ({key}) select {key} from {users.sql} where false"
        for role, before in tries:
            if self.runner.run([Probe(role, {}, empty, before=before)])[0].ok:
                return role, before
        return None

    def _odd(self, users: Relation, service: tuple[str, str | None] | None) -> list[Signup]:
        """Every signup beside the plain one: by the platform's own role, with what users choose, with odd values."""
        found = []
        if service:
            found.append(Signup("signup by the service for it", role=service[0], before=service[1]))
        if users.column("raw_user_meta_data"):
            claims = forged(self.world, self.functions.changed).items()
            found += [Signup(f"signup with {n}", metadata, chosen=True) for n, metadata in claims]
            found += [Signup(f"signup with {n}", metadata) for n, metadata in of_another(self.world).items()]
        large = {"full_name": "x" * 10240, "name": "y" * 10240, "avatar_url": "z" * 9000}
        odd = {
            "no e-mail": {"email": None},
            "odd metadata": {"raw_user_meta_data": '"text"'},
            "no metadata": {"raw_user_meta_data": None},
            "a large name": {"raw_user_meta_data": json.dumps(large)},
            "no name yet (anonymous)": {"is_anonymous": "true", "email": None},
        }
        sides = atoms.sides(self.world.inventory, users, self.world.more.get(users.title))
        for name in ("phone", "raw_app_meta_data", "email_confirmed_at", "is_sso_user", "banned_until"):
            odd |= {f"{name} {shown(value)}": {name: value} for value in sides.columns.get(name, ())[:6]}
        found += [Signup(f"signup with {n}", known=known) for n, known in odd.items() if all(map(users.column, known))]
        found += [Signup(f"signup with the address that {t} names", before=change) for t, change in self._named(users)]
        found += [Signup(f"signup {EMPTIED} {t.title}", before=emptying(t)) for t in self._asked()]
        return found + [
            Signup(f"signup with the address {address}", known={"email": address}, chosen=True)
            for address in self._addresses(users)
        ]

    def _named(self, users: Relation) -> list[tuple[str, str]]:
        """Tables that hold addresses and that a trigger knows, such as invitations: each with one for who signs up."""
        texts = bodies(self.world)
        return [
            (relation.title, f"update {relation.sql} set {quote(column.name)} = {literal(_NEW.email)} where {made}")
            for relation in self.world.inventory.tables
            if relation is not users and re.search(rf"\b{re.escape(relation.name)}\b", texts)
            for column in relation.columns
            if column.category == "S" and "mail" in column.name and users.column("email")
            for row in self.world.rows.get(relation.oid, ())
            if row.label == "bob"
            for made in [f"ctid = {literal('(' + row.place.partition('(')[2])}"]
        ]

    def _asked(self) -> list[Relation]:
        """Tables that a changed trigger names: the first who signs up may become what nobody is yet."""
        return tables_in(self.world.inventory, self._changed_triggers())

    def _changed_triggers(self) -> str:
        inventory = self.world.inventory
        run = self.functions.changed.union(*(relation.turned for relation in inventory.tables))
        bodies = (f.body for f in inventory.functions.values() if f.title in run and f.returns == "trigger")
        return "\n".join(bodies)

    def _signups(self, users: Relation, wanted: list[Signup]) -> list[Answer]:
        return self.runner.run(
            [
                Probe(
                    signup.role,
                    {},
                    self._statement(users, signup),
                    before=signup.before or _free(users, signup.known),
                    effects=True,
                )
                for signup in wanted
            ]
        )

    def _statement(self, users: Relation, signup: Signup) -> str:
        principal = _NEW
        values = {
            "aud": "authenticated",
            "role": "authenticated",
            "email": principal.email,
            "is_anonymous": "false",
            "email_confirmed_at": "2020-01-01",
            "raw_app_meta_data": "{}",
            "raw_user_meta_data": json.dumps(signup.metadata),
        }
        chosen = {self.world.identity.key: principal.id}
        chosen |= {
            k: v
            for k, v in {**values, **signup.known}.items()
            if (c := users.column(k)) and not c.generated and not c.labels
        }
        recipe = self.world.recipes.get(users.oid, {})
        for column in users.columns:
            if column.not_null and column.default is None and column.name not in chosen and not column.generated:
                chosen[column.name] = recipe.get(column.name)
        names = ", ".join(map(quote, chosen))
        cells = ", ".join(cast(users.column(c), v) for c, v in chosen.items())
        return f"insert into {users.sql} ({names}) values ({cells})"

    def _addresses(self, users: Relation) -> list[str]:
        """Addresses that the signup's triggers compare with: whoever may choose an address must not choose a role."""
        if not users.column("email"):
            return []
        bodies = [f.body for f in self.world.inventory.functions.values() if "email" in f.body]
        return addresses_in("\n".join(bodies), "somebody")[:8]

    def _rows(self, answer) -> dict[str, list[dict]]:
        return {
            title: new
            for title, (new, _) in (answer.after or {}).items()
            if new and title != self.world.identity.users.title
        }

    def _defaults(self, plain) -> None:
        for title, rows in self._rows(plain).items():
            relation = self.world.inventory.relation(title)
            for row in rows:
                for column in relation.columns:
                    value = row.get(column.name)
                    if (column.listed or column.category == "B") and value is not None:
                        self.view.defaults[f"{title}.{column.name}"] = (
                            str(value).lower() if isinstance(value, bool) else str(value)
                        )

    def _compare(self, plain, forged) -> None:
        before, after = self._rows(plain), self._rows(forged)
        for title in sorted({*before, *after}):
            relation = self.world.inventory.relation(title)
            for old, new in zip(before.get(title, [{}]), after.get(title, [{}]), strict=False):
                for column in relation.columns:
                    made = column.identity or (column.default or "").startswith(("nextval", "gen_random", "uuid_gen"))
                    if (
                        not made
                        and column.category != "D"
                        and old.get(column.name) != new.get(column.name)
                        and "@" not in str(new.get(column.name))
                    ):
                        self.view.decided[f"{title}.{column.name}"] = str(new.get(column.name))[:60]
            if len(before.get(title, ())) != len(after.get(title, ())):
                self.view.decided[f"{title} (rows)"] = str(len(after.get(title, ())))

    def _event(self, answer: Answer, again: Answer) -> Event:
        """What an event did, from two tries of it: what varies between them is masked."""
        effects, other = (self.functions.effects.by_table(each.after) for each in (answer, again))
        said = {title: mask([text, other.get(title, "")]) for title, text in effects.items()}
        return Event(answer.state, said, answer.message)
