"""Dates in signs: `12-03`, `12/3`, `2026-12-03`, `26.12.1`, and what looks like one and is none.

Rules, decided once:
- `12.3` is a date only with a time or a meeting after it, else a number. `1/3` needs a time after it, else it is in
  doubt.
- `26.12.1` is a date with its year where that is this year, the last or the next.
- What has the signs of a date and cannot be one (`13-03`, `12-32`, `24/12`) is asked about where a time or a contact
  follows, and where its clause says nothing else: a date with a slip in it. 「额度30-50」 is no date.
- Any other number right before a time of day (`1203 14:00`, 「12月 10点」) may be its day: asked about, with today.
"""

import re
from dataclasses import replace
from datetime import datetime

from bot.phrases.numbers import read_number, read_year
from bot.phrases.readings import DayReading, Doubt
from bot.phrases.traps import NUMERAL
from bot.phrases.years import no_such_date, one_date, this_or_next_year

_N = rf"{NUMERAL}{{1,5}}"
_FULL_DATE = re.compile(
    rf"(?<![0-9])((?:20|19)[0-9]{{2}}|[二一][〇零九]{NUMERAL}{{2}}) ?(?:年|[-/.]) ?({_N}) ?(?:月|[-/.]) ?"
    rf"({_N})(?![0-9]) ?[日号]?"
)
_COMPACT_DATE = re.compile(r"(?<![0-9])(20[0-9]{2})([01][0-9])([0-3][0-9])(?![0-9])")
_ALONE_BEFORE = r"(?<![0-9A-Za-z.:/\\_·—–-])"
_ALONE_BEHIND = r"(?![0-9A-Za-z.:/%\\_·—–-])"
_SURE_SIGNS = "-/—–"
_SIGNS_DATE = re.compile(
    rf"{_ALONE_BEFORE}([0-9]{{1,2}})([-/.—–_\\·])([0-9]{{1,2}}){_ALONE_BEHIND}"
    r"(?! ?(?:万|期|个|套|年|天|月|人|岁|成|元|块|千|次|小时|分|点|时|号楼|(?:周|星期)(?![一二三四五六日天1-6])|折|倍|"
    r"厘|平|间|室|层|楼|单元|产权|份额|股|开(?![会始])|□|■))"
)
_WITH_YEAR = re.compile(
    rf"{_ALONE_BEFORE}([0-9]{{1,2}})([-/.])([0-9]{{1,2}})\2([0-9]{{1,2}}|20[0-9]{{2}}){_ALONE_BEHIND}"
)
_SIGNS_DAY = re.compile(r"(?<![0-9.])([01]?[0-9]) ?[./] ?([0-3]?[0-9]) ?[号日](?!内|元|均|结|息|报|楼|院)")
_FOLLOWED_BY_MEETING = re.compile(
    r" ?(?:面谈|见|联系|打|签|去|来|到|上门|再|回访|上午|下午|早|晚|中午|[0-9]{1,2}[点:])"
)
# Narrower: 「30-50来钱」 and 「房抵30-50再看」 are money.
_AT_A_TIME = re.compile(
    rf" ?(?:的|在)?(?:[上下]午|[早晚]上|[早晚](?={NUMERAL})|中午|傍晚|面谈|面签|见|联系|打电话|上门|回访|"
    rf"{NUMERAL}{{1,3}} ?点|[0-9]{{1,2}} ?:)"
)
_APPOINTED_BEFORE = re.compile(r"(?:约|定|改|推)(?:到|在|了|成|好)? ?$")
_CLAUSE_BEGINS = re.compile(r"(?:^|[,。;!?、 ])$")
_CLAUSE_ENDS = re.compile(r" ?(?:吧|了)?(?:$|[,。;!?、 ])")
_LONGEST_BEFORE = 4


def read_signed(text: str, pos: int, now: datetime) -> DayReading:
    """`12-03`, `12/3`, `26.12.1`; a Doubt for what was probably meant as such a date and is none."""
    return _with_year(text, pos, now) or _signs_date(text, pos, now)


def read_signed_day(text: str, pos: int, now: datetime) -> DayReading:
    """`12.15号`, `12/15日`."""
    found = _SIGNS_DAY.match(text, pos)
    return this_or_next_year(found.end(), int(found.group(1)), int(found.group(2)), now) if found else None


def read_full_date(text: str, pos: int, _now: datetime) -> DayReading:
    """`2026-12-03`, `20261203`, 「2026年12月3日」."""
    found = _FULL_DATE.match(text, pos) or _COMPACT_DATE.match(text, pos)
    if not found:
        return None
    year, month, day = read_year(found.group(1)), read_number(found.group(2)), read_number(found.group(3))
    if year is None or month is None or day is None:
        return Doubt(found.end(), "看不懂是哪一天？")
    return one_date(found.end(), year, month, day)


def _with_year(text: str, pos: int, now: datetime) -> DayReading:
    found = _WITH_YEAR.match(text, pos)
    if not found or not _is_meant(text, pos, found.end()):
        return None
    first, month, day = int(found[1]), int(found[3]), int(found[4])
    year = now.year - now.year % 100 + first
    if abs(year - now.year) > 1 or len(found[1]) == 1:
        return Doubt(found.end(), "看不懂是哪一天？")
    return one_date(found.end(), year, month, day)


def _signs_date(text: str, pos: int, now: datetime) -> DayReading:
    found = _SIGNS_DATE.match(text, pos)
    if not found:
        return None
    month, sign, day = int(found[1]), found[2], int(found[3])
    if not 1 <= month <= 12 or not 1 <= day <= 31:
        return _none(text, found, now)
    sure = sign in _SURE_SIGNS
    if not sure and not _FOLLOWED_BY_MEETING.match(text, found.end()) and found.group() != text:
        return None
    reading = this_or_next_year(found.end(), month, day, now)
    unsure = not sure or (len(found[1]) == 1 and len(found[3]) == 1)
    if isinstance(reading, Doubt) or not unsure:
        return reading
    return replace(reading, doubt="像日期也像数字")


def _none(text: str, found: re.Match[str], now: datetime) -> Doubt | None:
    """`found` has the signs of a date and is none: a Doubt where a date was meant all the same."""
    month, sign, day = int(found[1]), found[2], int(found[3])
    nearly = 1 <= month <= 12 or 1 <= day <= 12
    timed = _AT_A_TIME.match(text, found.end()) is not None
    if not nearly or not (timed or (sign in _SURE_SIGNS and _is_meant(text, found.start(), found.end()))):
        return None
    return Doubt(found.end(), no_such_date(now.year, month, day))


def _is_meant(text: str, start: int, end: int) -> bool:
    """Is text[start:end] probably a date, by what stands around it?"""
    before = text[max(0, start - _LONGEST_BEFORE) : start]
    if _AT_A_TIME.match(text, end) or _APPOINTED_BEFORE.search(before):
        return True
    return _CLAUSE_BEGINS.search(text, 0, start) is not None and _CLAUSE_ENDS.match(text, end) is not None


_DATE_LIKE = re.compile(
    r"(?:^|(?<=[ ,。;!?、约定改到在推]))"
    rf"([0-9]{{1,6}}(?:[ ./\\_·—–-]{{1,2}}[0-9]{{1,4}}){{0,2}}|{NUMERAL}{{1,3}}月份?) ?[-~/.]? ?的? ?$"
)
_LONGEST_NUMBER = 16


def number_before(text: str, pos: int, since: int) -> int | None:
    """Where a number begins that stands unread right before text[pos], a time of day, and may be its day: `1203 14:00`;
    「负债120 下午3点」 is none. Up to `since` all is read. None if there is none."""
    found = _DATE_LIKE.search(text, max(since, pos - _LONGEST_NUMBER), pos)
    return found.start(1) if found else None
