"""The mentions of a time in a text, in order, each placed before or after now."""

import re
from dataclasses import replace
from datetime import datetime, timedelta

from bot.phrases.clocks import PERIODS, read_clock
from bot.phrases.cues import (
    AROUND,
    BARE_NUMBER,
    CLAUSE_END,
    EVENT,
    HOW_LATE,
    LATER_THAT_DAY,
    SAME_TIME,
    UNKNOWN_PART,
    VAGUE,
    is_past_month,
    is_report,
)
from bot.phrases.days import read_day
from bot.phrases.due import contacts
from bot.phrases.every import read_every
from bot.phrases.mention import Kind, Mention
from bot.phrases.numbers import read_number
from bot.phrases.placing import (
    WHICH_HALF,
    bad,
    doubted,
    evening,
    moment,
    no_contact,
    placed,
    placed_instant,
)
from bot.phrases.readings import Clock, Day, DayReading, Doubt, Holds, Instant, Lacks, Span
from bot.phrases.signed import number_before
from bot.phrases.spans import bound, span_around, span_near, span_of
from bot.phrases.traps import NUMERAL, RATE, without_traps
from bot.phrases.unread import day_before

# Every first character of a mention, so that the readers are tried only where one may begin. A new way to say a time
# whose first character is not here stays silent: `test_when_starts.py` asks for a sample of each.
_STARTS = re.compile(
    rf"{NUMERAL}|[上下中大小今明昨前后这本去周星礼月年节过再等隔半几数好早晚凌午傍夜改回有抽尽随哪不另择稍待以次放收开发忙差稍深返到办完结出迟个平情妇青建教母父感"
    r"元劳儿国旧古那查白开植跨双圣春除正腊清端重农阴冬夏立初饭吃散推延顺往每黑擦晌头黄天外赶同老原季单当那该睡暑寒还工长\-]|(?<![A-Za-z])[A-Za-z]"
)
_GLUE = re.compile(r" ?(?:的|在|,|\()? ?")
_BESIDE = re.compile(r" ?[(,]? ?")
_OF = re.compile(" ?的? ?")
_RANGE = re.compile(r" ?(?:-|~|到|至) ?")
_AGREED = re.compile(r" ?(?:再|[打见来去聊谈约到过]|联系|电话|回|$|[,。;!?、])")
_HOLIDAYS = timedelta(days=7)
_HOUR_DIGITS = 2
_EVENING, _NOON = 5, 12
# Between words for several days and the one of them that is meant: 「下周的周三」, 「下周吧，周三」.
_CLOSE = re.compile(r" ?(?:的|吧|左右|再|找个?时间)? ?[,、(]? ?(?:那就|就|在|约|定)? ?")


def mentions_of(plain: str, now: datetime, asked: Mention | None = None) -> list[Mention]:
    """All mentions in `plain` (folded), in order. `now` is the local time. Where `plain` answers a question, `asked` is
    the mention it was about: what a day leaves open is taken from its days. Total."""
    text = without_traps(plain)
    mentions: list[Mention] = []
    pos = 0
    while start := _STARTS.search(text, pos):
        mention = _mention(plain, text, start.start(), now, mentions, asked)
        if mention:
            mentions.append(mention)
        pos = max(mention.end if mention else 0, start.start() + 1)
    return mentions


def spanning(plain: str, now: datetime) -> Mention | None:
    """The last mention in `plain` (folded) that a later day may belong to; None if there is none."""
    return next((mention for mention in reversed(mentions_of(plain, now)) if mention.span), None)


def _mention(
    plain: str, text: str, pos: int, now: datetime, before: list[Mention], asked: Mention | None
) -> Mention | None:
    if every := read_every(text, pos, now, read_day):
        ahead = [at for day in (every.day.dates if every.day else ()) if (at := moment(day, every.clock)) > now]
        once = bad(plain, pos, every.end, "一次只能约一个时间", vague=True)
        return replace(once, proposal=min(ahead, default=None))
    day, context = _day_in_context(plain, text, pos, now, before, asked)
    if day is None:
        return _no_day(plain, text, pos, now, before)
    mention = _of_day(plain, text, pos, day, now)
    if context:
        mention = replace(mention, phrase=f"{context}{plain[pos : mention.end].strip()}")
    if mention.span or mention.kind is Kind.PAST or not isinstance(day, Day):
        return mention
    return replace(mention, span=span_near(day.dates[0], by_week=day.weekday is not None))


def _day_in_context(
    plain: str, text: str, pos: int, now: datetime, before: list[Mention], asked: Mention | None
) -> tuple[DayReading, str]:
    """The day at `pos`, and the words before it without which it would be another one."""
    named = before[-1] if before and before[-1].span else None
    context, plainly = named or asked, read_day(text, pos, now)
    if context is None or context.span is None:
        return plainly, ""
    close = named is None or _CLOSE.fullmatch(text, named.end, pos) is not None
    day = bound(text, pos, now, context.span, close=close)
    if day == plainly:
        return day, ""
    if isinstance(day, Day) and context.kind is Kind.AHEAD:  # a second agreed day: it is asked which
        return replace(day, doubt="", unsure=False), ""
    return day, plain[named.start : pos] if named else context.phrase


def _of_day(plain: str, text: str, pos: int, day: Day | Instant | Doubt, now: datetime) -> Mention:
    if isinstance(day, Instant):
        return placed_instant(plain, text, pos, day, now)
    if isinstance(day, Doubt):
        return doubted(plain, pos, day)
    agreed = _with_second_day(text, day, now)
    if isinstance(agreed, Doubt):
        return doubted(plain, pos, agreed)
    return _day_mention(plain, text, pos, agreed, now)


def _no_day(plain: str, text: str, pos: int, now: datetime, before: list[Mention]) -> Mention | None:
    """What names no day: a vague word, or a clock time."""
    if vague := VAGUE.match(text, pos):
        if is_past_month(text, pos, vague.end(), now):
            return None
        mention = bad(plain, pos, vague.end(), "没说准是什么时候", vague=True)
        span = span_of(vague.group(), now)
        if span is None and before and before[-1].span and before[-1].span.holds is Holds.AFTER:
            first = before[-1]  # 「下周三去北京，回来再联系」
            return replace(mention, phrase=plain[first.start : vague.end()], span=first.span)
        return replace(mention, span=span, contact=contacts(text, vague.end()))
    clock = read_clock(text, pos, after_day=False)
    if isinstance(clock, Doubt) and text[pos : clock.end] in PERIODS and not _AGREED.match(text, clock.end):
        return None  # 「半夜还在上班」
    return _clock_alone(plain, text, pos, clock, now, before) if clock else None


def _with_second_day(text: str, day: Day, now: datetime) -> Day | Doubt:
    """「明天（周三）」, 「下周三15号」: two names of one day, which must agree."""
    at = _behind(_BESIDE, text, day.end)
    second = read_day(text, at, now)
    if of_holiday := _of_holiday(text, day, now):
        return of_holiday
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


def _of_holiday(text: str, day: Day, now: datetime) -> Day | None:
    """「元旦3号」 is the third of January."""
    if day.lacks is not Lacks.YEAR or text[day.end - 1] in "日号" or text[day.end - 1].isdigit():
        return None
    at = _behind(_OF, text, day.end)
    plain = read_day(text, at, now)
    if not isinstance(plain, Day) or plain.lacks is not Lacks.MONTH or text[plain.end - 1] not in "日号":
        return None
    within = bound(text, at, now, Span(day.dates[-1], day.dates[-1] + _HOLIDAYS), close=True)
    return within if isinstance(within, Day) and not within.unsure else None


def _day_mention(plain: str, text: str, pos: int, day: Day, now: datetime) -> Mention:
    at = _behind(_GLUE, text, day.end)
    clock = read_clock(text, at, after_day=True)
    event = EVENT.match(text, at)
    if event:  # 「明天下班后」, 「明天晚饭后」, but 「明天下班后晚上7点半」
        clock = read_clock(text, _behind(_GLUE, text, event.end()), after_day=True)
    if isinstance(clock, Doubt):
        return doubted(plain, pos, clock)
    if clock and clock.loose and text[day.end - 1] == "夜" and _EVENING <= clock.hour < _NOON:
        clock = replace(clock, hour=clock.hour + _NOON, loose=False)  # 「平安夜8点」
    end = clock.end if clock else day.end
    if not (clock and clock.exact) and (event := event or EVENT.match(text, end)):
        return bad(plain, pos, event.end(), "没说几点", vague=True, day=day.dates[0])
    exact = clock is not None and clock.exact
    if how_late := HOW_LATE.match(text, end):
        return bad(plain, pos, how_late.end(), "没说几点", vague=True)
    if not exact and (doubt := _doubt_of_inexact(plain, text, pos, end, day, clock, now)):
        return doubt
    return placed(plain, text, pos, end, day, clock, now)


def _doubt_of_inexact(
    plain: str, text: str, pos: int, end: int, day: Day, clock: Clock | None, now: datetime
) -> Mention | None:
    """What keeps a day without a clock time from being one day."""
    if late := LATER_THAT_DAY.match(text, end):
        return bad(plain, pos, late.end(), "没说几点", vague=True, day=day.dates[0])
    if same := SAME_TIME.match(text, end):
        doubt = bad(plain, pos, same.end(), "没说准几点", vague=True, day=day.dates[0])
        if none := no_contact(plain, text, pos, same.end(), moment(day.dates[0], None), day.dates[0]):
            return none
        of_now = None if clock or same.group(1) else _at_the_time_of(now, day)
        return replace(doubt, proposal=of_now, has_clock=of_now is not None)
    if clock is None and (part := UNKNOWN_PART.match(text, end)):
        return bad(plain, pos, part.end(), "没说准几点", vague=True, day=day.dates[0])
    number = BARE_NUMBER.match(text, _behind(_GLUE, text, end))
    if number and (clock or number.group()[0].isascii()):
        return _bare_number(plain, pos, end, number.group().strip(), day, clock, now)
    if text[_behind(_GLUE, text, day.end) :][:1] == RATE:
        return bad(plain, pos, end, "说的是几点，还是利息？")
    if around := AROUND.match(text, end):
        mention = bad(plain, pos, around.end(), "没说准是哪一天", vague=True)
        return replace(mention, span=span_around(day.dates[0], around.group()))
    to = _RANGE.match(text, end)
    other = read_day(text, to.end(), now) if to else None
    if other is None:
        return None
    mention = bad(plain, pos, other.end, "说了不止一天，以哪天为准？", vague=True)
    return replace(mention, span=Span(day.dates[0], None))


def _at_the_time_of(now: datetime, day: Day) -> datetime | None:
    """The day at the hour and the minutes of `now`, in fives."""
    at = now.replace(minute=now.minute // 5 * 5, second=0, microsecond=0)
    there = at + (day.dates[0] - now.date())
    return there if there > now else None


def _bare_number(plain: str, pos: int, end: int, digits: str, day: Day, clock: Clock | None, now: datetime) -> Mention:
    """「明天1030」, 「明天下午3」: what the time would be is proposed."""
    digits = digits if digits.isascii() else str(read_number(digits))
    point = f"{digits[:-2]}:{digits[-2:]}" if len(digits) > _HOUR_DIGITS else f"{digits}:00"
    part = plain[day.end : clock.end].lstrip(" 的在,(") if clock else ""
    meant = read_clock(f"{part}{point}", 0, after_day=True)
    if isinstance(meant, Doubt) and meant.half:
        return Mention(Kind.WRONG, pos, end, f"{plain[pos:end]}{point}", why=meant.why, half=True)
    at = moment(day.dates[0], meant) if isinstance(meant, Clock) else None
    return replace(bad(plain, pos, end, "后面的数字像钟点"), proposal=at if at and at > now else None)


def _clock_alone(
    plain: str, text: str, pos: int, clock: Clock | Doubt, now: datetime, before: list[Mention]
) -> Mention:
    """A time of day without a day: of the day right after it, else of the day named before it, else of today."""
    if isinstance(clock, Doubt):
        return doubted(plain, pos, clock)
    follows = _bare_day_after(text, clock.end, now)
    if follows:
        return placed(plain, text, pos, follows.end, follows, clock, now)
    if before and before[-1].kind is Kind.VAGUE and before[-1].day is None:
        return bad(plain, pos, clock.end, "没说是哪一天", vague=True)
    last = next((mention for mention in reversed(before) if mention.day), None)
    if last and last.over:
        there = placed(plain, text, pos, clock.end, last.over, clock, now)
        return replace(there, phrase=last.phrase + there.phrase)
    same_clause = last is not None and not CLAUSE_END.search(text, last.end, pos)
    carried = last is not None and last.day is not None and (last.day >= now.date() or same_clause)
    day = last.day if last and last.day and carried else now.date()
    at = moment(day, clock)
    phrase = plain[pos : clock.end]
    if last and carried and last.bare:
        phrase = last.phrase + phrase
    if not clock.exact and (number := BARE_NUMBER.match(text, _behind(_GLUE, text, clock.end))):
        alone = Day(pos, (day,))
        return _bare_number(plain, pos, clock.end, number.group().strip(), alone, clock, now)
    reported = is_report(text, clock.end)
    since = before[-1].end if before else 0
    if not carried and not reported and (number_at := number_before(text, pos, since)) is not None:
        doubt = bad(plain, number_at, clock.end, "前面的数字像日期", vague=True)
        return replace(doubt, proposal=at if at > now else None, has_clock=clock.exact)
    if not reported and (words_at := day_before(plain, text, pos, since)) is not None:
        doubt = bad(plain, words_at, clock.end, "没看懂是哪一天", vague=True)
        return replace(doubt, proposal=at if at > now else None, has_clock=clock.exact)
    if not clock.exact and (late := EVENT.match(text, clock.end) or LATER_THAT_DAY.match(text, clock.end)):
        return bad(plain, pos, late.end(), "没说几点", vague=True, day=day)
    if not reported and (tonight := evening(clock, at, now)):
        return Mention(Kind.VAGUE, pos, clock.end, phrase, None, day, True, WHICH_HALF, proposal=tonight)
    if at <= now:
        if reported or (carried and last and last.kind is not Kind.VAGUE):
            told = reported or (same_clause and last is not None and last.told)
            return Mention(Kind.PAST, pos, clock.end, phrase, at, day, clock.exact, told=told)
        over = bad(plain, pos, clock.end, "今天已经过了，是哪一天？", vague=True, day=day)
        return replace(over, has_clock=clock.exact)
    if reported:
        return replace(bad(plain, pos, clock.end, "还没到，却像做过的事", vague=True, day=day), proposal=at)
    if none := no_contact(plain, text, pos, clock.end, at, day):
        return none
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
