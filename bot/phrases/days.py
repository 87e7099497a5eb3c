"""The day in a phrase: 「明天」, 「下周三」, 「15号」, `12-03`, 「月底」, and a holiday with a date of its own.

Rules, decided once:
- A weekday without 这/本/下 is the coming one, on the day itself today; if today's time is over, next week's is asked
  about. 「下周X」 is the X of the next week; weeks begin on Monday.
- 「15号」 is the coming 15th, on the 15th itself today. This month's, over since 7 days at most, may be meant as past:
  next month's is asked about.
- A month and day that is past this year: past if that was within 60 days; next year's if that comes within 180
  (「3月5号」 in December); else next year's is asked about. A holiday is the coming one (「国庆」 in November).
- Dates in signs stand in `signed.py`, days named from today in `relative.py`.
- A word glued before a week or a month that makes another one of it (「再下周三」, 「当月5号」) is asked about.
- 「十五」 where a day may stand is a day of the month, or of the moon's: asked about.
"""

import calendar
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

from bot.phrases.holidays import read_dated_holiday, read_moving_holiday, read_next_workday
from bot.phrases.later import (
    add_months,
    read_about_then,
    read_ago,
    read_amount,
    read_later,
    read_negative,
    read_vague_later,
)
from bot.phrases.numbers import read_number
from bot.phrases.readings import Day, DayReading, Doubt, Lacks
from bot.phrases.relative import read_relative
from bot.phrases.signed import read_full_date, read_signed, read_signed_day
from bot.phrases.traps import NUMERAL, STREET
from bot.phrases.years import LATELY, of_year, one_date, real_date, this_or_next_year

_N = rf"{NUMERAL}{{1,5}}"
_WEEKDAYS = {char: value for value, char in enumerate("一二三四五六日")} | {"天": 6}
_WEEKDAY = re.compile(
    rf"(?:(?<!{NUMERAL})|(?<=[周期拜]{NUMERAL}))(?<![每第半几])(上上|下下|上|下|这|本)?(?:个|一个)?(?:周|星期|礼拜) ?"
    r"([一二三四五六日天](?!常)|[1-6](?![0-9.万wWkK点:年月号日]))(?!次|福|遍|[二三四五六日](?![号日月点时0-9十]))"
)
_NO_WEEKDAY = re.compile(
    rf"(?<!{NUMERAL})(?<![每第半几老小姓])(?:上上|下下|上|下|这|本)?(?:个|一个)?"
    r"((?:周|星期|礼拜) ?[七八九十零0789])(?=$|[,。;!?、) ]|[上下]午|[早晚]上|中午|[再联见约打来去签面回]|"
    r"(?<![0-9])[0-9]{1,2}[点:]|[号日](?!楼|院))"
)
_OTHER_WEEK = re.compile(
    r"(?:[上下]{3,9}|再下|(?<![0-9一二三四五六七八九十几两每首多])次|隔下?|单|双|大下|(?<![一-龥])[前后])(?:个|一个)?"
    r"(?:周|星期|礼拜) ?[一二三四五六日天](?![次遍])"
)
_RANGE_OF_WEEKDAYS = re.compile(r"(?:周|星期|礼拜)[一二三四五六](?:[二三四五六日])(?![号日月点时十])")
_MONTH_DAY = re.compile(
    r"(?!(?:二月二|三月三|九月九)(?![十日号0-9]))"  # feasts of the moon's calendar
    rf"(?<![0-9])(今年|明年|去年)? ?(元|{_N}) ?月(?:份)? ?({_N})"
    r"(?: ?[日号]| ?(?=$|[,。;! )]|上午|下午|早|晚|中午|周|星期))"
)
_MONTH_END = re.compile(rf"(下下个?月|下个?月|这个?月|本月|(?<![0-9]){_N}月)?(?:份)?(?:底|末)|(月底|月末)")
_OTHER_MONTH = re.compile(rf"(?:[上下]{{3,9}}|再下|隔|当|那|同|来|该)个?月的? ?{_N} ?[日号]")
_OF_MONTH = re.compile(rf"(上个?月|下下个?月|下个?月|这个?月|本月|次月)的? ?({_N}) ?[日号]")
_DAY_OF_MONTH = re.compile(rf"(?<![0-9/.月])({_N}) ?(?:号(?!码)|日(?!内|元|均|结|息|报))")
_NUMERAL_DAY = re.compile(
    r"(?:(?<=[等约到改在定])|(?<![^,。;!?、 ]))"
    r"(十[一二三四五六七八九]|二十[一二三四五六七八九]?|廿[一二三四五六七八九]?|三十一?)"
    r"(?= ?,? ?[0-9]{1,2} ?[点:]|再|联系|打(?![款折])|见(?!面礼)|约|面谈|回访|上门|来[电公店签找]|过来|[上下]午|"
    r"[早晚]上|中午|[吧。.!]*$)"
)
_STREET = re.compile(rf"{STREET}$")
_DAYS_RANGE = re.compile(rf"(?<![0-9])({_N}) ?[号日]? ?[-~到至、,/] ?({_N}) ?[号日](?!内)")
_ENGLISH = re.compile(
    r"(?<![A-Za-z])(?:(?:(?:this|next) )?(?:mon|tues|wednes|thurs|fri|satur|sun)day|"
    r"today|tonight|tomorrow|next (?:week|month))"
    r"(?![A-Za-z])(?:,? ?(?:at )?[0-9]{1,2}(?::[0-9]{2})? ?(?:[ap]\.?m\b)?)?|"
    r"(?<![0-9:.])[0-9]{1,2}(?::[0-9]{2})? ?[ap]\.?m(?![A-Za-z0-9])",
    re.IGNORECASE,
)


def read_day(text: str, pos: int, now: datetime) -> DayReading:
    """The day (or moment) that begins at `pos`. `now` is the local time. Total."""
    for reader in _READERS:
        reading = reader(text, pos, now)
        if reading is not None:
            return reading
    return None


def _weekday(text: str, pos: int, now: datetime) -> DayReading:
    if both := _RANGE_OF_WEEKDAYS.match(text, pos):
        return Doubt(both.end(), "说了两天，以哪天为准？", weak=True)
    if other := _OTHER_WEEK.match(text, pos):
        return Doubt(other.end(), "没说准是哪一周", weak=True)
    found = _WEEKDAY.match(text, pos)
    if not found:
        none = _NO_WEEKDAY.match(text, pos)
        return Doubt(none.end(), f"没有{none.group(1)}") if none else None
    which, said = found.groups()
    weekday = _WEEKDAYS[said] if said in _WEEKDAYS else int(said) - 1
    today = now.date()
    monday = today - timedelta(days=today.weekday())
    if which:
        weeks = {"上上": -2, "上": -1, "这": 0, "本": 0, "下": 1, "下下": 2}[which]
        return Day(found.end(), (monday + timedelta(days=7 * weeks + weekday),), weekday=weekday, gone=weeks < 0)
    coming = today + timedelta(days=(weekday - today.weekday()) % 7)
    back = today - timedelta(days=(today.weekday() - weekday) % 7)
    return Day(found.end(), (coming, coming + timedelta(days=7)), back=back, weekday=weekday, lacks=Lacks.WEEK)


def _month_day(text: str, pos: int, now: datetime) -> DayReading:
    found = _MONTH_DAY.match(text, pos)
    if not found:
        return None
    which, named, day = found.group(1), found.group(2), read_number(found.group(3))
    month = 1 if named == "元" else read_number(named)
    if month is None or day is None:
        return Doubt(found.end(), "看不懂是哪一天？")
    return of_year(found.end(), which, month, day, now) if which else this_or_next_year(found.end(), month, day, now)


def _of_month(text: str, pos: int, now: datetime) -> DayReading:
    if other := _OTHER_MONTH.match(text, pos):
        return Doubt(other.end(), "说的是哪个月？", weak=True)
    found = _OF_MONTH.match(text, pos)
    if not found:
        return None
    day = read_number(found.group(2))
    first = add_months(now.date().replace(day=1), _months(found.group(1)))
    if day is None:
        return Doubt(found.end(), "看不懂是哪一天？")
    reading = one_date(found.end(), first.year, first.month, day)
    return reading if isinstance(reading, Doubt) else replace(reading, gone=found.group(1).startswith("上"))


def _months(word: str) -> int:
    return -1 if word.startswith("上") else 2 if word.startswith("下下") else 1 if word.startswith(("下", "次")) else 0


def _month_end(text: str, pos: int, now: datetime) -> DayReading:
    found = _MONTH_END.match(text, pos)
    if not found or not (found.group(1) or found.group(2)):
        return None
    word = found.group(1) or ""
    if word and word[0] not in "下这本":
        month = read_number(word.removesuffix("月"))
        if month is None or not 1 <= month <= 12:
            return Doubt(found.end(), "看不懂是几月")
        last = calendar.monthrange(now.year, month)[1]
        return this_or_next_year(found.end(), month, 28 if month == 2 else last, now)
    first = add_months(now.date().replace(day=1), _months(word))
    last_day = first.replace(day=calendar.monthrange(first.year, first.month)[1])
    return Day(found.end(), (last_day,), lacks=Lacks.NOTHING if word else Lacks.MONTH)


def _days_range(text: str, pos: int, _now: datetime) -> DayReading:
    found = _DAYS_RANGE.match(text, pos)
    return Doubt(found.end(), "说了不止一天，以哪天为准？", weak=True) if found else None


def _day_of_month(text: str, pos: int, now: datetime) -> DayReading:
    found = _DAY_OF_MONTH.match(text, pos)
    if not found:
        return None
    day = read_number(found.group(1))
    if day is None:
        return Doubt(found.end(), "说的是哪一天？")
    if not 1 <= day <= 31:
        return Doubt(found.end(), f"没有{day}号")
    reading = _coming_day(found.end(), day, now)
    if isinstance(reading, Day) and _STREET.search(text, 0, pos):
        return replace(reading, doubt="像日期也像门牌号", unsure=True)
    return reading


def _numeral_day(text: str, pos: int, now: datetime) -> DayReading:
    """「十五」, 「等二十再打」. At the end of a text it is one only if it is all of it: 「额度，三十」."""
    found = _NUMERAL_DAY.match(text, pos)
    if not found or (pos and text[pos - 1] in ",。;!?、 " and not text[found.end() :].strip("吧。.!")):
        return None
    reading = _coming_day(found.end(), read_number(found[1]) or 0, now)
    return replace(reading, doubt="没说是几号", unsure=True) if isinstance(reading, Day) else reading


def _coming_day(end: int, day: int, now: datetime) -> Day | Doubt:
    first = now.date().replace(day=1)
    this = real_date(first.year, first.month, day)
    if this is None:
        return Doubt(end, f"{first.month}月没有{day}号")
    after, before = add_months(first, 1), add_months(first, -1)
    following = real_date(after.year, after.month, day)
    if this >= now.date():
        back = this if this == now.date() else real_date(before.year, before.month, day)
        return Day(end, (this,), back=back, lacks=Lacks.MONTH)
    if following is None:
        return Doubt(end, f"{after.month}月没有{day}号")
    lately = now.date() - this <= LATELY
    return Day(end, (this, following) if lately else (following,), back=this, lacks=Lacks.MONTH)


def _english(text: str, pos: int, _now: datetime) -> DayReading:
    found = _ENGLISH.match(text, pos)
    return Doubt(found.end(), "看不懂是什么时候", weak=True) if found else None


# What a new reader begins with must stand in `mentions._STARTS`, or it is never tried.
_READERS: tuple[Callable[[str, int, datetime], DayReading], ...] = (
    read_next_workday,
    read_about_then,
    read_vague_later,
    read_negative,
    read_later,
    read_amount,
    read_ago,
    read_relative,
    read_full_date,
    read_signed_day,
    _days_range,
    _month_day,
    _of_month,
    _month_end,
    read_dated_holiday,
    read_moving_holiday,
    read_signed,
    _weekday,
    _day_of_month,
    _numeral_day,
    _english,
)
