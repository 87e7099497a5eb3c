"""Periods of reports: what they are compared with, at the ends of months and years."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.reports.periods import Period, Span, month_of, months_between, of_day, of_days, quarter_of, week_of, year_of

DAYS = st.dates(date(2024, 1, 1), date(2030, 12, 31))
MAKERS = (week_of, month_of, quarter_of, year_of)
D = date.fromisoformat


@pytest.mark.parametrize(
    ("period", "first", "last"),
    [
        (month_of(D("2026-03-31"), D("2026-03-31")), "2026-02-01", "2026-02-28"),
        (month_of(D("2026-03-30"), D("2026-03-30")), "2026-02-01", "2026-02-28"),
        (month_of(D("2026-03-15"), D("2026-03-15")), "2026-02-01", "2026-02-15"),
        (month_of(D("2026-02-10"), D("2026-03-15")), "2026-01-01", "2026-01-31"),
        (month_of(D("2026-02-28"), D("2026-02-28")), "2026-01-01", "2026-01-28"),
        (month_of(D("2026-02-28"), D("2026-03-01")), "2026-01-01", "2026-01-31"),
        (month_of(D("2026-11-30"), D("2026-11-30")), "2026-10-01", "2026-10-30"),
        (month_of(D("2026-11-30"), D("2026-12-01")), "2026-10-01", "2026-10-31"),
        (month_of(D("2026-12-31"), D("2026-12-31")), "2026-11-01", "2026-11-30"),
        (week_of(D("2026-11-29"), D("2026-11-29")), "2026-11-16", "2026-11-22"),
        (quarter_of(D("2026-06-30"), D("2026-06-30")), "2026-01-01", "2026-03-30"),
        (quarter_of(D("2026-06-30"), D("2026-07-01")), "2026-01-01", "2026-03-31"),
        (month_of(D("2026-01-05"), D("2026-01-05")), "2025-12-01", "2025-12-05"),
        (week_of(D("2026-11-24"), D("2026-11-24")), "2026-11-16", "2026-11-17"),
        (quarter_of(D("2026-08-31"), D("2026-08-31")), "2026-04-01", "2026-05-31"),
        (year_of(D("2024-02-29"), D("2024-02-29")), "2023-01-01", "2023-02-28"),
        (of_day(D("2026-01-01")), "2025-12-31", "2025-12-31"),
        (of_days(D("2026-11-01"), D("2026-11-10")), "2026-10-22", "2026-10-31"),
    ],
)
def test_what_comes_before(period: Period, first: str, last: str) -> None:
    before = period.before()
    assert (before.first.isoformat(), before.last.isoformat()) == (first, last)


@pytest.mark.parametrize(
    ("period", "first", "last"),
    [
        (month_of(D("2024-02-29"), D("2024-03-31")), "2023-02-01", "2023-02-28"),
        (month_of(D("2025-02-03"), D("2025-03-31")), "2024-02-01", "2024-02-29"),
        (month_of(D("2025-02-28"), D("2025-02-28")), "2024-02-01", "2024-02-28"),
        (week_of(D("2026-11-24"), D("2026-11-24")), "2025-11-24", "2025-11-25"),
        (of_day(D("2024-02-29")), "2023-02-28", "2023-02-28"),
    ],
)
def test_the_same_a_year_ago(period: Period, first: str, last: str) -> None:
    ago = period.year_ago()
    assert (ago.first.isoformat(), ago.last.isoformat()) == (first, last)


@given(DAYS, DAYS, st.sampled_from(MAKERS))
def test_a_period_ends_today_at_the_latest_and_the_one_before_ends_before_it(
    one: date, other: date, make: object
) -> None:
    day, today = min(one, other), max(one, other)
    period = make(day, today)  # type: ignore[operator]
    before = period.before()
    assert period.first <= day <= period.whole
    assert period.last == min(period.whole, today)
    assert period.runs == (today <= period.whole), "its last day is a day of it"
    assert before.whole == period.first - timedelta(days=1)
    assert before.first <= before.last <= before.whole
    if period.runs and period.span in (Span.WEEK, Span.MONTH):
        assert before.days <= period.days
    assert next(iter(period)) == period.first
    assert len(list(period)) == period.days


def test_a_day_of_china_begins_the_evening_before_in_utc() -> None:
    period = month_of(D("2026-11-24"), D("2026-11-24"))
    assert period.begins == datetime(2026, 10, 31, 16, tzinfo=UTC)
    assert period.ends == datetime(2026, 11, 24, 16, tzinfo=UTC)


def test_months_between() -> None:
    assert months_between(D("2025-11-30"), D("2026-02-01")) == 3
    assert month_of(D("2026-11-24"), D("2026-11-24")).span is Span.MONTH
