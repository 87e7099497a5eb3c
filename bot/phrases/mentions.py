"""The mentions of a time in a text, in order, each placed before or after now."""

import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import Enum, auto

from bot.phrases.clocks import DEFAULT, read_clock
from bot.phrases.days import read_day
from bot.phrases.readings import Clock, Day, Doubt, Instant
from bot.phrases.traps import NUMERAL, RATE, without_traps
from core.calendar import CHINA


class Kind(Enum):
    """Where a mention lies. WRONG is a doubt that no other mention settles, VAGUE one that a clear time does."""

    AHEAD = auto()
    PAST = auto()
    VAGUE = auto()
    WRONG = auto()


@dataclass(frozen=True, slots=True)
class Mention:
    """One mention of a time: text[start:end]. `at` is local and set for AHEAD and PAST, `day` where one was named."""

    kind: Kind
    start: int
    end: int
    phrase: str
    at: datetime | None = None
    day: date | None = None
    has_clock: bool = False
    why: str = ""
    bare: bool = False  # a day and nothing else
    told: bool = False  # of what has been, and no appointment


# Words that talk about a time and fix none.
_VAGUE = re.compile(
    "|".join(
        (
            "下次|下回|改天|改日|回头(?!客|率)|有空|有时间|抽空|抽时间|尽快|随时|哪天|不定|另约|再约|择日",
            "稍后|晚点|晚些|晚一点|早点|早一点|一会儿?(?!计)|待会儿?|等会儿?|以后",
            "明后[天两]|今明(?:两天)?|这[两几]天|过[些一]?阵子?|过一?段时间|过(?:一)?会儿?",
            "(?:这|本|下)?个?周末|月初|月中|[上中下]旬|年底|年后|年前|次日|隔天|隔日",
            "(?:春节|过年|国庆|中秋|元旦|端午|清明|五一|节|放假|收假|开学|发工资|回来|下班|忙完)(?:节|假期)?"
            "(?:前后|之后|以后|之前|以前|后|前|再)",
            "过完[年节]|(?:春|国庆|中秋|元旦|端午|清明|五一)(?:节|假期|期间)",
            "下下?(?:个|一个)?(?:周|星期|礼拜|月)",
            rf"(?<!{NUMERAL}){NUMERAL}{{1,2}}月(?:份|初|中旬|上旬|下旬|再)",
            rf"差(?:{NUMERAL}+分|一刻)钟?到?{NUMERAL}+点",
        )
    )
)
# Every first character of a mention, so that the readers are tried only where one may begin.
_STARTS = re.compile(
    rf"{NUMERAL}|[上下中大小今明昨前后这本去周星礼月年节春国元端清五过再等隔半几数好早晚凌午傍夜"
    "改回有抽尽随哪不另择稍待以次放收开发忙差]"
)
_HOW_LATE = re.compile(r" ?(?:几点|什么时候|啥时候|何时)")
_AROUND = re.compile(
    r" ?(?:前后|左右|上下|附近|之前|以前|前(?!台|往|去|来|面)|之内|以内|内(?!蒙)|之后|以后|后(?!续|台|面|期|勤|天|来))"
)
_GLUE = re.compile(r" ?(?:的|在|,|\()? ?")
_BESIDE = re.compile(r" ?[(,]? ?")
_OF = re.compile(" ?的? ?")
_RANGE = re.compile(r" ?(?:-|~|到|至) ?")
_NOT_BEFORE = re.compile(r"(?:不是|除了|不要|别|取消|原定|原来|本来|原约)(?:了|在)? ?$")
_NOT_AFTER = re.compile(
    "[他她我都也又可能应该客户说]{0,4}(?:没(?!问题|事|关系|意见)|不行|不在|不方便|有事|有会|不用|不要(?!忘|迟|紧)|别(?!忘)|"
    "来不了|去不了|不能|不可以|不来|不去|休息|出差|放假|很忙|忙(?!完))"
)
# What was done, in the rest of the clause. With 再 in it (「周三见了再定」) it is still to come.
_REPORT = re.compile(
    "[^,。;!?]{0,6}?(?:已经?(?!约|定|预)|刚(?!好)|"
    "(?:打|联系|沟通|聊|见|谈|问|来|去|看|回|加|发|签|拜访|通|面)(?:过|了)(?!解|去|来|户))(?![^,。;!?]*再)"
)
_LATEST = re.compile("(?:最晚|最迟|不晚于|截止|截至)(?:到|在|是)? ?$")
# 「明天1030」, 「明天10」: perhaps a time, perhaps not.
_BARE_NUMBER = re.compile("(?:[01]?[0-9]|2[0-4])[0-5][0-9](?![0-9□])|[0-9]{1,2} ?(?=$|[,。;!?])")
_BEFORE_TODAY = re.compile("大?前|昨|上")  # nobody agrees upon yesterday
_CLAUSE_END = re.compile(r"[,。;!?、]")


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
    day = read_day(text, pos, now)
    if isinstance(day, Instant):
        return _unclear_or(Mention(Kind.AHEAD, pos, day.end, plain[pos : day.end], day.at, day.at.date(), True), now)
    if isinstance(day, Doubt):
        return _bad(plain, pos, day.end, day.why, vague=day.weak)
    if day is None:
        vague = _VAGUE.match(text, pos)
        if vague:
            return _bad(plain, pos, vague.end(), "没说准是什么时候", vague=True)
        clock = read_clock(text, pos, after_day=False)
        return _clock_alone(plain, text, pos, clock, now, before) if clock else None
    agreed = _with_second_day(text, day, now)
    if isinstance(agreed, Doubt):
        return _bad(plain, pos, agreed.end, agreed.why)
    return _day_mention(plain, text, pos, agreed, now)


def _with_second_day(text: str, day: Day, now: datetime) -> Day | Doubt:
    """「明天（周三）」, 「下周三15号」: two names of one day, which must agree."""
    glue = _BESIDE.match(text, day.end)
    at = glue.end() if glue else day.end
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
    glue = _GLUE.match(text, day.end)
    at = glue.end() if glue else day.end
    clock = read_clock(text, at, after_day=True)
    end = clock.end if clock else day.end
    if isinstance(clock, Doubt):
        return _bad(plain, pos, end, clock.why, vague=clock.weak)
    exact = clock is not None and clock.exact
    if how_late := _HOW_LATE.match(text, end):
        return _bad(plain, pos, how_late.end(), "没说几点", vague=True)
    if not exact:
        if clock is None and _BARE_NUMBER.match(text, at):
            return _bad(plain, pos, end, "后面的数字是钟点吗")
        if text[at : at + 1] == RATE:
            return _bad(plain, pos, end, "说的是几点，还是利息")
        if around := _AROUND.match(text, end):
            return _bad(plain, pos, around.end(), "没说准是哪一天", vague=True)
        to = _RANGE.match(text, end)
        if to and read_day(text, to.end(), now):
            other = read_day(text, to.end(), now)
            return _bad(plain, pos, other.end if other else end, "说了不止一天，以哪天为准", vague=True)
        if day.doubt and clock is None:
            return _bad(plain, pos, end, day.doubt, vague=True)
    return _placed(plain, text, pos, end, day, clock, now)


def _placed(plain: str, text: str, pos: int, end: int, day: Day, clock: Clock | None, now: datetime) -> Mention:
    """A day with its time of day, put before or after now."""
    exact = clock is not None and clock.exact
    options = [_moment(option, clock) for option in day.dates]
    at = next((option for option in options if option > now), options[-1])
    reported = bool(_REPORT.match(text, end))
    if not reported and len(options) > 1 and options[0].date() == now.date() and options[0] <= now:
        return _bad(plain, pos, end, "今天的已经过了，是今天还是下周", vague=True, day=now.date())
    if reported and day.back and day.back < now.date():
        at = min(_moment(day.back, clock), now)
    elif reported and not exact and day.dates[0] == now.date():
        at = min(options[0], now)
    phrase = plain[pos:end]
    if at <= now:
        if at.date() == now.date() and not exact and not reported:
            return _bad(plain, pos, end, "没说几点", vague=True, day=at.date())
        told = reported or not exact or _BEFORE_TODAY.match(phrase) is not None
        return Mention(Kind.PAST, pos, end, phrase, at, at.date(), exact, told=told)
    if refused := _refusal(text, pos, end):
        # 「明天上午没空」 leaves the rest of tomorrow: a clock time that follows may be meant for it.
        return _bad(plain, pos, end, refused, vague=True, day=at.date() if clock else None)
    return Mention(Kind.AHEAD, pos, end, phrase, at, at.date(), exact, bare=clock is None)


def _clock_alone(
    plain: str, text: str, pos: int, clock: Clock | Doubt, now: datetime, before: list[Mention]
) -> Mention:
    """A time of day without a day: of the day right after it, else of the day named before it, else of today."""
    if isinstance(clock, Doubt):
        return _bad(plain, pos, clock.end, clock.why, vague=clock.weak)
    follows = _bare_day_after(text, clock.end, now)
    if follows:
        return _placed(plain, text, pos, follows.end, follows, clock, now)
    if before and before[-1].kind is Kind.VAGUE and before[-1].day is None:
        return _bad(plain, pos, clock.end, "没说是哪一天", vague=True)
    last = next((mention for mention in reversed(before) if mention.day), None)
    same_clause = last is not None and not _CLAUSE_END.search(text, last.end, pos)
    carried = last is not None and last.day is not None and (last.day >= now.date() or same_clause)
    day = last.day if last and last.day and carried else now.date()
    at = _moment(day, clock)
    phrase = plain[pos : clock.end]
    if last and carried and last.bare:
        phrase = last.phrase + phrase
    reported = bool(_REPORT.match(text, clock.end))
    if at <= now:
        if reported or (carried and last and last.kind is not Kind.VAGUE):
            return Mention(Kind.PAST, pos, clock.end, phrase, at, day, clock.exact, told=reported or not clock.exact)
        return _bad(plain, pos, clock.end, "今天已经过了，是哪一天", vague=True, day=day)
    refused = "说的是下次联系的时间吗" if reported else _refusal(text, pos, clock.end)
    if refused:
        return _bad(plain, pos, clock.end, refused, vague=True, day=day)
    return Mention(Kind.AHEAD, pos, clock.end, phrase, at, day, clock.exact)


def _bare_day_after(text: str, pos: int, now: datetime) -> Day | None:
    """The day in 「上午10点明天见」, unless it has a time of day of its own."""
    glue = _OF.match(text, pos)
    day = read_day(text, glue.end() if glue else pos, now)
    if not isinstance(day, Day):
        return None
    own = _GLUE.match(text, day.end)
    return None if read_clock(text, own.end() if own else day.end, after_day=True) else day


def _moment(day: date, clock: Clock | None) -> datetime:
    """The local moment; hour 24 is the midnight that ends the day."""
    hour, minute = (clock.hour, clock.minute) if clock else (DEFAULT.hour, DEFAULT.minute)
    return datetime(day.year, day.month, day.day, tzinfo=CHINA) + timedelta(hours=hour, minutes=minute)


def _refusal(text: str, pos: int, end: int) -> str:
    """Why text[pos:end] is ahead and still no appointment; empty if it is one."""
    if _LATEST.search(text, 0, pos):
        return "只说了最晚到什么时候"
    if _NOT_AFTER.match(text, end) or _NOT_BEFORE.search(text, 0, pos):
        return "说的是不行的时间"
    return ""


def _unclear_or(mention: Mention, now: datetime) -> Mention:
    """`mention`, or a vague one where it is not ahead after all (「0分钟后」)."""
    if mention.at is not None and mention.at > now:
        return mention
    return Mention(Kind.VAGUE, mention.start, mention.end, mention.phrase, why="没说准是什么时候")


def _bad(plain: str, start: int, end: int, why: str, *, vague: bool = False, day: date | None = None) -> Mention:
    kind = Kind.VAGUE if vague else Kind.WRONG
    return Mention(kind, start, end, plain[start:end].strip(), day=day, why=why)
