"""The year that a month and day belong to. The rules stand in `days.py`."""

import calendar
from dataclasses import replace
from datetime import date, datetime, timedelta

from bot.phrases.readings import Day, Doubt, Lacks

LATELY = timedelta(days=7)
"""A day that was so lately may be meant as past; the next one of its name is not taken unasked."""
_THIS_YEARS = timedelta(days=60)
_NEXT_YEARS = timedelta(days=180)
_YEARS = {"今年": 0, "明年": 1, "去年": -1}


def one_date(end: int, year: int, month: int, day: int) -> Day | Doubt:
    """The date, read up to `end`; a Doubt where the calendar has none."""
    real = real_date(year, month, day)
    if real is None:
        return Doubt(end, no_such_date(year, month, day))
    return Day(end, (real,))


def no_such_date(year: int, month: int, day: int) -> str:
    """Why there is no such date."""
    if not 1 <= month <= 12:
        return f"没有{month}月"
    leap_day = month == 2 and day == 29
    return f"{year}年2月没有29号" if leap_day else f"{month}月没有{day}号"


def of_year(end: int, which: str, month: int, day: int, now: datetime) -> Day | Doubt:
    """The date in the year that was named: 今年, 明年 or 去年."""
    reading = one_date(end, now.year + _YEARS[which], month, day)
    return reading if isinstance(reading, Doubt) else replace(reading, gone=which == "去年")


def this_or_next_year(end: int, month: int, day: int, now: datetime) -> Day | Doubt:
    """The date where no year was named."""
    this = one_date(end, now.year, month, day)
    if isinstance(this, Doubt):
        return this
    if now.date() - this.dates[0] <= _THIS_YEARS:
        return replace(this, lacks=Lacks.YEAR)
    following = one_date(end, now.year + 1, month, day)
    if isinstance(following, Doubt):
        return following
    clear = following.dates[0] - now.date() <= _NEXT_YEARS
    return Day(end, following.dates if clear else this.dates + following.dates, back=this.dates[0], lacks=Lacks.YEAR)


def real_date(year: int, month: int, day: int) -> date | None:
    """The date, or None where the calendar has none."""
    if not 1 <= month <= 12 or not 1 <= day <= calendar.monthrange(year, month)[1]:
        return None
    return date(year, month, day)
