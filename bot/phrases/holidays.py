"""Holidays: 「元旦」 and 「国庆节」 are dates; 「春节」 and others move from year to year and are asked about.

Rules, decided once:
- A holiday is the coming one (「国庆」 in November is next year's); within 7 days after it, that is asked about.
- A short name that is also something else counts only where it stands for a day: 「国庆联系」, not 张国庆;
  「十一见」, not 「十一点」 or 「十一楼」.
- 「国庆期间」 and 「国庆后」 are in doubt: more than one day.
- 「下个工作日」 is asked about: only the holidays with a date of their own are known, and which weekends are worked for
  them is made known year by year.
"""

import re
from datetime import date, datetime, timedelta

from bot.phrases.readings import Day, DayReading, Doubt, Lacks, Span
from bot.phrases.traps import NUMERAL
from bot.phrases.years import LATELY, of_year

_DATES = {
    "元旦": (1, 1),
    "劳动": (5, 1),
    "五一": (5, 1),
    "儿童": (6, 1),
    "六一": (6, 1),
    "国庆": (10, 1),
    "十一": (10, 1),
    "双十一": (11, 11),
    "双11": (11, 11),
    "双十二": (12, 12),
    "双12": (12, 12),
    "平安夜": (12, 24),
    "圣诞": (12, 25),
    "情人": (2, 14),
    "妇女": (3, 8),
    "三八": (3, 8),
    "青年": (5, 4),
    "七一": (7, 1),
    "八一": (8, 1),
    "建军": (8, 1),
    "植树": (3, 12),
    "跨年": (12, 31),
    "教师": (9, 10),
}
# The days off by law that have a date of their own, first and last of each.
_OFF_BY_LAW = (((1, 1), (1, 1)), ((5, 1), (5, 2)), ((10, 1), (10, 3)))
_GOLDEN_WEEK = timedelta(days=7)
_NEXT_WORKDAY = re.compile("(?:下一?个?|次个?)工作日")
_STANDS_ALONE = r"(?:(?<![\u3400-\u9fff0-9])|(?<=[等到约在定改是年]))"
_THAT_DAY = "那一?天|当天|这天"
_IS_MORE = "小?长假|假期|假日|期间|放假|黄金周"
_A_DAY_FOLLOWS = (
    rf"(?=节|夜(?=晚|$|[ ,。0-9])|{_THAT_DAY}|{_IS_MORE}|[上下]午|[早晚]上|中午| ?[0-9]{{1,2}}[点:]|"
    rf" ?{NUMERAL}{{1,3}}[号日]|"
    r"[再联见面打去来回签约谈过聊前后]|$|[,。;!?、)])"
)
_DATED = re.compile(
    rf"(?:(今年|明年|去年)的?)?(?:(元旦|圣诞|平安夜|双(?:十[一二]|1[12]))节?|(?:国际|五一|三八|五四|八一)?(劳动|儿童|妇女|三八|青年|建军|植树)节|"
    rf"(情人|教师|国庆)节|"
    rf"{_STANDS_ALONE}(国庆|五一|六一|七一|八一|十一|跨年){_A_DAY_FOLLOWS})(?:{_THAT_DAY}|夜(?=晚|$|[ ,。0-9])(?!晚$))?"
)
_MORE_DAYS = re.compile(f"(?:{_IS_MORE})(?:前后|之后|以后|后|前)?")
_MOVING = re.compile(
    rf"(?:春节|除夕|大年(?:初?{NUMERAL}{{1,3}}|夜)|年三十|元宵|正月(?:初?{NUMERAL}{{1,3}})?|腊月(?:{NUMERAL}{{1,3}})?|腊八|"
    rf"清明(?!上河)|端午|七夕|[母父]亲节|感恩节|中秋|重阳|[冬夏]至|立[春夏秋冬]|小年(?!轻)|"
    rf"初(?:[四五六七八九]|十[一二三四五]?|[一二三](?=[再联见打约谈签去来前后]|之后|以后|$|[,。;!?、]))(?<![读念上升子儿]初.)|"
    rf"(?:二月二|三月三|九月九)(?![十日号0-9])|那达慕|查干萨[日仁]|白节|古尔邦|开斋节|祭敖包|冬月(?:初?{NUMERAL}{{1,3}})?|三九天?(?![0-9])|三伏|"
    rf"{NUMERAL}{{1,2}}月初[一二三四五六七八九十](?![个点时])|[农阴旧老古]历(?:{NUMERAL}+月)?(?:初?{NUMERAL}{{1,3}})?|"
    r"过年(?=的时候|期间|[再联见打约谈签去来前后]|$|[,。;!?、]))"
    r"(?:节|夜)?(?:的时候|期间|假期|放假|前后|之后|以后|之前|以前|[前后再])?"
)


def read_dated_holiday(text: str, pos: int, now: datetime) -> Day | Doubt | None:
    """The holiday with a date of its own at `pos`; a Doubt where it is said to be more than one day."""
    found = _DATED.match(text, pos)
    if not found:
        return None
    which, *names = found.groups()
    month, day = next(_DATES[name] for name in names if name)
    reading = of_year(found.end(), which, month, day, now) if which else _coming(found.end(), month, day, now)
    if isinstance(reading, Day) and (more := _MORE_DAYS.match(text, found.end())):
        span = _days_of(reading.dates[-1], more.group())
        return Doubt(more.end(), "没说准是哪一天", weak=True, span=span)
    return reading


def _coming(end: int, month: int, day: int, now: datetime) -> Day:
    this, following = date(now.year, month, day), date(now.year + 1, month, day)
    if this >= now.date():
        return Day(end, (this,), lacks=Lacks.YEAR)
    lately = now.date() - this <= LATELY
    return Day(end, (this, following) if lately else (following,), back=this, lacks=Lacks.YEAR)


def _days_of(holiday: date, words: str) -> Span | None:
    """The days of 「国庆期间」 or 「国庆放假后」; None for those before it, which may be any."""
    if "前后" not in words and words.endswith("前"):
        return None
    return Span(holiday, None if words.endswith("后") and "前后" not in words else holiday + _GOLDEN_WEEK)


def read_moving_holiday(text: str, pos: int, now: datetime) -> Doubt | None:  # noqa: ARG001
    """A day of the moon's calendar, or one like 清明 and 冬至: another date each year, so it is asked for."""
    found = _MOVING.match(text, pos)
    return Doubt(found.end(), "每年日子不同，是哪一天？", weak=True, span=Span(None, None)) if found else None


def read_next_workday(text: str, pos: int, now: datetime) -> DayReading:
    """「下个工作日」: the next day that is neither of a weekend nor off by law, to be confirmed."""
    found = _NEXT_WORKDAY.match(text, pos)
    if not found:
        return None
    day = now.date() + timedelta(days=1)
    while day.weekday() >= _SATURDAY or any(first <= (day.month, day.day) <= last for first, last in _OFF_BY_LAW):
        day += timedelta(days=1)
    return Day(found.end(), (day,), doubt="遇上放假调休会变", unsure=True)


_SATURDAY = 5
