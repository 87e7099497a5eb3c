"""The mentions of a time in a text, in order, each placed before or after now."""

import re
from dataclasses import replace
from datetime import date, datetime, timedelta

from bot.phrases.clocks import DEFAULT, read_clock
from bot.phrases.cues import (
    AFTER_IT,
    AROUND,
    BARE_NUMBER,
    CLAUSE_END,
    EVENT,
    HOW_LATE,
    VAGUE,
    is_report,
    refusal,
)
from bot.phrases.days import read_day
from bot.phrases.due import contacts, due_span, with_lead
from bot.phrases.every import read_every
from bot.phrases.mention import Kind, Mention
from bot.phrases.readings import Clock, Day, Doubt, Instant
from bot.phrases.traps import NUMERAL, RATE, without_traps
from core.calendar import CHINA

# Every first character of a mention, so that the readers are tried only where one may begin. A new way to say a time
# whose first character is not here stays silent: `test_when_starts.py` asks for a sample of each.
_STARTS = re.compile(
    rf"{NUMERAL}|[上下中大小今明昨前后这本去周星礼月年节过再等隔半几数好早晚凌午傍夜改回有抽尽随哪不另择稍待以次放收开发忙差"
    "元劳儿国双圣春除正腊清端重农阴冬夏立初饭吃散推延顺往每]|(?<![A-Za-z])[A-Za-z]"
)
_EVENING_FROM = 17  # people who write of 8 or 9 o'clock from then on
_ALSO_EVENING = (8, 9)
_WHICH_HALF = "没说早上还是晚上"
_GLUE = re.compile(r" ?(?:的|在|,|\()? ?")
_BESIDE = re.compile(r" ?[(,]? ?")
_OF = re.compile(" ?的? ?")
_RANGE = re.compile(r" ?(?:-|~|到|至) ?")


def mentions_of(plain: str, now: datetime) -> list[Mention]:
    """All mentions in `plain` (folded), in order. `now` is the local time. Total."""
    text = without_traps(plain)
    mentions: list[Mention] = []
    pos = 0
    while start := _STARTS.search(text, pos):
        mention = _mention(plain, text, start.start(), now, mentions)
        if mention:
            mentions.append(mention)
        pos = max(mention.end if mention else 0, start.start() + 1)
    return mentions


def _mention(plain: str, text: str, pos: int, now: datetime, before: list[Mention]) -> Mention | None:
    if every := read_every(text, pos, now, read_day):
        ahead = [at for day in (every.day.dates if every.day else ()) if (at := _moment(day, every.clock)) > now]
        bad = _bad(plain, pos, every.end, "一次只能约一个时间", vague=True)
        return replace(bad, proposal=min(ahead, default=None))
    day = read_day(text, pos, now)
    if isinstance(day, Instant):
        return _unclear_or(Mention(Kind.AHEAD, pos, day.end, plain[pos : day.end], day.at, day.at.date(), True), now)
    if isinstance(day, Doubt):
        return _doubted(plain, pos, day)
    if day is None:
        vague = VAGUE.match(text, pos)
        if vague:
            return _bad(plain, pos, vague.end(), "没说准是什么时候", vague=True)
        clock = read_clock(text, pos, after_day=False)
        return _clock_alone(plain, text, pos, clock, now, before) if clock else None
    agreed = _with_second_day(text, day, now)
    if isinstance(agreed, Doubt):
        return _doubted(plain, pos, agreed)
    return _day_mention(plain, text, pos, agreed, now)


def _with_second_day(text: str, day: Day, now: datetime) -> Day | Doubt:
    """「明天（周三）」, 「下周三15号」: two names of one day, which must agree."""
    at = _behind(_BESIDE, text, day.end)
    second = read_day(text, at, now)
    if not isinstance(second, Day) or (day.weekday is None) == (second.weekday is None):
        return day
    end = second.end + 1 if text[second.end : second.end + 1] == ")" else second.end
    dated, weekday = (day, second.weekday) if day.weekday is None else (second, day.weekday)
    for option in dated.dates:
        if option.weekday() == weekday:
            return Day(end, (option,), back=dated.back)
    if "," in text[day.end : at]:
        return day  # 「明天，周五…」 may be two things; the second is read for itself
    return Doubt(end, "日期和星期对不上")


def _day_mention(plain: str, text: str, pos: int, day: Day, now: datetime) -> Mention:
    at = _behind(_GLUE, text, day.end)
    clock = read_clock(text, at, after_day=True)
    event = EVENT.match(text, at)
    if event:  # 「明天下班后」, 「明天晚饭后」, but 「明天下班后晚上7点半」
        clock = read_clock(text, _behind(_GLUE, text, event.end()), after_day=True)
    if isinstance(clock, Doubt):
        return _doubted(plain, pos, clock)
    end = clock.end if clock else day.end
    if not (clock and clock.exact) and (event := event or EVENT.match(text, end)):
        return _bad(plain, pos, event.end(), "没说几点", vague=True, day=day.dates[0])
    exact = clock is not None and clock.exact
    if how_late := HOW_LATE.match(text, end):
        return _bad(plain, pos, how_late.end(), "没说几点", vague=True)
    if not exact:
        if clock is None and BARE_NUMBER.match(text, at):
            return _bad(plain, pos, end, "后面的数字是钟点吗？")
        if text[at : at + 1] == RATE:
            return _bad(plain, pos, end, "说的是几点，还是利息？")
        if around := AROUND.match(text, end):
            return _bad(plain, pos, around.end(), "没说准是哪一天", vague=True)
        to = _RANGE.match(text, end)
        if to and read_day(text, to.end(), now):
            other = read_day(text, to.end(), now)
            return _bad(plain, pos, other.end if other else end, "说了不止一天，以哪天为准？", vague=True)
        if day.doubt and clock is None:
            return _bad(plain, pos, end, day.doubt, vague=True)
    return _placed(plain, text, pos, end, day, clock, now)


def _placed(plain: str, text: str, pos: int, end: int, day: Day, clock: Clock | None, now: datetime) -> Mention:
    """A day with its time of day, put before or after now."""
    exact = clock is not None and clock.exact
    options = [_moment(option, clock) for option in day.dates]
    at = next((option for option in options if option > now), options[-1])
    reported = is_report(text, end)
    if reported and day.back:
        at = min(_moment(day.back, clock), now)
    elif reported and not exact and day.dates[0] == now.date():
        at = min(options[0], now)
    phrase = plain[pos:end]
    if at <= now:
        if at.date() == now.date() and not exact and not reported:
            return _bad(plain, pos, end, "没说几点", vague=True, day=at.date())
        evening = None if reported or len(options) > 1 else _evening(clock, at, now)
        if evening:
            return Mention(Kind.VAGUE, pos, end, phrase, None, at.date(), exact, _WHICH_HALF, proposal=evening)
        return Mention(Kind.PAST, pos, end, phrase, at, at.date(), exact, told=reported or day.gone)
    if refused := refusal(text, pos, end):
        # 「明天上午没空」 leaves the rest of tomorrow: a clock time that follows may be meant for it.
        return _bad(plain, pos, end, refused, vague=True, day=at.date() if clock else None)
    if not exact and (after := AFTER_IT.search(text, 0, pos)):
        return _bad(plain, after.start(), end, "没说准是哪一天", vague=True)
    if not exact and (due := due_span(text, pos, end)):
        first, last = due
        lead = _moment(with_lead(text, last, at.date()), clock)
        proposal = lead if lead > now else None
        return replace(_bad(plain, first, last, "没说哪天联系", vague=True), proposal=proposal, due=True)
    if at != options[0]:
        why = "已经过去" if day.dates[0] < now.date() else "今天已经过了" if exact else "就是今天"
        return Mention(Kind.VAGUE, pos, end, phrase, None, at.date(), exact, why, proposal=at, over=day)
    contact = contacts(text, end)
    return Mention(Kind.AHEAD, pos, end, phrase, at, at.date(), exact, bare=clock is None, contact=contact)


def _clock_alone(
    plain: str, text: str, pos: int, clock: Clock | Doubt, now: datetime, before: list[Mention]
) -> Mention:
    """A time of day without a day: of the day right after it, else of the day named before it, else of today."""
    if isinstance(clock, Doubt):
        return _doubted(plain, pos, clock)
    follows = _bare_day_after(text, clock.end, now)
    if follows:
        return _placed(plain, text, pos, follows.end, follows, clock, now)
    if before and before[-1].kind is Kind.VAGUE and before[-1].day is None:
        return _bad(plain, pos, clock.end, "没说是哪一天", vague=True)
    last = next((mention for mention in reversed(before) if mention.day), None)
    if last and last.over:
        placed = _placed(plain, text, pos, clock.end, last.over, clock, now)
        return replace(placed, phrase=last.phrase + placed.phrase)
    same_clause = last is not None and not CLAUSE_END.search(text, last.end, pos)
    carried = last is not None and last.day is not None and (last.day >= now.date() or same_clause)
    day = last.day if last and last.day and carried else now.date()
    at = _moment(day, clock)
    phrase = plain[pos : clock.end]
    if last and carried and last.bare:
        phrase = last.phrase + phrase
    reported = is_report(text, clock.end)
    if not clock.exact and (event := EVENT.match(text, clock.end)):
        return _bad(plain, pos, event.end(), "没说几点", vague=True, day=day)
    if not reported and (evening := _evening(clock, at, now)):
        return Mention(Kind.VAGUE, pos, clock.end, phrase, None, day, True, _WHICH_HALF, proposal=evening)
    if at <= now:
        if reported or (carried and last and last.kind is not Kind.VAGUE):
            told = reported or (same_clause and last is not None and last.told)
            return Mention(Kind.PAST, pos, clock.end, phrase, at, day, clock.exact, told=told)
        over = _bad(plain, pos, clock.end, "今天已经过了，是哪一天？", vague=True, day=day)
        return replace(over, has_clock=clock.exact)
    refused = "说的是下次联系的时间吗" if reported else refusal(text, pos, clock.end)
    if refused:
        return _bad(plain, pos, clock.end, refused, vague=True, day=day)
    return Mention(Kind.AHEAD, pos, clock.end, phrase, at, day, clock.exact)


def _bare_day_after(text: str, pos: int, now: datetime) -> Day | None:
    """The day in 「上午10点明天见」, unless it has a time of day of its own."""
    day = read_day(text, _behind(_OF, text, pos), now)
    if not isinstance(day, Day):
        return None
    return None if read_clock(text, _behind(_GLUE, text, day.end), after_day=True) else day


def _behind(glue: re.Pattern[str], text: str, pos: int) -> int:
    found = glue.match(text, pos)
    return found.end() if found else pos


def _evening(clock: Clock | None, at: datetime, now: datetime) -> datetime | None:
    """What 「8点」 probably means when it is written in the evening: eight in the evening, if that is still ahead."""
    late = now.hour >= _EVENING_FROM and at.date() == now.date()
    meant = at + timedelta(hours=12)
    return meant if late and clock and clock.loose and clock.hour in _ALSO_EVENING and meant > now else None


def _moment(day: date, clock: Clock | None) -> datetime:
    """The local moment; hour 24 is the midnight that ends the day."""
    hour, minute = (clock.hour, clock.minute) if clock else (DEFAULT.hour, DEFAULT.minute)
    return datetime(day.year, day.month, day.day, tzinfo=CHINA) + timedelta(hours=hour, minutes=minute)


def _unclear_or(mention: Mention, now: datetime) -> Mention:
    """`mention`, or a vague one where it is not ahead after all (「0分钟后」)."""
    if mention.at is not None and mention.at > now:
        return mention
    return Mention(Kind.VAGUE, mention.start, mention.end, mention.phrase, why="没说准是什么时候")


def _doubted(plain: str, start: int, doubt: Doubt) -> Mention:
    kind = Kind.VAGUE if doubt.weak else Kind.WRONG
    return Mention(kind, start, doubt.end, plain[start : doubt.end].strip(), why=doubt.why, half=doubt.half)


def _bad(plain: str, start: int, end: int, why: str, *, vague: bool = False, day: date | None = None) -> Mention:
    kind = Kind.VAGUE if vague else Kind.WRONG
    return Mention(kind, start, end, plain[start:end].strip(), day=day, why=why)
