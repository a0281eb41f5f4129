"""cancel_subscription, resume_subscription: a plan stays until its period ends; its owner may change their mind."""

from __future__ import annotations

import psycopg
import pytest

SUBSCRIPTION = "select * from public.subscriptions where user_id = %s"


@pytest.fixture
def a_customer(a_user, paid):
    """Somebody whose PRO plan is paid for a period that runs now."""

    def run():
        user_id = a_user()
        paid(user_id)
        return user_id

    return run


def test_members_cancel_their_own_plan_and_keep_it_until_the_period_ends(a_customer, member, call, row):
    user_id = a_customer()
    before = row(SUBSCRIPTION, (user_id,))
    with member(user_id):
        answer = call("cancel_subscription")
        assert call("current_plan") == "PRO"
    after = row(SUBSCRIPTION, (user_id,))
    assert answer == after
    assert after["cancel_at_period_end"] is True and after["canceled_at"] is not None
    for kept in ("id", "plan", "current_period_start", "current_period_end"):
        assert after[kept] == before[kept]


def test_members_resume_a_plan_that_they_canceled(a_customer, member, call, row):
    user_id = a_customer()
    before = row(SUBSCRIPTION, (user_id,))
    with member(user_id):
        call("cancel_subscription", p_user_id=user_id)
        answer = call("resume_subscription", p_user_id=user_id)
    after = row(SUBSCRIPTION, (user_id,))
    assert answer == after
    assert (after["cancel_at_period_end"], after["canceled_at"]) == (False, None)
    changed = {"updated_at"}
    assert {k: v for k, v in after.items() if k not in changed} == {k: v for k, v in before.items() if k not in changed}


@pytest.mark.parametrize("function", ["cancel_subscription", "resume_subscription"])
def test_admins_and_the_server_act_for_a_customer(function, a_customer, an_admin, member, call, serve):
    customer = a_customer()
    if function == "resume_subscription":
        serve("cancel_subscription", p_user_id=customer)
    with member(an_admin()):
        assert call(function, p_user_id=customer)["user_id"] == customer
    other = a_customer()
    if function == "resume_subscription":
        serve("cancel_subscription", p_user_id=other)
    assert serve(function, p_user_id=other)["user_id"] == other


@pytest.mark.parametrize("function", ["cancel_subscription", "resume_subscription", "current_plan", "ai_usage_status"])
def test_strangers_are_refused_alike_whether_the_user_exists_or_not(function, a_customer, a_user, member, call, db):
    customer, stranger = a_customer(), a_user()
    messages = set()
    with member(stranger):
        for target in (customer, "00000000-0000-0000-0000-00000000dead"):
            with pytest.raises(psycopg.errors.InsufficientPrivilege) as caught, db.transaction():
                call(function, p_user_id=target)
            messages.add((caught.value.diag.message_primary, caught.value.diag.message_detail))
    assert len(messages) == 1
    assert str(customer) not in str(messages)


@pytest.mark.parametrize("function", ["cancel_subscription", "resume_subscription", "current_plan", "ai_usage_status"])
def test_visitors_and_members_without_a_user_are_refused(function, visitor, acting_as, call, refused, a_customer):
    customer = a_customer()
    with visitor():
        with refused("42501"):
            call(function)
        with refused("42501"):
            call(function, p_user_id=customer)
    with acting_as("authenticated", {"role": "authenticated"}):  # a token that names nobody
        with refused("42501"):
            call(function)
        with refused("42501"):
            call(function, p_user_id=customer)


@pytest.mark.parametrize("function", ["cancel_subscription", "resume_subscription", "current_plan", "ai_usage_status"])
def test_the_server_says_whom_it_means(function, serve, refused):
    with refused("22023", "p_user_id"):
        serve(function)


@pytest.mark.parametrize("function", ["cancel_subscription", "resume_subscription"])
def test_the_server_is_told_that_a_user_is_unknown(function, serve, refused):
    with refused("PT404"):
        serve(function, p_user_id="00000000-0000-0000-0000-00000000dead")


def test_a_free_plan_has_nothing_to_cancel_or_resume(a_user, member, call, refused):
    user_id = a_user()
    with member(user_id):
        with refused("PT409"):
            call("cancel_subscription")
        with refused("PT409"):
            call("resume_subscription")


@pytest.mark.parametrize("function", ["cancel_subscription", "resume_subscription"])
def test_asking_twice_changes_nothing_more(function, a_customer, member, call, row, rows):
    """A double click, or a plan that was never canceled: the answer is how things stand, and no error."""
    user_id = a_customer()
    with member(user_id):
        first = call(function)
        assert call(function) == first
    assert row(SUBSCRIPTION, (user_id,)) == first
    logged = rows(
        "select action from public.audit_logs where target_id = %s and action like 'subscription.%%'", (str(user_id),)
    )
    assert [each["action"] for each in logged] == ["subscription.canceled"] * (function == "cancel_subscription")


@pytest.mark.parametrize("status", ["EXPIRED", "CANCELED"])
def test_a_plan_that_was_marked_as_ended_is_over_whatever_its_period_says(
    status, a_customer, db, serve, refused, paid, row
):
    user_id = a_customer()
    db.execute("update public.subscriptions set status = %s where user_id = %s", (status, user_id))
    assert serve("current_plan", p_user_id=user_id) == "FREE"
    for function in ("cancel_subscription", "resume_subscription"):
        with refused("PT409"):
            serve(function, p_user_id=user_id)
    paid(user_id)
    after = row(
        "select status, current_period_end - current_period_start as lasts from public.subscriptions "
        "where user_id = %s",
        (user_id,),
    )
    assert after["status"] == "ACTIVE" and after["lasts"].days <= 31, "an ended period is not prolonged"


def test_a_period_that_ended_can_neither_be_canceled_nor_resumed(a_customer, serve, db, member, call, refused):
    user_id = a_customer()
    serve("cancel_subscription", p_user_id=user_id)
    db.execute(
        "update public.subscriptions set current_period_start = now() - interval '40 days', "
        "current_period_end = now() - interval '10 days', canceled_at = now() - interval '20 days' where user_id = %s",
        (user_id,),
    )
    with member(user_id):
        with refused("PT409"):
            call("resume_subscription")
        with refused("PT409"):
            call("cancel_subscription")


def test_paying_again_takes_a_cancellation_back(a_customer, serve, paid, row):
    user_id = a_customer()
    serve("cancel_subscription", p_user_id=user_id)
    paid(user_id)
    after = row(SUBSCRIPTION, (user_id,))
    assert (after["cancel_at_period_end"], after["canceled_at"], after["status"]) == (False, None, "ACTIVE")


def test_canceling_one_plan_touches_no_other(a_customer, member, call, row):
    mine, other = a_customer(), a_customer()
    before = row(SUBSCRIPTION, (other,))
    with member(mine):
        call("cancel_subscription")
    assert row(SUBSCRIPTION, (other,)) == before
