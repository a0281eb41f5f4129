"""claim, complete, fail: each event is handed to one worker at a time, and again after a failure or a stall."""

from __future__ import annotations

import pytest

EVENT = {
    "p_provider": "midtrans",
    "p_event_key": "tx-1:settlement:200",
    "p_external_id": "ORDER1",
    "p_event_type": "settlement",
    "p_payload": {"order_id": "ORDER1", "gross_amount": "150000.00"},
}


@pytest.fixture
def claim(serve):
    return lambda **changed: serve("claim_webhook_event", **(EVENT | changed))


@pytest.fixture
def stall(db):
    """The worker that holds the claim dies: its lease runs out."""

    def run(event_id):
        db.execute(
            "update public.webhook_events set claimed_at = claimed_at - interval '6 minutes' where id = %s", (event_id,)
        )

    return run


def test_the_first_worker_gets_the_event_and_the_second_does_not(claim, row):
    first, second = claim(), claim()
    assert (first["claimed"], first["attempt"], first["status"]) == (True, 1, "PROCESSING")
    assert (second["claimed"], second["attempt"], second["status"]) == (False, 1, "PROCESSING")
    assert second["event_id"] == first["event_id"]
    stored = row("select * from public.webhook_events")
    assert stored["id"] == first["event_id"] and stored["payload"] == EVENT["p_payload"]
    assert (stored["provider"], stored["external_id"]) == ("midtrans", "ORDER1")
    assert (stored["event_key"], stored["event_type"]) == (EVENT["p_event_key"], "settlement")
    assert stored["attempts"] == 1 and stored["claimed_at"] is not None and stored["processed_at"] is None


def test_a_completed_event_is_never_handed_out_again(claim, serve, row):
    event = claim()
    assert serve("complete_webhook_event", p_event_id=event["event_id"], p_attempt=1) is True
    again = claim()
    assert (again["claimed"], again["status"], again["event_id"]) == (False, "PROCESSED", event["event_id"])
    stored = row("select * from public.webhook_events")
    assert stored["status"] == "PROCESSED" and stored["processed_at"] is not None


def test_a_failed_event_is_handed_to_the_gateways_next_try(claim, serve, row):
    event = claim()
    assert serve("fail_webhook_event", p_event_id=event["event_id"], p_attempt=1, p_error="mail was down") is True
    assert row("select status, error from public.webhook_events") == {"status": "FAILED", "error": "mail was down"}
    again = claim()
    assert (again["claimed"], again["attempt"], again["status"]) == (True, 2, "PROCESSING")
    assert again["event_id"] == event["event_id"]
    assert claim()["claimed"] is False


def test_claiming_one_failed_event_leaves_the_others_alone(claim, serve, rows):
    for key in ("a", "b", "c"):
        event = claim(p_event_key=key)
        serve("fail_webhook_event", p_event_id=event["event_id"], p_attempt=1, p_error="x")
    claim(p_event_key="a", p_provider="doku")
    assert claim(p_event_key="b")["attempt"] == 2
    found = rows("select event_key, provider::text, status::text, attempts from public.webhook_events order by 1, 2")
    assert [tuple(each.values()) for each in found] == [
        ("a", "doku", "PROCESSING", 1),
        ("a", "midtrans", "FAILED", 1),
        ("b", "midtrans", "PROCESSING", 2),
        ("c", "midtrans", "FAILED", 1),
    ]


def test_a_stalled_event_is_handed_out_again_and_the_old_worker_is_fenced(claim, serve, stall, value):
    event = claim()
    stall(event["event_id"])
    again = claim()
    assert (again["claimed"], again["attempt"]) == (True, 2)
    assert serve("complete_webhook_event", p_event_id=event["event_id"], p_attempt=1) is False
    assert serve("fail_webhook_event", p_event_id=event["event_id"], p_attempt=1, p_error="late") is False
    assert value("select status from public.webhook_events") == "PROCESSING"
    assert serve("complete_webhook_event", p_event_id=event["event_id"], p_attempt=2) is True


def test_a_worker_completes_an_event_once(claim, serve, value):
    event = claim()
    done = [serve("complete_webhook_event", p_event_id=event["event_id"], p_attempt=1) for _ in range(2)]
    assert done == [True, False]
    assert serve("fail_webhook_event", p_event_id=event["event_id"], p_attempt=1, p_error="no") is False
    assert value("select status from public.webhook_events") == "PROCESSED"


def test_a_notification_that_says_little_is_kept_as_well(claim, row):
    assert claim(p_external_id=None, p_event_type=None, p_payload=None)["claimed"]
    stored = row("select * from public.webhook_events")
    assert (stored["external_id"], stored["event_type"], stored["payload"]) == (None, None, {})


def test_an_event_that_is_not_ours_is_ignored_for_good(claim, serve, row):
    event = claim()
    assert serve("ignore_webhook_event", p_event_id=event["event_id"], p_attempt=2, p_reason="x") is False
    assert serve("ignore_webhook_event", p_event_id=event["event_id"], p_attempt=1, p_reason="no order") is True
    assert row("select status, error from public.webhook_events") == {"status": "IGNORED", "error": "no order"}
    assert (claim()["claimed"], claim()["status"]) == (False, "IGNORED")


def test_the_same_key_of_another_gateway_is_another_event(claim):
    assert claim()["claimed"] and claim(p_provider="doku")["claimed"]


def test_a_worker_cannot_complete_an_attempt_that_was_never_handed_out(claim, serve):
    event = claim()
    assert serve("complete_webhook_event", p_event_id=event["event_id"], p_attempt=2) is False
    nowhere = "00000000-0000-0000-0000-000000000000"
    assert serve("complete_webhook_event", p_event_id=nowhere, p_attempt=1) is False
    assert serve("fail_webhook_event", p_event_id=nowhere, p_attempt=1, p_error="x") is False


@pytest.mark.parametrize("function", ["complete_webhook_event", "fail_webhook_event", "ignore_webhook_event"])
@pytest.mark.parametrize("missing", ["p_event_id", "p_attempt"])
def test_a_worker_says_which_attempt_at_which_event_it_ends(function, missing, claim, serve, refused):
    event = claim()
    arguments = {"p_event_id": event["event_id"], "p_attempt": 1, missing: None}
    words = {"fail_webhook_event": {"p_error": "x"}, "ignore_webhook_event": {"p_reason": "x"}}.get(function, {})
    with refused("22023", missing):
        serve(function, **arguments, **words)


def test_a_long_error_is_kept_short_rather_than_lost(claim, serve, value):
    event = claim()
    assert serve("fail_webhook_event", p_event_id=event["event_id"], p_attempt=1, p_error="é" * 1_000_000) is True
    assert 0 < value("select length(error) from public.webhook_events") <= 10_000


@pytest.mark.parametrize(
    "wrong",
    [
        {"p_provider": None},
        {"p_event_key": None},
        {"p_event_key": ""},
        {"p_event_key": "k" * 10_000},
        {"p_external_id": ""},
        {"p_external_id": "x" * 10_000},
        {"p_event_type": "x" * 10_000},
        {"p_lease": None},
        {"p_lease": "0 seconds"},
        {"p_lease": "-1 minute"},
        {"p_lease": "2 days"},
    ],
    ids=lambda wrong: str(wrong)[:40],
)
def test_the_server_is_told_which_argument_is_wrong(wrong, claim, refused, value):
    [argument] = wrong
    with refused("22023", argument):
        claim(**wrong)
    assert value("select count(*) from public.webhook_events") == 0


def test_nobody_but_the_server_claims_completes_or_fails(claim, everyone_but, call, refused, value):
    event = claim()
    for _, acting in everyone_but("service"):
        with acting():
            with refused("42501", "claim_webhook_event"):
                call("claim_webhook_event", **EVENT)
            with refused("42501", "complete_webhook_event"):
                call("complete_webhook_event", p_event_id=event["event_id"], p_attempt=1)
            with refused("42501", "fail_webhook_event"):
                call("fail_webhook_event", p_event_id=event["event_id"], p_attempt=1, p_error="x")
    assert value("select status from public.webhook_events") == "PROCESSING"


def test_one_of_many_workers_gets_a_new_event(fresh_database, race, call_on):
    url = fresh_database()
    for number in range(5):
        event = EVENT | {"p_event_key": f"new-{number}"}
        answers = race(url, [lambda c, event=event: call_on(c, "claim_webhook_event", **event)] * 6)
        assert sorted(answer["claimed"] for answer in answers) == [False] * 5 + [True]
        assert len({answer["event_id"] for answer in answers}) == 1


def test_one_of_many_workers_gets_a_failed_event_again(fresh_database, race, connect, call_on):
    url = fresh_database()
    server = connect(url, "service_role")
    event = call_on(server, "claim_webhook_event", **EVENT)
    call_on(server, "fail_webhook_event", p_event_id=event["event_id"], p_attempt=1, p_error="x")
    answers = race(url, [lambda c: call_on(c, "claim_webhook_event", **EVENT)] * 6)
    assert sorted(answer["claimed"] for answer in answers) == [False] * 5 + [True]
    assert {answer["attempt"] for answer in answers} == {2}
