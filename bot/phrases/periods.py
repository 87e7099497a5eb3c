"""From when to when: 「到 12-31」, 「12-01 到 12-05」, 「明天」, 「3天」. For 代理."""

import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Literal

from bot.phrases.beside import Filler, told_beside
from bot.phrases.days import read_day
from bot.phrases.numbers import normal_text, read_number
from bot.phrases.readings import Day
from core.calendar import CHINA
from core.moments import midnight

_LENGTH = re.compile(r"([0-9]{1,3}|[一二两三四五六七八九十]{1,3}) ?(天|周|个?星期|个月)")
_LINKS = re.compile("直到|截止?到?|[从自到至起—~-]|开始")
_BEGINS = re.compile("[从自起]|开始|以后|之后")
_DAYS = {"天": 1, "周": 7, "星期": 7, "个星期": 7, "个月": 30}


@dataclass(frozen=True, slots=True)
class Period:
    """From now or the beginning of a day to the end of a day (China)."""

    since: datetime
    until: datetime


@dataclass(frozen=True, slots=True)
class NoPeriod:
    """`why`: no day is named, or not clearly (`unclear`); it is over (`gone`); its end is before its beginning
    (`turned`)."""

    why: Literal["unclear", "gone", "turned"] = "unclear"


def read_period(text: str, now: datetime) -> Period | NoPeriod:
    """One day is the last one, and it begins now; of two the first and the last. 「3天」 begins today. Total."""
    line, today = normal_text(text), now.astimezone(CHINA)
    found = _LENGTH.fullmatch(line.strip(" ,，。"))
    number = read_number(found[1]) if found else None
    if found is not None and number:
        return Period(now, midnight(today.date() + timedelta(days=number * _DAYS[found[2]])))
    days = [day for _, day in _days_in(line, today)]
    if not days or len(days) > 2 or (len(days) == 1 and _BEGINS.search(line)):  # 「明天起」 does not say until when
        return NoPeriod()
    first = today.date() if len(days) == 1 else _ahead(days[0], today.date())
    last = _ahead(days[-1], first) if first is not None else None
    if first is not None and last is None and _ahead(days[-1], today.date()) is not None:
        return NoPeriod("turned")
    if first is None or last is None:
        return NoPeriod("gone")
    return Period(max(midnight(first), now), midnight(last + timedelta(days=1)))


def beside_period(text: str, now: datetime) -> str:
    """What stands beside the days of a period, and is no filler: 「取消」, 「待定」."""
    line, today = normal_text(text), now.astimezone(CHINA)
    if _LENGTH.fullmatch(line.strip(" ,，。")):
        return ""
    for start, day in reversed(_days_in(line, today)):
        line = f"{line[:start]} {line[day.end :]}"
    return told_beside(_LINKS.sub(" ", line), Filler.AWAY)


def _days_in(line: str, today: datetime) -> list[tuple[int, Day]]:
    """The days that are named, each with where it begins; none where a number is left that is no day: half a period
    would begin at once."""
    found: list[tuple[int, Day]] = []
    at = 0
    while at < len(line):
        day = read_day(line, at, today.replace(tzinfo=None))
        if isinstance(day, Day):
            found.append((at, day))
            at = day.end
        elif line[at].isdigit():
            return []
        else:
            at += 1
    return found


def _ahead(day: Day, least: date) -> date | None:
    """The first reading of a day that is not before `least`."""
    return None if day.gone else next((one for one in day.dates if one >= least), None)
