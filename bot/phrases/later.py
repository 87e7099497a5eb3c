"""Days and moments counted from now: 「3天后」, 「半小时后」, 「过2天」, 「一周前」.

Rules, decided once: 「3个月后」 is counted, 「3月后」 and 「等3月」 name the month March; half a month is 15 days;
「过两天」 and 「隔两天」 are idiom for "soon" (in doubt), 「过2天」 and 「两天后」 are two days; what is counted from
another event (「放款3天后」) or in working days is in doubt. Half a day too much (「两天半后」), or about so many days
(「3天左右再打」), is asked about with the likely day; 「审批3天左右」 tells how long something takes, 「聊了半小时后」
how long it took (`took.py`).
"""

import calendar
import re
from dataclasses import replace
from datetime import date, datetime, timedelta

from bot.phrases.numbers import read_number
from bot.phrases.readings import Day, DayReading, Doubt, Instant
from bot.phrases.took import Took, took
from bot.phrases.traps import NUMERAL

_MOST_DAYS = 1000  # more is out of reach anyway (a next contact lies within a year), and dates stay within the calendar
_N = rf"{NUMERAL}{{1,5}}"
_UNIT = r"(个半小时|个半钟头|个?小时|个?钟头|分钟|刻钟|天|日|个?周|个?星期|个?礼拜|个半月|(?:个|(?<=[半两]))月|年)"
_AFTER = r"(?:之后|以后|后(?!续|台|面|期|勤))"
_COUNT = rf"([0-9]{{1,3}}\.[0-9]|{_N}|半)"
_MINUTES_MORE = rf"(?:[零又]?({_N}) ?分钟?|(半))?"  # 「1小时20分钟后」, 「一小时半后」
_LATER = re.compile(
    rf"(?:(?:再?过|等|隔)?(?<![0-9.]) ?{_COUNT} ?{_UNIT}{_MINUTES_MORE}{_AFTER})|"
    rf"(?:(?<![超不通经打系聊见])(?:再?过|再等|再隔|(?:等|隔|过了)(?=.{{1,8}}再))"
    rf" ?{_COUNT} ?{_UNIT}{_MINUTES_MORE}(?!次))"
)
_CONTACT = r" ?(?:我?再|联系|打(?![卡款])|回[访电复话个]|约|见|沟通|跟进?|给[他她你我]|给个?(?:答|回|准|信|话|消息))"
_AGAIN = rf"{_CONTACT}|(?=$|[,。;!?、])"
_ABOUT_THEN = re.compile(
    rf"(?:(?:再?过|再?等|大概|大约) ?)*(?<![0-9.]) ?{_COUNT} ?{_UNIT}{_MINUTES_MORE} ?(?:左右|上下)"
    rf"(?:{_AFTER}|(?={_AGAIN}))"
)
_IS_CONTACT = re.compile(_CONTACT)
_TAKES = re.compile(
    r"(?:[需只还]要|用|花|得|办理|流程|周期|时间|期限|账期|下来|出来|做|排队|进度|处理|[一-龥]{0,2}[款批审证]|过户|抵押|评估)"
    r"(?:大概|大约|约|要|在|是|也|就|快|[:, ])*$"
)
_BEFORE = re.compile(rf"(?<![0-9.])({_N}) ?(天|个?周|个?星期|个月)(?:之前|以前|前(?!后|台))")
_A_OR_SO = "个把(?:天|周|星期|礼拜|月|小时|钟头)"
_VAGUE_LATER = re.compile(
    rf"(?:再?过)?(?:[几数]|好几|一两|两三|三五|三四|{_N} ?[-~到至、] ?{_N}|十几|十来|{NUMERAL}+[多来]) ?"
    rf"(?:个工作日|{_UNIT[1:-1]}) ?(?:(?:左右)?{_AFTER}|左右(?={_AGAIN}))|"
    rf"(?:再?过|再?等|(?<![间每相])再?隔)(?:[几些两]|一两|两三|三五)个?(?:天|日|周|星期|礼拜|月|小时)|"
    rf"(?<![间每相])隔{_N} ?(?:{_UNIT[1:-1]})(?!.{{0,8}}再|一?次)|"
    rf"等{_N} ?(?:{_UNIT[1:-1]})(?=$|[,。;!?])|"
    rf"(?:(?:再?过|再?等){_A_OR_SO}(?:{_AFTER})?|{_A_OR_SO}{_AFTER})|(?:十|10)天半个?月(?:{_AFTER}|(?=再))|"
    rf"(?:{_N}|[几数]) ?个?工作日(?:之?后|以后|内|之内)?|半天{_AFTER}|"
    rf"(?:{_N}|[几数]) ?(?:天|日|周|个月|小时|分钟)(?:之内|以内|内)"
)
_NEGATIVE = re.compile(rf"(?:^|(?<=[ ,。;!?:]))- ?{_COUNT} ?{_UNIT}{_MINUTES_MORE}{_AFTER}")
_SOME = "[几数]|好几|十几|一两|两三|三四|三五|四五|五六|六七|七八|八九"
_AMOUNT = re.compile(
    rf"^({_SOME}|{_COUNT[1:-1]}) ?(天|个?周|个?星期|个?礼拜|个月|(?<=半)年)(?:左右|上下|吧|的?样子|[。.!~])*$"
)
_AMOUNT_THEN = re.compile(rf"(?<![0-9.])({_SOME}) ?(天|日|个?周|个?星期|个?礼拜|个月|年)(?:左右|吧)?(?={_CONTACT})")
_EVENT_BEFORE = re.compile(
    r"(?:放款|签约|到账|下款|审批|批款|批复|还款|逾期|工资|下班|出差|回来|结清|过户|出证|下证|解押|评估|面签|进件|提交|审核)"
    r"(?:后|之后|以后)? ?$"
)


def read_vague_later(text: str, pos: int, now: datetime) -> DayReading:
    """「过几天」, 「3-5天后」, 「3天内」, 「3个工作日后」: in doubt."""
    found = _VAGUE_LATER.match(text, pos)
    return _unless_taken(text, pos, Doubt(found.end(), "没说准是哪一天", weak=True), now) if found else None


def read_negative(text: str, pos: int, _now: datetime) -> DayReading:
    """「-3天后」: a slip. Behind a word the dash only parts (「意向强-3天后联系」)."""
    found = _NEGATIVE.match(text, pos)
    return Doubt(found.end(), "多写了减号，是哪一天？") if found else None


def read_amount(text: str, pos: int, now: datetime) -> DayReading:
    """「3天」, 「两三天」 as the whole of a text: probably so long from now, to be confirmed."""
    found = _AMOUNT.match(text, pos) or _AMOUNT_THEN.match(text, pos)
    if not found:
        return None
    number, unit = found.groups()
    count = _count(number)
    reading = None if count is None or unit == "年" else _days_later(found.end(), count, unit, now)
    if not isinstance(reading, Day):
        return reading or Doubt(found.end(), _NOT_EXACT, weak=True)
    return replace(reading, doubt="没说从哪天算起", unsure=True)


def read_later(text: str, pos: int, now: datetime) -> DayReading:
    """「3天后」, 「过2天」, 「半小时后」, 「一个半小时后」, 「半个月后」."""
    found = _LATER.match(text, pos)
    if not found:
        return None
    if _EVENT_BEFORE.search(text, 0, pos):
        return Doubt(found.end(), "从哪一天算起？", weak=True)
    return _unless_taken(text, pos, _counted(found, now), now)


def read_about_then(text: str, pos: int, now: datetime) -> DayReading:
    """「3天左右再联系」, 「两小时左右回电」; not how long something takes."""
    found = _ABOUT_THEN.match(text, pos)
    if not found:
        return None
    if _TAKES.search(text, 0, pos) or _EVENT_BEFORE.search(text, 0, pos):
        agreed = _IS_CONTACT.match(text, found.end())
        return Doubt(found.end(), "从哪一天算起？", weak=True) if agreed else None
    reading = _unless_taken(text, pos, _counted(found, now), now)
    if not isinstance(reading, Day) or reading.doubt:
        return reading
    return replace(reading, doubt=_NOT_EXACT, unsure=True)


def _unless_taken(text: str, pos: int, reading: DayReading, now: datetime) -> DayReading:
    """`reading`, counted from now; in doubt, or told, where it is how long something took."""
    lasted = took(text, pos, reading.end) if reading else None
    if reading and lasted is Took.TOLD:
        return Instant(reading.end, now, gone=True)
    if lasted is None or not isinstance(reading, Day | Instant):
        return reading
    if isinstance(reading, Day):
        return replace(reading, doubt=_SINCE_WHEN, unsure=True)
    return replace(reading, doubt=_SINCE_WHEN)


def _counted(found: re.Match[str], now: datetime) -> DayReading:
    """The day or moment that lies so far ahead as `found` says."""
    groups = found.groups()
    number, unit, more, half = groups[:4] if groups[0] else groups[4:]
    count = _count(number)
    if count is None or (more and read_number(more) is None):
        return Doubt(found.end(), "没说准是多久")
    if half or "半" in unit:
        count += 0.5
    minutes = _MINUTES.get(unit.replace("个半", "").removeprefix("个"))
    if minutes is None:
        return _days_later(found.end(), count, unit, now)
    length = int(count * minutes) + (read_number(more) or 0 if more else 0)
    if length == 0:
        return Doubt(found.end(), "没说是多久")
    return Instant(found.end(), (now + timedelta(minutes=length)).replace(second=0, microsecond=0))


def _count(number: str) -> float | None:
    if "." in number:
        return float(number)
    return 0.5 if number == "半" else read_number(number)


_NOT_EXACT = "没说准是哪一天"
_SINCE_WHEN = "没说从什么时候算起"


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
    if days == 0:
        return Doubt(end, _NOT_EXACT)
    day = (now + timedelta(days=days)).date()
    return Day(end, (day,), doubt=_NOT_EXACT if days % 1 else "", unsure=bool(days % 1))


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
