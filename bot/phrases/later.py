"""Days and moments counted from now: 「3天后」, 「半小时后」, 「过2天」, 「一周前」.

Rules, decided once: 「3个月后」 is counted, 「3月后」 and 「等3月」 name the month March; half a month is 15 days;
「过两天」 and 「隔两天」 are idiom for "soon" (in doubt), 「过2天」 and 「两天后」 are two days; what is counted from
another event (「放款3天后」) or in working days is in doubt.
"""

import calendar
import re
from datetime import date, datetime, timedelta

from bot.phrases.numbers import read_number
from bot.phrases.readings import Day, DayReading, Doubt, Instant
from bot.phrases.traps import NUMERAL

_MOST_DAYS = 1000  # more is out of reach anyway (a next contact lies within a year), and dates stay within the calendar
_N = rf"{NUMERAL}{{1,5}}"
_UNIT = r"(个半小时|个半钟头|个?小时|个?钟头|分钟|刻钟|天|日|个?周|个?星期|个?礼拜|个半月|(?:个|(?<=[半两]))月|年)"
_AFTER = r"(?:之后|以后|后(?!续|台|面|期|勤))"
_LATER = re.compile(
    rf"(?:(?:再?过|等|隔)?(?<![0-9.]) ?({_N}|半) ?{_UNIT}{_AFTER})|"
    rf"(?:(?<![超不通经打系聊见])(?:再?过|再等|再隔|(?:等|隔)(?=.{{1,8}}再)) ?({_N}|半) ?{_UNIT}(?!次))"
)
_BEFORE = re.compile(rf"(?<![0-9.])({_N}) ?(天|个?周|个?星期|个月)(?:之前|以前|前(?!后|台))")
_VAGUE_LATER = re.compile(
    rf"(?:再?过)?(?:[几数]|好几|一两|两三|三五|三四|{_N} ?[-~到至、] ?{_N}|十几|十来|{NUMERAL}+[多来]) ?"
    rf"(?:个工作日|{_UNIT[1:-1]}) ?{_AFTER}|(?:再?过|再?等|(?<![间每相])再?隔)(?:[几些两]|一两|两三|三五)个?"
    rf"(?:天|日|周|星期|礼拜|月|小时)|(?<![间每相])隔{_N} ?(?:{_UNIT[1:-1]})(?!.{{0,8}}再|一?次)|"
    rf"等{_N} ?(?:{_UNIT[1:-1]})(?=$|[,。;!?])|"
    rf"(?:{_N}|[几数]) ?个?工作日(?:之?后|以后|内|之内)?|半天{_AFTER}|"
    rf"(?:{_N}|[几数]) ?(?:天|日|周|个月|小时|分钟)(?:之内|以内|内)"
)
_EVENT_BEFORE = re.compile(
    r"(?:放款|签约|到账|下款|审批|批款|批复|还款|逾期|工资|下班|出差|回来|结清|过户|出证|下证|解押|评估|面签|进件|提交|审核)"
    r"(?:后|之后|以后)? ?$"
)


def read_vague_later(text: str, pos: int, _now: datetime) -> DayReading:
    """「过几天」, 「3-5天后」, 「3天内」, 「3个工作日后」: in doubt."""
    found = _VAGUE_LATER.match(text, pos)
    return Doubt(found.end(), "没说准是哪一天", weak=True) if found else None


def read_later(text: str, pos: int, now: datetime) -> DayReading:
    """「3天后」, 「过2天」, 「半小时后」, 「一个半小时后」, 「半个月后」."""
    found = _LATER.match(text, pos)
    if not found:
        return None
    number, unit = found.group(1) or found.group(3), found.group(2) or found.group(4)
    if _EVENT_BEFORE.search(text, 0, pos):
        return Doubt(found.end(), "从哪一天算起？", weak=True)
    count = 0.5 if number == "半" else read_number(number)
    if count is None:
        return Doubt(found.end(), "没说准是多久")
    if "半" in unit:
        count += 0.5
    minutes = _MINUTES.get(unit.replace("个半", "").removeprefix("个"))
    if minutes is not None:
        if count == 0:
            return Doubt(found.end(), "没说是多久")
        return Instant(found.end(), (now + timedelta(minutes=int(count * minutes))).replace(second=0, microsecond=0))
    return _days_later(found.end(), count, unit, now)


_MINUTES = {"小时": 60, "钟头": 60, "分钟": 1, "刻钟": 15}


def _days_later(end: int, count: float, unit: str, now: datetime) -> DayReading:
    if unit.endswith("月") or unit == "年":
        months = count * (12 if unit == "年" else 1)
        if months > 24:
            return Doubt(end, "太远了，最多一年")
        day = add_months(now.date(), int(months)) + timedelta(days=15 if months % 1 else 0)
        return Day(end, (day,))
    days = count * (1 if unit in ("天", "日") else 7)
    if days > _MOST_DAYS:
        return Doubt(end, "太远了，最多一年")
    if days % 1 or days == 0:
        return Doubt(end, "没说准是哪一天")
    return Day(end, (now.date() + timedelta(days=int(days)),))


def read_ago(text: str, pos: int, now: datetime) -> DayReading:
    """「3天前」, 「一周前」."""
    found = _BEFORE.match(text, pos)
    count = read_number(found.group(1)) if found else None
    if not found or not count or count > _MOST_DAYS:
        return None
    if found.group(2).endswith("月"):
        day = add_months(now.date(), -min(count, 120))
    else:
        day = now.date() - timedelta(days=count * (1 if found.group(2) == "天" else 7))
    return Day(found.end(), (day,), gone=True)


def add_months(day: date, months: int) -> date:
    """The same day `months` later; the last day of that month where it is shorter."""
    index = day.year * 12 + day.month - 1 + months
    year, month = index // 12, index % 12 + 1
    return date(year, month, min(day.day, calendar.monthrange(year, month)[1]))
