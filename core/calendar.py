"""Time as the company reckons it: days begin at midnight in China, and working time (工作时间) is that of its hours.

Moments are aware datetimes of any zone; what is given back is in UTC. Days are dates in China (`day_of`).
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from functools import cached_property

from core import state_council
from core.moments import CHINA, day_of, in_utc, midnight
from core.working_hours import DeclaredDay, Hours, Range, YearlyHoliday, in_order, spans, working_time
from core.working_years import NONE, NoWorkingTime, WorkingYears

__all__ = [
    "CHINA",
    "USUAL_WEEK",
    "DeclaredDay",
    "Hours",
    "Length",
    "NoWorkingTime",
    "Range",
    "Unit",
    "WorkingCalendar",
    "YearlyHoliday",
    "day_of",
    "day_start",
]

_USUAL: Hours = (Range(9 * 60, 12 * 60), Range(13 * 60 + 30, 18 * 60))
USUAL_WEEK: tuple[Hours, ...] = (_USUAL, _USUAL, _USUAL, _USUAL, _USUAL, (), ())

_DAY = timedelta(days=1)
_LEAST = timedelta(microseconds=1)  # two moments are not nearer to each other


def day_start(now: datetime) -> datetime:
    """The last midnight in China, in UTC: from where "today" is counted."""
    return midnight(day_of(now))


@dataclass(frozen=True)
class WorkingCalendar:
    """When the company works.

    What a day is, is said by the first of these that says anything: `special_days` (the company's own dated 休 and 班),
    the State Council for the years it is known for, `law_holidays` in the other years, and the `week` (hours from
    Monday to Sunday). A day declared as worked has its own hours, or `makeup_hours`, or (if there are none) those of
    the week's longest day. `known_years` are those whose days off and make-up days all stand in `special_days`.

    The value is frozen; the years it has added up are remembered beside its fields.

    Raises:
        ValueError: no day of the week has hours, or some are out of order.
    """

    week: tuple[Hours, ...] = USUAL_WEEK
    makeup_hours: Hours = ()
    law_holidays: tuple[YearlyHoliday, ...] = ()
    special_days: tuple[DeclaredDay, ...] = ()
    known_years: tuple[int, ...] = ()

    def __post_init__(self) -> None:
        if len(self.week) != len(USUAL_WEEK) or not any(self.week):
            raise ValueError("no week with working time")
        if not all(map(in_order, (*self.week, self.makeup_hours, *(each.hours for each in self.special_days)))):
            raise ValueError("hours out of order")

    # Days.

    def declared(self, day: date) -> DeclaredDay | None:
        """What was declared of the day, off or worked, and by which name; None of a day that is as the week says."""
        if isinstance(day, datetime):
            raise TypeError("a moment is no day: take day_of(moment)")
        own = self._special.get(day)
        if own or day.year in state_council.KNOWN_YEARS:
            return own or state_council.declared(day)
        law = self._law.get((day.month, day.day))
        return DeclaredDay(day, False, law) if law else None

    def hours(self, day: date) -> Hours:
        """The day's working ranges; none of a day off."""
        declared = self.declared(day)
        if declared is None:
            return self.week[day.weekday()]
        return (declared.hours or self._makeup) if declared.works else ()

    def is_workday(self, day: date) -> bool:
        """Is there work on this day at all?"""
        return bool(self.hours(day))

    def next_workday(self, day: date) -> date:
        """The first workday after this day."""
        return self._years.workday(day, 1)

    def knows(self, day: date) -> bool:
        """Are the days off and make-up days of this day's year known? If not, the week and the fixed holidays are all
        that the calendar goes by, and the day may turn out otherwise: `tuoling doctor` tells so in time."""
        return day.year in state_council.KNOWN_YEARS or day.year in self.known_years or day in self._special

    # Working time.

    def is_working(self, moment: datetime) -> bool:
        """Is anybody at work at this moment? At 12:00 of 09:00-12:00 no longer."""
        at = in_utc(moment)
        return self._years.of(at).holds(at)

    def next_working_moment(self, moment: datetime) -> datetime:
        """The moment itself if it is a working one, else the next beginning of work."""
        at = in_utc(moment)
        year = self._years.of(at)
        return self._years.latest(year, year.worked(at))

    def add(self, moment: datetime, working: timedelta) -> datetime:
        """The deadline after so much working time: the earliest moment by which it has passed, so that what ends with
        the day is due at 18:00 and not the next morning. No time at all gives the moment itself.

        Raises:
            ValueError: `working` is negative, or the moment has no time zone.
        """
        at = in_utc(moment)
        if not _is_some(working):
            return at
        year = self._years.of(at)
        return self._years.earliest(year, year.worked(at) + working)

    def back(self, moment: datetime, working: timedelta) -> datetime:
        """`add` turned round: the latest moment from which the deadline is not after this one, so that for all `m`
        `m <= back(now, working)` exactly when `add(m, working) <= now`.

        Raises:
            ValueError: `working` is negative, or the moment has no time zone.
        """
        at = in_utc(moment)
        if not _is_some(working):
            return at
        year = self._years.of(at)
        return self._years.latest(year, year.worked(at) - working)

    def between(self, start: datetime, end: datetime) -> timedelta:
        """The working time from one moment to another; negative if `end` is the earlier one."""
        first, last = in_utc(start), in_utc(end)
        if last < first:
            return -self.between(last, first)
        years = self._years
        begun, ended = years.of(first), years.of(last)
        whole = sum((years.year(each).total for each in range(begun.year, ended.year)), NONE)
        return whole + ended.worked(last) - begun.worked(first)

    # Working days.

    def add_days(self, moment: datetime, days: int) -> datetime:
        """The deadline so many working days later, at the same clock time.

        1. The day is the so-many-th workday after the moment's own day: from Friday, Saturday or Sunday, 1 is Monday.
        2. Where nobody works on that day at that time, the deadline is when work begins again on it, or at last its
           end: 12:30 becomes 13:30, 07:00 becomes 09:00, and 20:00 becomes 18:00.
        3. From a day off it is the end of that day, whatever the clock says: from Saturday not sooner than from Friday.

        So no later moment has an earlier deadline. No days at all give the moment itself.

        Raises:
            ValueError: `days` is negative, or the moment has no time zone.
        """
        at = in_utc(moment)
        if not _is_some(days):
            return at
        today = day_of(at)
        due = self._years.workday(today, days)
        clock = at - midnight(today) if self.is_workday(today) else _DAY
        return midnight(due) + _pulled(clock, self.hours(due))

    def back_days(self, moment: datetime, days: int) -> datetime:
        """`add_days` turned round, as `back` turns `add`: `m <= back_days(now, days)` exactly when
        `add_days(m, days) <= now`. Outside the hours of a day that is the last microsecond before a workday.

        Raises:
            ValueError: `days` is negative, or the moment has no time zone.
        """
        at = in_utc(moment)
        if not _is_some(days):
            return at
        today = day_of(at)
        clock = at - midnight(today)
        work = spans(self.hours(today))
        begun = [min(clock, end) for start, end in work if start <= clock]
        if begun and clock < work[-1][1]:
            return midnight(self._years.workday(today, -days)) + begun[-1]
        # What is due on a day that is over came in before a workday from which it would be due on a later one.
        too_late = self._years.workday(today + _DAY if begun else today, -days)
        return midnight(too_late) - _LEAST

    @cached_property
    def usual_day(self) -> timedelta:
        """How long the longest day of the week is: by it working time is said in days."""
        return working_time(max(self.week, key=working_time))

    # Looking up.

    @cached_property
    def _special(self) -> dict[date, DeclaredDay]:
        return {each.day: each for each in self.special_days}

    @cached_property
    def _law(self) -> dict[tuple[int, int], str]:
        return {(each.month, each.day): each.name for each in self.law_holidays}

    @cached_property
    def _makeup(self) -> Hours:
        return self.makeup_hours or max(self.week, key=working_time)

    @cached_property
    def _years(self) -> WorkingYears:
        return WorkingYears(self.hours)


class Unit(StrEnum):
    """What a length is counted in."""

    DAY = "day"
    HOUR = "hour"
    MINUTE = "minute"


_ONE = {Unit.DAY: _DAY, Unit.HOUR: timedelta(hours=1), Unit.MINUTE: timedelta(minutes=1)}
_WORDS = {Unit.DAY: "天", Unit.HOUR: "小时", Unit.MINUTE: "分钟"}
_WORKING_WORDS = {Unit.DAY: "工作日", Unit.HOUR: "工作小时", Unit.MINUTE: "工作分钟"}


@dataclass(frozen=True, slots=True)
class Length:
    """So many days, hours or minutes, as the clock goes (7天, 48小时) or, if `working`, as the company works (3工作日,
    2工作小时).

    Raises:
        ValueError: the amount is less than 1.
    """

    amount: int
    unit: Unit
    working: bool = False

    def __post_init__(self) -> None:
        if self.amount < 1:
            raise ValueError(f"no length: {self.amount}")

    def after(self, calendar: WorkingCalendar, moment: datetime) -> datetime:
        """The deadline so long after the moment, in UTC."""
        if not self.working:
            return in_utc(moment) + self._time
        if self.unit is Unit.DAY:
            return calendar.add_days(moment, self.amount)
        return calendar.add(moment, self._time)

    def span(self, calendar: "WorkingCalendar", start: datetime, end: datetime) -> timedelta:
        """How long it is from one moment to the other, as this length is counted."""
        return calendar.between(start, end) if self.working else in_utc(end) - in_utc(start)

    def before(self, calendar: WorkingCalendar, moment: datetime) -> datetime:
        """The latest moment whose deadline is not after this one, in UTC: for all `m`, `m <= before(calendar, now)`
        exactly when `after(calendar, m) <= now`."""
        if not self.working:
            return in_utc(moment) - self._time
        if self.unit is Unit.DAY:
            return calendar.back_days(moment, self.amount)
        return calendar.back(moment, self._time)

    @property
    def words(self) -> str:
        """As an administrator writes it and a card shows it: `3工作日`, `48小时`."""
        return f"{self.amount}{(_WORKING_WORDS if self.working else _WORDS)[self.unit]}"

    def packed(self) -> str:
        """As a column keeps it: `3 day working`."""
        return f"{self.amount} {self.unit.value}{' working' if self.working else ''}"

    @classmethod
    def unpacked(cls, packed: str) -> "Length":
        """What `packed` wrote."""
        amount, unit, *working = packed.split()
        return cls(int(amount), Unit(unit), working=bool(working))

    @property
    def _time(self) -> timedelta:
        return self.amount * _ONE[self.unit]


def _is_some(amount: timedelta | int) -> bool:
    """Is it more than nothing? Raises ValueError if it is less."""
    if (amount.days if isinstance(amount, timedelta) else amount) < 0:
        raise ValueError(f"a negative length of time: {amount}")
    return bool(amount)


def _pulled(clock: timedelta, hours: Hours) -> timedelta:
    """The clock time within the hours: itself, or the next beginning, or at last the end."""
    work = spans(hours)
    return next((max(clock, start) for start, end in work if clock <= end), work[-1][1])
