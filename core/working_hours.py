"""What a working calendar is made of: the hours of a day, and the days that were declared off or worked."""

from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise
from typing import TypeAlias


@dataclass(frozen=True, slots=True, order=True)
class Range:
    """One stretch of work in a day, in minutes since midnight: `Range(540, 720)` is 09:00-12:00. The end may be 1440,
    the day's own."""

    start: int
    end: int

    def __post_init__(self) -> None:
        if not 0 <= self.start < self.end <= 24 * 60:
            raise ValueError(f"no range within a day: {self.start} to {self.end} minutes")


Hours: TypeAlias = tuple[Range, ...]
"""A day's ranges from morning to evening; none of a day off."""


@dataclass(frozen=True, slots=True)
class DeclaredDay:
    """A day of which somebody said, by its date, that it is off (休) or worked (班), whatever the week says. `hours`
    are a worked day's own; none given, it has those of a make-up day."""

    day: date
    works: bool
    name: str
    hours: Hours = ()


@dataclass(frozen=True, slots=True)
class YearlyHoliday:
    """A day off by law with the same date every year."""

    month: int
    day: int
    name: str


def working_time(hours: Hours) -> timedelta:
    """How much is worked in a day of these hours."""
    return timedelta(minutes=sum(each.end - each.start for each in hours))


def in_order(hours: Hours) -> bool:
    """Do the ranges go from morning to evening, and does none run into the next?"""
    return all(one.end <= following.start for one, following in pairwise(hours))


def spans(hours: Hours) -> list[tuple[timedelta, timedelta]]:
    """The ranges as lengths of time since midnight."""
    return [(timedelta(minutes=each.start), timedelta(minutes=each.end)) for each in hours]
