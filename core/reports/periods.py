"""Spans of days (China's) that a report is about, and what each is compared with. Pure."""

from calendar import monthrange
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from core.moments import midnight


class Span(StrEnum):
    """What kind of period it is: it says what comes before it."""

    DAY = "day"
    WEEK = "week"
    MONTH = "month"
    QUARTER = "quarter"
    YEAR = "year"
    DAYS = "days"


_MONTHS = {Span.MONTH: 1, Span.QUARTER: 3, Span.YEAR: 12}


@dataclass(frozen=True, slots=True, order=True)
class Period:
    """The days from `first` to `last`, both included. `whole`: the last day of the kind it belongs to, later than
    `last` as long as it runs (本月 on the 28th has `last` on the 28th). `ends_today`: it has come to its last day, and
    that is not over."""

    span: Span
    first: date
    last: date
    whole: date
    ends_today: bool = False

    @property
    def runs(self) -> bool:
        """Is it not over?"""
        return self.last < self.whole or self.ends_today

    @property
    def begins(self) -> datetime:
        """Its first moment."""
        return midnight(self.first)

    @property
    def ends(self) -> datetime:
        """The first moment after it."""
        return midnight(self.last + timedelta(days=1))

    @property
    def days(self) -> int:
        """How many days."""
        return (self.last - self.first).days + 1

    def __iter__(self) -> Iterator[date]:
        return (self.first + timedelta(days=number) for number in range(self.days))

    def before(self) -> "Period":
        """The one before of its kind; of one that runs the same part of it: as many days, but no more than it has."""
        if self.span in _MONTHS:
            return self._moved(-_MONTHS[self.span])
        whole = (self.whole - self.first).days + 1
        first = self.first - timedelta(days=whole)
        return Period(self.span, first, first + (self.last - self.first), self.first - timedelta(days=1))

    def year_ago(self) -> "Period":
        """The same days a year before; a week is the one 52 weeks before, which has the same weekdays."""
        if self.span is Span.WEEK:
            back = timedelta(weeks=52)
            return Period(self.span, self.first - back, self.last - back, self.whole - back)
        if self.span in _MONTHS:
            return self._moved(-12)
        first, last, whole = (_months_on(day, -12) for day in (self.first, self.last, self.whole))
        return Period(self.span, first, last, whole)

    def _moved(self, months: int) -> "Period":
        first = _months_on(self.first, months)
        whole = _months_on(first, _MONTHS[self.span]) - timedelta(days=1)
        if not self.runs:
            return Period(self.span, first, whole, whole)
        behind = months_between(self.first, self.last)
        last = _months_on(first, behind)
        return Period(self.span, first, last.replace(day=min(self.last.day, _days_of(last))), whole)


def of_day(day: date) -> Period:
    """One day."""
    return Period(Span.DAY, day, day, day)


def of_days(first: date, last: date) -> Period:
    """Any days, both included."""
    return Period(Span.DAYS, first, last, last)


def week_of(day: date, today: date) -> Period:
    """The week (Monday to Sunday) of `day`, up to `today` if it is not over."""
    first = day - timedelta(days=day.weekday())
    return _up_to(Span.WEEK, first, first + timedelta(days=6), today)


def month_of(day: date, today: date) -> Period:
    """The month of `day`, up to `today` if it is not over."""
    return _up_to(Span.MONTH, day.replace(day=1), day.replace(day=_days_of(day)), today)


def quarter_of(day: date, today: date) -> Period:
    """The quarter of `day`, up to `today` if it is not over."""
    first = day.replace(month=(day.month - 1) // 3 * 3 + 1, day=1)
    return _up_to(Span.QUARTER, first, _months_on(first, 3) - timedelta(days=1), today)


def year_of(day: date, today: date) -> Period:
    """The year of `day`, up to `today` if it is not over."""
    return _up_to(Span.YEAR, date(day.year, 1, 1), date(day.year, 12, 31), today)


def months_between(first: date, last: date) -> int:
    """How many months the month of `last` is behind that of `first`."""
    return (last.year - first.year) * 12 + last.month - first.month


def _up_to(span: Span, first: date, whole: date, today: date) -> Period:
    return Period(span, first, max(first, min(whole, today)), whole, today == whole)


def _months_on(day: date, months: int) -> date:
    number = day.year * 12 + day.month - 1 + months
    moved = date(number // 12, number % 12 + 1, 1)
    return moved.replace(day=min(day.day, _days_of(moved)))


def _days_of(day: date) -> int:
    return monthrange(day.year, day.month)[1]
