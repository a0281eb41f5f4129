"""Whatever the gateway says, in whatever order: what must hold of every history of payments."""

from __future__ import annotations

import hypothesis
from hypothesis import strategies as any_

EVENTS = any_.tuples(
    any_.integers(0, 1),  # which of two orders
    any_.sampled_from(["PENDING", "SUCCESS", "FAILED", "EXPIRED", "REFUNDED"]),
    any_.integers(0, 30),  # the minute
)


@hypothesis.settings(
    max_examples=40,
    deadline=None,
    derandomize=True,
    suppress_health_check=[hypothesis.HealthCheck.function_scoped_fixture],
)
@hypothesis.given(history=any_.lists(EVENTS, max_size=12))
def test_no_history_of_notifications_breaks_the_books(history, an_order, db):
    db.execute("savepoint history")
    orders = [an_order()]
    orders.append(an_order(orders[0].user_id, plan="ULTIMATE"))
    activated, seen = [0, 0], ["PENDING", "PENDING"]
    for which, status, minute in history:
        order = orders[which]
        answer = order.report(status, minute)
        activated[which] += answer["plan_activated"]
        assert answer["status"] == order.status
        assert answer["changed"] == (answer["status"] != seen[which])
        if answer["changed"]:
            assert answer["status"] == status, "the answer names a status that nobody reported"
            assert status != "PENDING", "PENDING never follows"
            assert seen[which] != "REFUNDED", "nothing follows a refund"
        assert not answer["plan_activated"] or (answer["changed"] and status == "SUCCESS")
        seen[which] = answer["status"]
        # saying it again changes nothing
        again = order.report(status, minute)
        assert (again["changed"], again["plan_activated"], again["status"]) == (False, False, answer["status"])
    assert max(activated) <= 1, "a plan is activated at most once for a payment"
    if "SUCCESS" not in seen:
        assert orders[0].plan == "FREE", "no money, no plan"
    else:
        assert orders[0].plan in {"PRO", "ULTIMATE"}
    db.execute("rollback to savepoint history")
