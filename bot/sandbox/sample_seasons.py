"""When things happen in the made-up company: less on days off, hardly anything around 春节, more before winter.

Days are China's; moments are UTC and lie before `now`.
"""

from collections.abc import Callable, Sequence
from datetime import date, datetime, timedelta
from itertools import accumulate
from random import Random

from core.moments import CHINA, day_of, midnight

_NEW_YEARS = tuple(
    date.fromisoformat(day)
    for day in (
        *("2024-02-10", "2025-01-29", "2026-02-17", "2027-02-06", "2028-01-26"),
        *("2029-02-13", "2030-02-03", "2031-01-23", "2032-02-11", "2033-01-31"),
    )
)
_AROUND = (-5, 9)  # days before and after 春节 in which business rests
_RESTS, _DAY_OFF = 0.12, 0.4
# Seed and sheds in spring, stock and fodder before winter; little in the heat of July, and while the accounts close.
_MONTHS = (0.9, 0.7, 1.15, 1.2, 1.05, 0.95, 0.85, 0.9, 1.1, 1.15, 1.2, 0.95)
_OPENS, _CLOSES = 8.5, 20.0  # hours between which somebody acts
_LATEST = timedelta(seconds=30)


class Seasons:
    """Draws days and moments with `rng`: between `first` and yesterday, and today before `now`."""

    def __init__(self, rng: Random, now: datetime, first: date, is_workday: Callable[[date], bool]) -> None:
        self._rng = rng
        self.now = now
        self.today = day_of(now)
        self._days = [first + timedelta(days=each) for each in range((self.today - first).days)]
        self._weights = list(accumulate(_weight(day, is_workday(day)) for day in self._days))

    def days(self, count: int) -> list[date]:
        """So many days before today, in order; busy ones more often."""
        return sorted(self._rng.choices(self._days, cum_weights=self._weights, k=count))

    def arrival(self, day: date) -> datetime:
        """A moment of the day at which somebody asks for a loan: from morning until late."""
        return midnight(day) + timedelta(hours=self._rng.triangular(7.5, 23, 11))

    def at_work(self, day: date) -> datetime:
        """A moment of the day at which somebody works."""
        return midnight(day) + timedelta(hours=self._rng.uniform(_OPENS, _CLOSES - 1.5))

    def passed_today(self, count: int) -> list[datetime]:
        """So many moments of today before now, in order, since the office opened, or since midnight where it has not
        yet: whenever that is, the day has begun."""
        begin, latest = midnight(self.today), self.now - _LATEST
        opens = begin + timedelta(hours=_OPENS)
        begin = opens if opens + timedelta(minutes=20) < latest else begin
        span = max(latest - begin, timedelta(0))
        return sorted(begin + span * self._rng.random() for _ in range(count))

    def office(self, moment: datetime) -> datetime:
        """The moment, or the next morning after it at which somebody acts."""
        local = moment.astimezone(CHINA)
        hour = local.hour + local.minute / 60
        if _OPENS <= hour < _CLOSES:
            return moment
        day = local.date() + timedelta(days=int(hour >= _CLOSES))
        return midnight(day) + timedelta(hours=_OPENS + self._rng.random() * 0.7)

    def is_past(self, moment: datetime) -> bool:
        """Has it come?"""
        return moment <= self.now - _LATEST


def _weight(day: date, workday: bool) -> float:
    rests = any(_AROUND[0] <= (day - new_year).days <= _AROUND[1] for new_year in _NEW_YEARS)
    return _MONTHS[day.month - 1] * (_RESTS if rests else 1.0 if workday else _DAY_OFF)


def months_before(day: date, months: int) -> date:
    """The first day of the month so many months before that of `day`."""
    number = day.year * 12 + day.month - 1 - months
    return date(number // 12, number % 12 + 1, 1)


def pick(rng: Random, weighted: Sequence[tuple[str, float]]) -> str:
    """One of these, by its weight."""
    names, weights = zip(*weighted, strict=True)
    return str(rng.choices(names, weights)[0])
