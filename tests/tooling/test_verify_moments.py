"""Windows of time in a rule become moments just within and just outside them."""

from __future__ import annotations

import pytest
from saasdb.verify.moments import around, moment_said, moment_sql


@pytest.mark.parametrize(
    ("text", "within"),
    [
        ("expires_at > now() - interval '7 days'", 7 * 86400 * 95 // 100),
        ("expires_at > (now() - '01:00:00'::interval)", 3600 * 95 // 100),
        ("used_at > now() - make_interval(hours => 2)", 7200 * 95 // 100),
        ("at >= date_trunc('day', now())", 86400 * 95 // 100),
        ("day > current_date - 3", 3 * 86400 * 95 // 100),
    ],
)
def test_a_window_is_told_apart_on_both_sides(text: str, within: int) -> None:
    assert f"now-{within}s" in around("timestamptz", [text])
    assert f"now+{within}s" in around("timestamptz", [text])


def test_a_text_column_has_no_moments() -> None:
    assert around("text", ["expires_at > now() - interval '7 days'"]) == []


def test_a_moment_is_called_the_same_in_every_run() -> None:
    assert moment_said("now-570s") == "9 minutes ago"
    assert moment_said("now+574560s") == "6 days from now"
    assert moment_said("2001-02-03") is None


def test_a_moment_is_an_expression_and_nothing_else_is() -> None:
    assert moment_sql("now-570s") == "(now() + interval '-570 seconds')"
    assert moment_sql("now-570s; drop table x") is None
