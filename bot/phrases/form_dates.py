"""A whole date as it is written into a form: 「2021年5月3日」, `2021-05-03`, `20210503`, 「去年5月3号」, 「昨天」.

Unlike the time of an appointment (`when.py`) it may lie anywhere, mostly behind us; so nothing is taken to be meant:
what lacks its year, or its day, is asked about.
"""

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import MAXYEAR, MINYEAR, date, datetime, timedelta
from typing import Literal

from bot.phrases.numbers import read_number, read_year
from core.calendar import CHINA

_DIGITS = "[零〇一二三四五六七八九十]"
_YEAR = r"(?P<year>[0-9]{4}|[零〇一二三四五六七八九]{4}|[0-9]{2}(?=年)|今年|去年|前年|明年)"
_MONTH, _DAY = rf"(?P<month>[0-9]{{1,2}}|{_DIGITS}{{1,3}})", rf"(?P<day>[0-9]{{1,2}}|{_DIGITS}{{1,3}})"
_WRITTEN = re.compile(rf"{_YEAR}? ?年? ?{_MONTH} ?月(?:份)?(?: ?{_DAY} ?[日号]?)?")
_SIGNED = re.compile(r"(?P<year>[0-9]{4}) ?[-/.] ?(?P<month>[0-9]{1,2})(?: ?[-/.] ?(?P<day>[0-9]{1,2}))?")
_YEARLESS = re.compile(r"(?P<year>)(?P<month>[0-9]{1,2})[-/.](?P<day>[0-9]{1,2})")
_COMPACT = re.compile(r"(?P<year>(?:19|20)[0-9]{2})(?P<month>[0-9]{2})(?P<day>[0-9]{2})?")
_ONLY_YEAR = re.compile(r"(?:[0-9]{4}|[零〇一二三四五六七八九]{4}|今年|去年|前年) ?年?")
_NEAR = {"今天": 0, "今日": 0, "昨天": -1, "昨日": -1, "前天": -2, "大前天": -3, "明天": 1, "后天": 2}
_YEARS = {"今年": 0, "去年": -1, "前年": -2, "明年": 1}
_CENTURY = 100


@dataclass(frozen=True, slots=True)
class NoDay:
    """Why it is no date: nothing that is one; its day is missing; its year is."""

    why: Literal["date", "day", "year"]


def read_date(said: str, now: datetime, *, near: bool = False) -> date | NoDay:
    """The date that `said` (folded) names; with `near`, without its year, the one nearest to today. Total."""
    here, text = now.astimezone(CHINA).date(), said.strip("。 ")
    if text in _NEAR:
        return here + timedelta(days=_NEAR[text])
    found = next(filter(None, (form.fullmatch(text) for form in (_COMPACT, _SIGNED, _YEARLESS, _WRITTEN))), None)
    if found is None:
        return NoDay("day") if _ONLY_YEAR.fullmatch(text) else NoDay("date")
    if not found["day"]:
        return NoDay("day")
    if not found["year"] and not near:
        return NoDay("year")
    years = [_year(found["year"], here) or 0] if found["year"] else range(here.year - 1, here.year + 2)
    month, day = read_number(found["month"]) or 0, read_number(found["day"]) or 0
    days = [date(year, month, day) for year in years if _is_day(year, month, day)]
    return min(days, key=lambda each: abs(each - here)) if days else NoDay("date")


def _is_day(year: int, month: int, day: int) -> bool:
    return MINYEAR <= year <= MAXYEAR and 1 <= month <= 12 and 1 <= day <= monthrange(year, month)[1]


def _year(said: str, here: date) -> int | None:
    """The year; of two digits the last one that is not ahead: 21年 is 2021, 98年 is 1998."""
    if said in _YEARS:
        return here.year + _YEARS[said]
    if len(said) == 2:
        short = int(said)
        return short + (here.year // _CENTURY - (1 if short > here.year % _CENTURY + 1 else 0)) * _CENTURY
    return read_year(said)
