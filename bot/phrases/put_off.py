"""What is typed behind 稍后提醒: of what, and until when."""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.phrases.numbers import folded, read_number
from core.calendar import WorkingCalendar
from core.manners.rules import tomorrow_morning

_THING = re.compile(r"(?<![A-Za-z0-9])([LTA]) ?0{0,8}([1-9][0-9]{0,8})(?![0-9])", re.IGNORECASE)
_HANZI = "零一二两三四五六七八九十百"
_LENGTH = re.compile(rf"(?<![0-9.\-{_HANZI}])([0-9]{{1,3}}|半|[{_HANZI}]{{1,4}}) ?个?(半)? ?(小时|钟头|分钟)(半)?")
# 「明天下午3点」 is no 明早: what it says cannot be done, and it is asked again.
_MORNING = re.compile(
    rf"明早|明天 ?(?:早上|早晨|上午|一早)(?! ?[0-9{_HANZI}]+ ?[点:：])|"
    r"(?:明天|次日|下个?工作日)(?= ?(?:$|[,，。!！]|再|提醒))"
)
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
    amounts = [_minutes(found) for found in _LENGTH.finditer(said)]  # 「1小时30分钟」 are two
    length = timedelta(minutes=sum(amount or 0 for amount in amounts))
    return now + length if None not in amounts and timedelta(0) < length <= LONGEST else None


def _minutes(found: re.Match[str]) -> float | None:
    number = 0.5 if found[1] == "半" else read_number(found[1])
    if number is None:
        return None
    return number * (1 if found[3] == "分钟" else 60) + (30 if found[2] or found[4] else 0)
