"""Shifts and absences as an administrator writes them: `周一到周五 08:30-12:00 13:30-18:00`, `2026-10-09 13:00`.

Weekdays, hours and dates by themselves are read as everywhere (`calendarwords.py`).
"""

import re
import unicodedata
from datetime import UTC, datetime, time, timedelta

from config.calendarwords import (
    is_backwards,
    meant_dates,
    meant_hours,
    meant_weekdays,
    parse_dates,
    parse_hours,
    parse_weekdays,
)
from core.calendar import CHINA, day_start
from core.leads.assignment_rules import DAY_MINUTES, Span

_EVERY_DAY = "每天"
_CLOCK = "[0-9]{1,2} ?[:.点时]"
_BETWEEN = re.compile("(?<=[0-9点半分]) *[ ,;、和] *(?=[0-9早上中下晚])")  # from one stretch of hours to the next
_MOMENT = re.compile("(.+?) +([0-9]{1,2}):([0-5][0-9])")
_A_DAY = timedelta(days=1)


def parse_shift(text: str) -> tuple[Span, ...] | None:
    """The stretches of a week in one line: the days, then hours from and to, several where there is a break between.
    None if it is written otherwise, or hours end before they begin."""
    days, hours = _parts(text)
    numbers = tuple(range(7)) if days == _EVERY_DAY else parse_weekdays(days)
    ranges = [parse_hours(each) for each in hours]
    if not numbers or not all(ranges):
        return None
    return tuple(
        Span(day * DAY_MINUTES + each.start, day * DAY_MINUTES + each.end) for day in numbers for each in ranges if each
    )


def meant_shift(text: str) -> str:
    """How a shift that is written in another way should be written; empty if it is not clear."""
    days, hours = _parts(text)
    day = days if days == _EVERY_DAY or parse_weekdays(days) else meant_weekdays(days) if days else _EVERY_DAY
    meant = " ".join([day, *(each if parse_hours(each) else meant_hours(each) for each in hours)])
    return meant if parse_shift(meant) else ""


def passes_midnight(text: str) -> bool:
    """Do hours in it end when they begin, or before, as those of a night do?"""
    return any(is_backwards(each) for each in _parts(text)[1])


def _parts(text: str) -> tuple[str, list[str]]:
    """The days, and the stretches of hours; no such are one that is empty."""
    plain = _narrow(text)
    first = re.search(f"(?:[早上中下晚][上午] ?)?{_CLOCK}", plain)
    at = first.start() if first else len(plain)
    return plain[:at].strip(), _BETWEEN.split(plain[at:])


def parse_moment(text: str, *, end: bool = False) -> datetime | None:
    """When an absence begins, or with `end`, when it is over: at the time of day; without one with the day, or at its
    end. In UTC; None if it is no such."""
    plain = _narrow(text)
    clock = _MOMENT.fullmatch(plain)
    days = parse_dates(clock[1] if clock else plain)
    hour, minute = (int(clock[2]), int(clock[3])) if clock else (24, 0) if end else (0, 0)
    if not days or days[0] != days[1] or (hour, minute) > (24, 0):
        return None
    return (datetime.combine(days[0], time(), CHINA) + timedelta(hours=hour, minutes=minute)).astimezone(UTC)


def end_of_day(moment: datetime) -> datetime:
    """The midnight that follows."""
    return day_start(moment) + _A_DAY


def meant_moment(text: str) -> str:
    """How it should be written; empty if it is not clear."""
    clock = _MOMENT.fullmatch(_narrow(text))
    meant = meant_dates(clock[1]) + f" {clock[2]}:{clock[3]}" if clock else meant_dates(text)
    return meant if meant != text and parse_moment(meant) else ""


def _narrow(text: str) -> str:
    return re.sub(r"\s+", " ", unicodedata.normalize("NFKC", text)).strip()
