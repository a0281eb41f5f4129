"""What signing up, editing one's own metadata, being soft-deleted and being deleted do to the rows of the product.

A user writes their own `raw_user_meta_data`. So a signup is repeated with every column's name and the most powerful
values in it, and what differs from a plain signup is what users decide about themselves.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field

from saasdb.verify.functions import FunctionProbes
from saasdb.verify.inventory import Relation, literal, quote
from saasdb.verify.noise import mask
from saasdb.verify.principals import Principal
from saasdb.verify.runner import Probe, Runner
from saasdb.verify.values import constants_in, made_uuid
from saasdb.verify.world import World

SERVICE = "saasdb_signs_up"
"""Inserts users where the platform has no role for it; may do that alone, so a trigger must bring its own rights."""


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


class LifecycleProbes:
    """Tries the events; needs a users table."""

    def __init__(self, runner: Runner, world: World, functions: FunctionProbes):
        self.runner, self.world, self.functions = runner, world, functions
        self.view = Lifecycle()

    def observe(self) -> Lifecycle:
        users = self.world.identity.users
        if users is None:
            return self.view
        plain = self._signup(users, "plain", {"full_name": "Plain"}, {})
        again = self._signup(users, "plain", {"full_name": "Plain"}, {})
        self.view.events["signup"] = self._event(plain, again)
        if service := self._service(users):
            tries = [self._signup(users, "plain", {"full_name": "Plain"}, {}, service) for _ in range(2)]
            self.view.events["signup by the service for it"] = self._event(*tries)
        self._defaults(plain)
        has_meta = users.column("raw_user_meta_data") is not None
        for name, metadata in self._forged().items() if has_meta else ():
            answer = self._signup(users, "plain", metadata, {})
            if answer.ok:
                self._compare(plain, answer)
            self.view.events[f"signup with {name}"] = Event(answer.state, {}, answer.message)
        odd = {
            "no e-mail": {"email": None},
            "odd metadata": {"raw_user_meta_data": '"text"'},
            "no metadata": {"raw_user_meta_data": None},
            "a large name": {
                "raw_user_meta_data": json.dumps(
                    {"full_name": "x" * 10240, "name": "y" * 10240, "avatar_url": "z" * 9000}
                )
            },
        }
        for name, known in odd.items():
            if all(users.column(c) for c in known):
                self.view.events[f"signup with {name}"] = self._event(
                    *(self._signup(users, "plain", {"full_name": "Plain"}, known) for _ in range(2))
                )
        for address in self._addresses(users):
            answer = self._signup(users, "plain", {"full_name": "Plain"}, {"email": address})
            if answer.ok:
                self._compare(plain, answer)
            self.view.events[f"signup with the address {address}"] = Event(answer.state, {}, answer.message)
        alice, where = self.world.principals["alice"], quote(self.world.identity.key)
        here = f"where {where} = {literal(alice.id)}"
        events = {"deleting a user": f"delete from {users.sql} {here}"}
        if users.column("deleted_at"):
            events["soft-deleting a user"] = f"update {users.sql} set deleted_at = now() {here}"
        if has_meta:
            for name, metadata in self._forged().items():
                events[f"a user's metadata saying {name}"] = (
                    f"update {users.sql} set raw_user_meta_data = {literal(json.dumps(metadata))}::jsonb {here}"
                )
        if users.column("email"):
            events["a user changing their address"] = f"update {users.sql} set email = 'other@example.test' {here}"
        probes = [Probe(None, {}, s, effects=True) for s in events.values()]
        for name, *answers in zip(events, self.runner.run(probes), self.runner.run(probes), strict=True):
            self.view.events[name] = self._event(*answers)
        return self.view

    def _service(self, users: Relation) -> tuple[str, str | None] | None:
        """A role that may insert users and nothing else, and the SQL that makes it where the platform has none."""
        connection, platform = self.runner.connection, "supabase_auth_admin"
        query = "select has_schema_privilege(%s, %s, 'usage') and has_table_privilege(%s, %s, 'insert')"
        if platform in self.world.inventory.roles:
            if connection.execute(query, [platform, users.schema, platform, users.sql]).fetchone()[0]:
                return platform, None
        made = (
            f"create role {SERVICE} bypassrls; grant usage on schema {quote(users.schema)} to {SERVICE};"
            f" grant select, insert on {users.sql} to {SERVICE}"
        )
        able = self.runner.run([Probe(None, {}, "select", before=made)])[0].ok
        return (SERVICE, made) if able else None

    def _signup(
        self,
        users: Relation,
        label: str,
        metadata: dict,
        known: dict,
        service: tuple[str | None, str | None] = (None, None),
    ):
        """One signup; `service` is the role that inserts the user, and the SQL that makes that role if need be."""
        principal = Principal(label, made_uuid("signup", label), 900)
        values = {
            "aud": "authenticated",
            "role": "authenticated",
            "email": principal.email,
            "is_anonymous": "false",
            "email_confirmed_at": "2020-01-01",
            "raw_app_meta_data": "{}",
            "raw_user_meta_data": json.dumps(metadata),
        }
        chosen = {self.world.identity.key: principal.id}
        chosen |= {
            k: v for k, v in {**values, **known}.items() if (c := users.column(k)) and not c.generated and not c.labels
        }
        recipe = self.world.recipes.get(users.oid, {})
        for column in users.columns:
            if column.not_null and column.default is None and column.name not in chosen and not column.generated:
                chosen[column.name] = recipe.get(column.name)
        names = ", ".join(map(quote, chosen))
        cells = ", ".join(f"{literal(v)}::{users.column(c).type}" for c, v in chosen.items())
        role, before = service
        statement = f"insert into {users.sql} ({names}) values ({cells})"
        return self.runner.run([Probe(role, {}, statement, before=before, effects=True)])[0]

    def _addresses(self, users: Relation) -> list[str]:
        """Addresses that the signup's triggers compare with: whoever may choose an address must not choose a role."""
        if not users.column("email"):
            return []
        own = {t.function for t in users.triggers}
        bodies = [f.body for f in self.world.inventory.functions.values() if f.oid in own or "email" in f.body]
        strings = constants_in("\n".join(bodies))[0]
        found = [s.strip("%").removeprefix("@") for s in strings if re.fullmatch(r"%?[\w.+-]*@?[\w-]+(\.[\w-]+)+%?", s)]
        return [s if "@" in s else f"somebody@{s}" for s in dict.fromkeys(found)][:8]

    def _forged(self) -> dict[str, dict]:
        """Metadata that claims everything: every column's name with each enum's labels in turn, ids, flags, amounts."""
        bob = self.world.principals["bob"]
        found = {}
        for turn in range(3):
            said: dict[str, object] = {}
            for relation in self.world.inventory.tables:
                if relation.schema in ("auth", "storage"):
                    continue
                for column in relation.columns:
                    if column.labels:
                        said[column.name] = (
                            column.labels[min(turn, len(column.labels) - 1)] if turn else column.labels[-1]
                        )
                    elif column.category == "B":
                        said[column.name] = turn == 0
                    elif column.category == "N":
                        said[column.name] = 987654 + turn
                    elif column.base == "uuid":
                        said[column.name] = bob.id
                    elif column.category == "S":
                        said.setdefault(column.name, ("admin", bob.id, f"{bob.id}/avatar")[turn])
            said |= {"is_admin": True, "admin": True, "id": bob.id, "sub": bob.id, "app_metadata": {"role": "admin"}}
            found[("the highest of everything", "other values", "another's paths")[turn]] = said
        return found

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
                    if (column.labels or column.category == "B") and value is not None:
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

    def _event(self, answer, again) -> Event:
        """What an event did, from two tries of it: what varies between them is masked."""
        effects = [
            {
                title: self.functions.names.plain(self.functions._stable({title: change}))
                for title, change in (each.after or {}).items()
            }
            for each in (answer, again)
        ]
        said = {title: mask([text, effects[1].get(title, "")]) for title, text in effects[0].items()}
        return Event(answer.state, said, answer.message)
