"""What is to come again and again: 「每周一联系」, 「每天下午3点联系」. One next contact is kept, so the first is
proposed.

What happens again and again and is no contact (「每周三开会」, 「每月15号发工资」) is blanked before (`traps.py`).
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.phrases.clocks import read_clock
from bot.phrases.readings import Clock, Day, DayReading
from bot.phrases.traps import NUMERAL

# What 每 counts off: a time. 「每次」, 「每人」, 「每笔」 are none.
_TIMES = (
    "天|日|周|星期|礼拜|月|季|年|[早晚]|[上中下]午|小时|钟头|工作日|"
    f"(?:{NUMERAL}{{1,3}}|[几半]) ?个?(?:天|日|周|星期|礼拜|小时|钟头|号|月|年)"
)
_EVERY = re.compile(f"每(?:个|隔)? ?(?=({_TIMES}))")
_MORE_DAYS = re.compile("(?:[、和及/ ]+(?:周|星期|礼拜)?[一二三四五六日天](?![点号日月个]))*")
_DAILY = re.compile("[天日]|(?=[早晚])")


@dataclass(frozen=True, slots=True)
class Every:
    """Something that comes again and again, said up to `end`: the days on which it may come first, with its time."""

    end: int
    day: Day | None
    clock: Clock | None


def read_every(
    text: str, pos: int, now: datetime, read_day: Callable[[str, int, datetime], DayReading]
) -> Every | None:
    """The repeated day that begins with 每 at `pos`; `day` is None where it names none (「每月联系」)."""
    found = _EVERY.match(text, pos)
    if not found:
        return None
    daily = _DAILY.match(text, found.end())
    if daily:
        day: DayReading = Day(daily.end(), (now.date(), now.date() + timedelta(days=1)))
    else:
        # Apart from 每, or the weekday behind it would not be read as one day; 「每月5号」 is the coming 5th.
        behind = text[found.end() :].removeprefix("月")
        start = len(text) - len(behind)
        read = read_day(behind, 0, now)
        day = replace(read, end=start + read.end) if isinstance(read, Day) else None
    if not isinstance(day, Day):
        return Every(found.end(1), None, None)
    more = _MORE_DAYS.match(text, day.end)
    end = more.end() if more else day.end
    clock = read_clock(text, end, after_day=True)
    said = clock if isinstance(clock, Clock) else None
    return Every(said.end if said else end, day, said)
