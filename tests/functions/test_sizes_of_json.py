"""How much JSON each function takes: exactly its limit, and not one byte more."""

from __future__ import annotations

import pytest

ORDER = {"p_provider": "midtrans", "p_plan": "PRO", "p_amount": 150_000}


def of(size):
    """A JSON object whose text, as Postgres writes it, is `size` bytes long."""
    frame = len('{"k": ""}')
    return {"k": "x" * (size - frame)}


@pytest.mark.parametrize("size", [16_384, 16_385])
def test_an_order_takes_16_kib_of_metadata(size, serve, a_user, refused):
    order = {"p_user_id": a_user(), **ORDER, "p_metadata": of(size)}
    if size <= 16_384:
        assert serve("create_payment", **order)["metadata"] == of(size)
        return
    with refused("22023", "p_metadata"):
        serve("create_payment", **order)


@pytest.mark.parametrize("size", [65_536, 65_537])
def test_an_event_takes_64_kib_of_details(size, serve, a_user, refused):
    payment = serve("create_payment", p_user_id=a_user(), **ORDER)
    event = {
        "p_provider": "midtrans",
        "p_external_id": payment["external_id"],
        "p_status": "SUCCESS",
        "p_amount": 150_000,
        "p_occurred_at": "2026-01-01",
        "p_details": of(size),
    }
    if size <= 65_536:
        assert serve("apply_payment_event", **event)["changed"]
        return
    with refused("22023", "p_details"):
        serve("apply_payment_event", **event)


@pytest.mark.parametrize("size", [16_384, 16_385])
def test_an_audit_row_takes_16_kib_of_metadata(size, serve, refused):
    row = {
        "p_actor_id": None,
        "p_action": "a.b",
        "p_target_type": "thing",
        "p_target_id": "1",
        "p_metadata": of(size),
    }
    if size <= 16_384:
        assert serve("record_audit_event", **row)["metadata"] == of(size)
        return
    with refused("22023", "p_metadata"):
        serve("record_audit_event", **row)
