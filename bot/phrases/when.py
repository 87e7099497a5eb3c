"""The next contact time in a follow-up: 「意向强，明天10点面谈」.

`find_time` takes every mention of a time (`mentions.py`; day rules in `days.py` and `later.py`, clock rules in
`clocks.py`; what the days named before make of a later one in `spans.py`; where all of it lies in `placing.py`) and
decides:

1. A mention that cannot be (25点, 2月30号), contradicts itself (「明天周五」 on a Monday) or can be read twice
   (「7点」) is Unclear, whatever else is said.
2. What stands before 改到/推到 is superseded; what is put off or called off behind it is in doubt (`changes.py`). Two
   mentions joined by 或/还是 are Unclear.
   So is a time whose own clause denies it (「明天不约了」, `when_refused.py`), if there is no other.
3. One time still ahead is Found. Beside it, times past (「昨天打过电话，明天10点面谈」), vague words
   (「下次」), limits (「周五前」) and negated times (「明天没空」) are ignored. A day without a clock time gives
   way to the same day with one, and one on which the customer does something else (`elsewhere.py`) to any other. A day
   on which something else falls due (「12月15日到期」, `due.py`) gives way to a time with a clock or a contact, and is
   asked about else.
4. Two different times ahead are Unclear: the person is asked which.
5. Else vague is Unclear, past is Past, and without any mention it is Nothing. A day whose name fits one that is over
   and one to come (「周二10点」 on Tuesday afternoon) is vague, and the one to come is proposed. So is 「8点」 in the
   evening, for it may be eight in the evening. A text that is nothing but a time that is over (「昨天10点」) is never
   told of the past: so one writes what is agreed, and there is a slip in it.

No `why` asks for yes or no by itself: where a proposal is known, the question that goes out names it, and 是 takes it.

A day without a time of day means 09:30 (`clocks.DEFAULT`), a part of the day its usual time, with `has_clock` False so
that the answer says it back. A clock time without a day belongs to the day named before it, else to today; if that is
over, it is Unclear (a report, or tomorrow?). Further ahead than 365 days is Unclear.
"""

import re
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import TypeAlias

from bot.phrases.changes import still_standing
from bot.phrases.mention import Kind, Mention
from bot.phrases.mentions import mentions_of
from bot.phrases.numbers import folded
from bot.phrases.readings import Holds
from core.calendar import CHINA

FURTHEST = timedelta(days=365)

_PAIR, _TRIO = (
    re.compile(r"俩(?=个?(?:天|小时|钟头|周|星期|礼拜|月))"),
    re.compile(r"仨(?=个?(?:天|小时|钟头|周|星期|礼拜|月))"),
)
# The words of time and of contact, in the other script.
_SIMPLIFIED = str.maketrans(
    "點時週後號兩禮鐘鍾這個過幾還沒來約見談聯繫電話會給開課國慶聖誕節陽農曆陰臘隔間閒晚飯對說請問題無應該為從勞動兒婦親簽結發審現實離讓當",
    "点时周后号两礼钟钟这个过几还没来约见谈联系电话会给开课国庆圣诞节阳农历阴腊隔间闲晚饭对说请问题无应该为从劳动儿妇亲签结发审现实离让当",
)
# `12-03T14:00`, `12-03-14:00`, and the offset of China behind a time that a program wrote.
_T_BETWEEN = re.compile(r"(?<=[0-9])[Tt](?=[0-9]{1,2} ?[:点])")
_SIGN_BETWEEN = re.compile(r"(?<![0-9])([0-9]{1,2}[-/.][0-9]{1,2})[-/.](?=(?:[01]?[0-9]|2[0-4]):[0-5][0-9](?![0-9]))")
_OF_CHINA = re.compile(r"(?<=[0-9]:[0-9]{2})(?::[0-9]{2})?(?:\.[0-9]{1,9})?\+0?8(?::?00)?(?![0-9])")
_NOON = 12
# 「10am」 and 「pm3点」, read before letters with digits are blanked (`traps.py`).
_HALF_BEHIND = re.compile(
    r"(?<![A-Za-z0-9:.])([0-9]{1,2})(?: ?: ?([0-5][0-9]))? ?(?P<half>[ap])\.?m(?![A-Za-z])\.?", re.IGNORECASE
)
_HALF_BEFORE = re.compile(r"(?<![A-Za-z])(?P<half>[ap])\.?m\.? ?(?=[0-9]{1,2} ?[点:])", re.IGNORECASE)
_JOINED = re.compile(r"[ ,、]*(?:或者?是?|还是|要么|不然|要不)[ ,、]*(?:就|在|是)?")
_MARKS = " ,。;!?、.~"
_LISTED = re.compile("[ 、/和及跟]*")


@dataclass(frozen=True, slots=True)
class Found:
    """The next contact is at `at` (UTC, later than now); `phrase` said so. `has_clock` is False where the time of day
    is a usual one that nobody named."""

    at: datetime
    phrase: str
    has_clock: bool


@dataclass(frozen=True, slots=True)
class Past:
    """A time was named, but `at` (UTC) is over. `told` if it only tells of what has been (「昨天打过电话」); else it
    may be an appointment with a slip in it (「11-20 10:00」)."""

    at: datetime
    phrase: str
    told: bool


@dataclass(frozen=True, slots=True)
class Unclear:
    """`phrase` talks about a time and fixes none; `why` is a short Chinese clause for the question back. `proposal`
    (UTC, later than now) is what was probably meant, to be confirmed; `half` if only the half of the day is missing.
    `quote` is what of it was written, where the phrase is put together of a question and its answer."""

    phrase: str
    why: str
    proposal: datetime | None = None
    half: bool = False
    quote: str = ""

    @property
    def written(self) -> str:
        """What is quoted in the question back."""
        return self.quote or self.phrase


@dataclass(frozen=True, slots=True)
class Nothing:
    """No time is mentioned."""


When: TypeAlias = Found | Past | Unclear | Nothing


def plain_text(text: str) -> str:
    """`text` as times are looked for in it: folded, its words of time in simplified characters, and am and pm as
    they are said in Chinese."""
    plain = _TRIO.sub("三", _PAIR.sub("两", folded(text).translate(_SIMPLIFIED)))
    plain = _OF_CHINA.sub("", _SIGN_BETWEEN.sub(r"\1 ", _T_BETWEEN.sub(" ", plain)))
    return _HALF_BEFORE.sub(_half_of_day, _HALF_BEHIND.sub(_in_24_hours, plain))


def _in_24_hours(found: re.Match[str]) -> str:
    """`3:30pm` as `15:30`; what has no such half (`13am`) keeps it, and is asked about."""
    hour, minutes = int(found[1]), found[2] or "00"
    if hour > _NOON:
        return f"{_half_of_day(found)}{hour}:{minutes}"
    return f"{hour % _NOON + (_NOON if found['half'] in 'pP' else 0):02}:{minutes}"


def _half_of_day(found: re.Match[str]) -> str:
    """The `pm` of 「pm3点」."""
    return "下午" if found["half"] in "pP" else "上午"


def find_time(text: str, now: datetime, asked: Mention | None = None) -> When:
    """The next contact time named in `text`, as of `now` (aware); local times are Asia/Shanghai. `asked` is the mention
    that the question was about, if `text` answers one: 「周三」, asked about 「下周」, is next week's.

    Total: any text gives one of the four. `Found.at` is always later than `now`. See the module for the rules.
    """
    local = now.astimezone(CHINA)
    plain = plain_text(text)
    mentions = still_standing(plain, mentions_of(plain, local, asked), local)
    wrong = next((mention for mention in mentions if mention.kind is Kind.WRONG), None)
    if wrong:
        return Unclear(wrong.phrase, wrong.why, _within_reach(wrong.proposal, now), wrong.half)
    for first, second in pairwise(mentions):
        if _JOINED.fullmatch(plain, first.end, second.start) and first.at != second.at:
            return Unclear(plain[first.start : second.end], "说了两个时间，以哪个为准？")
        days = {first.day, second.day}
        if _LISTED.fullmatch(plain, first.end, second.start) and len(days - {None}) > 1 and (first.over or second.over):
            return Unclear(f"{first.phrase}、{second.phrase}", "说了两个时间，以哪个为准？")
        if _LISTED.fullmatch(plain, first.end, second.start) and _is_day_and_span(first, second):
            return Unclear(plain[first.start : second.end], "说了两个时间，以哪个为准？")
    when = _decided(mentions, now)
    if isinstance(when, Past) and plain.strip(_MARKS) == when.phrase:
        return replace(when, told=False)  # nothing but a time, as one writes what is agreed
    return when


def _is_day_and_span(first: Mention, second: Mention) -> bool:
    """「月底、下月初」: a day, and days that begin behind it."""
    if first.kind is not Kind.AHEAD or not first.bare or second.kind is not Kind.VAGUE:
        return False
    span = second.span
    return span is not None and span.holds is Holds.WITHIN and span.first is not None


def _decided(mentions: list[Mention], now: datetime) -> When:
    """Rules 3 to 5 of the module."""
    ahead = [mention for mention in mentions if mention.kind is Kind.AHEAD]
    exact_days = {mention.at.date() for mention in ahead if mention.at and mention.has_clock}
    part_days = {mention.at.date() for mention in ahead if mention.at and not mention.bare}
    ahead = [mention for mention in ahead if not (mention.bare and mention.at and mention.at.date() in part_days)]
    ahead = [mention for mention in ahead if mention.has_clock or (mention.at and mention.at.date() not in exact_days)]
    if len({mention.at for mention in ahead}) > 1:
        phrases = dict.fromkeys(mention.phrase for mention in ahead)
        return Unclear("、".join(phrases), "说了不止一个时间，以哪个为准？")
    if ahead and ahead[-1].at:
        best = ahead[-1]
        due = next((mention for mention in mentions if mention.due), None)
        if due and not (best.has_clock or best.contact):
            return Unclear("、".join(_in_order(best, due)), "说了不止一个时间，以哪个为准？")
        at = ahead[-1].at.astimezone(UTC)
        if at - now > FURTHEST:
            return Unclear(best.phrase, "太远了，最多一年")
        return Found(at, best.phrase, best.has_clock)
    vague = [mention for mention in mentions if mention.kind is Kind.VAGUE]
    proposed = [mention for mention in vague if mention.proposal and mention.has_clock]
    named = [mention for mention in vague if mention.has_clock]
    after = [mention for mention in vague if mention.span and mention.span.holds is Holds.AFTER]
    likely = [mention for mention in vague if mention.proposal]
    contact = [mention for mention in vague if mention.contact]
    if doubt := next(iter(proposed + named + likely + after[-1:] + contact + vague), None):
        return Unclear(doubt.phrase, doubt.why, _within_reach(doubt.proposal, now), doubt.half)
    past = [mention for mention in mentions if mention.at is not None]
    return Past(past[-1].at.astimezone(UTC), past[-1].phrase, past[-1].told) if past and past[-1].at else Nothing()


def _in_order(*mentions: Mention) -> list[str]:
    return [mention.phrase for mention in sorted(mentions, key=lambda mention: mention.start)]


def _within_reach(proposal: datetime | None, now: datetime) -> datetime | None:
    at = proposal.astimezone(UTC) if proposal else None
    return at if at and at - now <= FURTHEST else None
