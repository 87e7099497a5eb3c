"""Until when somebody may still look into what he gives away: 「可查看至 12-31」, 「保留查看30天」."""

import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from bot.phrases.days import read_day
from bot.phrases.numbers import normal_text, read_number
from bot.phrases.readings import Day
from core.calendar import CHINA

_ASKED = re.compile(
    r"[ ,，;；、]*(?:我|他|她|原?归属人)?(?:还|仍然?|保留|继续|可以|可|能|允许)*(?P<what>只读|查看|看)(?:权限?|资格)? ?"
    r"(?P<to>截止到?|直到|到|至)? ?"
)
_LENGTH = re.compile(r"([0-9]{1,3}|[一二两三四五六七八九十百]{1,5}) ?(天|日内|周|个?星期|个月|个?月)")
_DAYS = {"天": 1, "日内": 1, "周": 7, "星期": 7, "个星期": 7, "个月": 30, "月": 30}
_TAIL = " ,，;；、。"


@dataclass(frozen=True, slots=True)
class ReadUntil:
    """To the end of this day (China)."""

    last: date

    @property
    def moment(self) -> datetime:
        """When it is over."""
        return datetime.combine(self.last + timedelta(days=1), datetime.min.time(), CHINA)


@dataclass(frozen=True, slots=True)
class NoDay:
    """It was asked for, and the day is not clear, or over."""

    gone: bool = False


def reading_until(text: str, now: datetime) -> tuple[ReadUntil | NoDay | None, str]:
    """Until when, if `text` says so anywhere, and the text without it. 「看到客户…」 says nothing of the kind: a mere
    看 counts only where a day follows."""
    line = normal_text(text)
    today = now.astimezone(CHINA)
    for found in _ASKED.finditer(line):
        read = _read(line, found, today)
        if read is not None:
            until, end = read
            rest = f"{line[: found.start()].rstrip(_TAIL)} {line[end:].lstrip(_TAIL)}".strip()
            return until, rest
    return None, text


def _read(line: str, found: re.Match[str], today: datetime) -> tuple[ReadUntil | NoDay, int] | None:
    plain = found["what"] == "看"
    length = _LENGTH.match(line, found.end())
    if length and not found["to"] and not plain:
        number = read_number(length[1])
        if number:
            return ReadUntil(today.date() + timedelta(days=number * _DAYS[length[2]])), length.end()
    if not found["to"]:
        return None
    day = read_day(line, found.end(), today.replace(tzinfo=None))
    if isinstance(day, Day):
        ahead = [one for one in day.dates if one >= today.date()]
        return (ReadUntil(ahead[0]) if ahead and not day.gone else NoDay(gone=True)), day.end
    return None if plain else (NoDay(), found.end())
