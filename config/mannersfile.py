"""`manners.yaml`: when reminders may come, which of them at any time, and which nobody may switch off."""

import re

from config.problems import likely, quoted
from config.values import Table, each_of, yes_or_no
from config.yamlfile import Value
from core.manners.kinds import BY_NAME, ReminderKind
from core.manners.rules import Burst, DailySpan, Manners

_HALF = r"(?:(早上?|上午|凌晨|中午)|(下午|晚上?|夜里|傍晚))? ?"
_CLOCK = rf"{_HALF}([01]?[0-9]|2[0-3])(?:[:：]([0-5][0-9])|[点时](?:([0-5]?[0-9])分?|(半))?)"
_SPAN = re.compile(rf"{_CLOCK} ?[-~—–至到] ?{_CLOCK}")
_MINUTES = re.compile(r"([0-9]{1,3}) ?分钟?")
_MOST_SPREAD, _MOST_WITHIN, _MOST_AT_ONCE = 60, 120, 30
_SPAN_EXAMPLE = "21:00-8:00"


def read_manners(top: Value) -> Manners:
    """The file from its top."""
    table = top.table((), ("quiet", "burst", "urgent", "always_on"))
    quiet = table["quiet"].table((), ("hours", "days_off", "widest", "spread")) if "quiet" in table else {}
    hours = _span(quiet["hours"]) if "hours" in quiet else None
    widest = _span(quiet["widest"]) if "widest" in quiet else None
    if hours is not None and widest is not None and not widest.covers(hours):
        quiet["widest"].problem("shape", what="包住 hours 的一段时间", found=quiet["widest"].found())
    return Manners(
        quiet=hours,
        days_off=yes_or_no(quiet, "days_off") if "days_off" in quiet else False,
        widest=widest,
        spread_minutes=_minutes(quiet["spread"], _MOST_SPREAD) if "spread" in quiet else 0,
        burst=_burst(table["burst"]) if "burst" in table else None,
        urgent=_kinds(table, "urgent"),
        fixed=_kinds(table, "always_on"),
    )


def parse_span(text: str) -> DailySpan | None:
    """A part of the day as it is written (`21:00-8:00`) or said (晚上10点到早上7点半), or None. It may be the whole
    day, if both times are the same."""
    found = _SPAN.fullmatch(text.strip())
    if found is None:
        return None
    half = len(found.groups()) // 2
    return DailySpan(_minute_of(*found.groups()[:half]), _minute_of(*found.groups()[half:]))


def _minute_of(_before: str | None, after_noon: str | None, hour: str, *minutes: str | None) -> int:
    """Of the day. `minutes`: in digits, behind a colon or 点; or 半."""
    late = 12 if after_noon and int(hour) < 12 else 0
    said = next((each for each in minutes if each), "0")
    return (int(hour) + late) * 60 + (30 if said == "半" else int(said))


def _span(value: Value) -> DailySpan | None:
    span = parse_span(value.word())
    if span is None or span.start == span.end:
        value.problem("shape", what="一天里的一段时间", found=value.found(), example=_SPAN_EXAMPLE)
        return None
    return span


def _burst(value: Value) -> Burst | None:
    table = value.table(("more_than", "within"))
    most = table["more_than"].number(1, _MOST_AT_ONCE) if "more_than" in table else None
    minutes = _minutes(table["within"], _MOST_WITHIN) if "within" in table else 0
    return Burst(most, minutes) if most and minutes else None


def _minutes(value: Value, most: int) -> int:
    found = _MINUTES.fullmatch(value.word())
    if found is None or not 0 < int(found[1]) <= most:
        value.problem("shape", what=f"分钟数，最多 {most}分钟", found=value.found(), example="10分钟")
        return 0
    return int(found[1])


def _kinds(table: Table, key: str) -> frozenset[ReminderKind]:
    found = each_of(table, key, _kind)
    return frozenset(kind for kind in found if kind is not None)


def _kind(value: Value) -> ReminderKind | None:
    text = value.text()
    if text and text not in BY_NAME:
        value.problem("choice", found=quoted(text), near=likely(text, BY_NAME), known=list(BY_NAME))
    return BY_NAME.get(text)
