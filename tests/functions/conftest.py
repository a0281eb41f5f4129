"""An order whose gateway reports what happened to it, minute by minute; AI calls that reserve and record."""

from __future__ import annotations

from datetime import timedelta

import pytest

AMOUNT = 150_000


class Order:
    """A payment created yesterday; `report('SUCCESS', 5)` says what the gateway saw five minutes after that."""

    def __init__(self, serve, db, user_id, provider="midtrans", plan="PRO", amount=AMOUNT):
        self.serve, self.db, self.user_id, self.provider = serve, db, user_id, provider
        self.amount = amount
        payment = serve("create_payment", p_user_id=user_id, p_provider=provider, p_plan=plan, p_amount=amount)
        self.id, self.number = payment["id"], payment["external_id"]
        self.start = payment["created_at"] - timedelta(days=1)
        db.execute(
            "update public.payments set created_at = %s, expires_at = %s where id = %s",
            (self.start, self.start + timedelta(days=1), self.id),
        )

    def report(self, status, minute=0.0, **changed):
        arguments = {
            "p_provider": self.provider,
            "p_external_id": self.number,
            "p_status": status,
            "p_amount": self.amount,
            "p_occurred_at": self.start + timedelta(minutes=minute),
        }
        return self.serve("apply_payment_event", **(arguments | changed))

    @property
    def status(self):
        return self.db.execute("select status from public.payments where id = %s", (self.id,)).fetchone()[0]

    @property
    def plan(self):
        return self.serve("current_plan", p_user_id=self.user_id)


@pytest.fixture
def an_order(serve, db, a_user):
    """`an_order(plan='PRO')`: an order of a new user, or of `user_id`, that waits for its gateway."""

    def run(user_id=None, **details):
        return Order(serve, db, user_id or a_user(), **details)

    return run


@pytest.fixture
def reserve(serve):
    """`reserve(user_id, tokens, quota)`: the server sets tokens aside for a call."""
    return lambda user_id, tokens, quota=1000, **more: serve(
        "reserve_ai_tokens", p_user_id=user_id, p_tokens=tokens, p_quota=quota, **more
    )


@pytest.fixture
def record(serve):
    """`record(user_id, tokens_in, tokens_out, reservation)`: the server books what a call used."""

    def run(user_id, tokens_in=0, tokens_out=0, reservation=None, route="chat", model="gpt-5"):
        return serve(
            "record_ai_usage",
            p_user_id=user_id,
            p_route=route,
            p_model=model,
            p_input_tokens=tokens_in,
            p_output_tokens=tokens_out,
            p_reservation_id=reservation,
        )

    return run
