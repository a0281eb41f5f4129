"""join_waitlist: one lead for an address, in any case."""

from __future__ import annotations

import psycopg
import pytest


def test_a_lead_joins_with_an_address_and_perhaps_a_name(serve, row):
    lead = serve("join_waitlist", p_email="siti@example.test", p_name="Siti Rahma")
    assert (lead["email"], lead["name"]) == ("siti@example.test", "Siti Rahma")
    assert lead == row("select * from public.waitlist")
    assert serve("join_waitlist", p_email="budi@example.test")["name"] is None


@pytest.mark.parametrize("again", ["siti@example.test", "SITI@Example.Test", "  siti@example.test\n"])
def test_a_lead_who_joins_twice_is_told_so(again, serve, refused, value):
    serve("join_waitlist", p_email="siti@example.test")
    with refused("23505"):
        serve("join_waitlist", p_email=again)
    assert value("select count(*) from public.waitlist") == 1


@pytest.mark.parametrize(
    "email",
    [
        "a@b.co",
        "first.last+tag@sub.example.co.id",
        "o'hara@example.test",
        "x_1-2@example-host.test",
        "budi%shop@example.test",
    ],
)
def test_ordinary_addresses_are_accepted(email, serve):
    assert serve("join_waitlist", p_email=email)["email"] == email


@pytest.mark.parametrize(
    "email",
    [
        None,
        "",
        "   ",
        "nobody",
        "@example.test",
        "a@",
        "a@b",
        "a@@example.test",
        "a b@example.test",
        "a@exa mple.test",
        "a@example.test\r\nBcc: all@example.test",
        "a@example.test,b@example.test",
        "a\u0000b@example.test".replace("\u0000", "\u0001"),
        "<a@example.test>",
        "a" * 250 + "@example.test",
    ],
    ids=repr,
)
def test_what_is_no_address_is_refused(email, serve, refused, value):
    with refused("22023", "p_email"):
        serve("join_waitlist", p_email=email)
    assert value("select count(*) from public.waitlist") == 0


@pytest.mark.parametrize("name", ["n" * 10_000, "a\nb", "a\u0007b"], ids=lambda name: repr(name)[:20])
def test_a_name_that_cannot_be_one_is_refused(name, serve, refused):
    with refused("22023", "p_name"):
        serve("join_waitlist", p_email="a@example.test", p_name=name)


def test_nobody_but_the_server_adds_a_lead(everyone_but, call, refused, value):
    """With the limit in the server's route, an insert by anyone else would walk around it."""
    for _, acting in everyone_but("service"):
        with acting():
            with refused("42501", "join_waitlist"):
                call("join_waitlist", p_email="a@example.test")
            with refused("42501", "waitlist"):
                call_insert = "insert into public.waitlist (email) values ('a@example.test')"
                value(call_insert)
    assert value("select count(*) from public.waitlist") == 0


def test_one_of_many_who_join_at_once_with_one_address_wins(fresh_database, race, call_on):
    results = race(fresh_database(), [lambda c: call_on(c, "join_waitlist", p_email="a@example.test")] * 5)
    lost = [each.sqlstate for each in results if isinstance(each, psycopg.Error)]
    assert lost == ["23505"] * 4
