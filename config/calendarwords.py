"""Weekdays, hours and dates as people write them, and how those that were meant would be written here.

What is taken: 周一到周五, 09:00-12:00, 2027-02-05 到 2027-02-11 and, without a year, 10-01 到 10-03. What else people
write (周1-5, 9点到12点半, 2027年2月5日) is refused with what was likely meant, so that a file reads alike everywhere.
"""

import re
import unicodedata
from collections.abc import Iterator
from datetime import date, timedelta

from core.working_hours import Range

WEEKDAYS = ("周一", "周二", "周三", "周四", "周五", "周六", "周日")
FIRST_YEAR, LAST_YEAR = 2000, 2099
_ORDER = "一二三四五六日"
_TO = "(?: ?[到至~-] ?)"
_WEEK = "(?:周|星期|礼拜)"
_WEEKDAYS = re.compile(f"{_WEEK}([一二三四五六日])(?:{_TO}{_WEEK}?([一二三四五六日]))?")
_HOURS = re.compile(f"([0-9]{{1,2}}):([0-9]{{2}}){_TO}([0-9]{{1,2}}):([0-9]{{2}})")
_DATES = re.compile("([0-9]{4}-[0-9]{2}-[0-9]{2})(?: ?[到至~] ?([0-9]{4}-[0-9]{2}-[0-9]{2}))?")
_YEARLY = re.compile("([0-9]{2}-[0-9]{2})(?: ?[到至~] ?([0-9]{2}-[0-9]{2}))?")

_CLOCK = "(早上|上午|中午|下午|晚上)? ?([0-9]{1,2})(?:[:.点时]([0-9]{2}|半)?分?)?"
_MEANT_HOURS = re.compile(f"{_CLOCK}{_TO}{_CLOCK}")
_AFTER_NOON = ("下午", "晚上")
_MARK = "[-/.年月]"
_MEANT_DATE = f"([0-9]{{4}}){_MARK}([0-9]{{1,2}}){_MARK}([0-9]{{1,2}})[日号]?"
_MEANT_LATER = f"(?:(?:([0-9]{{4}}){_MARK})?([0-9]{{1,2}}){_MARK})?([0-9]{{1,2}})[日号]?"
_MEANT_DATES = re.compile(f"{_MEANT_DATE}(?:{_TO}{_MEANT_LATER})?")
_LEAP_YEAR = "2000"  # it has all days that a year can have


def parse_weekdays(text: str) -> tuple[int, ...]:
    """Monday is 0; nothing if these are no weekdays."""
    found = _WEEKDAYS.fullmatch(_narrow(text).replace("天", "日"))
    if not found:
        return ()
    first, last = _ORDER.index(found[1]), _ORDER.index(found[2] or found[1])
    return tuple(range(first, last + 1))


def meant_weekdays(text: str) -> str:
    """周一到周五 for `周1-5`, `一到五`, `工作日`; empty if it is not clear."""
    plain = _narrow(text).replace("天", "日")
    words = {"工作日": "周一到周五", "平日": "周一到周五", "周末": "周六到周日", "每日": "周一到周日"}
    chinese = plain.translate({ord(str(number)): word for number, word in enumerate(_ORDER, start=1)})
    days = parse_weekdays(chinese if re.match(_WEEK, chinese) else f"周{chinese}")
    if plain in words or not days:
        return words.get(plain, "")
    return WEEKDAYS[days[0]] if len(days) == 1 else f"{WEEKDAYS[days[0]]}到{WEEKDAYS[days[-1]]}"


def parse_hours(text: str) -> Range | None:
    """One stretch of a day; None if it is none, or does not end after it begins."""
    found = _HOURS.fullmatch(_narrow(text))
    return _range(*map(int, found.groups())) if found else None


def is_backwards(text: str) -> bool:
    """Is it a stretch of hours that ends when it begins, or before?"""
    found = _HOURS.fullmatch(_narrow(text))
    if not found:
        return False
    hour, minute, last_hour, last_minute = map(int, found.groups())
    return max(minute, last_minute) < 60 and (last_hour, last_minute) <= (hour, minute) < (24, 0)


def meant_hours(text: str) -> str:
    """09:00-12:30 for `9点到12点半`, and [09:00-12:00, 13:00-17:30] for two that are no list; empty if it is not
    clear."""
    parts = [_meant_range(part) for part in re.split(" ?[,;、和] ?", _narrow(text))]
    if not all(parts):
        return ""
    return parts[0] if len(parts) == 1 else f"[{', '.join(parts)}]"


def _meant_range(plain: str) -> str:
    found = _MEANT_HOURS.fullmatch(plain)
    if not found:
        return ""
    part, hour, minute, last_part, last_hour, last_minute = found.groups()
    first = _hour(part, hour)
    last = _hour(last_part or part, last_hour)
    meant = _range(first, _minute(minute), last, _minute(last_minute))
    return said_range(meant) if meant else ""


def said_range(hours: Range) -> str:
    """09:00-12:00."""
    return f"{hours.start // 60:02}:{hours.start % 60:02}-{hours.end // 60:02}:{hours.end % 60:02}"


def _range(hour: int, minute: int, last_hour: int, last_minute: int) -> Range | None:
    start, end = 60 * hour + minute, 60 * last_hour + last_minute
    return Range(start, end) if max(minute, last_minute) < 60 and start < end <= 24 * 60 else None


def _hour(part: str | None, hour: str) -> int:
    return int(hour) + 12 if part in _AFTER_NOON and int(hour) < 12 else int(hour)


def _minute(minute: str | None) -> int:
    return 30 if minute == "半" else int(minute or 0)


def parse_dates(text: str) -> tuple[date, date] | None:
    """The first and the last of a day or several; None if it is no such, or the last is before the first."""
    found = _DATES.fullmatch(_narrow(text))
    if not found:
        return None
    first, last = _date(found[1]), _date(found[2] or found[1])
    return (first, last) if first and last and first <= last else None


def meant_dates(text: str) -> str:
    """2027-02-05 到 2027-02-11 for `2027年2月5日-11日`; empty if it is not clear."""
    found = _MEANT_DATES.fullmatch(_narrow(text))
    if not found:
        return ""
    year, month, day, last_year, last_month, last_day = found.groups()
    meant = _padded(year, month, day)
    if last_day:
        meant += f" 到 {_padded(last_year or year, last_month or month, last_day)}"
    return meant if parse_dates(meant) else ""


def parse_yearly(text: str) -> tuple[date, date] | None:
    """As `parse_dates`, without a year; the dates are of a leap year."""
    found = _YEARLY.fullmatch(_narrow(text))
    return parse_dates(" 到 ".join(f"{_LEAP_YEAR}-{part}" for part in found.groups() if part)) if found else None


def meant_yearly(text: str) -> str:
    """10-01 到 10-03 for `10月1日-3日`; empty if it is not clear."""
    plain = _narrow(text)
    if re.match("[0-9]{4}", plain):
        return ""  # with its year it is no date of every year
    meant = meant_dates(f"{_LEAP_YEAR}-{plain}")
    return meant.replace(f"{_LEAP_YEAR}-", "")


def days_from(first: date, last: date) -> Iterator[date]:
    """Every day from the first to the last."""
    return (first + timedelta(days=number) for number in range((last - first).days + 1))


def _padded(year: str, month: str, day: str) -> str:
    return f"{year}-{int(month):02}-{int(day):02}"


def _date(text: str) -> date | None:
    try:
        found = date.fromisoformat(text)
    except ValueError:  # 02-30
        return None
    return found if FIRST_YEAR <= found.year <= LAST_YEAR else None


def _narrow(text: str) -> str:
    """Half-width, one kind of dash; spaces only around what joins two."""
    return re.sub("[—–−]+", "-", unicodedata.normalize("NFKC", text)).strip()
