"""The day in a phrase: 「明天」, 「下周三」, 「15号」, `12-03`, 「月底」, and a holiday with a date of its own.

Rules, decided once:
- A weekday without 这/本/下 is the coming one, on the day itself today; if today's time is over, next week's is asked
  about. 「下周X」 is the X of the next week; weeks begin on Monday.
- 「15号」 is the coming 15th, on the 15th itself today. This month's, over since 7 days at most, may be meant as past:
  next month's is asked about.
- A month and day that is past this year: past if that was within 60 days; next year's if that comes within 180
  (「3月5号」 in December); else next year's is asked about. A holiday is the coming one (「国庆」 in November).
- `12.3` is a date only with a time or a meeting after it, else a number. `1/3` needs a time after it, else it is in
  doubt.
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
from bot.phrases.numbers import read_number, read_year
from bot.phrases.readings import Day, DayReading, Doubt, Lacks
from bot.phrases.traps import NUMERAL, STREET
from bot.phrases.years import LATELY, of_year, one_date, real_date, this_or_next_year

_N = rf"{NUMERAL}{{1,5}}"
_WEEKDAYS = {char: value for value, char in enumerate("一二三四五六日")} | {"天": 6}
_RELATIVE = {"前": -2, "昨": -1, "今": 0, "明": 1, "后": 2}

_RELATIVE_DAY = re.compile(
    r"(大{1,9}[前后])[天日]|(?<![提目之以])(前)天(?![后])|(?<![以之最然])(后)(?:天(?!天)|日|儿个?)|"
    r"(今|明|昨)(?:天|日|儿个?|(?=早|晚|晨|上午|中午|下午))"
)
_WEEKDAY = re.compile(
    rf"(?:(?<!{NUMERAL})|(?<=[周期拜]{NUMERAL}))(?<![每第半几])(上上|下下|上|下|这|本)?(?:个|一个)?(?:周|星期|礼拜) ?"
    r"([一二三四五六日天](?!常)|[1-6](?![0-9.万wWkK点:年月号日]))(?!次|福|遍|[二三四五六日](?![号日月点时0-9十]))"
)
_NO_WEEKDAY = re.compile(
    rf"(?<!{NUMERAL})(?<![每第半几老小姓])(?:上上|下下|上|下|这|本)?(?:个|一个)?"
    r"((?:周|星期|礼拜) ?[七八九十零0789])(?=$|[,。;!?、) ]|[上下]午|[早晚]上|中午|[再联见约打来去签面回]|"
    r"(?<![0-9])[0-9]{1,2}[点:]|[号日](?!楼|院))"
)
_RANGE_OF_WEEKDAYS = re.compile(r"(?:周|星期|礼拜)[一二三四五六](?:[二三四五六日])(?![号日月点时十])")
_FULL_DATE = re.compile(
    rf"(?<![0-9])((?:20|19)[0-9]{{2}}|[二一][〇零九]{NUMERAL}{{2}}) ?(?:年|[-/.]) ?({_N}) ?(?:月|[-/.]) ?"
    rf"({_N})(?![0-9]) ?[日号]?"
)
_COMPACT_DATE = re.compile(r"(?<![0-9])(20[0-9]{2})([01][0-9])([0-3][0-9])(?![0-9])")
_MONTH_DAY = re.compile(
    rf"(?<![0-9])(今年|明年|去年)? ?({_N}) ?月(?:份)? ?({_N})"
    r"(?: ?[日号]| ?(?=$|[,。;! )]|上午|下午|早|晚|中午|周|星期))"
)
_MONTH_END = re.compile(rf"(下下个?月|下个?月|这个?月|本月|(?<![0-9]){_N}月)?(?:份)?(?:底|末)|(月底|月末)")
_OF_MONTH = re.compile(rf"(上个?月|下下个?月|下个?月|这个?月|本月)的? ?({_N}) ?[日号]")
_DAY_OF_MONTH = re.compile(rf"(?<![0-9/.月])({_N}) ?(?:号(?!码)|日(?!内|元|均|结|息|报))")
_STREET = re.compile(rf"{STREET}$")
_DAYS_RANGE = re.compile(rf"(?<![0-9])({_N}) ?[号日]? ?[-~到至、,/] ?({_N}) ?[号日](?!内)")
_SIGNS_DATE = re.compile(
    r"(?<![0-9A-Za-z.:/-])([01]?[0-9])([-/.])([0-3]?[0-9])"
    r"(?![0-9A-Za-z.:/%-])"
    r"(?! ?(?:万|期|个|套|年|天|月|人|岁|成|元|块|千|次|小时|分|点|时|号楼|周|星期|折|倍|厘|平|□|■))"
)
_SIGNS_DAY = re.compile(r"(?<![0-9.])([01]?[0-9]) ?[./] ?([0-3]?[0-9]) ?[号日](?!内|元|均|结|息|报|楼|院)")
_ENGLISH = re.compile(
    r"(?<![A-Za-z])(?:(?:(?:this|next) )?(?:mon|tues|wednes|thurs|fri|satur|sun)day|"
    r"today|tonight|tomorrow|next (?:week|month))"
    r"(?![A-Za-z])(?:,? ?(?:at )?[0-9]{1,2}(?::[0-9]{2})? ?(?:[ap]\.?m\b)?)?|"
    r"(?<![0-9:.])[0-9]{1,2}(?::[0-9]{2})? ?[ap]\.?m(?![A-Za-z0-9])",
    re.IGNORECASE,
)
_FOLLOWED_BY_MEETING = re.compile(
    r" ?(?:面谈|见|联系|打|签|去|来|到|上门|再|回访|上午|下午|早|晚|中午|[0-9]{1,2}[点:])"
)


def read_day(text: str, pos: int, now: datetime) -> DayReading:
    """The day (or moment) that begins at `pos`. `now` is the local time. Total."""
    for reader in _READERS:
        reading = reader(text, pos, now)
        if reading is not None:
            return reading
    return None


def _relative(text: str, pos: int, now: datetime) -> DayReading:
    found = _RELATIVE_DAY.match(text, pos)
    if not found:
        return None
    word = next(group for group in found.groups() if group)
    nearer, further = _RELATIVE[word[-1]], len(word) - 1
    days = nearer - further if nearer < 0 else nearer + further
    # 「大大后天」 is the day after 大后天 to who says it, and a slip to who does not.
    unsure = further > 1
    doubt = "没说准是哪一天" if unsure else ""
    return Day(found.end(), (now.date() + timedelta(days=days),), gone=days < 0, doubt=doubt, unsure=unsure)


def _weekday(text: str, pos: int, now: datetime) -> DayReading:
    if both := _RANGE_OF_WEEKDAYS.match(text, pos):
        return Doubt(both.end(), "说了两天，以哪天为准？", weak=True)
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


def _full_date(text: str, pos: int, _now: datetime) -> DayReading:
    found = _FULL_DATE.match(text, pos) or _COMPACT_DATE.match(text, pos)
    if not found:
        return None
    year, month, day = read_year(found.group(1)), read_number(found.group(2)), read_number(found.group(3))
    if year is None or month is None or day is None:
        return Doubt(found.end(), "看不懂是哪一天？")
    return one_date(found.end(), year, month, day)


def _month_day(text: str, pos: int, now: datetime) -> DayReading:
    found = _MONTH_DAY.match(text, pos)
    if not found:
        return None
    which, month, day = found.group(1), read_number(found.group(2)), read_number(found.group(3))
    if month is None or day is None:
        return Doubt(found.end(), "看不懂是哪一天？")
    return of_year(found.end(), which, month, day, now) if which else this_or_next_year(found.end(), month, day, now)


def _signs_date(text: str, pos: int, now: datetime) -> DayReading:
    """`12-03`, `12/3`, and `12.3` where a meeting or a time follows (else it is a number)."""
    found = _SIGNS_DATE.match(text, pos)
    if not found:
        return None
    month, sign, day = int(found.group(1)), found.group(2), int(found.group(3))
    if not 1 <= month <= 12 or not 1 <= day <= 31:
        return None
    follows = _FOLLOWED_BY_MEETING.match(text, found.end())
    if sign == "." and not follows and found.group() != text:
        return None
    reading = this_or_next_year(found.end(), month, day, now)
    unsure = sign == "." or (len(found.group(1)) == 1 and len(found.group(3)) == 1)
    if isinstance(reading, Doubt) or not unsure:
        return reading
    return replace(reading, doubt="像日期也像数字")


def _signs_day(text: str, pos: int, now: datetime) -> DayReading:
    """`12.15号`, `12/15日`."""
    found = _SIGNS_DAY.match(text, pos)
    return this_or_next_year(found.end(), int(found.group(1)), int(found.group(2)), now) if found else None


def _of_month(text: str, pos: int, now: datetime) -> DayReading:
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
    return -1 if word.startswith("上") else 2 if word.startswith("下下") else 1 if word.startswith("下") else 0


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
    _relative,
    _full_date,
    _signs_day,
    _days_range,
    _month_day,
    _of_month,
    _month_end,
    read_dated_holiday,
    read_moving_holiday,
    _signs_date,
    _weekday,
    _day_of_month,
    _english,
)
