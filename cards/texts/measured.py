"""How what was measured is said: values, changes, periods."""

from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal

from core.reports.periods import Period, Span
from core.reports.results import Figure, Measure, Value

NOTHING = "—"
"""Said where there is nothing to divide by, or it is not known."""
_TEN_THOUSAND, _HUNDRED_MILLION = 10_000 * 100, 100_000_000 * 100  # fen
_SPANS = {
    Span.DAY: ("较前一天", "较去年同日"),
    Span.WEEK: ("较上周", "较去年同周"),
    Span.MONTH: ("较上月", "较去年同月"),
    Span.QUARTER: ("较上季", "较去年同季"),
    Span.YEAR: ("较上年", "较上年"),
    Span.DAYS: ("较前一段", "较去年同期"),
}
_RUNNING = {Span.WEEK: "较上周同期", Span.MONTH: "较上月同期", Span.QUARTER: "较上季同期", Span.YEAR: "较上年同期"}


def said(value: Value | None, measure: Measure) -> str:
    """A value: `12`, `320.5万`, `25.1%`, `9.5天`."""
    if value is None:
        return NOTHING
    match measure:
        case Measure.MONEY:
            return _money(int(value))
        case Measure.SHARE:
            return f"{_rounded(Decimal(value) * 100, 1)}%"
        case Measure.DAYS:
            return f"{_rounded(Decimal(value), 1)}天"
        case _:
            return f"{int(value):,}"


def _money(fen: int) -> str:
    """Rounded to what a phone has room for: four figures or more behind nothing, else two."""
    size, sign = abs(fen), "-" if fen < 0 else ""
    if size >= _HUNDRED_MILLION:
        return f"{sign}{_rounded(Decimal(size) / _HUNDRED_MILLION, 2)}亿"
    if size >= _TEN_THOUSAND:
        return f"{sign}{_rounded(Decimal(size) / _TEN_THOUSAND, 2 if size < 1000 * _TEN_THOUSAND else 1)}万"
    return f"{sign}{_rounded(Decimal(size) / 100, 2)}元"


def _rounded(number: Decimal, places: int) -> str:
    rounded = number.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)
    whole = rounded.normalize()
    return f"{whole:,f}" if whole == whole.to_integral_value() or places else f"{rounded:,f}"


def change(now: Value | None, before: Value | None, measure: Measure) -> str:
    """By how much it is more or less: `↑3`, `↓12万`, `↑2.5点`, `持平`; empty where either is not known."""
    if now is None or before is None:
        return ""
    more = now - before
    if not more:
        return "持平"
    arrow, size = ("↑", more) if more > 0 else ("↓", -more)
    if measure is Measure.SHARE:
        return f"{arrow}{_rounded(Decimal(size) * 100, 1)}点"
    return f"{arrow}{said(size, measure)}"


def attained(figure: Figure) -> str:
    """How much of its target it has come to: `达成 85%`; empty without one."""
    if not figure.target or figure.value is None:
        return ""
    return f"达成{_rounded(Decimal(figure.value) * 100 / Decimal(figure.target), 0)}%"


def compared(period: Period) -> str:
    """What the period before is called: `较上月同期`."""
    return _RUNNING[period.span] if period.runs and period.span in _RUNNING else _SPANS[period.span][0]


def period(of: Period, today: date) -> str:
    """A period: `今天（11-29 周日）`, `本周`, `11月1日—15日`, `2026年10月`."""
    match of.span:
        case Span.DAY:
            near = {today: "今天", today - timedelta(days=1): "昨天"}.get(of.first, "")
            day = f"{_day(of.first, today)} 周{'一二三四五六日'[of.first.weekday()]}"
            return f"{near} {day}" if near else day
        case Span.MONTH:
            year = f"{of.first.year}年" if of.first.year != today.year else ""
            return f"{year}{of.first.month}月{_so_far(of)}"
        case Span.QUARTER:
            return f"{of.first.year}年第{(of.first.month - 1) // 3 + 1}季度{_so_far(of)}"
        case Span.YEAR:
            return f"{of.first.year}年{_so_far(of)}"
        case _:
            return f"{_day(of.first, today)} 至 {_day(of.last, today)}"


def _so_far(of: Period) -> str:
    return f"（截至{of.last.month}-{of.last.day:02}）" if of.runs else ""


def _day(day: date, today: date) -> str:
    return f"{day.month}月{day.day}日" if day.year == today.year else f"{day.year}年{day.month}月{day.day}日"
