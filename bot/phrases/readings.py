"""What the readers of days and clocks hand back.

A reading ends at `end` of the text. `weak` doubts (「过几天」, 「周五前」) may be ignored beside a clear time; others
(「25点」, 「7点」) may not, since the person meant a time by them.
"""

from dataclasses import dataclass
from datetime import date, datetime
from enum import Enum, auto
from typing import TypeAlias


class Holds(Enum):
    """How the days that a text has named bear on a day after them that does not say its week, month or year."""

    WITHIN = auto()
    """Words for some days (「下周」, 「15号之后」): what stands right behind them, or answers them, is one of these."""
    AFTER = auto()
    """The customer does something else first (「周三去北京」): whatever is agreed comes after."""
    NEAR = auto()
    """Another day (「下周三没空」): what is agreed may lie beside it (「周五」) or not, so it is asked about."""


class Lacks(Enum):
    """What a day leaves open: 「周三」 its week, 「15号」 its month, 「12月3号」 its year."""

    NOTHING = auto()
    WEEK = auto()
    MONTH = auto()
    YEAR = auto()


@dataclass(frozen=True, slots=True)
class Span:
    """The days from `first` to `last`, both included; without `last` it is open. Without `first` nobody knows its days
    (「春节后」)."""

    first: date | None
    last: date | None
    holds: Holds = Holds.WITHIN


@dataclass(frozen=True, slots=True)
class Clock:
    """A time of day. `hour` is up to 24. `exact` is False for a part of the day (its usual time). `loose` is True where
    the half of the day was not named (「8点」): 8 and 9 may be of the evening."""

    end: int
    hour: int
    minute: int
    exact: bool
    loose: bool = False


@dataclass(frozen=True, slots=True)
class Day:
    """A day.

    `dates` are its readings in order: the first is meant; where that is over, the next is asked about, never taken.
    `back` is the last such day up to today, for reports (「周三打过电话」). `weekday` (Monday is 0) is set for a
    weekday without a date. `doubt` says what is unsure unless a time of day follows; if `unsure`, even then. `gone` is
    True for a word that only tells of what has been (昨天, 上周五, 3天前); a date that is over may be a slip.
    """

    end: int
    dates: tuple[date, ...]
    back: date | None = None
    weekday: int | None = None
    doubt: str = ""
    unsure: bool = False
    gone: bool = False
    lacks: Lacks = Lacks.NOTHING


@dataclass(frozen=True, slots=True)
class Instant:
    """A moment counted from now, local: 「半小时后」. `doubt` says what is unsure of it; `gone` is True for a length of
    time that only tells of what has been (「聊了半小时后走了」)."""

    end: int
    at: datetime
    doubt: str = ""
    gone: bool = False


@dataclass(frozen=True, slots=True)
class Doubt:
    """Something like a day or a clock time that fixes none; `why` is a short Chinese clause, with its mark if it asks.
    `half` if only the half of the day is missing; `span` holds the days that are meant where they are known."""

    end: int
    why: str
    weak: bool = False
    half: bool = False
    span: Span | None = None


DayReading: TypeAlias = Day | Instant | Doubt | None
ClockReading: TypeAlias = Clock | Doubt | None
