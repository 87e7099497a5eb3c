"""Repayments in words: 「等额本息 36期 年利率4.9% 首期 2027-01-15」, 「5000 12-15」, 「月息1分」 (asked about).

Days are those of signs and months (12-15, 2026-12-15, 12月15日, 15号, 今天, 昨天): what was paid is past, so a day
without a year is the last one that there was, if that is not half a year ago (then it is rather a slip, and asked
about); of a first instalment, the coming one.
"""

import re
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from bot.phrases.amounts import amounts_in
from bot.phrases.numbers import folded
from core.loans.financing import METHODS
from core.loans.repayment import MOST_MONTHS, Method, Per, Rate

_MONTHS = re.compile(r"([1-9][0-9]{0,2}) ?(期|个月|年)(?!利)")
_RATE = re.compile(r"(年|月)(?:利率|化|息|率) ?([0-9]{1,2}(?:\.[0-9]{1,6})?) ?%")
# Whole: not the 6-12 of 26-12-24, nor the 12-3 of 12-32.
_DAY = re.compile(
    r"(?<![0-9])(?<![0-9][-/.])(?:(?P<year>20[0-9]{2})[-/.年])?"
    r"(?P<month>1[0-2]|0?[1-9])[-/.月](?P<day>3[01]|[12][0-9]|0?[1-9])[日号]?(?![-/.]?[0-9])"
)
_MERE_DAY = re.compile(r"(?<![0-9月])(?<![0-9][-/.])(3[01]|[12][0-9]|0?[1-9])[日号]")
_AGO = timedelta(days=183)  # further back, a day without a year is as well the coming one
_NEAR = {"今天": 0, "昨天": 1, "前天": 2}
_ANY_RATE = re.compile(r"(?:利率|利息|月息|年息|年化|月化|费率)? ?(?:[0-9.]+ ?%|[0-9.]+ ?分|[0-9.]+ ?厘)")
_FIRST = re.compile(r"首期|首次还款|第一期|开始还")
_ANY_DAY = re.compile(r"[0-9]+[-/.年月][0-9]+(?:[-/.月][0-9]+)?[日号]?|[0-9]+[日号]")
_YUAN = r"((?:[0-9]{1,3}(?:,[0-9]{3})+|[0-9]{1,9})(?:\.[0-9]{1,4})?)"
# Whole: it ends where the words do, at a space, at a day that is named, or with its unit.
_SUM = re.compile(rf"{_YUAN} ?(?:(万元?|元|块钱?)(?![,.%a-zA-Z])|(?=\s|$|[今昨前]天))")


@dataclass(frozen=True, slots=True)
class PlanWords:
    """What was said of a plan; what nobody said is None. `rate_unclear`, `first_unclear`: the words that were meant for
    it, perhaps, and are not clear, or name a day that there is not."""

    method: Method | None
    months: int | None
    rate: Rate | None
    first: date | None
    rate_unclear: str = ""
    first_unclear: str = ""


def plan_words(text: str, today: date) -> PlanWords:
    """What stands in these words."""
    plain = folded(text)
    method = next((value for word, value in METHODS.items() if word in plain), None)
    months = _MONTHS.search(plain)
    count = int(months[1]) * (12 if months[2] == "年" else 1) if months else None
    rate = _RATE.search(plain)
    named = _FIRST.search(plain)
    where = plain[named.end() :] if named else _without(plain, months, rate)
    first = day_in(where, today, coming=True)
    return PlanWords(
        method,
        count if count is not None and count <= MOST_MONTHS else None,
        Rate(Decimal(rate[2]) / 100, Per.YEAR if rate[1] == "年" else Per.MONTH) if rate else None,
        first,
        "" if rate else _said(_ANY_RATE, plain),
        "" if first else _said(_ANY_DAY, where),
    )


def _said(pattern: re.Pattern[str], text: str) -> str:
    found = pattern.search(text)
    return found[0].strip() if found else ""


def _without(text: str, *found: re.Match[str] | None) -> str:
    for each in found:
        text = text.replace(each[0], " ") if each else text
    return text


def repayment_in(text: str, today: date) -> tuple[int, date] | None:
    """What was paid, in fen, and when: `5000` (today), `12,000 12-15`, `1.2万 昨天`. None if it is not clear: a part of
    what was typed must never be recorded as the sum, nor one of two."""
    fen, rest = sum_in(text)
    if fen is None:
        return None
    if not rest:
        return fen, today
    on = day_in(rest, today)
    beside = _MERE_DAY.sub(" ", _DAY.sub(" ", folded(rest), count=1), count=0 if _DAY.search(folded(rest)) else 1)
    return (fen, on) if on is not None and not any(map(str.isdigit, beside)) else None


def sum_in(text: str) -> tuple[int | None, str]:
    """The sum of money that the words begin with, in fen, and the rest: `5000`, `12,000`, `1.2万`, `800元`."""
    plain = folded(text).strip()
    found = _SUM.match(plain)
    if found is None:
        return _sum_in_words(plain, text)
    fen = Decimal(found[1].replace(",", "")) * (10_000 if (found[2] or "").startswith("万") else 1) * 100
    return (int(fen), plain[found.end() :].strip()) if fen == int(fen) and fen > 0 else (None, text)


def _sum_in_words(plain: str, text: str) -> tuple[int | None, str]:
    """The same of 「5千」, 「一百六十万 昨天」: one sum that is clear, and first."""
    found = list(amounts_in(plain))
    if len(found) != 1 or found[0].start or found[0].words or found[0].foreign or not found[0].fen:
        return None, text
    rest = plain[found[0].end :].lstrip("元块钱整")
    return (found[0].fen, rest.strip()) if not rest or rest[0] in " 今昨前" else (None, text)


def day_in(text: str, today: date, *, coming: bool = False) -> date | None:
    """The day that is named; None if none is, or none that there is. Without a year it is the last one up to today,
    half a year back at most, or the `coming` one."""
    plain = folded(text)
    near = next((days for word, days in _NEAR.items() if word in plain), None)
    if near is not None:
        return today - timedelta(days=near)
    found = _DAY.search(plain)
    if found is not None:
        years = [int(found["year"])] if found["year"] else [today.year, today.year + (1 if coming else -1)]
        days = [_real(year, int(found["month"]), int(found["day"])) for year in years]
        fits = [day for day in days if day is not None and (found["year"] or _lies(day, today, coming=coming))]
        return fits[0] if fits else None
    mere = _MERE_DAY.search(plain)
    if mere is None:
        return None
    months = [(today.year * 12 + today.month - 1 + step) for step in ((0, 1) if coming else (0, -1))]
    days = [_real(month // 12, month % 12 + 1, int(mere[1])) for month in months]
    return next((day for day in days if day is not None and _lies(day, today, coming=coming)), None)


def _lies(day: date, today: date, *, coming: bool) -> bool:
    return day >= today if coming else today - _AGO <= day <= today


def _real(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None
