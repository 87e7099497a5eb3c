"""Which days a report is about: 今天, 上周, 本月, 11月, 2026-11, 11-01到11-15, 近30天."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

from bot.phrases.numbers import read_number
from core.reports.periods import Period, month_of, of_day, of_days, quarter_of, week_of, year_of

_LONGEST = 366 * 3  # days
_DAY = r"(?:(20[0-9]{2})[-/.年])?(1[0-2]|0?[1-9])[-/.月](3[01]|[12][0-9]|0?[1-9])[日号]?"
_NUMBER = "[0-9]{1,4}|[一二两三四五六七八九十百]{1,4}"
_TO = r" ?(?:到|至|—|–|~|-) ?"
_WEEKS, _MONTHS = "周|个?星期|礼拜", "个?月"


@dataclass(frozen=True, slots=True)
class NotYet:
    """The period begins after today."""


@dataclass(frozen=True, slots=True)
class NoSuchDay:
    """It names a day that there is not (2月30日), ends before it begins, or is longer than three years."""


PeriodRead = tuple[Period | NotYet | NoSuchDay, int]


def read_period(text: str, today: date) -> PeriodRead | None:
    """The period that `text` (as `folded` gives it) begins with, and where it ends there; None if with none."""
    for pattern, make in _FORMS:
        found = pattern.match(text)
        if found is not None:
            period = make(found, today)
            if isinstance(period, Period) and period.first > today:
                period = NotYet()
            return period, found.end()
    return None


def _shifted(make: Callable[[date, date], Period], back: int) -> Callable[[re.Match[str], date], Period]:
    """The period of its kind that is so many before the one of today."""

    def period(_found: re.Match[str], today: date) -> Period:
        made = make(today, today)
        for _ in range(back):
            made = make(made.first - timedelta(days=1), today)
        return made

    return period


def _days_ago(number: int) -> Callable[[re.Match[str], date], Period]:
    return lambda _found, today: of_day(today - timedelta(days=number))


def _last(found: re.Match[str], today: date) -> Period | NoSuchDay:
    number = read_number(found[1]) or 0
    days = number * {"天": 1, "日": 1, "周": 7, "月": 30}[found[2][-1] if found[2][-1] in "天日周月" else "周"]
    return of_days(today - timedelta(days=days - 1), today) if 0 < days <= _LONGEST else NoSuchDay()


def _named_month(found: re.Match[str], today: date) -> Period:
    """Without a year the last such month."""
    month = int(found[2])
    year = int(found[1]) if found[1] else today.year - (month > today.month)
    return month_of(date(year, month, 1), today)


def _named_quarter(found: re.Match[str], today: date) -> Period:
    number = read_number(found[2]) or 1
    first = (number - 1) * 3 + 1
    year = int(found[1]) if found[1] else today.year - (first > today.month)
    return quarter_of(date(year, first, 1), today)


def _half_year(found: re.Match[str], today: date) -> Period:
    """Without a year the last one that has begun."""
    second = found[3] == "下"
    year = today.year - (found[2] == "去")
    if found[1]:
        year = int(found[1])
    elif not found[2]:
        year -= second and today.month <= 6
    first, last = (date(year, 7, 1), date(year, 12, 31)) if second else (date(year, 1, 1), date(year, 6, 30))
    return of_days(first, min(last, max(today, first)))


def _weekday(found: re.Match[str], today: date) -> Period:
    """周五 alone is the last one."""
    weekday = "一二三四五六日".index(found[2].replace("天", "日"))
    monday = today - timedelta(days=today.weekday())
    day = monday + timedelta(days=weekday)
    if not found[1]:
        return of_day(day if day <= today else day - timedelta(weeks=1))
    return of_day(day - timedelta(weeks={"上": 1, "上上": 2}.get(found[1], 0)))


def _named_year(found: re.Match[str], today: date) -> Period:
    return year_of(date(int(found[1]), 1, 1), today)


def _named_day(found: re.Match[str], today: date) -> Period | NoSuchDay:
    day = _date(found[1], found[2], found[3], today)
    return of_day(day) if day is not None else NoSuchDay()


def _from_to(found: re.Match[str], today: date) -> Period | NoSuchDay:
    first = _date(found[1] or found[4], found[2], found[3], today)
    last = _date(found[4] or (str(first.year) if first else None), found[5], found[6], today)
    if first is None or last is None:
        return NoSuchDay()
    if first > last and not found[4]:
        last = _date(str(first.year + 1), found[5], found[6], today) or last
    if first > last or (last - first).days > _LONGEST:
        return NoSuchDay()
    return of_days(first, min(last, max(today, first)))


def _date(year: str | None, month: str, day: str, today: date) -> date | None:
    """Without a year the last such day."""
    try:
        found = date(int(year) if year else today.year, int(month), int(day))
        return found.replace(year=found.year - 1) if not year and found > today else found
    except ValueError:
        return None


_FORMS: tuple[tuple[re.Pattern[str], Callable[[re.Match[str], date], Period | NotYet | NoSuchDay]], ...] = (
    (re.compile(f"{_DAY}{_TO}{_DAY}"), _from_to),
    (re.compile(_DAY), _named_day),
    (re.compile(r"(20[0-9]{2})[-/.年](1[0-2]|0?[1-9])(?:月份?)?(?![0-9])"), _named_month),
    (re.compile(r"()(1[0-2]|0?[1-9])月份?"), _named_month),
    (re.compile(r"(?:(20[0-9]{2})年?)?第?([1-4一二三四])季度?"), _named_quarter),
    (re.compile(r"(?:(20[0-9]{2})年?)?[Qq]([1-4])(?![0-9])"), _named_quarter),
    (re.compile(r"(?:(20[0-9]{2})年?|(今|去)年)?([上下])半年"), _half_year),
    # But 「本周一部」 is a week of a department.
    (re.compile("(本|这|上上|上)?个?(?:周|星期|礼拜)([一二三四五六日天])(?!部)"), _weekday),
    (re.compile(r"(20[0-9]{2})(?:年度?|(?![0-9]))"), _named_year),
    (re.compile("今[天日]|当[天日]"), _days_ago(0)),
    (re.compile("昨[天日]"), _days_ago(1)),
    (re.compile("前[天日]"), _days_ago(2)),
    (re.compile("大前[天日]"), _days_ago(3)),
    (re.compile(f"(?:本|这|当)(?:{_WEEKS})"), _shifted(week_of, 0)),
    (re.compile(f"上上(?:{_WEEKS})"), _shifted(week_of, 2)),
    (re.compile(f"上(?:{_WEEKS})"), _shifted(week_of, 1)),
    (re.compile(f"(?:本|这|当)(?:{_MONTHS})"), _shifted(month_of, 0)),
    (re.compile(f"上上(?:{_MONTHS})"), _shifted(month_of, 2)),
    (re.compile(f"上(?:{_MONTHS})"), _shifted(month_of, 1)),
    (re.compile("(?:本|这个?|当)季度?"), _shifted(quarter_of, 0)),
    (re.compile("上个?季度?"), _shifted(quarter_of, 1)),
    (re.compile("今年|本年度?|年度|全年"), _shifted(year_of, 0)),
    (re.compile("去年|上一?年度?"), _shifted(year_of, 1)),
    (re.compile(rf"(?:最?近|过去) ?({_NUMBER}) ?(天|日|{_WEEKS}|{_MONTHS})"), _last),
)  # fmt: skip
