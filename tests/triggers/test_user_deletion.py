"""Deleting a user, hard and soft: money and history stay, nothing in them says who it was, the avatar is known."""

from __future__ import annotations

import pytest

HARD = "delete from auth.users where id = %s"
# what Supabase Auth does when it soft-deletes: the row stays, address and phone obfuscated, metadata emptied
SOFT = (
    "update auth.users set deleted_at = now(), email = md5(email), phone = null, raw_user_meta_data = '{}', "
    "raw_app_meta_data = '{}' where id = %s"
)


@pytest.fixture(params=["hard", "soft"])
def delete(request, auth, db):
    """Supabase Auth deletes a user, the hard way or the soft way."""

    def run(user_id):
        with auth():
            assert db.execute(HARD if request.param == "hard" else SOFT, (user_id,)).rowcount == 1

    return run


@pytest.fixture
def a_life(signs_up, paid, serve, db, add):
    """Somebody with a name, an avatar, a paid plan, AI usage and an audited deed; their id."""

    def run():
        user_id = signs_up(email="siti@example.test", raw_user_meta_data={"full_name": "Siti Rahma"})
        db.execute(
            "update public.profiles set avatar_path = user_id || '/avatar', avatar_url = 'https://x.test/a', "
            'metadata = \'{"phone": "0812"}\' where user_id = %s',
            (user_id,),
        )
        add("storage.objects", bucket_id="avatars", name=f"{user_id}/avatar")
        order = paid(user_id)
        serve(
            "claim_webhook_event",
            p_provider=order["provider"],
            p_event_key="settlement-1",
            p_external_id=order["external_id"],
            p_event_type="settlement",
            p_payload={"customer": {"name": "Siti Rahma", "email": "siti@example.test"}},
        )
        serve(
            "apply_payment_event",
            p_provider=order["provider"],
            p_external_id=order["external_id"],
            p_status="REFUNDED",
            p_amount=order["amount"],
            p_occurred_at="now",
            p_details={"customer": "Siti Rahma"},
        )
        paid(user_id)
        serve(
            "record_ai_usage",
            p_user_id=user_id,
            p_route="chat",
            p_model="m",
            p_input_tokens=1,
            p_output_tokens=2,
        )
        serve("set_user_role", p_user_id=user_id, p_role="member")  # audited, with the user as the target
        serve(
            "record_audit_event",
            p_actor_id=None,
            p_action="payment.disputed",
            p_target_type="payment",
            p_target_id=str(order["id"]),
            p_metadata={"customer": "Siti Rahma"},
        )
        serve(
            "record_audit_event",
            p_actor_id=user_id,
            p_action="profile.updated",
            p_target_type="profile",
            p_target_id=str(user_id),
            p_metadata={"email": "siti@example.test", "full_name": "Siti Rahma"},
        )
        return user_id

    return run


def everything(rows):
    """Every row of every table of ours as text: to look for what must be gone."""
    tables = rows(
        "select c.oid::regclass::text as name from pg_class as c "
        "where c.relkind in ('r', 'p') and c.relnamespace in ('public'::regnamespace, 'private'::regnamespace)"
    )
    return {each["name"]: "\n".join(str(row) for row in rows(f"select * from {each['name']}")) for each in tables}


def test_payments_stay_and_no_longer_say_whose_they_were(a_life, delete, rows):
    user_id = a_life()
    delete(user_id)
    payments = rows("select * from public.payments order by created_at, status")
    assert sorted(each["status"] for each in payments) == ["REFUNDED", "SUCCESS"]
    for payment in payments:
        assert (payment["amount"], payment["plan"], payment["user_id"]) == (150_000, "PRO", None)
        assert payment["external_id"] and payment["paid_at"] and payment["metadata"] == {}


def test_history_stays(a_life, delete, rows):
    user_id = a_life()
    before = rows("select id, action, created_at from public.audit_logs order by id")
    delete(user_id)
    after = rows("select id, action, created_at from public.audit_logs order by id")
    assert [each for each in after if each in before] == before != []


def test_nothing_of_ours_holds_the_name_or_the_address_of_a_deleted_user(a_life, delete, rows):
    user_id = a_life()
    assert "Siti Rahma" in str(everything(rows)), "the name was there to be found"
    delete(user_id)
    for table, text in everything(rows).items():
        known = ["Siti", "siti@example.test", "https://x.test/a", "0812"]
        if table != "private.avatar_cleanups":  # the path of the file that is still to be deleted
            known.append(str(user_id))
        for secret in known:
            assert secret not in text, f"{table} still holds {secret!r}"


def test_the_avatar_to_be_cleaned_is_known(a_life, delete, rows):
    user_id = a_life()
    delete(user_id)
    assert rows("select * from storage.objects where name = %s", (f"{user_id}/avatar",)), "SQL must not delete it"
    [found] = rows("select * from private.avatar_cleanups")
    assert f"{user_id}/avatar" in str(found)


def test_a_user_without_an_avatar_leaves_nothing_to_clean(signs_up, delete, value):
    delete(signs_up())
    assert value("select count(*) from private.avatar_cleanups") == 0


def test_a_deleted_user_has_no_plan_and_no_role_that_counts(a_life, delete, an_admin, db, rows, member, value):
    an_admin()
    user_id = a_life()
    db.execute("update public.user_roles set role = 'admin' where user_id = %s", (user_id,))
    delete(user_id)
    assert rows("select * from public.user_roles where user_id = %s and role = 'admin'", (user_id,)) == []
    with member(user_id):
        assert value("select private.is_admin()") is False
    assert rows("select * from public.subscriptions where user_id = %s and plan <> 'FREE'", (user_id,)) == []


def test_deleting_one_user_touches_no_other(a_life, delete, signs_up, paid, rows):
    other = signs_up(email="budi@example.test", raw_user_meta_data={"full_name": "Budi"})
    paid(other)

    def others():
        return [
            rows(f"select * from public.{table} where user_id = %s", (other,))
            for table in ("profiles", "subscriptions", "user_roles", "payments", "ai_usage")
        ]

    before = others()
    delete(a_life())
    assert others() == before


def test_a_user_who_is_deleted_twice_is_deleted_once(a_life, delete, auth, db, rows):
    user_id = a_life()
    delete(user_id)
    before = everything(rows)
    with auth():
        db.execute("update auth.users set deleted_at = now() where id = %s", (user_id,))
    assert everything(rows) == before


def test_a_soft_deleted_user_who_is_then_removed_leaves_the_same(a_life, auth, db, value, rows):
    user_id = a_life()
    with auth():
        db.execute(SOFT, (user_id,))
        db.execute(HARD, (user_id,))
    assert value("select count(*) from public.payments") == 2
    assert value("select count(*) from public.profiles where user_id = %s", (user_id,)) == 0
    assert value("select count(*) from private.avatar_cleanups") == 1


def test_every_user_can_be_deleted_in_one_statement(signs_up, paid, auth, db, value):
    for _ in range(5):
        paid(signs_up(email=None))
    with auth():
        db.execute("delete from auth.users where id is not null")
    assert value("select count(*) from public.payments") == 5
    assert value("select count(*) from public.subscriptions") == 0


def test_the_last_admin_can_still_be_deleted_by_auth(signs_up, auth, db, value):
    """Supabase Auth must never be blocked; that the product then has no admin is for the bootstrap list to mend."""
    user_id = signs_up()
    db.execute("update public.user_roles set role = 'admin' where user_id = %s", (user_id,))
    with auth():
        db.execute(HARD, (user_id,))
    assert value("select count(*) from public.user_roles") == 0
