"""How what was measured is said: values, what changed, attainment, and the periods it is of."""

from datetime import date, datetime
from decimal import ROUND_HALF_UP, Context, Decimal
from typing import assert_never

from cards.saying import weekday_of
from core.calendar import CHINA
from core.reports.periods import Period, Span
from core.reports.results import Measure, Value

UNKNOWN = "—"
_WIDE = Context(prec=100)  # the usual 28 digits are an exception away from a number that nobody has
_UNITS = ((Decimal(10**12), "万亿"), (Decimal(10**8), "亿"), (Decimal(10**4), "万"))
_WHOLE_YUAN = 100  # from so many on without jiao and fen
_COUNTED_OUT = 100_000  # counts below are said whole
_TIMES = 10  # from so many times on a percentage says nothing any more
_SUMS = (Measure.COUNT, Measure.MONEY)


def value(number: Value | None, measure: Measure) -> str:
    """`1,234`, `12.35万`; money (fen) `320万`, `8,000元`; a share `25.3%`; `3.5天`; not known `—`."""
    if number is None:
        return UNKNOWN
    match measure:
        case Measure.MONEY:
            return _money(Decimal(number) / 100)
        case Measure.SHARE:
            return percent(Decimal(number))
        case Measure.DAYS:
            return f"{_rounded(Decimal(number), 1)}天"
        case Measure.COUNT:
            return _count(Decimal(number))
        case _:
            assert_never(measure)


def percent(share: Decimal) -> str:
    """`25.3%`. What is not nothing is not said to be `0%`, and what is not all not `100%`."""
    said = _rounded(share * 100, 1)
    if share and said == "0":
        return "不到0.1%" if share > 0 else "-0.1%"
    if said == "100" and share < 1:
        return "99.9%"
    return f"{said}%"


def change(now: Value | None, before: Value | None, measure: Measure) -> str:
    """`+40万`, `-3`, `+2.1个百分点`, `持平`; empty where one of them is not known."""
    if now is None or before is None:
        return ""
    difference = Decimal(now) - Decimal(before)
    if measure is Measure.SHARE:
        said = _rounded(difference * 100, 1)
        return "持平" if said == "0" else f"{_signed(said)}个百分点"
    said = value(difference, measure)
    return "持平" if said in ("0", "0天") else _signed(said)


def growth(now: Value | None, before: Value | None) -> str:
    """By how much more: `+16%`; empty where that says nothing: there was nothing before, or ten times less, or there is
    less than nothing now, or nothing is known, or nothing changed."""
    if now is None or before is None or before <= 0 or not 0 <= now < before * _TIMES:
        return ""
    grown = _rounded((Decimal(now) - Decimal(before)) / Decimal(before) * 100, 0)
    return "" if grown == "0" else f"{_signed(grown)}%"


def changed(now: Value | None, before: Value | None, measure: Measure) -> str:
    """`+40万（+16%）`: how much, and of counts and money by how much more; empty where it is not known."""
    said = change(now, before, measure)
    more = growth(now, before) if measure in _SUMS and said != "持平" else ""
    return f"{said}（{more}）" if more else said


def attained(now: Value | None, target: Value | None, *, good_is_low: bool = False) -> Decimal | None:
    """How much of the target is reached, 1 being all of it; None where there is none, or nothing is known. Where less
    is better it is the share that the target has of what was measured."""
    if now is None or target is None:
        return None
    part, whole = (target, now) if good_is_low else (now, target)
    if whole <= 0:
        return Decimal(reached(now, target, good_is_low=good_is_low))
    return Decimal(part) / Decimal(whole)


def attainment(part: Decimal) -> str:
    """`72.3%`; where it is ten times the target and more, that."""
    return percent(part) if part < _TIMES else f"{_TIMES}倍以上"


def reached(now: Value, target: Value, *, good_is_low: bool = False) -> bool:
    """Is the target reached?"""
    return now <= target if good_is_low else now >= target


def passed(period: Period) -> str:
    """How much of a period that runs is over: `时间过了 60%`; of one that is over, or in its last day, nothing."""
    if period.last == period.whole:
        return ""
    return f"时间过了 {_rounded(Decimal(period.days) * 100 / ((period.whole - period.first).days + 1), 0)}%"


def period(of: Period, as_of: datetime) -> str:
    """`11月28日（周六）`, `11月23日至29日`, `2026年11月`, `11月1日至28日` of a month that runs, `2026年第四季度`."""
    this_year = as_of.astimezone(CHINA).year
    first, last = of.first, of.last
    year = f"{first.year}年" if {first.year, last.year} != {this_year} else ""
    if of.days == 1:
        return f"{year}{_day(first)}（{weekday_of(datetime(first.year, first.month, first.day, tzinfo=CHINA))}）"
    if not of.runs and of.span is Span.MONTH:
        return f"{first.year}年{first.month}月"
    if not of.runs and of.span is Span.QUARTER:
        return f"{first.year}年第{'一二三四'[first.month // 3]}季度"
    if not of.runs and of.span is Span.YEAR:
        return f"{first.year}年"
    if first.year != last.year:
        return f"{year}{_day(first)}至{last.year}年{_day(last)}"
    return f"{year}{_day(first)}至{f'{last.day}日' if first.month == last.month else _day(last)}"


def before(of: Period, as_of: datetime) -> str:
    """What the period before is called: `昨日此时` (of today), `上周同期` (of a week that runs), `上月`, `前一月` (of a
    past one)."""
    today = as_of.astimezone(CHINA).date()
    current = of.first <= today <= of.whole
    if of.span is Span.DAYS:
        return f"前{of.days}天"
    near, far = _BEFORE[of.span]
    if of.runs:
        return f"{near}同期"
    if of.span is Span.DAY and as_of < of.ends:
        return f"{near}此时"  # the day before up to the same hour: half a day is no less than a whole one
    return near if current else far


_BEFORE = {
    Span.DAY: ("昨日", "前一日"),
    Span.WEEK: ("上周", "前一周"),
    Span.MONTH: ("上月", "前一月"),
    Span.QUARTER: ("上季度", "前一季度"),
    Span.YEAR: ("去年", "前一年"),
}


def year_ago(of: Period) -> str:
    """What the same period a year before is called; of a year, which has it before it, nothing."""
    return "" if of.span is Span.YEAR else "去年同期"


def moment(at: datetime) -> str:
    """`2026-11-28 18:05`, in China's time."""
    return f"{at.astimezone(CHINA):%Y-%m-%d %H:%M}"


def cut_off(as_of: datetime) -> str:
    """Until when the board counts: `截至 11月28日 18:05`."""
    there = as_of.astimezone(CHINA)
    return f"截至 {_day(there.date())} {there:%H:%M}"


def _day(day: date) -> str:
    return f"{day.month}月{day.day}日"


def _money(yuan: Decimal) -> str:
    if abs(yuan) < _WHOLE_YUAN:
        return f"{_rounded(yuan, 2)}元" if yuan else "0"
    if abs(yuan) < _UNITS[-1][0] - Decimal("0.5"):
        return f"{_rounded(yuan, 0)}元"
    return _in_units(yuan)


def _count(number: Decimal) -> str:
    return _rounded(number, 1) if abs(number) < _COUNTED_OUT else _in_units(number)


def _in_units(number: Decimal) -> str:
    """In the largest unit of which it is at least one, as it is rounded then: 99,999,999 are `1亿`."""
    for unit, name in _UNITS[:-1]:
        if abs(number) >= unit * (1 - Decimal("0.0000005")):
            return f"{_rounded(number / unit, 2)}{name}"
    unit, name = _UNITS[-1]
    return f"{_rounded(number / unit, 2)}{name}"


def _rounded(number: Decimal, places: int) -> str:
    """`1,234.5`: rounded half up, without zeros at the end and without `-0`."""
    said = f"{number.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP, _WIDE):,f}"
    said = said.rstrip("0").rstrip(".") if "." in said else said
    return "0" if said == "-0" else said


def _signed(said: str) -> str:
    return said if said.startswith("-") else f"+{said}"
