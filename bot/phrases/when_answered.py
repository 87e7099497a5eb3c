"""The answer to the question for a time, read together with the phrase that was asked about.

「上午10点」, asked which day, answered 「明天」, is tomorrow at ten; 「周五7点」, answered 「早上」, is Friday at
seven; 「明天上午10点或者下午3点」, answered 「下午3点」, is tomorrow at three. An answer that fits both of two times,
or names only a clock time where the day is what nobody said, is asked about again. What is denied
(「早上不行」) is none of it (`when_denied.py`). 「下周」, answered 「周三」, is next
week's Wednesday (`spans.py`); what was said of the days stays with the question until one is named. A mere clock time,
answered where another day was proposed than it would fall on (「周二10点」 on Tuesday afternoon, 「下午3点」), is asked
about too. What is quoted back is what was written, in the note or in the answer.
"""

import re
from dataclasses import replace
from datetime import UTC, datetime

from bot.phrases.mention import Mention
from bot.phrases.mentions import spanning
from bot.phrases.readings import Holds
from bot.phrases.when import Found, Nothing, Unclear, When, find_time, plain_text
from bot.phrases.when_denied import left_over, without_denied
from bot.phrases.when_options import CLOCK, PART, POINT, WHICH_ONE, Option, by_place, options_of
from core.calendar import CHINA

_NO_DAY = re.compile(rf"(?:是|就|在)*({PART})?(?: ?({POINT}))?(?:左右|之后|以后|后)?(?:的?那个)?[的吧了啊呢。.!~ ]*")
# What is asked about and may well be of today: the answer 「下午3点」 lacks no day.
_MAY_BE_TODAY = re.compile("稍后|[晚早]|会儿?|尽快|随时|[有抽]空|时间|下班|饭|忙完|回来|今|分钟|小时|中午|[上下]午")
_NUMBER = re.compile("[0-9]{1,2}|(?:[01][0-9]|2[0-3])[0-5][0-9]")
_WHICH_DAY = "没说是哪一天"


def find_answered_time(phrase: str, answer: str, now: datetime, proposed: datetime | None = None) -> When:
    """The next contact time in `answer`, with the day or the hour that only `phrase` named. As `find_time`. `proposed`
    is the time that the question was for, if it named one."""
    said, denied = without_denied(phrase, answer)
    if not denied:
        return _as_written(phrase, answer, _answered(phrase, answer, now, proposed), now)
    other = _as_written(phrase, said, _answered(phrase, said, now, proposed), now)
    return left_over(phrase, denied, now) if isinstance(other, Nothing) else other


def _as_written(phrase: str, answer: str, when: When, now: datetime) -> When:
    """`when`, quoting what of it the answer says where its phrase is put together of both."""
    if not isinstance(when, Unclear) or when.phrase in plain_text(answer) or when.phrase in plain_text(phrase):
        return when
    alone = find_time(answer, now)
    return replace(when, quote=answer.strip() if isinstance(alone, Nothing) else alone.phrase)


def _answered(phrase: str, answer: str, now: datetime, proposed: datetime | None) -> When:
    asked = spanning(plain_text(phrase), now.astimezone(CHINA))
    alone, plain = find_time(answer, now, asked), plain_text(answer)
    if not plain:
        return alone
    if _NUMBER.fullmatch(plain):
        return Unclear(answer.strip(), "说的是几号，还是几点？")
    options = options_of(phrase)
    if picked := by_place(options, plain):
        return find_time(picked.day + picked.clock, now)
    said = _only_clock(plain, alone, now)
    if said:
        later = asked is not None and _after_today(asked, now)
        when = _on_the_day(phrase, options, said, alone, now, later=later)
        when = _on_which_day(when, phrase, options, now, proposed)
    else:
        when = _at_the_hour(phrase, options, plain, alone, now)
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
    phrase: str, options: list[Option], said: re.Match[str], alone: When, now: datetime, *, later: bool
) -> When:
    """The clock time that was answered, on the day of the phrase; `later` if that is known not to be today."""
    part, point = said[1] or "", said[2] or ""
    chosen = [option for option in options if option.has(part, point)] or options
    days = {option.day for option in chosen}
    points = {option.point for option in chosen if option.point}
    if len(days) > 1 or (not point and len(points) > 1):
        return Unclear(phrase, WHICH_ONE)
    day = days.pop()
    if not day and not points:
        return alone
    parts = {option.part for option in chosen}
    # 「明天晚上8点或后天9点」, answered 「8点」: of the evening, as it was said.
    own = part or (next(iter(parts)) if len(parts) == 1 else "")
    when = find_time(f"{day}{own}{point or (points.pop() if points else '')}", now)
    if _settles(when) or (part and isinstance(when, Found) and len(when.phrase) > len(part)):
        return when
    if not day or (not later and _MAY_BE_TODAY.search("".join((day, *parts)))):
        return alone
    return Unclear(f"{day}{own}{point}", _WHICH_DAY)


def _on_which_day(when: When, phrase: str, options: list[Option], now: datetime, proposed: datetime | None) -> When:
    """`when`, a clock time on the day of the phrase; in doubt where that is another day than was proposed, with the
    nearer of the two."""
    if not isinstance(when, Found) or not any(option.day for option in options):
        return when
    asked = find_time(phrase, now)
    meant = proposed or (asked.proposal if isinstance(asked, Unclear) else None)
    if meant is None:
        return when
    here, there = when.at.astimezone(CHINA), meant.astimezone(CHINA)
    if here.date() == there.date():
        return when
    moved = here + (there.date() - here.date())
    nearest = min(at for at in (here, moved) if at > now)
    return Unclear(when.phrase, _WHICH_DAY, nearest.astimezone(UTC))


def _at_the_hour(phrase: str, options: list[Option], answer: str, alone: When, now: datetime) -> When:
    """The day that was answered, at the hour of the phrase."""
    if isinstance(alone, Nothing) or CLOCK.search(answer) or (isinstance(alone, Found) and alone.has_clock):
        return alone
    named = plain_text(alone.phrase)
    chosen = [option for option in options if named in option.day + option.clock]
    clocks = {option.clock for option in (chosen or options) if option.clock}
    if len(chosen) > 1 and len(clocks) > 1:
        return Unclear(phrase, WHICH_ONE)
    if len(clocks) != 1:
        return alone
    clock = clocks.pop()
    when = find_time(f"{named}{'' if named.endswith(clock) else clock}", now)
    return when if _settles(when) or isinstance(when, Found) else alone


def _settles(when: When) -> bool:
    """A time of day was found, or only the half of the day is missing, or what was probably meant is known."""
    if isinstance(when, Found):
        return when.has_clock
    return isinstance(when, Unclear) and (when.half or when.proposal is not None)
