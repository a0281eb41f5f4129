"""record_audit_event: what happened, by whom, to what; written once and never changed."""

from __future__ import annotations

import pytest

EVENT = {
    "p_action": "profile.updated",
    "p_target_type": "profile",
    "p_target_id": "42",
    "p_metadata": {"fields": ["full_name"]},
}


def test_the_server_records_who_did_what_to_what(serve, a_user, row):
    user_id = a_user()
    logged = serve("record_audit_event", p_actor_id=user_id, **EVENT)
    assert logged == row("select * from public.audit_logs where id = %s", (logged["id"],))
    assert (logged["actor_id"], logged["action"]) == (user_id, "profile.updated")
    assert (logged["target_type"], logged["target_id"]) == ("profile", "42")
    assert logged["metadata"] == {"fields": ["full_name"]}


def test_the_system_itself_may_be_the_actor(serve):
    logged = serve("record_audit_event", **({"p_actor_id": None} | EVENT | {"p_target_id": None}))
    assert (logged["actor_id"], logged["target_id"]) == (None, None)


@pytest.mark.parametrize(
    "wrong",
    [
        {"p_action": None},
        {"p_action": ""},
        {"p_action": "a" * 10_000},
        {"p_target_type": ""},
        {"p_target_type": "t" * 10_000},
        {"p_target_id": "i" * 10_000},
        {"p_metadata": None},
        {"p_metadata": "[1]"},
        {"p_metadata": "null"},
    ],
    ids=lambda wrong: str(wrong)[:40],
)
def test_the_server_is_told_which_argument_is_wrong(wrong, serve, a_user, refused):
    [argument] = wrong
    with refused("22023", argument):
        serve("record_audit_event", **({"p_actor_id": a_user()} | EVENT | wrong))


def test_an_actor_is_a_user_who_exists(serve, refused):
    with refused("PT404", "p_actor_id"):
        serve("record_audit_event", p_actor_id="00000000-0000-0000-0000-00000000dead", **EVENT)


def test_nobody_but_the_server_writes_history(everyone_but, call, refused, value, a_user):
    victim = a_user()
    before = value("select count(*) from public.audit_logs")
    for _, acting in everyone_but("service"):
        with acting(), refused("42501", "record_audit_event"):
            call("record_audit_event", p_actor_id=victim, **EVENT)
    assert value("select count(*) from public.audit_logs") == before


@pytest.mark.parametrize(
    "statement",
    [
        "update public.audit_logs set action = 'nothing happened' where id is not null",
        "delete from public.audit_logs where id is not null",
        "truncate public.audit_logs",
    ],
)
@pytest.mark.parametrize("role", ["anon", "authenticated", "service_role", "postgres"])
def test_nobody_rewrites_history(role, statement, serve, a_user, acting_as, db, refused, value):
    serve("record_audit_event", p_actor_id=a_user(), **EVENT)
    if role == "postgres":  # the owner: stopped by the table itself, not by a missing grant
        with refused("42501", "append-only"):
            db.execute(statement)
    else:
        with acting_as(role), refused("42501", "audit_logs"):
            db.execute(statement)
    assert value("select count(*) from public.audit_logs where action = 'profile.updated'") == 1


@pytest.mark.parametrize(
    "change",
    [
        "actor_id = %(other)s",
        "target_id = '43'",
        "target_type = null",
        "action = 'a.b'",
        "created_at = created_at - interval '1 day'",
        "metadata = '{\"fields\": []}'",
        "actor_id = null, metadata = '{\"fields\": []}'",
        "actor_id = %(other)s, target_id = null, metadata = '{}'",
    ],
)
def test_its_owner_may_take_a_person_out_of_a_row_and_change_nothing_else(change, serve, a_user, db, refused, row):
    logged = serve("record_audit_event", p_actor_id=a_user(), **EVENT)
    this = {"id": logged["id"], "other": a_user()}
    with refused("42501", "append-only"):
        db.execute(f"update public.audit_logs set {change} where id = %(id)s", this)
    assert row("select * from public.audit_logs where id = %(id)s", this) == logged
    db.execute(
        "update public.audit_logs set actor_id = null, target_id = null, metadata = '{}' where id = %(id)s", this
    )
    assert row("select actor_id, action from public.audit_logs where id = %(id)s", this) == {
        "actor_id": None,
        "action": "profile.updated",
    }
