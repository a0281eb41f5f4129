"""Stored objects of the world: under honest and hostile names, in every bucket, and where a group keeps its own."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from saasdb.verify import values
from saasdb.verify.inserts import insert_sql
from saasdb.verify.inventory import Relation
from saasdb.verify.paths import hostile_names
from saasdb.verify.principals import Principal
from saasdb.verify.references import most_referred

if TYPE_CHECKING:
    from saasdb.verify.variants import VariantMaker

MOST_BUCKETS = 5
"""Buckets that objects are put in."""
OTHER_BUCKET = "zq-other"
"""A bucket of the world's own, gone with it."""


def add(maker: VariantMaker) -> None:
    """Put alice's and bob's objects into every bucket that there is; nothing without a table of objects."""
    objects = maker.inventory.relation("storage.objects")
    if objects is None:
        return
    strings = values.constants_in("\n".join(maker.texts_about(objects)))[0]
    _buckets_like(maker, strings)
    words = [s.strip("/%") for s in strings if re.fullmatch(r"[\w%./-]{1,40}", s)]
    buckets = [row[0] for row in maker.connection.execute("select id from storage.buckets order by id")]
    alice, bob = maker.world.principals["alice"], maker.world.principals["bob"]
    places = {principal.label: _place(maker, objects, principal) for principal in (alice, bob)}
    jobs, statements = [], []
    for bucket in buckets[:MOST_BUCKETS]:
        for principal, other in ((alice, bob), (bob, alice)):
            # What one uploads is one's own by `owner`, wherever its path leads.
            names = [*hostile_names(principal.id, words), f"{other.id}/uploaded by {principal.label}"]
            for place in places[principal.label]:
                names += [f"{place}/file", f"{place}/{principal.id}/file"]
            for number, name in enumerate(names):
                known = {"bucket_id": bucket, "name": name, "id": values.made_uuid(bucket, name, number)}
                known |= {c: principal.id for c in ("owner", "owner_id") if objects.column(c)}
                jobs.append((bucket, principal, name))
                statements.append(insert_sql(objects, known))
        # What a server uploads has no owner: a rule that reads that as everybody's shows it.
        jobs.append((bucket, alice, "of nobody"))
        known = {"bucket_id": bucket, "name": "of nobody", "id": values.made_uuid(bucket, "of nobody")}
        statements.append(insert_sql(objects, known))
    for (bucket, principal, name), answer in zip(jobs, maker.try_all(statements), strict=True):
        if answer["state"] == "00000" and answer["row"]:
            shown = name.replace(principal.id, f"<{principal.label}>")
            shown = shown.replace(principal.id.upper(), f"<{principal.label.upper()}>")
            for place in places[principal.label]:
                shown = shown.replace(place, f"<group of {principal.label}>")
            maker._remember(objects, principal, f"{bucket}/{shown}", answer["row"])


def _place(maker: VariantMaker, objects: Relation, principal: Principal) -> list[str]:
    """The group of somebody's, where the rules about objects ask the project's own tables or functions."""
    texts = "\n".join(maker.texts_about(objects))
    functions = (f for f in maker.inventory.functions.values() if f.schema not in ("auth", "storage"))
    if not any(f"{each.schema}.{each.name}" in texts for each in (*maker.order, *functions)):
        return []
    made = [(maker.inventory.relations[oid], rows.get(principal.label)) for oid, rows in maker.made.items()]
    own = ((relation, row) for relation, row in made if row)
    return most_referred({p.id for p in maker.world.principals.values()}, own)


def _buckets_like(maker: VariantMaker, strings: list[str]) -> None:
    """A rule that names its bucket is only proven beside a bucket that it does not name, or that is like it."""
    buckets = maker.inventory.relation("storage.buckets")
    known = [row[0] for row in maker.connection.execute(f"select id from {buckets.sql} order by id")]
    like = [s for s in strings if s.endswith("%") and s.strip("%") and any(s.strip("%") in name for name in known)]
    for name in (OTHER_BUCKET, *(f"{s.strip('%')}-{OTHER_BUCKET}" for s in sorted(like)[:1])):
        maker.try_insert(buckets, {"id": name, "name": name})
