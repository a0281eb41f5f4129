"""Attackers, their victim, and the whole database compared before and after."""

from __future__ import annotations

import psycopg
import pytest

VICTIM = "Victim Canary"


@pytest.fixture
def victim(a_user, paid, serve, db, add):
    """Somebody with a row in every table; `Canary` stands in each of them."""
    user_id = a_user(email="canary-victim@example.test", raw_user_meta_data={"full_name": VICTIM})
    db.execute('update public.profiles set metadata = \'{"note": "Canary"}\' where user_id = %s', (user_id,))
    paid(user_id, plan="ULTIMATE", amount=987_654)
    serve("reserve_ai_tokens", p_user_id=user_id, p_tokens=5, p_quota=100)
    serve(
        "record_ai_usage",
        p_user_id=user_id,
        p_route="canary",
        p_model="Canary",
        p_input_tokens=987_654,
        p_output_tokens=1,
    )
    serve("join_waitlist", p_email="canary@example.test", p_name="Canary")
    serve("consume_rate_limit", p_key=f"canary:{user_id}", p_limit=1, p_window="1 hour")
    serve(
        "claim_webhook_event",
        p_provider="doku",
        p_event_key="canary-1",
        p_external_id="CANARY",
        p_event_type="settlement",
        p_payload={"name": VICTIM},
    )
    serve(
        "record_audit_event",
        p_actor_id=user_id,
        p_action="canary.seen",
        p_target_type="user",
        p_target_id=str(user_id),
        p_metadata={"name": "Canary"},
    )
    add("storage.objects", bucket_id="avatars", name=f"{user_id}/avatar", owner_id=str(user_id))
    return user_id


@pytest.fixture
def attacker(a_user):
    """An ordinary member who means harm."""
    return a_user(email="mallory@example.test", raw_user_meta_data={"full_name": "Mallory"})


@pytest.fixture
def everything(db):
    """`everything()`: each table of ours, of auth and of storage -> its rows as text, as the superuser sees them."""

    def run():
        tables = db.execute(
            "select c.oid::regclass::text from pg_class as c where c.relkind in ('r', 'p') and c.relnamespace in "
            "('public'::regnamespace, 'private'::regnamespace, 'auth'::regnamespace, 'storage'::regnamespace)"
        ).fetchall()
        return {
            table: sorted(str(row) for row in db.execute(f"select t.*::text from {table} as t")) for (table,) in tables
        }

    return run


@pytest.fixture
def tries(db):
    """`tries(acting, statement)`: run it as the attacker; the rows, or the SQLSTATE, and every word that came back."""

    def run(acting, statement, parameters=None):
        said = []
        db.add_notice_handler(said_by := lambda diagnostic: said.append(str(diagnostic.message_primary)))
        try:
            with acting, db.transaction():
                cursor = db.execute(statement, parameters)
                rows = cursor.fetchall() if cursor.description else []
                return ("ok", cursor.rowcount, str(rows) + " ".join(said))
        except psycopg.Error as error:
            words = [error.diag.message_primary, error.diag.message_detail, error.diag.message_hint]
            return (error.sqlstate, 0, " ".join(filter(None, words)) + " ".join(said))
        finally:
            db.remove_notice_handler(said_by)

    return run
