"""The answer to the question for a time, read together with the phrase that was asked about.

「上午10点」, asked which day, answered 「明天」, is tomorrow at ten; 「周五7点」, answered 「早上」, is Friday at
seven; 「明天上午10点或者下午3点」, answered 「下午3点」, is tomorrow at three. An answer that fits both of two times,
or names only a clock time where the day is what nobody said, is asked about again. 「下周」, answered 「周三」, is next
week's Wednesday (`spans.py`); what was said of the days stays with the question until one is named.
"""

import re
from dataclasses import dataclass, replace
from datetime import datetime

from bot.phrases.clocks import PERIODS
from bot.phrases.due import without_due
from bot.phrases.mention import Mention
from bot.phrases.mentions import spanning
from bot.phrases.readings import Holds
from bot.phrases.traps import NUMERAL
from bot.phrases.when import Found, Nothing, Unclear, When, find_time, plain_text
from core.calendar import CHINA

_PERIOD = "|".join(PERIODS)
_WEEKDAY = "(?<!周)(?<!星期)(?<!礼拜)"  # 「周五十点」 is ten
_HOUR = rf"{_WEEKDAY}(?:[0-9]{{1,2}}|(?:(?![0-9]){NUMERAL}){{1,3}})"
_POINT = rf"(?:[0-9]{{1,2}} ?: ?[0-9]{{2}}|{_HOUR} ?[点时](?:钟|整)?(?:半|[一三]刻|过?{NUMERAL}{{1,3}}分?)?)"
_CLOCK = re.compile(rf"({_PERIOD})? ?({_POINT})")
_NO_DAY = re.compile(rf"(?:是|就|在)*({_PERIOD})?(?: ?({_POINT}))?(?:左右|之后|以后|后)?[的吧了啊呢。.!~ ]*")
_OR = re.compile(r"[ ,、]*(?:、|或者?是?|还是|要么)[ ,、]*")
_ONCE = re.compile("^每个?(?=[周星礼])")  # 「每周一」, answered 「下午3点」, is the coming Monday
_GLUE = " ,的在("
# What is asked about and may well be of today: the answer 「下午3点」 lacks no day.
_MAY_BE_TODAY = re.compile("稍后|[晚早]|会儿?|尽快|随时|[有抽]空|时间|下班|饭|忙完|回来|今|分钟|小时|中午|[上下]午")
_WHICH_ONE = "说了两个时间，以哪个为准？"
_WHICH_DAY = "没说是哪一天"


@dataclass(frozen=True, slots=True)
class _Part:
    """One time of the phrase: its day as it was said, here or before in the phrase, and its clock time; each may be
    empty."""

    day: str
    clock: str
    point: str


def find_answered_time(phrase: str, answer: str, now: datetime) -> When:
    """The next contact time in `answer`, with the day or the hour that only `phrase` named. As `find_time`."""
    asked = spanning(plain_text(phrase), now.astimezone(CHINA))
    alone, plain = find_time(answer, now, asked), plain_text(answer)
    if not plain:
        return alone
    parts = _parts(plain_text(phrase))
    chosen = [part for part in parts if plain in part.day + part.clock]
    said = _only_clock(plain, alone, now)
    if said:
        later = asked is not None and _after_today(asked, now)
        when = _on_the_day(phrase, chosen or parts, said, alone, now, later=later)
    else:
        when = _at_the_hour(phrase, chosen, parts, plain, alone, now)
    return _within(asked, when)


def _after_today(asked: Mention, now: datetime) -> bool:
    """Are the days that were asked about all to come? Then a mere clock time is none of today."""
    first = asked.span.first if asked.span else None
    return first is not None and first > now.astimezone(CHINA).date()


def _within(asked: Mention | None, when: When) -> When:
    """`when`; if it must be asked about again, with the days that are known by now, for the answer to that."""
    known = asked is not None and asked.span is not None and asked.span.holds is not Holds.NEAR
    if not known or asked is None or not isinstance(when, Unclear) or asked.phrase in when.phrase:
        return when
    return replace(when, phrase=asked.phrase + when.phrase)


def _parts(phrase: str) -> list[_Part]:
    parts: list[_Part] = []
    day = ""
    for part in _OR.split(phrase):
        found = _CLOCK.search(part)
        own = without_due(part[: found.start()] if found else part)
        day = _ONCE.sub("", own).strip(_GLUE) or day
        if part:
            parts.append(_Part(day, found.group() if found else "", found[2] if found else ""))
    return parts


def _only_clock(answer: str, alone: When, now: datetime) -> re.Match[str] | None:
    """The clock time or part of the day in `answer`, if it names no day."""
    said = _NO_DAY.fullmatch(answer)
    if said and (said[1] or said[2]):
        return said
    if isinstance(alone, Nothing) or "今" in answer:
        return None
    if isinstance(alone, Found) and alone.at.astimezone(CHINA).date() != now.astimezone(CHINA).date():
        return None
    said = _NO_DAY.fullmatch(alone.phrase)
    return said if said and (said[1] or said[2]) else None


def _on_the_day(
    phrase: str, parts: list[_Part], said: re.Match[str], alone: When, now: datetime, *, later: bool
) -> When:
    """The clock time that was answered, on the day of the phrase; `later` if that is known not to be today."""
    days = {part.day for part in parts}
    points = {part.point for part in parts if part.point}
    if len(days) > 1 or (not said[2] and len(points) > 1):
        return Unclear(phrase, _WHICH_ONE)
    day = days.pop() if days else ""
    if not day and not points:
        return alone
    when = find_time(f"{day}{said[1] or ''}{said[2] or (points.pop() if points else '')}", now)
    if _settles(when):
        return when
    if not day or (not later and _MAY_BE_TODAY.search(day)):
        return alone
    return Unclear(f"{day}{said[1] or ''}{said[2] or ''}", _WHICH_DAY)


def _at_the_hour(phrase: str, chosen: list[_Part], parts: list[_Part], answer: str, alone: When, now: datetime) -> When:
    """The day that was answered, at the hour of the phrase."""
    if isinstance(alone, Nothing) or _CLOCK.search(answer) or (isinstance(alone, Found) and alone.has_clock):
        return alone
    clocks = {part.clock for part in (chosen or parts) if part.clock}
    if len(chosen) > 1 and len(clocks) > 1:
        return Unclear(phrase, _WHICH_ONE)
    if len(clocks) != 1:
        return alone
    when = find_time(f"{alone.phrase}{clocks.pop()}", now)
    return when if _settles(when) else alone


def _settles(when: When) -> bool:
    """A time of day was found, or only the half of the day is missing, or what was probably meant is known."""
    if isinstance(when, Found):
        return when.has_clock
    return isinstance(when, Unclear) and (when.half or when.proposal is not None)
