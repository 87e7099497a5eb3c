"""What is typed behind 稍后提醒: of what, and until when."""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.phrases.numbers import folded
from core.calendar import WorkingCalendar
from core.manners.rules import tomorrow_morning

_THING = re.compile(r"(?<![A-Za-z0-9])([LTA]) ?0{0,8}([1-9][0-9]{0,8})(?![0-9])", re.IGNORECASE)
_LENGTH = re.compile(r"(?<![0-9.])([0-9]{1,3}|[半一二两三四五六七八九十]) ?个? ?(小时|钟头|分钟)")
_MORNING = re.compile(r"明早|明天 ?(?:早上|早晨|上午|一早)?|次日|下个?工作日")
_HANZI = {"一": 1, "二": 2, "两": 2, "三": 3, "四": 4, "五": 5, "六": 6, "七": 7, "八": 8, "九": 9, "十": 10}
LONGEST = timedelta(hours=72)
TAPPED = {"1h": timedelta(hours=1), "3h": timedelta(hours=3)}
"""What the buttons mean; `am` is 明早."""


@dataclass(frozen=True, slots=True)
class PutOff:
    """The letter and the number of what is meant (empty and 0: what came last), and until when."""

    letter: str
    number: int
    until: datetime | None


def read_put_off(text: str, calendar: WorkingCalendar, now: datetime) -> PutOff:
    """`L1024 3小时`, `明早 T88`, `1小时后`. `until` is None where nothing is said of it, or too much."""
    said = folded(text)
    thing = _THING.search(said)
    rest = said[: thing.start()] + " " + said[thing.end() :] if thing else said
    until = _until(rest, calendar, now)
    return PutOff(thing[1].upper() if thing else "", int(thing[2]) if thing else 0, until)


def _until(said: str, calendar: WorkingCalendar, now: datetime) -> datetime | None:
    if _MORNING.search(said):
        return tomorrow_morning(calendar, now)
    found = _LENGTH.search(said)
    if found is None:
        return None
    half = timedelta(minutes=30) if "小时半" in said or "个半" in said else timedelta(0)
    if found[1] == "半":
        length = timedelta(minutes=30) if found[2] != "分钟" else timedelta(0)
    else:
        amount = _HANZI.get(found[1]) or int(found[1]) if found[1] not in _HANZI else _HANZI[found[1]]
        length = timedelta(minutes=amount) if found[2] == "分钟" else timedelta(hours=amount) + half
    return now + length if timedelta(0) < length <= LONGEST else None
