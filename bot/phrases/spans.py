"""Words for several days (「下周」, 「12月」, 「年底」), and a later day that one of them, or another day, makes clear.

A day that leaves its week, month or year open is the coming one. Where such words were said before, it lies in their
days: 「下周给答复」, asked about and answered 「周三」, is next week's Wednesday, and so is 「下周的周三」.

1. Right behind the words, or as the answer to a question about them, the day is one of theirs. If none of theirs is
   called so, or more than one (「下个月」, 「周三」), it is asked about.
2. After something that the customer does first (「周三去北京，周五回来」), it is the next one after that.
3. Further behind (「下周给答复，周五再打」), or beside another day (「下周三没空，周五见」), it may be meant either
   way. Where that makes a difference it is asked about, and the one that goes with the days before is proposed.
"""

import calendar
import re
from dataclasses import replace
from datetime import date, datetime, time, timedelta

from bot.phrases.days import read_day
from bot.phrases.later import add_months
from bot.phrases.numbers import read_number
from bot.phrases.readings import Day, DayReading, Doubt, Holds, Lacks, Span
from bot.phrases.traps import NUMERAL
from core.calendar import CHINA

_WEEK_DAYS = 7
_LONGEST_MONTH = 31
_AROUND_DAYS = 3  # 「15号左右」: no weekday comes twice in it

_WEEK = re.compile("(下下|下|这|本)?(?:个|一个)?(?:周|星期|礼拜)(末)?")
_YEAR = re.compile("明年")
_MONTH = re.compile(rf"(下下|下|这|本|(?<!{NUMERAL}){NUMERAL}{{1,2}})(?:个|一个)?月")
_THIRD_OF_MONTH = re.compile("月(初)|([上中下])旬|月(中)|月(底)")
_YEAR_END = re.compile("年[底末]")
# Nobody knows their days here: another year, another date.
_UNKNOWN = re.compile("[过年春]节|年[前后]|过[完了]|开春|开学|收假|放假|节[前后]")
_AFTER = re.compile("后|过了|过完")
_BEFORE = re.compile("之?前(?!后)|以前|内")
_THIRDS = {"初": (1, 10), "上": (1, 10), "中": (11, 20), "下": (21, 31), "底": (21, 31)}
_AHEAD = {"下下": 2, "下": 1, "这": 0, "本": 0}


def span_of(phrase: str, now: datetime) -> Span | None:
    """The days of `phrase`, a vague word of time as `cues.VAGUE` has it; None if it names none (「改天」)."""
    today = now.date()
    if week := _WEEK.search(phrase):
        return _week_span(today, _AHEAD.get(week[1] or "这", 0), weekend=bool(week[2]))
    if _YEAR_END.search(phrase):
        return Span(date(today.year, 12, 1), date(today.year, 12, 31))
    next_year = _YEAR.search(phrase) is not None
    if month := _MONTH.search(phrase):
        return _month_span(phrase, month[1], today, next_year=next_year)
    if third := _THIRD_OF_MONTH.search(phrase):
        first, last = _days_of(today, third)
        return Span(first, last) if last >= today else Span(*_days_of(add_months(today.replace(day=1), 1), third))
    if _UNKNOWN.search(phrase):
        return Span(None, None)
    return Span(date(today.year + 1, 1, 1), date(today.year + 1, 12, 31)) if next_year else None


def _week_span(today: date, weeks: int, *, weekend: bool) -> Span:
    monday = today + timedelta(days=7 * weeks - today.weekday())
    return Span(monday + timedelta(days=5 if weekend else 0), monday + timedelta(days=6))


def _month_span(phrase: str, which: str, today: date, *, next_year: bool) -> Span | None:
    this = today.replace(day=1)
    if which in _AHEAD:
        first = add_months(this, _AHEAD[which])
    else:
        month = read_number(which)
        if month is None or not 1 <= month <= 12:
            return None
        first = date(today.year + (next_year or month < today.month), month, 1)
    if _BEFORE.search(phrase):
        return None
    if _AFTER.search(phrase):
        return Span(add_months(first, 1), None)
    third = _THIRD_OF_MONTH.search(phrase)
    return Span(*_days_of(first, third)) if third else Span(first, _month_end(first))


def _days_of(month: date, third: re.Match[str]) -> tuple[date, date]:
    first, last = _THIRDS[next(group for group in third.groups() if group)]
    end = _month_end(month)
    return month.replace(day=first), end.replace(day=min(last, end.day))


def _month_end(day: date) -> date:
    return day.replace(day=calendar.monthrange(day.year, day.month)[1])


def span_around(day: date, words: str) -> Span | None:
    """The days of 「15号左右」 or 「15号之后」; `words` is what follows the day. None for a limit (「15号前」)."""
    if _BEFORE.search(words):
        return None
    if _AFTER.search(words) and "前后" not in words:
        return Span(day, None)
    return Span(day - timedelta(days=_AROUND_DAYS), day + timedelta(days=_AROUND_DAYS))


def span_near(day: date, *, by_week: bool) -> Span:
    """The week, or the month, of a day that was named."""
    if by_week:
        return replace(_week_span(day, 0, weekend=False), holds=Holds.NEAR)
    return Span(day.replace(day=1), _month_end(day), Holds.NEAR)


def bound(text: str, pos: int, now: datetime, span: Span, *, close: bool) -> DayReading:
    """The day that begins at `pos`, read as the days of `span`, named before, make it; `close` if they were named right
    before, or in the question that it answers. As `read_day` where they have no bearing on it."""
    plain = read_day(text, pos, now)
    if isinstance(plain, Day) and plain.lacks is Lacks.NOTHING:
        return plain
    if span.first is None:
        return _in_unknown(plain) if close else plain
    within = read_day(text, pos, datetime.combine(max(span.first, now.date()), time(), CHINA))
    if not isinstance(within, Day) or within.lacks is Lacks.NOTHING:
        return plain
    binds = span.holds is Holds.AFTER or (close and span.holds is Holds.WITHIN)
    return _bound(plain, within, span) if binds else _perhaps(plain, within, span)


def _in_unknown(plain: DayReading) -> DayReading:
    """「春节后」, answered 「20号」."""
    if isinstance(plain, Day) and plain.lacks in (Lacks.WEEK, Lacks.MONTH):
        return Doubt(plain.end, "没说是几月几号")
    return plain


def _bound(plain: DayReading, within: Day, span: Span) -> DayReading:
    day = within.dates[0]
    if span.last is None or day <= span.last:
        if span.last and (span.last - day).days >= _MORE_THAN.get(within.lacks, 366):
            return Doubt(within.end, "没说是几号" if within.lacks is Lacks.WEEK else "没说是几月")
        back = plain.back if isinstance(plain, Day) else None
        return replace(within, dates=(day,), back=back, lacks=Lacks.NOTHING)
    if isinstance(plain, Day) and plain.lacks is not Lacks.YEAR:
        return replace(plain, doubt="和前面说的日子对不上", unsure=True)
    return plain


_MORE_THAN = {Lacks.WEEK: _WEEK_DAYS, Lacks.MONTH: _LONGEST_MONTH}
"""If there are so many days left behind it, another day of its name may be among them."""


def _perhaps(plain: DayReading, within: Day, span: Span) -> DayReading:
    """The same where the days before may have a bearing, and may not."""
    fits = span.last is not None and within.dates[0] <= span.last
    alike = _MORE_THAN.get(within.lacks)
    whole = span.first and span.last and alike and (span.last - span.first).days < alike
    if not isinstance(plain, Day) or not fits or not whole or within.dates[0] == plain.dates[0]:
        return plain
    return replace(plain, dates=within.dates[:1], doubt=_EITHER[within.lacks], unsure=True, lacks=Lacks.NOTHING)


_EITHER = {Lacks.WEEK: "没说是哪一周", Lacks.MONTH: "没说是几月"}
