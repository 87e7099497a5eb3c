"""Working time added up year by year, so that any question about it is one search in a running sum.

Which hours a day has is said from outside (`core.calendar`). Moments are in UTC.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta

from core.moments import day_of, midnight
from core.working_hours import Hours, spans

NONE = timedelta(0)


class NoWorkingTime(Exception):
    """Nobody works for two years on end, so there is no answer. The reader of the company's YAML lets no such calendar
    in."""


class WorkingYear:
    """The working ranges of one year and their running sum. It is not changed once made."""

    __slots__ = ("_before", "_ends", "_starts", "_sums", "days", "total", "year")

    def __init__(self, year: int, hours_of: Callable[[date], Hours]) -> None:
        self.year = year
        self.days: list[date] = []  # that are worked
        self.total = NONE
        self._starts: list[datetime] = []
        self._ends: list[datetime] = []
        self._before: list[timedelta] = []  # what is worked in this year before the range
        self._sums: list[timedelta] = []  # and to its end
        for day in _days_of(year):
            hours = hours_of(day)
            if hours:
                self._append(day, hours)

    def _append(self, day: date, hours: Hours) -> None:
        self.days.append(day)
        begin = midnight(day)
        for start, end in spans(hours):
            self._starts.append(begin + start)
            self._ends.append(begin + end)
            self._before.append(self.total)
            self.total += end - start
            self._sums.append(self.total)

    def holds(self, moment: datetime) -> bool:
        """Does the moment lie in a range? A range's end is no longer in it."""
        at = bisect_right(self._starts, moment) - 1
        return at >= 0 and moment < self._ends[at]

    def worked(self, moment: datetime) -> timedelta:
        """How much of the year's working time is over at this moment of it."""
        at = bisect_right(self._starts, moment) - 1
        return self._before[at] + (min(moment, self._ends[at]) - self._starts[at]) if at >= 0 else NONE

    def earliest(self, worked: timedelta) -> datetime:
        """The first moment at which so much is over (more than nothing, at most the total)."""
        at = bisect_left(self._sums, worked)
        return self._ends[at] - (self._sums[at] - worked)

    def latest(self, worked: timedelta) -> datetime:
        """The last moment at which no more than that is over (less than the total)."""
        at = bisect_right(self._sums, worked)
        return self._starts[at] + (worked - self._before[at])


class WorkingYears:
    """All years, each made when it is first asked for; a day is asked about only once. Two threads may both make a
    year: both are alike."""

    def __init__(self, hours_of: Callable[[date], Hours]) -> None:
        self._hours_of = hours_of
        self._made: dict[int, WorkingYear] = {}

    def year(self, number: int) -> WorkingYear:
        """The year of this number."""
        made = self._made.get(number)
        if made is None:
            made = self._made[number] = WorkingYear(number, self._hours_of)
        return made

    def of(self, moment: datetime) -> WorkingYear:
        """The year in which the moment lies, in China."""
        return self.year(day_of(moment).year)

    def earliest(self, year: WorkingYear, worked: timedelta) -> datetime:
        """The first moment at which so much (more than nothing) is over since the beginning of `year`.

        Raises:
            NoWorkingTime: never.
        """
        while worked > year.total:
            worked -= year.total
            year = self._turn(year, 1)
        return year.earliest(worked)

    def latest(self, year: WorkingYear, worked: timedelta) -> datetime:
        """The last moment at which no more than that is over since the beginning of `year`; less than nothing is so
        much before it.

        Raises:
            NoWorkingTime: never.
        """
        while worked < NONE:
            year = self._turn(year, -1)
            worked += year.total
        while worked >= year.total:
            worked -= year.total
            year = self._turn(year, 1)
        return year.latest(worked)

    def workday(self, day: date, count: int) -> date:
        """The `count`-th workday after the day, or before it if negative.

        Raises:
            NoWorkingTime: there is none.
        """
        year = self.year(day.year)
        at = bisect_right(year.days, day) + count - 1 if count > 0 else bisect_left(year.days, day) + count
        while at >= len(year.days):
            at -= len(year.days)
            year = self._turn(year, 1)
        while at < 0:
            year = self._turn(year, -1)
            at += len(year.days)
        return year.days[at]

    def _turn(self, year: WorkingYear, step: int) -> WorkingYear:
        """The year after this one (or before it, with -1)."""
        following = self.year(year.year + step)
        if not year.days and not following.days:
            raise NoWorkingTime(f"{year.year}, {following.year}")
        return following


def _days_of(year: int) -> Iterator[date]:
    first = date(year, 1, 1)
    return (first + timedelta(days=number) for number in range((date(year, 12, 31) - first).days + 1))
