"""Periods: a paid month and a quota's window, whatever the calendar and the time zone of the caller."""

from __future__ import annotations

import pytest

MONTHS = {
    "2026-01-15 10:00+00": "2026-02-15 10:00+00",
    "2026-01-31 23:59:59+00": "2026-02-28 23:59:59+00",
    "2028-01-31 00:00+00": "2028-02-29 00:00+00",
    "2026-12-31 17:30+00": "2027-01-31 17:30+00",  # already the next year in Jakarta
    "2026-03-29 00:30+00": "2026-04-29 00:30+00",  # the night the clocks change in Berlin
}


@pytest.mark.parametrize("zone", ["UTC", "Asia/Jakarta", "America/New_York", "Europe/Berlin"])
@pytest.mark.parametrize("start", MONTHS)
def test_a_paid_month_ends_at_the_same_moment_for_every_caller(start, zone, db, value):
    db.execute("select set_config('timezone', %s, true)", (zone,))
    assert value("select private.add_month(%s) = %s::timestamptz", (start, MONTHS[start])) is True


WINDOWS = [
    ("1 month", "2026-11-22 12:00+00", "2026-11-01+00", "2026-12-01+00"),
    ("1 month", "2026-12-31 23:59:59.999+00", "2026-12-01+00", "2027-01-01+00"),
    ("1 month", "2026-11-30 20:00+00", "2026-11-01+00", "2026-12-01+00"),  # December in Jakarta
    ("1 month", "2028-02-29 12:00+00", "2028-02-01+00", "2028-03-01+00"),
    ("3 months", "2026-11-22 12:00+00", "2026-10-01+00", "2027-01-01+00"),
    ("1 year", "2026-11-22 12:00+00", "2026-01-01+00", "2027-01-01+00"),
    ("7 days", "2026-11-22 12:00+00", "2026-11-16+00", "2026-11-23+00"),  # a Sunday belongs to Monday's week
    ("7 days", "2026-11-23 00:00+00", "2026-11-23+00", "2026-11-30+00"),
    ("1 day", "2026-11-22 23:59:59+00", "2026-11-22+00", "2026-11-23+00"),
    ("24 hours", "2026-11-22 23:59:59+00", "2026-11-22+00", "2026-11-23+00"),
    ("1 hour", "2026-11-22 12:34+00", "2026-11-22 12:00+00", "2026-11-22 13:00+00"),
    ("5 minutes", "2026-11-22 12:34+00", "2026-11-22 12:30+00", "2026-11-22 12:35+00"),
]


@pytest.mark.parametrize("zone", ["UTC", "Asia/Jakarta", "America/New_York"])
@pytest.mark.parametrize(("period", "moment", "start", "end"), WINDOWS)
def test_a_window_is_the_same_for_everyone(period, moment, start, end, zone, db, row):
    db.execute("select set_config('timezone', %s, true)", (zone,))
    found = row(
        "select period_start = %s::timestamptz as starts, period_end = %s::timestamptz as ends "
        "from private.usage_window(%s::interval, %s::timestamptz)",
        (start, end, period, moment),
    )
    assert found == {"starts": True, "ends": True}


@pytest.mark.parametrize(
    "period", ["0 seconds", "-1 month", "1 month 3 days", "1 month 1 hour", "30 seconds", "11 years", None], ids=str
)
def test_a_period_without_clear_windows_is_refused(period, value, refused):
    with refused("22023", "p_period"):
        value("select private.usage_window(%s::interval, now())", (period,))


def test_windows_follow_each_other_without_a_gap_or_an_overlap(rows):
    gaps = rows(
        "with windows as (select p, w.* "
        "from unnest(array['1 month', '2 months', '7 days', '36 hours']::interval[]) as p, "
        "generate_series('2026-01-01'::timestamptz, '2026-03-31', '11 hours') as t, "
        "private.usage_window(p, t) as w), "
        "each as (select distinct p, period_start, period_end from windows) "
        "select * from (select *, lead(period_start) over (partition by p order by period_start) as following "
        "from each) as pairs where following <> period_end"
    )
    assert gaps == []
