"""On which days something is done: every day, each workday, each Monday, the first workday of a month. Pure.

Days are dates in China; which of them are workdays is said by the company's calendar, 调休 included.
"""

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from core.calendar import WorkingCalendar

LAST = -1
"""In place of a number: the last one of the month."""
_DAY = timedelta(days=1)
_LONGEST_BREAK = 31  # days; a company that is closed for longer does nothing by the clock meanwhile


class Every(StrEnum):
    """What `Days.number` counts."""

    DAY = "day"
    WORKDAY = "workday"
    WEEK = "week"
    MONTH = "month"
    WORKDAY_OF_MONTH = "workday_of_month"


class DayOff(StrEnum):
    """What becomes of a day that turns out to be a day off: it is done all the same, on the next workday, or not."""

    SAME = "same"
    NEXT = "next"
    SKIP = "skip"


@dataclass(frozen=True, slots=True)
class Days:
    """Some days. `number`: of WEEK the weekday (0 is Monday); of MONTH the day (a month that has no 31st has it on its
    last day), or `LAST`; of WORKDAY_OF_MONTH the so-many-th workday from 1, or `LAST`."""

    every: Every
    number: int = 0
    day_off: DayOff = DayOff.SAME

    def has(self, calendar: WorkingCalendar, day: date) -> bool:
        """Is `day` one of them? Several that move to one workday (two Mondays of a long holiday) are one day."""
        if self.every is Every.WORKDAY:
            return calendar.is_workday(day)
        if self.every is Every.WORKDAY_OF_MONTH:
            return calendar.is_workday(day) and self._is_nth(calendar, day)
        if self.day_off is DayOff.SAME:
            return self._names(day)
        if not calendar.is_workday(day):
            return False
        return self._names(day) or (self.day_off is DayOff.NEXT and self._moved(calendar, day))

    def _names(self, day: date) -> bool:
        """Is it one of them by its date alone?"""
        if self.every is Every.WEEK:
            return day.weekday() == self.number
        if self.every is Every.MONTH:
            last = monthrange(day.year, day.month)[1]
            return day.day == (last if self.number == LAST else min(self.number, last))
        return True

    def _moved(self, calendar: WorkingCalendar, day: date) -> bool:
        """Has one of the days off right before this workday moved to it?"""
        for _ in range(_LONGEST_BREAK):
            day -= _DAY
            if calendar.is_workday(day):
                return False
            if self._names(day):
                return True
        return False

    def _is_nth(self, calendar: WorkingCalendar, day: date) -> bool:
        days = monthrange(day.year, day.month)[1]
        workdays = [number for number in range(1, days + 1) if calendar.is_workday(day.replace(day=number))]
        if self.number == LAST:
            return day.day == workdays[-1]
        return workdays[self.number - 1 : self.number] == [day.day]


ALL_DAYS = Days(Every.DAY)
WORKDAYS = Days(Every.WORKDAY)
