"""The answer to the question for a time, read together with the phrase that was asked about.

「上午10点」, asked which day, answered 「明天」, is tomorrow at ten; 「周五7点」, answered 「早上」, is
Friday at seven.
"""

import re
from datetime import datetime

from bot.phrases.clocks import PERIODS
from bot.phrases.traps import NUMERAL
from bot.phrases.when import Found, Unclear, When, find_time, plain_text

_PERIOD = "|".join(PERIODS)
_WEEKDAY = "(?<!周)(?<!星期)(?<!礼拜)"  # 「周五十点」 is ten
_HOUR = rf"{_WEEKDAY}(?:[0-9]{{1,2}}|(?:(?![0-9]){NUMERAL}){{1,3}})"
_POINT = rf"(?:[0-9]{{1,2}} ?: ?[0-9]{{2}}|{_HOUR} ?[点时](?:钟|整)?(?:半|[一三]刻|过?{NUMERAL}{{1,3}}分?)?)"
_CLOCK = re.compile(rf"({_PERIOD})? ?({_POINT})")
_NO_DAY = re.compile(rf"(?:是|就|在)*({_PERIOD})?(?: ?({_POINT}))?[的吧了啊呢。.!~ ]*")
_OR = re.compile(r"[ ,、]*(?:、|或者?是?|还是|要么)[ ,、]*")


def find_answered_time(phrase: str, answer: str, now: datetime) -> When:
    """The next contact time in `answer`, with the day or the hour that only `phrase` named. As `find_time`."""
    alone, plain = find_time(answer, now), plain_text(answer)
    together = _together(plain_text(phrase), plain, alone)
    if together is None:
        return alone
    when = find_time(together, now)
    half = isinstance(when, Unclear) and when.half
    return when if (isinstance(when, Found) and when.has_clock) or half else alone


def _together(phrase: str, answer: str, alone: When) -> str | None:
    """Phrase and answer as one phrase; None where the answer stands for itself."""
    parts = [part for part in _OR.split(phrase) if part]
    chosen = [part for part in parts if answer and answer in part]
    clocks = [found for part in (chosen if len(chosen) == 1 else parts) if (found := _CLOCK.search(part))]
    if not clocks:
        return None
    days = {found.string[: found.start()] for found in clocks}
    hours = {found.group() for found in clocks}
    said = _NO_DAY.fullmatch(answer)
    if said and answer:
        if len(days) > 1 or (not said[2] and len(hours) > 1):
            return None
        return f"{days.pop()}{said[1] or ''}{said[2] or clocks[0][2]}"
    if isinstance(alone, Found) and not alone.has_clock and len(hours) == 1:
        return f"{alone.phrase}{hours.pop()}"
    return None
