"""The times that a question leaves to choose from: 「明天上午10点或者下午3点」 is two of one day.

A day that is said once is that of the times behind it too; 「明早」 is a day and a part of it.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from bot.phrases.clocks import PERIODS, read_clock
from bot.phrases.due import without_due
from bot.phrases.readings import Clock
from bot.phrases.traps import NUMERAL
from bot.phrases.when import plain_text

PART = "|".join(PERIODS)
"""A part of the day, for a pattern."""
_WEEKDAY = "(?<!周)(?<!星期)(?<!礼拜)"  # 「周五十点」 is ten
_HOUR = rf"{_WEEKDAY}(?:[0-9]{{1,2}}|(?:(?![0-9]){NUMERAL}){{1,3}})"
POINT = rf"(?:[0-9]{{1,2}} ?: ?[0-9]{{2}}|{_HOUR} ?[点时](?:钟|整)?(?:半|[一三]刻|过?{NUMERAL}{{1,3}}分?)?)"
"""A clock time, for a pattern."""
CLOCK = re.compile(rf"({PART})? ?({POINT})")
WHICH_ONE = "说了两个时间，以哪个为准？"

_LONG_PART = re.compile("|".join(part for part in PERIODS if len(part) > 1))
_SHORT = re.compile(r"([今明昨])([早晚])(?![上晨间点饭些])")
_OR = re.compile(r"[ ,、]*(?:、|或者?是?|还是|要么)[ ,、]*")
_ONCE = re.compile("^每个?(?=[周星礼])")  # 「每周一」, answered 「下午3点」, is the coming Monday
_GLUE = " ,的在("
_FIRST = re.compile("(?:就|是|按|以|选)*(?:第一个?|前(?:面|边)?(?:那|一)?个|前者|头一个)(?:为准)?[的吧了啊呢。.!~ ]*")
_LAST = re.compile("(?:就|是|按|以|选)*(?:第二个?|后(?:面|边)?(?:那|一)?个|后者)(?:为准)?[的吧了啊呢。.!~ ]*")


@dataclass(frozen=True, slots=True)
class Option:
    """One time of the phrase: its day as it was said, here or before in the phrase, its part of the day and its clock
    time; each may be empty."""

    day: str
    part: str
    point: str

    @property
    def clock(self) -> str:
        """The time of day as it was said."""
        return self.part + self.point

    def has(self, part: str, point: str) -> bool:
        """Is it meant by a part of the day and a clock time, of which one may be empty?"""
        alike = not part or (bool(self.part) and PERIODS[part] is PERIODS[self.part])
        return alike and (not point or _same_point(point, self.point))


def _same_point(one: str, other: str) -> bool:
    """Are they one clock time? 「四点」 is 「4点」."""
    return one == other or (bool(other) and _hour_of(one) == _hour_of(other))


def _hour_of(point: str) -> tuple[int, int] | str:
    read = read_clock(point, 0, after_day=True)
    return (read.hour, read.minute) if isinstance(read, Clock) else read.why if read else point


def options_of(phrase: str) -> list[Option]:
    """The times in `phrase`, in order; at least one, perhaps an empty one."""
    options: list[Option] = []
    day = ""
    for said in filter(None, _OR.split(_SHORT.sub(r"\1天\2上", plain_text(phrase)))):
        clock = CLOCK.search(said) or _LONG_PART.search(said)
        own = without_due(said[: clock.start()] if clock else said)
        day = _ONCE.sub("", own).strip(_GLUE) or day
        options.append(_option(day, clock))
    return options or [Option("", "", "")]


def _option(day: str, clock: re.Match[str] | None) -> Option:
    if clock is None:
        return Option(day, "", "")
    return Option(day, clock[1] or "", clock[2]) if clock.re is CLOCK else Option(day, clock[0], "")


def by_place(options: Sequence[Option], answer: str) -> Option | None:
    """The one of two that `answer` names by its place: 「第一个」, 「后者」."""
    if len(options) != 2:
        return None
    return options[0] if _FIRST.fullmatch(answer) else options[1] if _LAST.fullmatch(answer) else None
